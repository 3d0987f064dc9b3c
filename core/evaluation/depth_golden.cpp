// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/depth_golden.h"

#include "core/depth/bts.h"
#include "core/depth/bundled_weights.h"
#include "core/depth/depth_weights.h"
#include "core/depth/estimator.h"
#include "core/depth/meter.h"
#include "core/nn/initialisation.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <nlohmann/json.hpp>

namespace elbo {

namespace {

std::vector<GoldenComparison> compareMeter(const nlohmann::json& golden, const c10::Device& device)
{
    MeterXxs network;
    (void)loadDepthWeights(network, bundledMeterWeights().tensors, "bundled weights");
    network.eval();
    network.to(device);
    const auto input = (goldenUniform("input", 3 * MeterXxs::kHeight * MeterXxs::kWidth) + 1)
                           .div(2)
                           .view({1, 3, MeterXxs::kHeight, MeterXxs::kWidth})
                           .to(device);
    return {{"output", goldenDeviation(golden.at("output"), network.forward(input))}};
}

std::vector<GoldenComparison> compareBts(const std::string& encoder, const nlohmann::json& golden,
                                         const c10::Device& device)
{
    Bts network(encoder);
    initialiseFromNames(network);
    network.eval();
    network.to(device);
    const auto input = goldenUniform("input", 3 * 64 * 96).view({1, 3, 64, 96}).to(device);
    std::vector<GoldenComparison> comparisons;
    const auto maps = network.encoder().features(input);
    for (std::size_t i = 0; i < maps.size(); ++i)
        comparisons.push_back(
            {"feature " + std::to_string(i + 1), goldenDeviation(golden.at("features").at(i), maps[i])});
    constexpr double kMaxDepth = 10;  // of the golden file
    const auto output = network.forward(input);
    comparisons.push_back(
        {"depth_8x8_scaled", goldenDeviation(golden.at("depth_8x8_scaled"), output.guide8)});
    comparisons.push_back(
        {"depth_4x4_scaled", goldenDeviation(golden.at("depth_4x4_scaled"), output.guide4)});
    comparisons.push_back(
        {"depth_2x2_scaled", goldenDeviation(golden.at("depth_2x2_scaled"), output.guide2)});
    comparisons.push_back({"reduc1x1", goldenDeviation(golden.at("reduc1x1"), output.reduced)});
    comparisons.push_back({"depth", goldenDeviation(golden.at("depth"), output.depth * kMaxDepth)});
    return comparisons;
}

}  // namespace

std::vector<GoldenComparison> compareDepthWithGolden(std::string_view key, const nlohmann::json& golden,
                                                     const c10::Device& device)
{
    const c10::AutoGradMode without(false);
    const auto& encoder = findDepthEstimatorInfo(key).encoder;
    return encoder.empty() ? compareMeter(golden, device) : compareBts(encoder, golden, device);
}

}  // namespace elbo
