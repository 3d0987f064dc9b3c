// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/batches.h"

#include "core/base/error.h"
#include "core/data/binarise.h"
#include "core/data/preparation.h"

#include <ATen/Functions.h>

#include <string>
#include <vector>

namespace elbo {
namespace {

std::string shapeText(const ImageShape& shape)
{
    return std::to_string(shape.width) + "x" + std::to_string(shape.height) + " with " +
           std::to_string(shape.channels) + (shape.channels == 1 ? " channel" : " channels") +
           (shape.hasDepth ? " (the last is depth)" : "");
}

}  // namespace

at::Tensor toValueRange(const at::Tensor& unit, ValueRange range)
{
    return range == ValueRange::Symmetric ? unit * 2.0 - 1.0 : unit;
}

at::Tensor toUnitRange(const at::Tensor& values, ValueRange range)
{
    return range == ValueRange::Symmetric ? (values + 1.0) * 0.5 : values;
}

c10::Device deviceOf(const Vae& model)
{
    const auto parameters = model.parameters();
    if (!parameters.empty()) {
        return parameters.front().device();
    }
    const auto buffers = model.buffers();  // a closed form has nothing else
    return buffers.empty() ? c10::Device(c10::kCPU) : buffers.front().device();
}

Batch batchOf(const Dataset& data, std::span<const std::int64_t> indices, const Vae& model)
{
    const std::vector<std::int64_t> chosen(indices.begin(), indices.end());
    const auto device = deviceOf(model);
    Batch batch{.x = toValueRange(imageValues(data, chosen).to(device), model.valueRange()), .labels = {}};
    if (model.hasBinaryData()) {
        batch.x = binarisedForTest(batch.x, indices);
    }
    if (data.labels.defined()) {
        batch.labels = data.labels.index_select(0, at::tensor(chosen, at::kLong)).to(device);
    }
    return batch;
}

Batch batchOf(const PreparedImage& image, std::optional<std::int64_t> label, const Vae& model)
{
    const bool hasDepth = image.depth.defined();
    checkShape(model, {.channels = image.color.size(0) + (hasDepth ? 1 : 0),
                       .height = image.color.size(1),
                       .width = image.color.size(2),
                       .classes = 0,
                       .hasDepth = hasDepth});
    const auto device = deviceOf(model);
    const auto values =
        valuesFromCodes(image.color.unsqueeze(0), hasDepth ? image.depth.unsqueeze(0) : at::Tensor());
    Batch batch{.x = toValueRange(values.to(device), model.valueRange()), .labels = {}};
    if (label) {
        batch.labels = at::full({1}, *label, at::TensorOptions(device).dtype(at::kLong));
    }
    return batch;
}

at::Tensor noiseOf(std::span<const std::int64_t> indices, std::uint64_t seed, RandomPurpose purpose,
                   std::int64_t columns)
{
    auto noise = at::empty({static_cast<std::int64_t>(indices.size()), columns}, at::kFloat);
    for (std::size_t row = 0; row < indices.size(); ++row) {
        noise[static_cast<std::int64_t>(row)].copy_(
            normalNoise(seed, purpose, 0, indices[row], 1, columns)[0]);
    }
    return noise;
}

void checkShape(const Vae& model, const ImageShape& data)
{
    const ImageShape& made = model.shape();
    if (made.channels != data.channels || made.height != data.height || made.width != data.width ||
        made.hasDepth != data.hasDepth) {
        throw Error(ErrorCode::BadSetting, "The model was made for images of " + shapeText(made) +
                                               ", the data are " + shapeText(data) +
                                               "; prepare the data like the set it was trained on.");
    }
}

}  // namespace elbo
