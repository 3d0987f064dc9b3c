// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/weights_description.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/data/data_fields.h"
#include "core/data/image_reader.h"
#include "core/data/parallel.h"
#include "core/evaluation/evaluate.h"
#include "core/models/published.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <span>

namespace elbo {

namespace {

/// Of the description; a higher one was written by a newer version, and its meaning is unknown.
constexpr int kFormat = 1;

/// Bounds of what a file may ask for, far above what any model takes: a hostile file must not cost memory.
constexpr std::int64_t kLargestSide = 1 << 14;
constexpr std::int64_t kMostChannels = 16;
constexpr std::int64_t kMostValues = 1 << 26;
constexpr std::int64_t kMostClasses = 1 << 16;

/// Bytes of images that a thread holds while it hashes them.
constexpr std::int64_t kHashedBytes = 4 << 20;

std::string hashText(std::uint64_t hash)
{
    std::string text(16, '0');
    for (std::size_t i = 0; i < 16; ++i)
        text[15 - i] = "0123456789abcdef"[(hash >> (4 * i)) & 15];
    return text;
}

/// @param rows float32 [N,...] of the whole set
std::vector<float> medians(const at::Tensor& rows, const std::vector<std::int64_t>& indices)
{
    const auto selected = rows.index_select(0, at::tensor(indices, at::kLong)).to(at::kFloat);
    const auto median = std::get<0>(selected.median(0)).contiguous().flatten();
    return {median.data_ptr<float>(), median.data_ptr<float>() + median.numel()};
}

/// imageHash() of each of these images. A set may be larger than memory: it is read in blocks.
std::set<std::uint64_t> hashesOf(const Dataset& data, std::span<const std::int64_t> indices,
                                 const std::stop_token& stop)
{
    const ImageReader reader(data);
    const auto images = static_cast<std::int64_t>(indices.size());
    const auto blockImages =
        std::max<std::int64_t>(1, kHashedBytes / std::max<std::int64_t>(1, reader.imageBytes()));
    std::set<std::uint64_t> hashes;
    std::mutex mutex;
    runParallel((images + blockImages - 1) / blockImages, [&](std::int64_t number) {
        if (number > 0)  // the first block of a small set is done at once: its run begins, and is saved
            throwIfStopped(stop);
        const auto first = number * blockImages;
        const auto count = std::min(blockImages, images - first);
        const auto codes =
            reader.read(indices.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
        Dataset block;
        block.color = codes.color;
        block.depth = codes.depth;
        std::vector<std::uint64_t> found;
        for (std::int64_t i = 0; i < count; ++i)
            found.push_back(imageHash(block, i));
        const std::lock_guard lock(mutex);
        hashes.insert(found.begin(), found.end());
    });
    return hashes;
}

[[noreturn]] void refuse(const std::string& file, const std::string& why, const std::string& detail = {})
{
    throw Error(ErrorCode::BadFile,
                file + " cannot be used as weights: " + why + " Choose weights that Elbo wrote.", detail);
}

std::int64_t number(const std::map<std::string, std::string>& metadata, const char* key,
                    const std::string& file)
{
    const auto found = metadata.find(key);
    std::int64_t value = 0;
    if (found == metadata.end())
        refuse(file, "its description lacks \"" + std::string(key) + "\".");
    const auto* const end = found->second.data() + found->second.size();
    const auto result = std::from_chars(found->second.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end || value < 0)
        refuse(file, "its \"" + std::string(key) + "\" is not a count.");
    return value;
}

ImageShape shapeFromJson(const nlohmann::json& json, const std::string& file)
{
    ImageShape shape;
    json.at("channels").get_to(shape.channels);
    json.at("height").get_to(shape.height);
    json.at("width").get_to(shape.width);
    json.at("classes").get_to(shape.classes);
    json.at("has_depth").get_to(shape.hasDepth);
    const auto inRange = [](std::int64_t value, std::int64_t low, std::int64_t high) {
        return value >= low && value <= high;
    };
    if (!inRange(shape.channels, 1, kMostChannels) || !inRange(shape.height, 1, kLargestSide) ||
        !inRange(shape.width, 1, kLargestSide) || !inRange(shape.classes, 0, kMostClasses) ||
        shape.values() > kMostValues || (shape.hasDepth && shape.channels < 2))
        refuse(file, "its description tells of images of an impossible size.");
    return shape;
}

void readHashes(const nlohmann::json& json, std::set<std::uint64_t>& hashes, const std::string& file)
{
    for (const auto& item : json) {
        const auto text = item.get<std::string>();
        std::uint64_t hash = 0;
        const auto* const end = text.data() + text.size();
        const auto result = std::from_chars(text.data(), end, hash, 16);
        if (result.ec != std::errc() || result.ptr != end)
            refuse(file, "the list of its training images is damaged.");
        hashes.insert(hash);
    }
}

void checkRanges(const WeightsDescription& description, const std::string& file)
{
    const auto expected = static_cast<std::size_t>(description.shape.channels) * 2;
    const auto finite = [](const std::vector<float>& values) {
        for (const auto value : values) {
            if (!std::isfinite(value))
                return false;
        }
        return true;
    };
    if (description.medianRanges.size() != expected || !finite(description.medianRanges))
        refuse(file, "the ranges of its training images do not fit its images.");
    const auto& intrinsics = description.intrinsics;
    if ((!intrinsics.empty() && intrinsics.size() != 4) || !finite(intrinsics))
        refuse(file, "the intrinsics of its camera are damaged.");
}

}  // namespace

WeightsDescription describeWeights(const RunConfig& config, const Dataset& data,
                                   const std::vector<std::int64_t>& trainIndices, const std::stop_token& stop)
{
    WeightsDescription description;
    description.config = config;
    description.shape = data.shape();
    description.storedUnchanged = data.storedUnchanged;
    description.metricDepth = data.metricDepth;
    description.depthScale = data.depthScale;
    description.labelNames = data.labelNames;
    description.medianRanges = medians(data.ranges, trainIndices);
    if (data.intrinsics.defined())
        description.intrinsics = medians(data.intrinsics, trainIndices);
    description.trainedOn = hashesOf(data, trainIndices, stop);
    return description;
}

std::map<std::string, std::string> toMetadata(const WeightsDescription& description)
{
    std::vector<std::string> hashes;
    hashes.reserve(description.trainedOn.size());
    for (const auto hash : description.trainedOn)
        hashes.push_back(hashText(hash));
    const auto& shape = description.shape;
    const nlohmann::json json{{"format", kFormat},
                              {"config", toJson(description.config)},
                              {"shape",
                               {{"channels", shape.channels},
                                {"height", shape.height},
                                {"width", shape.width},
                                {"classes", shape.classes},
                                {"has_depth", shape.hasDepth}}},
                              {"stored_unchanged", description.storedUnchanged},
                              {"metric_depth", description.metricDepth},
                              {"depth_scale", description.depthScale.value_or(0.0)},
                              {"label_names", description.labelNames},
                              {"median_ranges", description.medianRanges},
                              {"intrinsics", description.intrinsics},
                              {"trained_on", hashes}};
    // A path, or a label, may hold bytes that are no UTF-8.
    return {{"elbo", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)},
            {"epoch", std::to_string(description.epoch)},
            {"step", std::to_string(description.step)}};
}

WeightsDescription weightsDescription(const std::map<std::string, std::string>& metadata,
                                      const std::string& file)
{
    const auto found = metadata.find("elbo");
    if (found == metadata.end())
        refuse(file, "it has no description of the model that they are for.");
    try {
        const auto json = nlohmann::json::parse(found->second);
        if (json.value("format", kFormat) > kFormat)
            throw Error(ErrorCode::BadFile,
                        file + " was written by a newer version of Elbo: update Elbo to open it.");
        WeightsDescription description;
        description.config = runConfigFromJson(json.at("config"));
        description.shape = shapeFromJson(json.at("shape"), file);
        json.at("stored_unchanged").get_to(description.storedUnchanged);
        json.at("metric_depth").get_to(description.metricDepth);
        description.depthScale = depthScaleOf(description.config.data);
        if (const auto scale = json.value("depth_scale", 0.0); scale > 0.0)
            description.depthScale = scale;  // a prepared set's own options do not tell it
        json.at("label_names").get_to(description.labelNames);
        json.at("median_ranges").get_to(description.medianRanges);
        json.at("intrinsics").get_to(description.intrinsics);
        readHashes(json.at("trained_on"), description.trainedOn, file);
        checkRanges(description, file);
        description.epoch = number(metadata, "epoch", file);
        description.step = number(metadata, "step", file);
        return description;
    } catch (const nlohmann::json::exception& exception) {
        refuse(file, "its description is damaged.", exception.what());
    } catch (const Error& error) {
        if (error.code() == ErrorCode::BadFile)
            throw;
        refuse(file, std::string("its settings are not ones of this version: ") + error.what(),
               error.detail());
    }
}

WeightsDescription describePublished(const PublishedModel& published)
{
    constexpr float kWhite = 255;
    const auto& shape = published.shape;
    WeightsDescription description;
    description.config.model = published.config;
    description.shape = shape;
    const bool grey = shape.channels == 1;
    description.config.data.key = grey ? "mnist" : "rgbd-folder";
    if (!grey)
        description.config.data.fields.set("size", std::to_string(shape.width));
    description.storedUnchanged = grey;
    const auto colors = shape.channels - (shape.hasDepth ? 1 : 0);
    for (std::int64_t i = 0; i < colors; ++i)
        description.medianRanges.insert(description.medianRanges.end(), {0, kWhite});
    if (shape.hasDepth)
        description.medianRanges.insert(description.medianRanges.end(), {0, 1});
    for (std::int64_t i = 0; i < shape.classes; ++i)
        description.labelNames.push_back(std::to_string(i));
    return description;
}

}  // namespace elbo
