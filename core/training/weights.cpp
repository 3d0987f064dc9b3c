// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/weights.h"

#include "core/base/error.h"
#include "core/depth/depth_weights.h"
#include "core/models/published.h"
#include "core/models/registry.h"
#include "core/store/state_dict.h"
#include "core/store/weights_file.h"
#include "core/training/run_paths.h"
#include "core/training/weights_description.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace elbo {

namespace {

std::int64_t epochOfWhich(const std::string& which)
{
    constexpr std::string_view kPrefix = "epoch:";
    std::int64_t epoch = 0;
    if (which.starts_with(kPrefix)) {
        const auto* const end = which.data() + which.size();
        const auto result = std::from_chars(which.data() + kPrefix.size(), end, epoch);
        if (result.ec == std::errc() && result.ptr == end && epoch > 0)
            return epoch;
    }
    throw Error(ErrorCode::BadSetting,
                "\"" + which + "\" names no weights of a run: use last, best or epoch:N.");
}

/// The file in a run folder. @throws Error(NotFound) saying which there are
std::filesystem::path weightsInRun(const std::filesystem::path& folder, const std::string& which)
{
    const RunPaths paths{folder};
    const auto file = which == "last"   ? paths.last()
                      : which == "best" ? paths.best()
                                        : paths.weights(epochOfWhich(which));
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored))
        return file;
    std::string there;
    const auto add = [&](const std::string& name) { there += (there.empty() ? "" : ", ") + name; };
    if (std::filesystem::is_regular_file(paths.last(), ignored))
        add("last");
    if (std::filesystem::is_regular_file(paths.best(), ignored))
        add("best");
    for (const auto epoch : epochsInFolder(paths.weightsFolder()))
        add("epoch:" + std::to_string(epoch));
    if (there.empty() && !std::filesystem::exists(paths.info(), ignored))
        throw Error(ErrorCode::NotFound,
                    folder.string() + " is no run folder: choose the folder of a run, or a weights file.");
    if (there.empty())
        throw Error(ErrorCode::NotFound, "The run " + folder.string() +
                                             " has no weights yet: wait for its first save, or resume it.");
    throw Error(ErrorCode::NotFound, "The run " + folder.string() + " has no weights \"" + which +
                                         "\": choose one of " + there + ".");
}

/// A network has more weights than its images have values: a description that asks for larger images than the
/// file's own tensors could serve must not cost their memory.
void checkSize(const WeightsHeader& header, const ImageShape& shape, const std::filesystem::path& file)
{
    std::int64_t elements = 0;
    for (const auto& tensor : header.tensors) {
        std::int64_t count = 1;
        for (const auto size : tensor.shape)
            count *= size;  // checked against the file when the header was read
        elements += count;
    }
    if (shape.values() > elements)
        throw Error(
            ErrorCode::BadFile,
            file.string() +
                " holds too few numbers for the images that it describes: choose weights that Elbo wrote.");
}

}  // namespace

WeightsDescription describeFile(const WeightsHeader& header, const std::string& file)
{
    if (header.metadata.contains("elbo"))
        return weightsDescription(header.metadata, file);
    if (const auto published = recognisePublished(header.tensors))
        return describePublished(*published);
    throw Error(ErrorCode::BadFile,
                file +
                    " cannot be used as weights, since it has no description of the model "
                    "that they are for and its tensors are those of none that is known: "
                    "choose weights that Elbo wrote, or of a published model.");
}

std::filesystem::path weightsFile(const std::filesystem::path& runOrFile, const std::string& which)
{
    std::error_code ignored;
    if (!std::filesystem::exists(runOrFile, ignored))
        throw Error(ErrorCode::NotFound,
                    runOrFile.string() + " is not there: choose a run folder or a weights file.");
    return std::filesystem::is_directory(runOrFile, ignored) ? weightsInRun(runOrFile, which) : runOrFile;
}

ShownRanges shownRangesOf(const LoadedModel& loaded)
{
    const auto channels = static_cast<std::int64_t>(loaded.medianRanges.size()) / 2;
    return {.ranges = at::tensor(loaded.medianRanges, at::kFloat).view({channels, 2}),
            .hasDepth = loaded.shape.hasDepth,
            .metric = loaded.metricDepth};
}

DepthWeightsFile depthWeightsFile(const std::filesystem::path& runOrFile)
{
    std::error_code ignored;
    const bool hasBest = std::filesystem::is_regular_file(RunPaths{runOrFile}.best(), ignored);
    DepthWeightsFile found;
    found.file = weightsFile(runOrFile, hasBest ? "best" : "last");
    const auto header = readWeightsHeader(found.file);
    if (header.metadata.contains("elbo")) {
        const auto config = weightsDescription(header.metadata, found.file.string()).config.model;
        const auto& info = findModelInfo(config.key);
        if (!info.estimatesDepth)
            throw Error(ErrorCode::BadSetting, found.file.string() + " holds weights of " + info.title +
                                                   ", which estimates no depth: choose those of a depth "
                                                   "network.");
        found.key = config.key;
        found.maxDepth = config.fields.real(info.fields, "max_depth");
        return found;
    }
    const auto kind = recogniseDepthWeights(header.tensors);
    if (!kind)
        throw Error(ErrorCode::BadFile, found.file.string() +
                                            " holds no weights of a depth network that is known here: choose "
                                            "a checkpoint of BTS or METER.");
    found.key = kind->key;
    return found;
}

LoadedModel loadModel(const std::filesystem::path& path, const std::string& which, const c10::Device& device)
{
    LoadedModel loaded;
    loaded.file = weightsFile(path, which);
    if (loaded.file != path)
        loaded.runFolder = path;
    // The description is checked before the tensors are read: a foreign file costs its header only.
    const auto header = readWeightsHeader(loaded.file);
    const auto description = describeFile(header, loaded.file.string());
    checkSize(header, description.shape, loaded.file);
    loaded.config = description.config;
    loaded.shape = description.shape;
    loaded.storedUnchanged = description.storedUnchanged;
    loaded.metricDepth = description.metricDepth;
    loaded.depthScale = description.depthScale;
    loaded.labelNames = description.labelNames;
    loaded.medianRanges = description.medianRanges;
    loaded.trainedOn = description.trainedOn;
    loaded.epoch = description.epoch;
    loaded.described = header.metadata.contains("elbo");
    loaded.model = makeVae(description.config.model, description.shape);
    loaded.model->setBinaryData(description.config.text("binarise") == "dynamic");
    loadStateDict(*loaded.model, readWeights(loaded.file).tensors);
    loaded.model->to(device);
    loaded.model->eval();
    return loaded;
}

}  // namespace elbo
