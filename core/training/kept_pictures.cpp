// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/kept_pictures.h"

#include "core/base/error.h"
#include "core/data/binarise.h"
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

/// Codes of one image in its true colours: minimum + code / 255 * (maximum - minimum), 0..255.
Image8 trueColors(const at::Tensor& codes, const at::Tensor& ranges)
{
    const auto channels = codes.size(0);
    const auto low = ranges.narrow(0, 0, channels).select(1, 0).reshape({channels, 1, 1});
    const auto high = ranges.narrow(0, 0, channels).select(1, 1).reshape({channels, 1, 1});
    const auto values = low + codes.to(at::kFloat) / 255 * (high - low);
    const auto pixels = values.round().clamp(0, 255).to(at::kByte).permute({1, 2, 0}).contiguous();
    Image8 image;
    image.height = static_cast<int>(codes.size(1));
    image.width = static_cast<int>(codes.size(2));
    image.channels = static_cast<int>(channels);
    image.pixels.assign(pixels.data_ptr<std::uint8_t>(), pixels.data_ptr<std::uint8_t>() + pixels.numel());
    return image;
}

/// @param codes uint16 [1,H,W] @param range float32 [2] @return metres when metric, else relative in [0, 1];
/// NaN for code 0
ImageF depthValues(const at::Tensor& codes, const at::Tensor& range, bool metric)
{
    const auto numbers = codes.to(at::kInt);
    auto values = (numbers.to(at::kFloat) - 1) / 65534;
    if (metric)
        values = range[0] + values * (range[1] - range[0]);
    values = values.masked_fill(numbers == 0, std::numeric_limits<float>::quiet_NaN()).contiguous();
    ImageF image;
    image.height = static_cast<int>(codes.size(1));
    image.width = static_cast<int>(codes.size(2));
    image.values.assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
    return image;
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

KeptPictures makeKept(Vae& model, const DeviceData& deviceData, const Dataset& data, const KeptChoice& choice,
                      const TestSettings& settings)
{
    const EvaluationScope evaluating(model);
    KeptPictures kept;
    kept.metric = data.metricDepth;
    for (const auto index : choice.strip)
        kept.names.push_back(data.names.at(static_cast<std::size_t>(index)));
    const auto truth = deviceData.codes(choice.strip);
    kept.truthColor = truth.color;
    kept.ranges = data.ranges.index_select(0, at::tensor(choice.strip, at::kLong));
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
    if (data.depth.defined()) {
        kept.truthDepth = truth.depth.view(at::kUInt16);
        kept.depth =
            (values.narrow(1, colors, 1) * 65534 + 1).round().to(at::kInt).to(at::kUInt16).contiguous();
    }
    const auto posterior = posteriorOf(model, deviceData, choice.posterior, settings);
    kept.indices = at::tensor(choice.posterior, at::kLong);
    kept.posteriorMean = posterior.mean;
    kept.posteriorStd = posterior.std;
    return kept;
}

void writeKept(const std::filesystem::path& file, const KeptPictures& pictures, const WriteObserver& observer)
{
    std::vector<NamedTensor> tensors{{"truth_color", pictures.truthColor},
                                     {"color", pictures.color},
                                     {"ranges", pictures.ranges},
                                     {"indices", pictures.indices},
                                     {"posterior_mean", pictures.posteriorMean},
                                     {"posterior_std", pictures.posteriorStd}};
    if (pictures.depth.defined()) {
        tensors.push_back({"truth_depth", pictures.truthDepth});
        tensors.push_back({"depth", pictures.depth});
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
    const auto* decoded = file.find("color");
    if (decoded == nullptr || decoded->dim() != 4 || (decoded->size(1) != 1 && decoded->size(1) != 3))
        throw damaged(path, "color");
    const auto shape = decoded->sizes().vec();
    const auto channels = shape[1];
    const auto hasDepth = file.find("depth") != nullptr;
    const std::vector<std::int64_t> colorShape{images, channels, shape[2], shape[3]};
    const std::vector<std::int64_t> depthShape{images, 1, shape[2], shape[3]};
    const auto& color = checked(file, "color", at::kByte, colorShape, path);
    const auto& truthColor = checked(file, "truth_color", at::kByte, colorShape, path);
    const auto& ranges =
        checked(file, "ranges", at::kFloat, {images, channels + (hasDepth ? 1 : 0), 2}, path);
    if (!ranges.isfinite().all().item<bool>())
        throw damaged(path, "ranges");
    for (std::int64_t i = 0; i < images; ++i) {
        strip.truthColor.push_back(trueColors(truthColor[i], ranges[i]));
        strip.color.push_back(trueColors(color[i], ranges[i]));
        if (hasDepth) {
            const auto range = ranges[i][channels];
            strip.truthDepth.push_back(depthValues(
                checked(file, "truth_depth", at::kUInt16, depthShape, path)[i], range, strip.metric));
            strip.depth.push_back(
                depthValues(checked(file, "depth", at::kUInt16, depthShape, path)[i], range, strip.metric));
        }
    }
    return strip;
}

}  // namespace elbo
