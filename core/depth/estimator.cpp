// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/estimator.h"

#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/base/nearest_name.h"
#include "core/depth/bts.h"
#include "core/depth/bundled_weights.h"
#include "core/depth/depth_weights.h"
#include "core/depth/meter.h"
#include "core/nn/autocast.h"
#include "core/nn/inference_weights.h"

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

struct Sides {
    std::int64_t height, width;
};

/// [1,3,sides] in [0, 1] of uint8 [1 or 3,H,W]; channel by channel, since a large picture is large as floats.
at::Tensor unitOf(const at::Tensor& color, const Sides& sides, const c10::Device& device)
{
    std::vector<at::Tensor> channels;
    for (const auto& channel : color.unbind(0)) {
        auto unit = channel.to(device).to(at::kFloat).div_(255.0).unsqueeze(0).unsqueeze(0);
        if (unit.size(2) != sides.height || unit.size(3) != sides.width)
            unit = at::_upsample_bilinear2d_aa(unit, {sides.height, sides.width}, false);
        channels.push_back(std::move(unit));
    }
    return channels.size() == 1 ? channels.front().expand({1, 3, sides.height, sides.width})
                                : at::cat(channels, 1);
}

/// What all estimators share: the image in the size that the network sees, the mirrored one, device and
/// precision.
class NetworkEstimator : public DepthEstimator {
public:
    NetworkEstimator(std::shared_ptr<torch::nn::Module> network, const DepthEstimatorOptions& options)
        : m_network(std::move(network)), m_options(options)
    {
        m_network->eval();
        m_network->to(options.device);
        if (options.device.is_cpu())
            keepFreedMemory();
    }

    at::Tensor estimate(const at::Tensor& color) override
    {
        if (color.dim() != 3 || color.scalar_type() != at::kByte ||
            (color.size(0) != 3 && color.size(0) != 1) || color.numel() == 0)
            throw Error(ErrorCode::BadData, "Depth is estimated from a colour or grey picture of 8 bits.");
        const c10::AutoGradMode without(false);
        const Sides own{color.size(1), color.size(2)};
        const auto unit = unitOf(color, seenSides(own), m_options.device);
        const Autocast precision(m_options.device, m_options.precision);
        const InferenceWeights::Use weights(m_weights);
        auto depth = metres(unit);
        if (m_options.flip)
            depth = 0.5 * (depth + metres(unit.flip(3)).flip(3));
        if (depth.size(2) != own.height || depth.size(3) != own.width)
            depth = at::upsample_bilinear2d(depth.contiguous(), {own.height, own.width}, false);
        return depth.view({own.height, own.width}).clamp_min_(kLeastDepth).cpu();
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
    /// What an image of these sides is resampled to.
    [[nodiscard]] virtual Sides seenSides(const Sides& own) const = 0;
    /// @param unit  float32 [1,3,seenSides()] in [0, 1]
    /// @return float32 [1,1,h,w], metres; of another size than the image: the whole of it
    [[nodiscard]] virtual at::Tensor metres(const at::Tensor& unit) = 0;
    [[nodiscard]] const DepthEstimatorOptions& options() const { return m_options; }

private:
    std::shared_ptr<torch::nn::Module> m_network;
    DepthEstimatorOptions m_options;
    InferenceWeights m_weights;
    std::string m_note;
};

class MeterEstimator : public NetworkEstimator {
public:
    MeterEstimator(std::shared_ptr<MeterXxs> network, const DepthEstimatorOptions& options)
        : NetworkEstimator(network, options), m_network(std::move(network))
    {
    }

private:
    [[nodiscard]] Sides seenSides(const Sides& /*own*/) const override
    {
        return {MeterXxs::kHeight, MeterXxs::kWidth};
    }
    at::Tensor metres(const at::Tensor& unit) override
    {
        // In bf16 depth would stand on steps of a centimetre and more, and so small a network gains no time.
        const WithoutAutocast float32;
        return m_network->forward(unit.contiguous(at::MemoryFormat::ChannelsLast)) / kCentimetresAMetre;
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
    [[nodiscard]] Sides seenSides(const Sides& own) const override
    {
        const auto longest = std::max(own.height, own.width);
        if (longest <= kBtsLargest)
            return own;
        const auto shrunk = [&](std::int64_t side) {
            return std::max<std::int64_t>(
                1, std::llround(static_cast<double>(side) * kBtsLargest / static_cast<double>(longest)));
        };
        return {shrunk(own.height), shrunk(own.width)};
    }
    at::Tensor metres(const at::Tensor& unit) override
    {
        const auto height = unit.size(2), width = unit.size(3);
        const auto missing = [](std::int64_t side) {
            return (kBtsMultiple - side % kBtsMultiple) % kBtsMultiple;
        };
        auto x = imageNetNormalised(unit);
        if (missing(height) > 0 || missing(width) > 0)
            x = at::replication_pad2d(x, {0, missing(width), 0, missing(height)});
        const auto depth = m_network->forward(x.contiguous(at::MemoryFormat::ChannelsLast))
                               .depth.narrow(2, 0, height)
                               .narrow(3, 0, width) *
                           options().maxDepth;
        return options().focal ? depth * (*options().focal / kKittiFocal) : depth;
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
