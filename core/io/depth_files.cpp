// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/depth_files.h"

#include "core/base/color_map.h"
#include "core/base/error.h"
#include "core/data/resize.h"
#include "core/io/images.h"
#include "core/io/npy.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>

namespace elbo {

namespace {

constexpr double kMillimetresAMetre = 1000;
constexpr double kLargestCode = 65534;  ///< 65535 means no value
constexpr double kAspectTolerance = 0.01;

}  // namespace

std::vector<std::filesystem::path> writeDepth(const std::filesystem::path& folder, const std::string& stem,
                                              const at::Tensor& metres)
{
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        throw fileError(problem.value(), "create", folder.string());
    const auto values = toImage(metres);
    const std::vector<std::filesystem::path> files{
        folder / (stem + ".depth.png"), folder / (stem + ".depth.npy"), folder / (stem + ".depth.jpg")};
    {
        auto millimetres = values;
        for (auto& value : millimetres.values)
            value = static_cast<float>(std::min(value * kMillimetresAMetre, kLargestCode));
        writePng16(files[0], millimetres);
    }
    writeNpy(files[1], values);
    // Not by tensors: of the largest picture that is read each would be another gigabyte.
    float low = std::numeric_limits<float>::infinity(), high = 0;
    for (const float value : values.values) {
        if (std::isfinite(value) && value > 0) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    const bool any = high > 0;
    writeJpeg(files[2], applyColorMap(values, findColorMap("turbo"), any ? low : 0.0F, any ? high : 1.0F));
    return files;
}

DepthFile readDepthFile(const std::filesystem::path& file, std::optional<double> depthScale)
{
    DepthFile read;
    if (file.extension() == ".npy") {
        auto depth = toTensor(readNpy(file));
        if (depthScale)
            depth = depth / *depthScale;
        read = {at::where(validDepth(depth), depth, at::zeros({}, at::kFloat)), true};
    } else {
        const auto picture = readDepth(file, depthScale);
        read = {picture.depth, picture.metric};
    }
    if (!validDepth(read.depth).any().item<bool>())
        throw Error(ErrorCode::BadData,
                    file.string() +
                        " holds no depth: all of its values are zero or no numbers; choose another file.");
    return read;
}

at::Tensor atColorSize(const at::Tensor& depth, std::int64_t width, std::int64_t height,
                       const std::filesystem::path& file)
{
    if (depth.size(0) == height && depth.size(1) == width)
        return depth;
    const double aspect = static_cast<double>(width) / static_cast<double>(height);
    const double own = static_cast<double>(depth.size(1)) / static_cast<double>(depth.size(0));
    if (std::abs(own / aspect - 1) > kAspectTolerance)
        throw Error(ErrorCode::BadData, file.string() + " is " + std::to_string(depth.size(1)) + "x" +
                                            std::to_string(depth.size(0)) + " and its colour " +
                                            std::to_string(width) + "x" + std::to_string(height) +
                                            ": their proportions must agree within 1 %.");
    return resizeNearest(depth, {static_cast<int>(width), static_cast<int>(height)});
}

}  // namespace elbo
