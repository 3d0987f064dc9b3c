// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/decoding.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/evaluation/batches.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <string>

namespace elbo {

namespace {

constexpr std::int64_t kBatch = 50;

at::Tensor labelsOf(const Vae& model, std::int64_t count, std::optional<std::int64_t> shownClass)
{
    if (!model.needsLabels())
        return {};
    const auto classes = model.shape().classes;
    if (!shownClass || *shownClass < 0 || *shownClass >= classes)
        throw Error(ErrorCode::BadSetting, "The model decodes as a class: choose one from 0 to " +
                                               std::to_string(classes - 1) + ".");
    return at::full({count}, *shownClass, at::TensorOptions(deviceOf(model)).dtype(at::kLong));
}

}  // namespace

at::Tensor decodeCodes(Vae& model, const at::Tensor& z, std::optional<std::int64_t> shownClass,
                       const std::stop_token& stop)
{
    if (z.dim() != 2 || z.size(1) != model.latentSize())
        throw Error(ErrorCode::BadSetting, "The codes of this model have " +
                                               std::to_string(model.latentSize()) + " numbers, not " +
                                               std::to_string(z.size(-1)) + ": give codes of that length.");
    const EvaluationMode mode(model);
    const c10::AutoGradMode noGradient(false);
    const auto device = deviceOf(model);
    std::vector<at::Tensor> images;
    for (std::int64_t first = 0; first < z.size(0); first += kBatch) {
        throwIfStopped(stop);
        const auto count = std::min(kBatch, z.size(0) - first);
        const auto decoded =
            model.decode(z.narrow(0, first, count).to(device), labelsOf(model, count, shownClass));
        images.push_back(toUnitRange(decoded.to(at::kFloat), model.valueRange()).clamp(0, 1).cpu());
    }
    const auto& shape = model.shape();
    return images.empty() ? at::zeros({0, shape.channels, shape.height, shape.width}, at::kFloat)
                          : at::cat(images).contiguous();
}

std::vector<ShownImage> shownCodes(Vae& model, const at::Tensor& z, std::optional<std::int64_t> shownClass,
                                   const ShownRanges& ranges, const std::stop_token& stop)
{
    const auto images = decodeCodes(model, z, shownClass, stop);
    std::vector<ShownImage> shown;
    for (std::int64_t i = 0; i < images.size(0); ++i)
        shown.push_back(shownImage(images[i], ranges));
    return shown;
}

}  // namespace elbo
