// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/evaluate.h"

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/evaluation/batches.h"
#include "core/evaluation/importance.h"
#include "core/evaluation/metrics.h"
#include "core/nn/autocast.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <string_view>

namespace elbo {
namespace {

constexpr double kActiveVariance = 0.01;  // Burda et al. 2016
/// The mean image of more training images than this is taken from so many of them, evenly spread.
constexpr std::size_t kMeanImages = 20'000;

using Indices = std::span<const std::int64_t>;

/// Calls `visit` with the batches of a list.
template <typename Visit>
void forEachBatch(Indices indices, std::int64_t batchSize, const Visit& visit)
{
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(1, batchSize));
    for (std::size_t begin = 0; begin < indices.size(); begin += size) {
        visit(indices.subspan(begin, std::min(size, indices.size() - begin)));
    }
}

/// Sums over the images so far, float64 on the CPU.
struct Sums {
    double kl = 0, logLikelihood = 0, mse = 0, psnr = 0, ssim = 0, depthSquares = 0;
    at::Tensor squaresOfMean;                        ///< [C], from the posterior mean, reported range
    at::Tensor klPerDimension, means, squaredMeans;  ///< [K]
};

void add(at::Tensor& sum, const at::Tensor& values)
{
    const auto onCpu = values.to(at::kCPU, at::kDouble);
    sum = sum.defined() ? sum + onCpu : onCpu;
}

double total(const at::Tensor& values)
{
    return values.to(at::kDouble).sum().item<double>();
}

/// Sum over images and pixels of squared depth errors in metres.
double squaredMetres(const Dataset& data, Indices indices, const at::Tensor& unitError)
{
    const auto depthRanges =
        data.ranges.index_select(0, at::tensor(std::vector<std::int64_t>(indices.begin(), indices.end())))
            .select(1, -1)
            .to(unitError.device());                                           // [B,2]
    const auto spans = (depthRanges.select(1, 1) - depthRanges.select(1, 0));  // [B]
    return total(unitError.select(1, -1).flatten(1).square().sum(1) * spans.square());
}

void evaluateBatch(Vae& model, const Dataset& data, Indices indices, const EvaluationOptions& options,
                   Sums& sums)
{
    const Batch batch = batchOf(data, indices, model);
    const auto noise =
        noiseOf(indices, options.seed, RandomPurpose::TestNoise, model.noiseSize()).to(batch.x.device());
    const Posterior posterior = model.encode(batch);
    const Likelihood likelihood = model.likelihood();
    const auto output = model.decoderOutput(posterior.mean + posterior.std * noise, batch.labels);
    const auto ofMean = model.decode(posterior.mean, batch.labels);

    const WithoutAutocast float32;
    const double factor = reportedMseFactor(model.shape(), model.valueRange());
    const auto kl = klPerDimension(posterior);
    sums.kl += total(kl);
    add(sums.klPerDimension, kl.to(at::kDouble).sum(0));
    add(sums.means, posterior.mean.to(at::kDouble).sum(0));
    add(sums.squaredMeans, posterior.mean.to(at::kDouble).square().sum(0));
    sums.logLikelihood += total(likelihood.logProbability(batch.x, output));
    sums.mse += factor * total(squaredError(batch.x, likelihood.mean(output.to(at::kFloat))));
    add(sums.squaresOfMean, factor * (batch.x - ofMean).square().sum({2, 3}).to(at::kDouble).sum(0));
    const auto x = toUnitRange(batch.x, model.valueRange());
    const auto y = toUnitRange(ofMean, model.valueRange());
    sums.psnr += total(psnr(x, y));
    sums.ssim += total(ssim(x, y));
    if (data.metricDepth && model.shape().hasDepth) {
        sums.depthSquares += squaredMetres(data, indices, x - y);
    }
}

/// Mean squared error against the mean of the training images (of these images where the set has no training
/// side).
double meanImageError(const Vae& model, const Dataset& data, Indices indices, std::int64_t batchSize,
                      const std::stop_token& stop)
{
    std::vector<std::int64_t> training = data.indices(SplitSide::Train);
    if (training.empty()) {
        training.assign(indices.begin(), indices.end());
    }
    if (training.size() > kMeanImages) {
        std::vector<std::int64_t> some(kMeanImages);
        for (std::size_t i = 0; i < kMeanImages; ++i) {
            some[i] = training[i * training.size() / kMeanImages];
        }
        training = std::move(some);
    }
    at::Tensor mean;
    forEachBatch(training, batchSize, [&](Indices batch) {
        throwIfStopped(stop);
        add(mean, imageValues(data, {batch.begin(), batch.end()}).sum(0));
    });
    mean = (mean / static_cast<double>(training.size())).to(at::kFloat).unsqueeze(0);
    double squares = 0;
    forEachBatch(indices, batchSize, [&](Indices batch) {
        throwIfStopped(stop);
        squares += total((imageValues(data, {batch.begin(), batch.end()}) - mean).square());
    });
    return reportedMseFactor(model.shape(), ValueRange::Unit) * squares / static_cast<double>(indices.size());
}

/// Those of the images whose class is known, for a model that is given it; all of them for others.
std::vector<std::int64_t> labelled(const Vae& model, const Dataset& data, Indices indices)
{
    std::vector<std::int64_t> kept(indices.begin(), indices.end());
    if (model.needsLabels() && data.labels.defined()) {
        const auto* const labels = data.labels.const_data_ptr<std::int64_t>();
        std::erase_if(
            kept, [&](std::int64_t index) { return index >= 0 && index < data.size() && labels[index] < 0; });
    }
    return kept;
}

/// The images that are asked for and that the weights were not trained on.
std::vector<std::int64_t> unseen(const Dataset& data, Indices indices,
                                 const std::set<std::uint64_t>& trainedOn)
{
    std::vector<std::int64_t> kept;
    for (const std::int64_t index : indices) {
        if (index < 0 || index >= data.size()) {
            throw Error(ErrorCode::BadSetting, "There is no image " + std::to_string(index) +
                                                   " in the data; choose one from 0 to " +
                                                   std::to_string(data.size() - 1) + ".");
        }
        if (trainedOn.empty() || !trainedOn.contains(imageHash(data, index))) {
            kept.push_back(index);
        }
    }
    if (kept.empty()) {
        throw Error(ErrorCode::BadData,
                    indices.empty()
                        ? "There is no image to evaluate; choose another side of the split or other data."
                        : "The weights were trained on every one of these images; evaluate on others.");
    }
    return kept;
}

void evaluateImportance(Vae& model, const Dataset& data, Indices indices, const EvaluationOptions& options,
                        const ProgressFunction& progress, const std::stop_token& stop, Evaluation& result)
{
    double sum = 0;
    double squaredErrors = 0;
    for (std::size_t i = 0; i < indices.size(); ++i) {
        const auto image = batchOf(data, indices.subspan(i, 1), model);
        const auto estimate =
            importanceEstimate(model, image, indices[i], options.importanceSamples, options.seed, stop);
        sum += estimate.logLikelihood;
        squaredErrors += estimate.standardError * estimate.standardError;
        if (progress) {
            progress({"Drawing importance samples", static_cast<std::int64_t>(i + 1),
                      static_cast<std::int64_t>(indices.size())});
        }
    }
    const auto count = static_cast<double>(indices.size());
    result.importanceSamples = options.importanceSamples;
    result.importanceLogLikelihood = sum / count;
    result.importanceStandardError = std::sqrt(squaredErrors) / count;
}

void fill(Evaluation& result, const Sums& sums, const Vae& model, const Dataset& data)
{
    const auto count = static_cast<double>(result.images);
    result.kl = sums.kl / count;
    result.logLikelihood = sums.logLikelihood / count;
    result.elbo = result.logLikelihood - result.kl;
    const auto likelihood = model.likelihood();
    const auto values = static_cast<double>(model.shape().values());
    const auto toUnit = model.valueRange() == ValueRange::Symmetric ? values * std::numbers::ln2 : 0.0;
    result.density = likelihood.comparable;
    result.logLikelihoodUnit = result.logLikelihood + toUnit;
    result.elboUnit = result.elbo + toUnit;
    if (likelihood.kind == Likelihood::Kind::Gaussian)
        result.sigma = likelihood.sigmaNow();
    result.mse = sums.mse / count;
    result.mseMean = total(sums.squaresOfMean) / count;
    result.psnr = sums.psnr / count;
    result.ssim = sums.ssim / count;
    result.hasDepth = model.shape().hasDepth;
    if (result.hasDepth) {
        result.mseDepth = sums.squaresOfMean[-1].item<double>() / count;
        result.mseColor = result.mseMean - result.mseDepth;
        if (data.metricDepth) {
            const auto pixels = static_cast<double>(model.shape().height * model.shape().width);
            result.depthRmseMetres = std::sqrt(sums.depthSquares / (count * pixels));
        }
    }
    const auto means = sums.means / count;
    const auto variances = sums.squaredMeans / count - means.square();
    result.activeUnits = (variances > kActiveVariance).sum().item<std::int64_t>();
    const auto kl = (sums.klPerDimension / count).contiguous();
    result.klPerDimension.assign(kl.const_data_ptr<double>(), kl.const_data_ptr<double>() + kl.numel());
}

}  // namespace

Evaluation evaluate(Vae& model, const Dataset& data, const std::vector<std::int64_t>& indices,
                    const EvaluationOptions& options, const ProgressFunction& progress,
                    const std::stop_token& stop)
{
    checkShape(model, data.shape());
    const auto known = labelled(model, data, indices);
    const auto kept = unseen(data, known, options.trainedOn);
    Evaluation result;
    result.images = static_cast<std::int64_t>(kept.size());
    result.leftOut = static_cast<std::int64_t>(known.size()) - result.images;
    result.withoutLabel = static_cast<std::int64_t>(indices.size() - known.size());

    const EvaluationMode mode(model);
    const c10::AutoGradMode noGrad(false);
    Sums sums;
    std::int64_t done = 0;
    forEachBatch(kept, options.batchSize, [&](Indices batch) {
        throwIfStopped(stop);
        const Autocast autocast(deviceOf(model), options.precision);
        evaluateBatch(model, data, batch, options, sums);
        done += static_cast<std::int64_t>(batch.size());
        if (progress) {
            progress({"Evaluating", done, result.images});
        }
    });
    fill(result, sums, model, data);
    result.meanImageMse = meanImageError(model, data, kept, options.batchSize, stop);
    if (options.importanceSamples > 0) {
        const Autocast autocast(deviceOf(model), options.precision);
        evaluateImportance(model, data, kept, options, progress, stop, result);
    }
    return result;
}

nlohmann::json toJson(const Evaluation& evaluation)
{
    nlohmann::json json{{"model", evaluation.model},
                        {"images", evaluation.images},
                        {"left_out", evaluation.leftOut},
                        {"without_label", evaluation.withoutLabel},
                        {"kl", evaluation.kl},
                        {"log_likelihood", evaluation.logLikelihood},
                        {"elbo", evaluation.elbo},
                        {"density", evaluation.density},
                        {"mse", evaluation.mse},
                        {"mse_mean", evaluation.mseMean},
                        {"mean_image_mse", evaluation.meanImageMse},
                        {"psnr", evaluation.psnr},
                        {"ssim", evaluation.ssim},
                        {"active_units", evaluation.activeUnits},
                        {"kl_per_dimension", evaluation.klPerDimension}};
    if (evaluation.density) {
        json["log_likelihood_unit"] = evaluation.logLikelihoodUnit;
        json["elbo_unit"] = evaluation.elboUnit;
    }
    if (evaluation.sigma >= 0) {
        json["sigma"] = evaluation.sigma;
    }
    if (evaluation.hasDepth) {
        json["mse_color"] = evaluation.mseColor;
        json["mse_depth"] = evaluation.mseDepth;
    }
    if (evaluation.depthRmseMetres >= 0) {
        json["depth_rmse_m"] = evaluation.depthRmseMetres;
    }
    if (evaluation.importanceSamples > 0) {
        json["importance_samples"] = evaluation.importanceSamples;
        json["importance_log_likelihood"] = evaluation.importanceLogLikelihood;
        json["importance_standard_error"] = evaluation.importanceStandardError;
    }
    return json;
}

std::uint64_t imageHash(const Dataset& data, std::int64_t index)
{
    const auto hashOf = [](const at::Tensor& codes) {
        const auto bytes = codes.contiguous();
        return fnv1a64({static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()});
    };
    const std::uint64_t color = hashOf(data.color[index]);
    return data.depth.defined() ? splitmix64(color) ^ hashOf(data.depth[index]) : color;
}

}  // namespace elbo
