// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/depth_weights.h"

#include "core/base/error.h"
#include "core/base/plain_line.h"
#include "core/store/state_dict.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <map>
#include <utility>

namespace elbo {

namespace {

using Shapes = std::map<std::string, std::vector<std::int64_t>, std::less<>>;

std::string encoderOf(const Shapes& shapes)
{
    const std::string base = "encoder.base_model.";
    const auto has = [&](const char* name) { return shapes.contains(base + name); };
    if (has("18.1.weight"))
        return "mobilenetv2";
    if (has("denseblock1.denselayer1.conv1.weight"))
        return has("denseblock3.denselayer36.conv1.weight") ? "densenet161" : "densenet121";
    const auto first = shapes.find(base + "layer1.0.conv2.weight");
    if (first == shapes.end() || first->second.size() != 4)
        return {};
    const auto family = first->second[1] == 64 ? "resnet" : "resnext";
    return family + std::string(has("layer3.22.conv1.weight") ? "101" : "50");
}

bool isCounter(const std::string& name)
{
    return name.ends_with(".num_batches_tracked");
}

/// "a, b and 3 more"
std::string shortList(const std::vector<std::string>& names)
{
    constexpr std::size_t kShown = 2;
    std::string text;
    for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i)
        text += (i > 0 ? ", " : "") + plainLine(names[i]);
    if (names.size() > kShown)
        text += " and " + std::to_string(names.size() - kShown) + " more";
    return text;
}

}  // namespace

std::vector<TensorInfo> infosOf(const std::vector<NamedTensor>& tensors)
{
    std::vector<TensorInfo> infos;
    for (const auto& [name, tensor] : tensors) {
        TensorInfo info;
        info.name = name;
        info.shape = tensor.sizes().vec();
        infos.push_back(std::move(info));
    }
    return infos;
}

std::optional<DepthWeightsKind> recogniseDepthWeights(const std::vector<TensorInfo>& tensors)
{
    Shapes shapes;
    for (const auto& tensor : tensors)
        shapes[tensor.name] = tensor.shape;
    if (shapes.contains("encoder.mvit.0.conv1.0.depthwise.weight"))
        return DepthWeightsKind{"meter-xxs", 0};
    const auto encoder = encoderOf(shapes);
    if (encoder.empty())
        return std::nullopt;
    const auto top = shapes.find("decoder.upconv5.conv.weight");
    const bool known = top != shapes.end() && top->second.size() == 4;
    return DepthWeightsKind{"bts-" + encoder, known ? top->second[0] : 0};
}

std::string loadDepthWeights(torch::nn::Module& network, const std::vector<NamedTensor>& tensors,
                             const std::string& file)
{
    std::map<std::string, at::Tensor> given;
    for (const auto& [name, tensor] : tensors)
        given.emplace(name, tensor);
    std::vector<std::string> missing;
    std::vector<std::pair<at::Tensor, at::Tensor>> copies;
    for (const auto& [name, target] : stateDict(network)) {
        const auto found = given.find(name);
        if (found == given.end()) {
            if (!isCounter(name))
                missing.push_back(name);
            continue;
        }
        if (found->second.sizes() != target.sizes())
            throw Error(ErrorCode::BadFile,
                        file + " holds " + plainLine(name) +
                            " in another shape than this network: choose the estimator that "
                            "it was trained with.");
        if (!found->second.isfinite().all().item<bool>())
            throw Error(ErrorCode::BadFile, file + " holds values that are no numbers (" + plainLine(name) +
                                                "): take another copy of it.");
        copies.emplace_back(target, found->second);
        given.erase(found);
    }
    if (!missing.empty())
        throw Error(ErrorCode::BadFile, file + " lacks " + std::to_string(missing.size()) + " of " +
                                            std::to_string(missing.size() + copies.size()) + " layers (" +
                                            shortList(missing) + "): take a complete checkpoint.");
    const c10::AutoGradMode without(false);
    for (const auto& [target, value] : copies)
        target.copy_(value);
    std::vector<std::string> unused;
    for (const auto& [name, tensor] : given)
        unused.push_back(name);
    return unused.empty() ? std::string()
                          : std::to_string(unused.size()) +
                                " entries of the file were not used: " + shortList(unused) + ".";
}

}  // namespace elbo
