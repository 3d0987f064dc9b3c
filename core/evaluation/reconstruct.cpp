// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/reconstruct.h"

#include "core/base/error.h"
#include "core/base/image_tensor.h"
#include "core/data/dataset.h"
#include "core/data/image_source.h"
#include "core/data/preparation.h"
#include "core/data/resize.h"
#include "core/evaluation/batches.h"
#include "core/evaluation/metrics.h"
#include "core/evaluation/shown_image.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace elbo {
namespace {

/// What is known of one image beside its values.
struct Truth {
    std::string name;
    at::Tensor unit;    ///< [C+D,H,W] in [0, 1]
    at::Tensor ranges;  ///< [C+D,2]
    bool metric = false;
    bool hasDepth = false;
};

Reconstruction described(const Truth& truth, const at::Tensor& unit, double reportedFactor)
{
    Reconstruction result;
    result.name = truth.name;
    const auto colors = unit.size(0) - (truth.hasDepth ? 1 : 0);
    const ShownRanges ranges{.ranges = truth.ranges, .hasDepth = truth.hasDepth, .metric = truth.metric};
    auto shownTruth = shownImage(truth.unit, ranges);
    auto shown = shownImage(unit, ranges);
    result.truthColor = std::move(shownTruth.color);
    result.color = std::move(shown.color);
    result.truthDepth = std::move(shownTruth.depth);
    result.depth = std::move(shown.depth);
    const auto squares =
        reportedFactor * (truth.unit - unit).square().flatten(1).to(at::kDouble).sum(1);  // [C+D]
    result.mse = squares.sum().item<double>();
    result.mseColor = squares.narrow(0, 0, colors).sum().item<double>();
    result.psnr = psnr(truth.unit.unsqueeze(0), unit.unsqueeze(0)).item<double>();
    result.ssim = ssim(truth.unit.unsqueeze(0), unit.unsqueeze(0)).item<double>();
    if (truth.hasDepth) {
        result.metric = truth.metric;
        result.mseDepth = squares[colors].item<double>();
        if (truth.metric) {
            const double span = (truth.ranges[colors][1] - truth.ranges[colors][0]).item<double>();
            const auto error = (truth.unit[colors] - unit[colors]).to(at::kDouble) * span;
            result.depthRmse = std::sqrt(error.square().mean().item<double>());
        }
    }
    return result;
}

/// Classes to encode and to decode with.
struct Classes {
    at::Tensor own, shown;
};

Classes classesOf(const Vae& model, const Batch& batch, const std::optional<std::int64_t>& asClass)
{
    if (!model.needsLabels()) {
        return {batch.labels, batch.labels};
    }
    if (asClass && (*asClass < 0 || *asClass >= model.shape().classes)) {
        throw Error(ErrorCode::BadSetting, "The model has no class " + std::to_string(*asClass) +
                                               ": choose one from 0 to " +
                                               std::to_string(model.shape().classes - 1) + ".");
    }
    const auto options = at::TensorOptions(batch.x.device()).dtype(at::kLong);
    const auto shown = asClass ? at::full({batch.x.size(0)}, *asClass, options) : batch.labels;
    auto own = batch.labels.defined() ? batch.labels : shown;
    if (own.defined() && shown.defined()) {
        own = at::where(own.lt(0), shown, own);
    }
    if (!own.defined() || own.lt(0).any().item<bool>()) {
        throw Error(ErrorCode::BadData,
                    "The model is given the class of an image, and this one's is not known: choose a class.");
    }
    return {own, shown};
}

/// The network's answer to images in its value range, in [0, 1] on the CPU.
at::Tensor answer(Vae& model, const Batch& batch, const at::Tensor& noise,
                  const std::optional<std::int64_t>& asClass)
{
    const auto classes = classesOf(model, batch, asClass);
    const Posterior posterior = model.encode({.x = batch.x, .labels = classes.own});
    const auto z =
        noise.defined() ? posterior.mean + posterior.std * noise.to(posterior.mean.device()) : posterior.mean;
    return toUnitRange(model.decode(z, classes.shown), model.valueRange()).clamp(0, 1).cpu().contiguous();
}

/// Sums of squares in [0, 1] times this are in the reported range.
double unitFactor(const Vae& model)
{
    return reportedMseFactor(model.shape(), ValueRange::Unit);
}

}  // namespace

std::vector<Reconstruction> reconstruct(Vae& model, const Dataset& data,
                                        const std::vector<std::int64_t>& indices,
                                        const ReconstructionOptions& options)
{
    constexpr std::size_t kBatch = 50;
    checkShape(model, data.shape());
    const EvaluationMode mode(model);
    const c10::AutoGradMode noGrad(false);
    std::vector<Reconstruction> results;
    for (std::size_t begin = 0; begin < indices.size(); begin += kBatch) {
        const auto some = std::span(indices).subspan(begin, std::min(kBatch, indices.size() - begin));
        for (const std::int64_t index : some) {
            if (index < 0 || index >= data.size()) {
                throw Error(ErrorCode::BadSetting, "There is no image " + std::to_string(index) +
                                                       " in the data; choose one from 0 to " +
                                                       std::to_string(data.size() - 1) + ".");
            }
        }
        const Batch batch = batchOf(data, some, model);
        const auto noise = options.sample
                               ? noiseOf(some, options.seed, RandomPurpose::Sampling, model.noiseSize())
                               : at::Tensor();
        const auto unit = answer(model, batch, noise, options.asClass);
        const auto truths = imageValues(data, {some.begin(), some.end()});
        for (std::size_t i = 0; i < some.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            const Truth truth{.name = data.names.at(static_cast<std::size_t>(some[i])),
                              .unit = truths[row],
                              .ranges = data.ranges[some[i]],
                              .metric = data.metricDepth,
                              .hasDepth = model.shape().hasDepth};
            results.push_back(described(truth, unit[row], unitFactor(model)));
        }
    }
    return results;
}

Reconstruction reconstruct(Vae& model, const PreparedImage& image, const std::string& name, bool metric,
                           std::optional<std::int64_t> label, const ReconstructionOptions& options)
{
    const EvaluationMode mode(model);
    const c10::AutoGradMode noGrad(false);
    const Batch batch = batchOf(image, label, model);
    const auto values = valuesFromCodes(image.color.unsqueeze(0),
                                        image.depth.defined() ? image.depth.unsqueeze(0) : at::Tensor());
    const std::int64_t position = 0;
    const auto noise = options.sample ? noiseOf(std::span(&position, 1), options.seed,
                                                RandomPurpose::Sampling, model.noiseSize())
                                      : at::Tensor();
    const Truth truth{.name = name,
                      .unit = values[0],
                      .ranges = image.ranges,
                      .metric = metric,
                      .hasDepth = model.shape().hasDepth};
    return described(truth, answer(model, batch, noise, options.asClass)[0], unitFactor(model));
}

namespace {

/// The part of [C,H,W] that shows the picture that was given, in its proportions.
at::Tensor undone(const at::Tensor& image, const FitUndo& undo)
{
    const auto part =
        image.narrow(1, undo.top, undo.part.height).narrow(2, undo.left, undo.part.width).to(at::kFloat);
    if (undo.part == undo.shown)
        return part;
    // Bicubic overshoots at edges.
    return resizeImage(part.contiguous(), undo.shown, Resizing::Bicubic)
        .clamp(part.min().item<float>(), part.max().item<float>());
}

Image8 undone(const Image8& image, const FitUndo& undo)
{
    return toPicture(undone(toTensor(image), undo).round().to(at::kByte));
}

ImageF undone(const ImageF& image, const FitUndo& undo)
{
    return toImage(undone(toTensor(image).unsqueeze(0), undo)[0]);
}

}  // namespace

Reconstruction reconstructSource(Vae& model, const SourceImage& image, bool storedUnchanged,
                                 const std::string& name, bool metric, const ReconstructionOptions& options)
{
    const auto shape = model.shape();
    const auto prepared = prepareImage(image, shape, storedUnchanged, options.fit);
    auto result = reconstruct(model, prepared, name, metric, std::nullopt, options);
    const ImageSize given{static_cast<int>(image.color.size(2)), static_cast<int>(image.color.size(1))};
    const ImageSize network{static_cast<int>(shape.width), static_cast<int>(shape.height)};
    const auto undo = undoOf(options.fit, given, network);
    if (undo == FitUndo{.left = 0, .top = 0, .part = network, .shown = network})
        return result;
    for (auto* picture : {&result.truthColor, &result.color})
        *picture = undone(*picture, undo);
    for (auto* depth : {&result.truthDepth, &result.depth}) {
        if (!depth->empty())
            *depth = undone(*depth, undo);
    }
    return result;
}

}  // namespace elbo
