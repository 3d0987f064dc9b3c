// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/importance.h"

#include "core/base/progress.h"
#include "core/base/random_stream.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace elbo {

ImportanceEstimate importanceEstimate(Vae& model, const Batch& image, std::int64_t position,
                                      std::int64_t samples, std::uint64_t seed, const std::stop_token& stop)
{
    const c10::AutoGradMode noGrad(false);
    const Posterior posterior = model.encode(image);
    const auto latent = model.latentSize();
    // Pieces of some four million values: large enough to be fast, small enough for any machine.
    const auto piece = std::clamp<std::int64_t>((std::int64_t{1} << 22) / model.shape().values(), 16, 1000);
    std::vector<at::Tensor> logWeights;
    for (std::int64_t done = 0; done < samples; done += piece) {
        throwIfStopped(stop);
        const auto count = std::min(piece, samples - done);
        const auto noise = normalNoise(seed, RandomPurpose::Importance, static_cast<std::uint64_t>(position),
                                       done, count, latent)
                               .to(posterior.mean.device());
        const auto z = posterior.mean + posterior.std * noise;  // [count,K]
        const auto labels = image.labels.defined() ? image.labels.expand({count}) : at::Tensor();
        const auto logProbability = model.likelihood().logProbability(image.x.expand({count, -1, -1, -1}),
                                                                      model.decoderOutput(z, labels));
        // ln p(z) - ln q(z|x); the (2 pi)^(K/2) of both cancel
        const auto prior = (0.5 * (noise.square() - z.square()) + posterior.std.log()).to(at::kDouble).sum(1);
        logWeights.push_back((logProbability.to(at::kDouble) + prior).cpu());
    }
    const auto all = at::cat(logWeights);
    const auto count = static_cast<double>(samples);
    const double logMean = all.logsumexp(0).item<double>() - std::log(count);
    // Weights relative to their mean: their spread is the relative error of the mean, and that of its
    // logarithm.
    const auto relative = (all - logMean).exp();
    const double spread = samples > 1 ? relative.std(/*unbiased=*/true).item<double>() : 0.0;
    return {.logLikelihood = logMean, .standardError = spread / std::sqrt(count)};
}

}  // namespace elbo
