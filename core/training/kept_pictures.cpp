// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/kept_pictures.h"

#include "core/base/error.h"
#include "core/base/image_tensor.h"
#include "core/data/binarise.h"
#include "core/evaluation/shown_image.h"
#include "core/models/depth_network.h"
#include "core/models/vae.h"
#include "core/nn/autocast.h"
#include "core/store/safetensors.h"
#include "core/training/epoch_plan.h"
#include "core/training/evaluation_scope.h"
#include "core/training/run_paths.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace elbo {

namespace {

constexpr std::int64_t kStripImages = 8;
constexpr std::int64_t kPosteriorImages = 5000;
constexpr std::int64_t kEveryEpochUntil = 20;
constexpr auto kMetadataKey = "elbo_kept";

/// Mean and standard deviation of q(z|x) of every chosen image, on the CPU.
Posterior posteriorOf(Vae& model, const DeviceData& data, const std::vector<std::int64_t>& chosen,
                      const TestSettings& settings)
{
    const auto indices = data.indices(chosen);
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    for (std::int64_t first = 0; first < indices.size(0); first += settings.batchSize)
        ranges.emplace_back(first, std::min(settings.batchSize, indices.size(0) - first));
    data.expect(indices, ranges);
    std::vector<at::Tensor> means;
    std::vector<at::Tensor> stds;
    for (const auto& [first, count] : ranges) {
        auto batch = data.batch(indices.narrow(0, first, count), model.valueRange(), settings.channelsLast);
        if (settings.binarise)
            batch.x = binarisedForTest(batch.x, std::span(chosen).subspan(static_cast<std::size_t>(first),
                                                                          static_cast<std::size_t>(count)));
        const Autocast autocast(data.device(), settings.precision);
        const auto posterior = model.encode(batch);
        means.push_back(posterior.mean.to(at::kFloat));
        stds.push_back(posterior.std.to(at::kFloat));
    }
    return {at::cat(means).cpu(), at::cat(stds).cpu()};
}

Error damaged(const std::filesystem::path& path, const std::string& what)
{
    return {ErrorCode::BadFile, "The kept pictures in " + path.string() + " are damaged (" + what +
                                    "): delete that file, the other epochs are not touched."};
}

const at::Tensor& checked(const SafetensorsFile& file, const char* name, at::ScalarType type,
                          std::vector<std::int64_t> shape, const std::filesystem::path& path)
{
    const auto* tensor = file.find(name);
    if (tensor == nullptr || tensor->scalar_type() != type || tensor->sizes() != at::IntArrayRef(shape))
        throw damaged(path, name);
    return *tensor;
}

/// uint16 codes 1..65535 of values in [0, 1].
at::Tensor depthCodes(const at::Tensor& values)
{
    return (values * 65534 + 1).round().to(at::kInt).to(at::kUInt16).contiguous();
}

/// @param codes uint16 [1,H,W] @param range float32 [2] @return metres when metric, else relative in [0, 1];
/// NaN for code 0
ImageF depthValues(const at::Tensor& codes, const at::Tensor& range, bool metric)
{
    const auto numbers = codes.to(at::kInt);
    auto values = (numbers.to(at::kFloat) - 1) / 65534;
    if (metric)
        values = range[0] + values * (range[1] - range[0]);
    return toImage(values.masked_fill(numbers == 0, std::numeric_limits<float>::quiet_NaN()).squeeze(0));
}

}  // namespace

KeptChoice chooseKept(const Dataset& data)
{
    for (const auto side : {SplitSide::Test, SplitSide::Validation, SplitSide::Train}) {
        const auto indices = data.indices(side);
        if (!indices.empty())
            return {evenlySpread(indices, kStripImages), evenlySpread(indices, kPosteriorImages)};
    }
    return {};
}

namespace {

void keepReconstructions(Vae& model, const DeviceData& deviceData, const Dataset& data,
                         const KeptChoice& choice, const TestSettings& settings, KeptPictures& kept)
{
    auto batch =
        deviceData.batch(deviceData.indices(choice.strip), model.valueRange(), settings.channelsLast);
    if (settings.binarise)
        batch.x = binarisedForTest(batch.x, choice.strip);
    at::Tensor decoded;
    {
        const Autocast autocast(deviceData.device(), settings.precision);
        decoded = model.decode(model.encode(batch).mean, batch.labels);
    }
    auto values = decoded.to(at::kFloat).cpu();
    if (model.valueRange() == ValueRange::Symmetric)
        values = (values + 1) / 2;
    values = values.clamp(0, 1);
    const auto colors = data.color.size(1);
    kept.color = (values.narrow(1, 0, colors) * 255).round().to(at::kByte).contiguous();
    if (data.depth.defined())
        kept.depth = depthCodes(values.narrow(1, colors, 1));
    const auto posterior = posteriorOf(model, deviceData, choice.posterior, settings);
    kept.indices = at::tensor(choice.posterior, at::kLong);
    kept.posteriorMean = posterior.mean;
    kept.posteriorStd = posterior.std;
}

void keepEstimates(DepthNetwork& model, const DeviceData& deviceData, const KeptChoice& choice,
                   const TestSettings& settings, KeptPictures& kept)
{
    const auto batch =
        deviceData.batch(deviceData.indices(choice.strip), model.valueRange(), settings.channelsLast);
    const Autocast autocast(deviceData.device(), settings.precision);
    const auto part = model.metres(batch.x).to(at::kFloat).cpu() / model.maxDepth();
    kept.depth = depthCodes(part.clamp(0, 1));
    kept.depthRanges = at::tensor({0.0F, static_cast<float>(model.maxDepth())}, at::kFloat)
                           .repeat({static_cast<std::int64_t>(choice.strip.size()), 1});
}

}  // namespace

KeptPictures makeKept(Trainable& model, const DeviceData& deviceData, const Dataset& data,
                      const KeptChoice& choice, const TestSettings& settings)
{
    const EvaluationScope evaluating(model);
    KeptPictures kept;
    kept.metric = data.metricDepth;
    for (const auto index : choice.strip)
        kept.names.push_back(data.names.at(static_cast<std::size_t>(index)));
    const auto truth = deviceData.codes(choice.strip);
    kept.truthColor = truth.color;
    if (data.depth.defined())
        kept.truthDepth = truth.depth.view(at::kUInt16);
    kept.ranges = data.ranges.index_select(0, at::tensor(choice.strip, at::kLong));
    if (auto* const vae = dynamic_cast<Vae*>(&model))
        keepReconstructions(*vae, deviceData, data, choice, settings, kept);
    else
        keepEstimates(dynamic_cast<DepthNetwork&>(model), deviceData, choice, settings, kept);
    return kept;
}

void writeKept(const std::filesystem::path& file, const KeptPictures& pictures, const WriteObserver& observer)
{
    std::vector<NamedTensor> tensors;
    for (const auto& [name, tensor] : std::vector<NamedTensor>{{"truth_color", pictures.truthColor},
                                                               {"color", pictures.color},
                                                               {"ranges", pictures.ranges},
                                                               {"indices", pictures.indices},
                                                               {"posterior_mean", pictures.posteriorMean},
                                                               {"posterior_std", pictures.posteriorStd},
                                                               {"truth_depth", pictures.truthDepth},
                                                               {"depth", pictures.depth},
                                                               {"depth_ranges", pictures.depthRanges}}) {
        if (tensor.defined())
            tensors.push_back({name, tensor});
    }
    const nlohmann::json description{
        {"epoch", pictures.epoch}, {"metric", pictures.metric}, {"names", pictures.names}};
    // Names of images may hold bytes that are no UTF-8.
    const auto text = description.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    writeSafetensors(file, tensors, {{kMetadataKey, text}}, observer);
}

bool isKeptEpoch(std::int64_t epoch, std::int64_t keepEvery)
{
    return epoch <= kEveryEpochUntil || epoch % keepEvery == 0;
}

KeptStrip readKeptStrip(const std::filesystem::path& runFolder, std::int64_t epoch)
{
    const auto path = RunPaths{runFolder}.kept(epoch);
    const auto file = readSafetensors(path);
    KeptStrip strip;
    strip.epoch = epoch;
    try {
        const auto found = file.metadata.find(kMetadataKey);
        const auto json = nlohmann::json::parse(found == file.metadata.end() ? std::string() : found->second);
        json.at("metric").get_to(strip.metric);
        json.at("names").get_to(strip.names);
    } catch (const nlohmann::json::exception& exception) {
        throw Error(
            ErrorCode::BadFile,
            path.string() +
                " holds no kept pictures of Elbo: delete that file, the other epochs are not touched.",
            exception.what());
    }
    const auto images = static_cast<std::int64_t>(strip.names.size());
    // A depth network makes no colours, and its depth has a range of its own.
    const bool estimates = file.find("color") == nullptr && file.find("depth_ranges") != nullptr;
    const auto* shown = file.find(estimates ? "truth_color" : "color");
    if (shown == nullptr || shown->dim() != 4 || (shown->size(1) != 1 && shown->size(1) != 3))
        throw damaged(path, estimates ? "truth_color" : "color");
    const auto shape = shown->sizes().vec();
    const auto channels = shape[1];
    const auto hasDepth = file.find("depth") != nullptr;
    if (estimates && !hasDepth)
        throw damaged(path, "depth");
    const std::vector<std::int64_t> colorShape{images, channels, shape[2], shape[3]};
    const std::vector<std::int64_t> depthShape{images, 1, shape[2], shape[3]};
    const auto& truthColor = checked(file, "truth_color", at::kByte, colorShape, path);
    const auto& ranges =
        checked(file, "ranges", at::kFloat, {images, channels + (hasDepth ? 1 : 0), 2}, path);
    if (!ranges.isfinite().all().item<bool>())
        throw damaged(path, "ranges");
    auto depthRanges = hasDepth ? ranges.select(1, channels) : at::Tensor();
    if (file.find("depth_ranges") != nullptr)
        depthRanges = checked(file, "depth_ranges", at::kFloat, {images, 2}, path);
    if (hasDepth && !depthRanges.isfinite().all().item<bool>())
        throw damaged(path, "depth_ranges");
    for (std::int64_t i = 0; i < images; ++i) {
        strip.truthColor.push_back(
            trueColors(truthColor[i].to(at::kFloat) / 255, ranges[i].narrow(0, 0, channels)));
        if (!estimates)
            strip.color.push_back(
                trueColors(checked(file, "color", at::kByte, colorShape, path)[i].to(at::kFloat) / 255,
                           ranges[i].narrow(0, 0, channels)));
        if (hasDepth) {
            strip.truthDepth.push_back(
                depthValues(checked(file, "truth_depth", at::kUInt16, depthShape, path)[i],
                            ranges[i][channels], strip.metric));
            strip.depth.push_back(depthValues(checked(file, "depth", at::kUInt16, depthShape, path)[i],
                                              depthRanges[i], strip.metric));
        }
    }
    return strip;
}

}  // namespace elbo
