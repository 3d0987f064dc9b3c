// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/estimator.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/depth/bts.h"
#include "core/depth/bundled_weights.h"
#include "core/depth/depth_weights.h"
#include "core/depth/meter.h"
#include "core/nn/autocast.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace elbo {

namespace {

constexpr std::int64_t kBtsMultiple = 32;
constexpr std::int64_t kBtsLargest = 1216;  ///< longest side that is not resampled, pixels
constexpr double kKittiFocal = 715.0873;    ///< pixels
constexpr double kCentimetresAMetre = 100;
constexpr float kLeastDepth = 1e-3F;  ///< metres; METER's output has no lower bound of its own

at::Tensor bilinear(const at::Tensor& x, std::int64_t height, std::int64_t width, bool antialiased)
{
    return antialiased ? at::_upsample_bilinear2d_aa(x, {height, width}, false)
                       : at::upsample_bilinear2d(x, {height, width}, false);
}

/// What all estimators share: the image as a batch in [0, 1], the mirrored one, device and precision.
class NetworkEstimator : public DepthEstimator {
public:
    NetworkEstimator(std::shared_ptr<torch::nn::Module> network, const DepthEstimatorOptions& options)
        : m_network(std::move(network)), m_options(options)
    {
        m_network->eval();
        m_network->to(options.device);
    }

    at::Tensor estimate(const at::Tensor& color) override
    {
        if (color.dim() != 3 || color.scalar_type() != at::kByte ||
            (color.size(0) != 3 && color.size(0) != 1) || color.numel() == 0)
            throw Error(ErrorCode::BadData, "Depth is estimated from a colour or grey picture of 8 bits.");
        const c10::AutoGradMode without(false);
        auto unit = color.unsqueeze(0).to(m_options.device).to(at::kFloat).div(255.0);
        if (color.size(0) == 1)
            unit = unit.expand({1, 3, unit.size(2), unit.size(3)});
        const Autocast precision(m_options.device, m_options.precision);
        auto depth = metres(unit);
        if (m_options.flip)
            depth = 0.5 * (depth + metres(unit.flip(3)).flip(3));
        return depth.view({color.size(1), color.size(2)}).clamp_min(kLeastDepth).cpu();
    }
    [[nodiscard]] const std::string& note() const override { return m_note; }
    [[nodiscard]] std::int64_t parameterCount() const override
    {
        std::int64_t count = 0;
        for (const auto& parameter : m_network->parameters())
            count += parameter.numel();
        return count;
    }
    void setNote(std::string note) { m_note = std::move(note); }

protected:
    /// @param unit  float32 [1,3,H,W] in [0, 1]  @return float32 [1,1,H,W], metres
    [[nodiscard]] virtual at::Tensor metres(const at::Tensor& unit) = 0;
    [[nodiscard]] const DepthEstimatorOptions& options() const { return m_options; }

private:
    std::shared_ptr<torch::nn::Module> m_network;
    DepthEstimatorOptions m_options;
    std::string m_note;
};

class MeterEstimator : public NetworkEstimator {
public:
    MeterEstimator(std::shared_ptr<MeterXxs> network, const DepthEstimatorOptions& options)
        : NetworkEstimator(network, options), m_network(std::move(network))
    {
    }

private:
    at::Tensor metres(const at::Tensor& unit) override
    {
        const auto seen = bilinear(unit.contiguous(), MeterXxs::kHeight, MeterXxs::kWidth, true)
                              .contiguous(at::MemoryFormat::ChannelsLast);
        const auto centimetres = m_network->forward(seen).to(at::kFloat);
        return bilinear(centimetres.contiguous(), unit.size(2), unit.size(3), false) / kCentimetresAMetre;
    }

    std::shared_ptr<MeterXxs> m_network;
};

class BtsEstimator : public NetworkEstimator {
public:
    BtsEstimator(std::shared_ptr<Bts> network, const DepthEstimatorOptions& options)
        : NetworkEstimator(network, options), m_network(std::move(network))
    {
    }

private:
    at::Tensor metres(const at::Tensor& unit) override
    {
        const auto height = unit.size(2), width = unit.size(3);
        auto seen = unit;
        const auto longest = std::max(height, width);
        if (longest > kBtsLargest) {
            const auto shrunk = [&](std::int64_t side) {
                return std::max<std::int64_t>(
                    1, std::llround(static_cast<double>(side) * kBtsLargest / static_cast<double>(longest)));
            };
            seen = bilinear(unit.contiguous(), shrunk(height), shrunk(width), true);
        }
        const auto seenHeight = seen.size(2), seenWidth = seen.size(3);
        const auto missing = [](std::int64_t side) {
            return (kBtsMultiple - side % kBtsMultiple) % kBtsMultiple;
        };
        auto x = imageNetNormalised(seen);
        if (missing(seenHeight) > 0 || missing(seenWidth) > 0)
            x = at::replication_pad2d(x, {0, missing(seenWidth), 0, missing(seenHeight)});
        auto depth = m_network->forward(x.contiguous(at::MemoryFormat::ChannelsLast))
                         .depth.narrow(2, 0, seenHeight)
                         .narrow(3, 0, seenWidth) *
                     options().maxDepth;
        if (options().focal)
            depth = depth * (*options().focal / kKittiFocal);
        return longest > kBtsLargest ? bilinear(depth.contiguous(), height, width, false) : depth;
    }

    std::shared_ptr<Bts> m_network;
};

DepthEstimatorInfo bts(const char* encoder, const char* title)
{
    return {.key = std::string("bts-") + encoder,
            .title = std::string("BTS, ") + title,
            .source = "Lee et al. 2019, \"From Big to Small\"",
            .encoder = encoder,
            .bundled = false};
}

void checkOptions(const DepthEstimatorOptions& options)
{
    if (!(options.maxDepth > 0 && options.maxDepth <= 1000))
        throw Error(ErrorCode::BadSetting, "The largest depth must be above 0 and at most 1000 metres.");
    if (options.focal && !(std::isfinite(*options.focal) && *options.focal > 0))
        throw Error(ErrorCode::BadSetting, "The focal length must be above zero pixels.");
}

}  // namespace

const std::vector<DepthEstimatorInfo>& depthEstimatorInfos()
{
    static const std::vector<DepthEstimatorInfo> infos{
        {.key = "meter-xxs",
         .title = "METER-XXS",
         .source = "Papa et al. 2023, \"METER\"",
         .encoder = {},
         .bundled = true},
        bts("densenet121", "DenseNet-121"),
        bts("densenet161", "DenseNet-161"),
        bts("resnet50", "ResNet-50"),
        bts("resnet101", "ResNet-101"),
        bts("resnext50", "ResNeXt-50"),
        bts("resnext101", "ResNeXt-101"),
        bts("mobilenetv2", "MobileNetV2"),
    };
    return infos;
}

const DepthEstimatorInfo& findDepthEstimatorInfo(std::string_view key)
{
    const auto& infos = depthEstimatorInfos();
    const auto found = std::ranges::find(infos, key, &DepthEstimatorInfo::key);
    if (found != infos.end())
        return *found;
    std::vector<std::string> keys;
    for (const auto& info : infos)
        keys.push_back(info.key);
    throw Error(ErrorCode::BadSetting, "There is no depth estimator \"" + std::string(key) + "\"" +
                                           nearestHint(key, keys) + "; choose one of " + listed(keys) + ".");
}

std::unique_ptr<DepthEstimator> makeDepthEstimator(std::string_view key, const DepthEstimatorOptions& options)
{
    const auto& info = findDepthEstimatorInfo(key);
    checkOptions(options);
    if (options.weights.empty() && !info.bundled)
        throw Error(ErrorCode::BadSetting,
                    info.title + " comes without weights: give a file of them, or use " +
                        depthEstimatorInfos().front().title + ", whose weights are here.");
    const auto weights = options.weights.empty() ? bundledMeterWeights() : readWeights(options.weights);
    const auto name = options.weights.filename().string();
    const auto kind = recogniseDepthWeights(infosOf(weights.tensors));
    if (!kind)
        throw Error(ErrorCode::BadFile, name +
                                            " holds no weights of a depth network that is known here: choose "
                                            "a checkpoint of BTS or METER.");
    if (kind->key != info.key)
        throw Error(ErrorCode::BadFile, name + " holds weights of " +
                                            findDepthEstimatorInfo(kind->key).title + ", not of " +
                                            info.title + ": choose " + kind->key + ".");
    std::unique_ptr<NetworkEstimator> estimator;
    std::string note;
    if (info.encoder.empty()) {
        auto network = std::make_shared<MeterXxs>();
        note = loadDepthWeights(*network, weights.tensors, name);
        estimator = std::make_unique<MeterEstimator>(std::move(network), options);
    } else {
        if (kind->width == 0)
            throw Error(ErrorCode::BadFile,
                        name + " holds an encoder alone: take a checkpoint with the decoder.");
        auto network = std::make_shared<Bts>(info.encoder, kind->width);
        note = loadDepthWeights(*network, weights.tensors, name);
        estimator = std::make_unique<BtsEstimator>(std::move(network), options);
    }
    estimator->setNote(std::move(note));
    return estimator;
}

}  // namespace elbo
