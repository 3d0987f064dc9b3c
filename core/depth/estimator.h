// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/device.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// A network that tells depth from one colour image.
class DepthEstimator {
public:
    DepthEstimator() = default;
    virtual ~DepthEstimator() = default;
    DepthEstimator(const DepthEstimator&) = delete;
    DepthEstimator& operator=(const DepthEstimator&) = delete;

    /// Any size: resized or padded for the network, the depth brought back to the image's size (models.md,
    /// Geometry).
    /// @param color  uint8 [3,H,W] or [1,H,W] (grey is repeated), on the CPU
    /// @return float32 [H,W] on the CPU, metres, above 0
    [[nodiscard]] virtual at::Tensor estimate(const at::Tensor& color) = 0;
    /// What was noticed about its weights ("7 entries of the file were not used"); mostly empty.
    [[nodiscard]] virtual const std::string& note() const = 0;
    [[nodiscard]] virtual std::int64_t parameterCount() const = 0;
};

/// The part of a registry entry that lists and forms need; free of LibTorch.
struct DepthEstimatorInfo {
    std::string key = {};      ///< written into files: never renamed
    std::string title = {};    ///< "BTS, DenseNet-161"
    std::string source = {};   ///< the paper it follows
    std::string encoder = {};  ///< of BTS; empty else
    bool bundled = false;      ///< its weights come with the program
};

struct DepthEstimatorOptions {
    std::filesystem::path weights;  ///< empty: the bundled ones
    double maxDepth = 10;           ///< metres; of BTS: 10 for NYU's weights, 80 for KITTI's
    /// Pixels; of BTS: depth is scaled by it over 715.0873, as KITTI's weights need. Nothing: not scaled.
    std::optional<double> focal = {};
    bool flip = false;  ///< mean of the depth of the image and of its mirror image
    c10::Device device = c10::Device(c10::kCPU);
    Precision precision = Precision::Float32;
};

/// Every estimator there is, in the order in which lists show them; the first is the default.
[[nodiscard]] const std::vector<DepthEstimatorInfo>& depthEstimatorInfos();
/// @throws Error(BadSetting) that lists the keys there are
[[nodiscard]] const DepthEstimatorInfo& findDepthEstimatorInfo(std::string_view key);
/// On a CPU the process keeps freed memory from then on (keepFreedMemory()).
/// @throws Error(BadSetting) for an unknown key, wrong options, and an estimator without weights of its own;
/// Error(BadFile) for weights that are damaged, of another network (says which it looks like) or incomplete
[[nodiscard]] std::unique_ptr<DepthEstimator> makeDepthEstimator(std::string_view key,
                                                                 const DepthEstimatorOptions& options);

}  // namespace elbo
