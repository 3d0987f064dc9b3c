// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/published.h"

#include "core/models/model_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace elbo {
namespace {

using Shape = std::vector<std::int64_t>;
constexpr std::int64_t kMostSide = 1 << 14;

/// The tensors of a file by name. Expecting one takes it, so that in the end none may be left.
class Tensors {
public:
    explicit Tensors(const std::vector<TensorInfo>& tensors)
    {
        for (const TensorInfo& tensor : tensors) {
            m_shapes[tensor.name] = tensor.shape;
        }
    }
    /// A side of a tensor; 0 when there is none, which fits nowhere.
    [[nodiscard]] std::int64_t side(const std::string& name, std::size_t dimension) const
    {
        const auto found = m_shapes.find(name);
        return found == m_shapes.end() || dimension >= found->second.size() ? 0 : found->second[dimension];
    }
    [[nodiscard]] bool take(const std::string& name, const Shape& shape)
    {
        const auto found = m_shapes.find(name);
        if (found == m_shapes.end() || found->second != shape) {
            return false;
        }
        m_shapes.erase(found);
        return true;
    }
    [[nodiscard]] bool takeLayer(const std::string& name, const Shape& weight)
    {
        return take(name + ".weight", weight) && take(name + ".bias", {weight.front()});
    }
    [[nodiscard]] bool takeNorm(const std::string& name, std::int64_t channels)
    {
        return take(name + ".weight", {channels}) && take(name + ".bias", {channels}) &&
               take(name + ".running_mean", {channels}) && take(name + ".running_var", {channels}) &&
               take(name + ".num_batches_tracked", {});
    }
    [[nodiscard]] bool empty() const { return m_shapes.empty(); }

private:
    std::map<std::string, Shape> m_shapes;
};

/// The side of a square of so many pixels; nothing when it is none.
std::optional<std::int64_t> squareSide(std::int64_t pixels)
{
    const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(pixels))));
    return side >= 1 && side <= kMostSide && side * side == pixels ? std::optional(side) : std::nullopt;
}

ImageShape squareImages(std::int64_t channels, std::int64_t side)
{
    return {.channels = channels,
            .height = side,
            .width = side,
            .classes = 0,
            .hasDepth = channels == 4 || channels == 2};
}

std::optional<ImageShape> imagesOf(std::int64_t values)
{
    constexpr std::int64_t kMnist = 28;
    if (values == kMnist * kMnist) {
        return squareImages(1, kMnist);
    }
    for (const std::int64_t channels : {4, 3, 1}) {
        if (values % channels == 0) {
            if (const auto side = squareSide(values / channels)) {
                return squareImages(channels, *side);
            }
        }
    }
    return std::nullopt;
}

std::optional<PublishedModel> readFcVae(Tensors& tensors)
{
    const std::int64_t hidden = tensors.side("encoder.0.weight", 0);
    const std::int64_t values = tensors.side("encoder.0.weight", 1);
    const std::int64_t latent = tensors.side("decoder.0.weight", 1);
    const auto images = imagesOf(values);
    if (!images || !tensors.takeLayer("encoder.0", {hidden, values}) ||
        !tensors.takeLayer("encoder.2", {2 * latent, hidden}) ||
        !tensors.takeLayer("decoder.0", {hidden, latent}) ||
        !tensors.takeLayer("decoder.2", {values, hidden})) {
        return std::nullopt;
    }
    PublishedModel model{.config = {}, .shape = *images};
    model.config.fields.set("latent_size", latent);
    model.config.fields.set("hidden_size", hidden);
    return model;
}

std::optional<PublishedModel> readConditionalVae(Tensors& tensors)
{
    const std::int64_t values = tensors.side("fc6.weight", 0);
    const std::int64_t first = tensors.side("fc1.weight", 0);
    const std::int64_t second = tensors.side("fc2.weight", 0);
    const std::int64_t latent = tensors.side("fc31.weight", 0);
    const std::int64_t classes = tensors.side("fc4.weight", 1) - latent;
    const auto images = imagesOf(values);
    if (!images || classes < 1 || !tensors.takeLayer("fc1", {first, values + classes}) ||
        !tensors.takeLayer("fc2", {second, first}) || !tensors.takeLayer("fc31", {latent, second}) ||
        !tensors.takeLayer("fc32", {latent, second}) ||
        !tensors.takeLayer("fc4", {second, latent + classes}) || !tensors.takeLayer("fc5", {first, second}) ||
        !tensors.takeLayer("fc6", {values, first})) {
        return std::nullopt;
    }
    PublishedModel model{.config = {}, .shape = *images};
    model.shape.classes = classes;
    model.config.fields.set("latent_size", latent);
    model.config.fields.set("first_hidden", first);
    model.config.fields.set("second_hidden", second);
    return model;
}

std::optional<PublishedModel> readRgbdVae(Tensors& tensors)
{
    constexpr std::int64_t kReduction = 32;
    const std::int64_t filters = tensors.side("encoder.convs.0.0.weight", 0);
    const std::int64_t channels = tensors.side("encoder.convs.0.0.weight", 1);
    const std::int64_t decoderFilters = tensors.side("decoder.convs.3.1.weight", 0);
    const std::int64_t latent = tensors.side("decoder.fc.weight", 1);
    const std::int64_t flat = tensors.side("encoder.fc1.weight", 1);
    const auto cells =
        filters > 0 && flat % (8 * filters) == 0 ? squareSide(flat / (8 * filters)) : std::nullopt;
    if (!cells || channels < 1 || channels > 4 || decoderFilters < 1) {
        return std::nullopt;
    }
    std::int64_t inputs = channels;
    int block = 0;
    for (const std::int64_t factor : {1, 2, 4, 8, 8}) {
        const std::string name = "encoder.convs." + std::to_string(block++);
        if (!tensors.takeLayer(name + ".0", {factor * filters, inputs, 4, 4}) ||
            !tensors.takeNorm(name + ".1", factor * filters)) {
            return std::nullopt;
        }
        inputs = factor * filters;
    }
    inputs = 8 * decoderFilters;
    if (!tensors.takeLayer("encoder.fc1", {2 * latent, flat}) ||
        !tensors.takeLayer("decoder.fc", {inputs * *cells * *cells, latent})) {
        return std::nullopt;
    }
    block = 0;
    for (const std::int64_t factor : {8, 4, 2, 1}) {
        const std::string name = "decoder.convs." + std::to_string(block++);
        if (!tensors.takeLayer(name + ".1", {factor * decoderFilters, inputs, 3, 3}) ||
            !tensors.takeNorm(name + ".2", factor * decoderFilters)) {
            return std::nullopt;
        }
        inputs = factor * decoderFilters;
    }
    if (!tensors.takeLayer("decoder.convs.4.1", {channels, inputs, 3, 3})) {
        return std::nullopt;
    }
    // MNIST's images are padded to 32x32, so the weights are those of either; digits are the likelier.
    const std::int64_t side = channels == 1 && *cells == 1 ? 28 : kReduction * *cells;
    PublishedModel model{.config = {}, .shape = squareImages(channels, side)};
    model.config.fields.set("latent_size", latent);
    model.config.fields.set("encoder_filters", filters);
    model.config.fields.set("decoder_filters", decoderFilters);
    return model;
}

/// A layout: the model's key, and what reads fields and images from the shapes. Names are those of our
/// networks.
struct Layout {
    std::string_view key;
    std::optional<PublishedModel> (*read)(Tensors& tensors);
};
constexpr std::array kLayouts{
    Layout{"rgbd-vae", readRgbdVae},
    Layout{"fc-vae", readFcVae},
    Layout{"conditional-vae", readConditionalVae},
};

}  // namespace

std::optional<PublishedModel> recognisePublished(const std::vector<TensorInfo>& tensors)
{
    for (const Layout& layout : kLayouts) {
        if (std::ranges::find(modelInfos(), layout.key, &ModelInfo::key) == modelInfos().end()) {
            continue;  // a layout is told only where its network can be made
        }
        Tensors left(tensors);
        auto model = layout.read(left);
        if (!model || !left.empty()) {
            continue;
        }
        model->config.key = layout.key;
        if (problems(model->config).empty()) {  // sizes that no field takes are another network's
            return model;
        }
    }
    return std::nullopt;
}

}  // namespace elbo
