// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/test_pass.h"

#include "core/nn/autocast.h"
#include "core/training/epoch_plan.h"
#include "core/training/evaluation_scope.h"
#include "core/training/term_sums.h"

#include <ATen/Functions.h>

namespace elbo {

std::map<std::string, double> runTestPass(Vae& model, const DeviceData& data, const TestSide& side,
                                          const TestSettings& settings,
                                          const std::function<void(std::int64_t)>& beforeBatch)
{
    const EvaluationScope evaluating(model);
    const auto& device = data.device();
    const auto images = static_cast<std::int64_t>(side.indices.size());
    const BatchPlan plan(images, settings.batchSize);
    const auto indices = at::tensor(side.indices, at::kLong).to(device);
    NoiseBlocks noise({settings.seed, RandomPurpose::TestNoise, side.noiseStream, images, model.noiseSize()},
                      settings.batchSize, device);
    TermSums sums(model.terms(), device);
    auto meanError = at::zeros({}, at::TensorOptions(at::kDouble).device(device));
    for (std::int64_t step = 0; step < plan.steps(); ++step) {
        const auto [first, count] = plan.range(step);
        beforeBatch(first);
        const auto batch =
            data.batch(indices.narrow(0, first, count), model.valueRange(), settings.channelsLast);
        const Autocast autocast(device, settings.precision);
        const auto posterior = model.encode(batch);
        sums.add(model.stepFrom(posterior, batch, noise.rows(first, count), settings.beta).terms, count);
        const auto fromMean = model.decode(posterior.mean, batch.labels);
        meanError.add_((fromMean.to(at::kFloat) - batch.x).square().sum());
    }
    auto terms = sums.means();
    terms["mse_mean"] = meanError.item<double>() / static_cast<double>(images) *
                        reportedMseFactor(model.shape(), model.valueRange());
    return terms;
}

}  // namespace elbo
