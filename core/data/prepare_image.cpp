// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/prepare_image.h"

#include "core/base/error.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

std::string sidesText(std::int64_t width, std::int64_t height)
{
    return std::to_string(width) + "x" + std::to_string(height);
}

void checkAspect(const at::Tensor& color, const at::Tensor& depth)
{
    const auto width = color.size(2);
    const auto height = color.size(1);
    const double colorAspect = static_cast<double>(width) / static_cast<double>(height);
    const double depthAspect = static_cast<double>(depth.size(1)) / static_cast<double>(depth.size(0));
    if (std::abs(depthAspect / colorAspect - 1.0) > 0.01) {
        throw Error(ErrorCode::BadData, "colour is " + sidesText(width, height) + " but depth is " +
                                            sidesText(depth.size(1), depth.size(0)) +
                                            ": crop them to the same aspect");
    }
}

/// [C,2] minimum and maximum of each channel.
at::Tensor channelRanges(const at::Tensor& image)
{
    const auto flat = image.flatten(1);
    return at::stack({flat.amin(1), flat.amax(1)}, 1);
}

std::string channelName(std::int64_t channel, std::int64_t channels)
{
    if (channels == 1)
        return "the grey channel";
    return channel == 0 ? "the red channel" : (channel == 1 ? "the green channel" : "the blue channel");
}

void prepareColor(const SourceImage& source, const ImageSize& size, const ImageRecipe& recipe,
                  PreparedImage& out)
{
    const auto channels = source.color.size(0);
    if (recipe.storeUnchanged) {
        out.ranges = at::tensor({0.0F, 255.0F}).expand({channels, 2});
        const bool asItIs = source.color.scalar_type() == at::kByte && source.color.size(1) == size.height &&
                            source.color.size(2) == size.width;
        out.color = asItIs ? source.color
                           : resizeImage(source.color.to(at::kFloat), size, recipe.resizing)
                                 .clamp(0.0, 255.0)
                                 .round()
                                 .to(at::kByte);
        return;
    }
    const auto original = source.color.to(at::kFloat);
    const auto image = resizeImage(original, size, recipe.resizing).clamp(0.0, 255.0);
    const auto given = channelRanges(original);
    for (std::int64_t c = 0; c < channels; ++c) {
        const float value = given[c][0].item<float>();
        if (value == given[c][1].item<float>()) {
            image[c].fill_(value);  // interpolation rounds: its noise must not be stretched to a picture
            out.problems.push_back(channelName(c, channels) + " has one value everywhere");
        }
    }
    out.ranges = channelRanges(image);
    const auto low = out.ranges.select(1, 0).view({-1, 1, 1});
    const auto span = out.ranges.select(1, 1).view({-1, 1, 1}) - low;
    out.color = ((image - low) / span.clamp_min(1e-12) * 255.0).round().clamp(0.0, 255.0).to(at::kByte);
}

/// Holes are filled before any resizing, so that edges of the colour are where they were seen.
at::Tensor withoutHoles(const at::Tensor& depth, const at::Tensor& color, const ImageRecipe& recipe)
{
    if (!recipe.filler || validDepth(depth).all().item<bool>())
        return fillNearest(depth);
    const ImageSize sides{static_cast<int>(depth.size(1)), static_cast<int>(depth.size(0))};
    const auto guide = resizeImage(color.to(at::kFloat), sides, Resizing::Bicubic).clamp(0.0, 255.0);
    return recipe.filler(depth, guide, recipe.stop);
}

/// Codes 1..65535 over the valid range, 0 for holes; appends the range. @return some code is a hole
bool prepareDepth(const at::Tensor& depth, const at::Tensor& color, const ImageSize& size,
                  const ImageRecipe& recipe, PreparedImage& out)
{
    const auto known = validDepth(depth);
    const auto values = depth.masked_select(known);
    if (values.numel() == 0)
        throw Error(ErrorCode::BadData, "its depth image has no valid value");
    at::Tensor image;
    if (recipe.fillHoles) {
        const auto filled = withoutHoles(depth, color, recipe).unsqueeze(0);
        // Bicubic overshoots at edges. Below it stays, as imresize leaves it, but a depth is never 0 or less;
        // above it is cut: nothing is deeper than what was seen.
        const double least = values.min().item<double>();
        const double most = values.max().item<double>();
        image = resizeImage(filled, size, recipe.resizing)
                    .squeeze(0)
                    .clamp(least < most ? 0.25 * least : least, most);
    } else {
        image = resizeNearest(depth.where(known, at::zeros_like(depth)), size);
    }
    const auto mask = validDepth(image);
    const auto left = image.masked_select(mask);
    if (left.numel() == 0)
        throw Error(ErrorCode::BadData, "its depth image has no valid value left at this size");
    // Double: a float32 has 24 bits, too few to tell the neighbours of 65,534 steps apart after a
    // subtraction.
    const double low = left.min().item<double>();
    const double span = left.max().item<double>() - low;
    const auto codes =
        ((image.to(at::kDouble) - low) / std::max(span, 1e-12) * 65534.0).round().clamp(0.0, 65534.0) + 1.0;
    // Through int32 to the same bits as int16: LibTorch has no rounding conversion to uint16 on every device.
    const auto bits = codes.where(mask, at::zeros_like(codes)).to(at::kInt);
    out.depth = bits.to(at::kShort).view(at::kUInt16).unsqueeze(0);
    if (span <= 0.0)
        out.problems.emplace_back("the depth has one value everywhere");
    out.ranges = at::cat({out.ranges, at::tensor({low, low + span}, at::kFloat).unsqueeze(0)}, 0);
    return !mask.all().item<bool>();
}

}  // namespace

RecipeResult applyRecipe(const SourceImage& source, const ImageRecipe& recipe)
{
    if (source.depth.defined())
        checkAspect(source.color, source.depth);
    const auto width = source.color.size(2);
    const auto height = source.color.size(1);
    const auto size = recipe.size.value_or(ImageSize{static_cast<int>(width), static_cast<int>(height)});
    RecipeResult result;
    prepareColor(source, size, recipe, result.image);
    if (source.depth.defined())
        result.holes = prepareDepth(source.depth, source.color, size, recipe, result.image);
    if (auto k = recipe.intrinsics.has_value() ? recipe.intrinsics : source.intrinsics) {
        const double across = static_cast<double>(size.width) / static_cast<double>(width);
        const double down = static_cast<double>(size.height) / static_cast<double>(height);
        // The centre moves with the pixels' edges, which lie half a pixel before their centres.
        result.intrinsics = {
            {(*k)[0] * across, (*k)[1] * down, ((*k)[2] + 0.5) * across - 0.5, ((*k)[3] + 0.5) * down - 0.5}};
    }
    return result;
}

namespace {

/// The picture [...,H,W] with that aspect: its middle, or with its edges repeated.
at::Tensor withAspect(const at::Tensor& image, double aspect, Fit fit)
{
    const auto height = image.size(-2);
    const auto width = image.size(-1);
    const auto wanted = [fit](std::int64_t has, double other) {
        const auto exact = std::max<std::int64_t>(1, std::llround(other));
        return fit == Fit::Crop ? std::min(has, exact) : std::max(has, exact);
    };
    const auto places = [](std::int64_t has, std::int64_t wants) {
        return at::arange(wants, at::kLong).add((has - wants) / 2).clamp(0, has - 1);
    };
    const auto newHeight = wanted(height, static_cast<double>(width) / aspect);
    const auto newWidth = wanted(width, static_cast<double>(height) * aspect);
    return image.index_select(-2, places(height, newHeight)).index_select(-1, places(width, newWidth));
}

}  // namespace

PreparedImage prepareImage(const SourceImage& image, const ImageShape& shape, bool storedUnchanged, Fit fit)
{
    const auto channels = shape.channels - (shape.hasDepth ? 1 : 0);
    if (shape.hasDepth && !image.depth.defined())
        throw Error(ErrorCode::BadData,
                    "This model needs depth: add the depth image that belongs to the colour image.");
    SourceImage fitted = image;
    if (channels == 3 && image.color.size(0) == 1)
        fitted.color = image.color.expand({3, image.color.size(1), image.color.size(2)});
    else if (channels == 1 && image.color.size(0) == 3)
        fitted.color = image.color.to(at::kFloat).mean(0, /*keepdim=*/true);
    if (!shape.hasDepth)
        fitted.depth = at::Tensor();
    if (fit != Fit::Stretch) {
        if (fitted.depth.defined())
            checkAspect(fitted.color, fitted.depth);  // afterwards they agree whatever was given
        const double aspect = static_cast<double>(shape.width) / static_cast<double>(shape.height);
        fitted.color = withAspect(fitted.color, aspect, fit);
        if (fitted.depth.defined())
            fitted.depth = withAspect(fitted.depth, aspect, fit);
    }
    ImageRecipe recipe;
    recipe.size = ImageSize{static_cast<int>(shape.width), static_cast<int>(shape.height)};
    recipe.storeUnchanged = storedUnchanged;
    return applyRecipe(fitted, recipe).image;
}

}  // namespace elbo
