// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/model_session.h"

#include "app/window/session/dataset_view.h"
#include "core/base/device.h"
#include "core/data/dataset.h"
#include "core/data/preparation.h"
#include "core/io/images.h"
#include "core/models/registry.h"
#include "core/training/model_data.h"
#include "core/training/weights.h"
#include "core/training/weights_summary.h"

#include <algorithm>
#include <set>
#include <utility>

namespace elbo {

OpenedModel openModel(const std::filesystem::path& runOrWeights, const std::string& which)
{
    auto loaded = std::make_shared<LoadedModel>(loadModel(runOrWeights, which, chooseDevice("cpu")));
    OpenedModel opened;
    opened.key = loaded->config.model.key;
    opened.title = findModelInfo(opened.key).title;
    opened.name =
        loaded->runFolder.empty() ? loaded->file.stem().string() : loaded->runFolder.filename().string();
    opened.file = loaded->file;
    opened.runFolder = loaded->runFolder;
    opened.data = loaded->config.data;
    opened.dataKnown = loaded->described;
    opened.epoch = loaded->epoch;
    const auto header = readWeightsHeader(loaded->file);
    opened.parameters = learnedNumbers(header);
    opened.format = header.format;
    opened.trainedImages = static_cast<std::int64_t>(loaded->trainedOn.size());
    opened.channels = loaded->shape.channels;
    opened.width = loaded->shape.width;
    opened.height = loaded->shape.height;
    opened.hasDepth = loaded->shape.hasDepth;
    opened.metric = loaded->metricDepth;
    if (loaded->model->needsLabels()) {
        opened.classes = loaded->labelNames;
        for (auto i = static_cast<std::int64_t>(opened.classes.size()); i < loaded->shape.classes; ++i) {
            opened.classes.push_back(std::to_string(i));  // weights from elsewhere have no names
        }
    }
    opened.model = std::move(loaded);
    return opened;
}

bool isPreparedSet(const std::filesystem::path& file)
{
    const auto header = readWeightsHeader(file);
    return std::ranges::any_of(header.tensors,
                               [](const TensorInfo& tensor) { return tensor.name == "color"; }) &&
           std::ranges::any_of(header.tensors,
                               [](const TensorInfo& tensor) { return tensor.name == "ranges"; });
}

namespace {

/// A picture that can only be depth: one channel in the file.
bool looksLikeDepth(const std::filesystem::path& file)
{
    return readColor(file, /*keepGrey=*/true).size(0) == 1;
}

/// Of two pictures whose names do not tell, the grey one is the depth of the other. Empty: they are no pair.
std::optional<PicturePair> pairByChannels(const std::filesystem::path& a, const std::filesystem::path& b)
{
    try {
        const bool aIsDepth = looksLikeDepth(a);
        if (aIsDepth != looksLikeDepth(b)) {
            return aIsDepth ? PicturePair{b, a} : PicturePair{a, b};
        }
    } catch (const Error&) {
        return std::nullopt;  // one cannot be read, which is told when each is looked at
    }
    return std::nullopt;
}

}  // namespace

std::vector<PicturePair> pairPictures(const std::vector<std::filesystem::path>& files, PictureUse use,
                                      std::vector<std::string>& problems)
{
    std::vector<PicturePair> pairs;
    if (use == PictureUse::ColorOnly) {
        for (const auto& file : files) {
            pairs.push_back({file, {}});
        }
        return pairs;
    }
    std::set<std::filesystem::path> taken;
    std::vector<PicturePair> lone;
    for (const auto& file : files) {
        if (const auto depth = findDepthBeside(file)) {
            pairs.push_back({file, *depth});
            taken.insert(std::filesystem::weakly_canonical(*depth));
        } else {
            lone.push_back({file, {}});
        }
    }
    std::erase_if(lone, [&](const PicturePair& pair) {
        return taken.contains(std::filesystem::weakly_canonical(pair.color));
    });
    if (lone.size() == 2) {
        if (auto pair = pairByChannels(lone[0].color, lone[1].color)) {
            pairs.push_back(std::move(*pair));
            return pairs;
        }
    }
    for (const auto& pair : lone) {
        try {
            if (use == PictureUse::WithDepth && looksLikeDepth(pair.color)) {
                problems.push_back(pair.color.filename().string() +
                                   " looks like a depth image: add it together with its colour image.");
            } else {
                pairs.push_back(pair);
            }
        } catch (const Error& error) {
            problems.emplace_back(error.what());
        }
    }
    return pairs;
}

Image8 smallPicture(const std::filesystem::path& file)
{
    constexpr std::int64_t kSide = 256;
    const auto picture = readColor(file);
    const auto step =
        std::max<std::int64_t>(1, (std::max(picture.size(1), picture.size(2)) + kSide - 1) / kSide);
    const auto small = picture.slice(1, 0, std::nullopt, step)
                           .slice(2, 0, std::nullopt, step)
                           .permute({1, 2, 0})
                           .contiguous();
    Image8 image;
    image.height = static_cast<int>(small.size(0));
    image.width = static_cast<int>(small.size(1));
    image.channels = static_cast<int>(small.size(2));
    const auto* bytes = small.const_data_ptr<std::uint8_t>();
    image.pixels.assign(bytes, bytes + small.numel());
    return image;
}

std::vector<Reconstruction> reconstructImages(const OpenedModel& opened, const DatasetView& data,
                                              const std::vector<std::int64_t>& indices,
                                              const ReconstructionOptions& options)
{
    const auto set = dataForModel(opened.model->config.model, data.dataset(), opened.model->labelNames);
    return reconstruct(*opened.model->model, *set, indices, options);
}

Reconstruction reconstructPicture(const OpenedModel& opened, const PicturePair& pair,
                                  const ReconstructionOptions& options)
{
    SourceImage image;
    image.color = readColor(pair.color, /*keepGrey=*/opened.channels == 1);
    bool metric = false;
    if (opened.hasDepth) {
        if (pair.depth.empty()) {
            throw Error(ErrorCode::BadData,
                        pair.color.filename().string() + " needs depth: add its depth image.");
        }
        auto depth = readDepth(pair.depth, opened.model->depthScale);
        image.depth = depth.depth;
        metric = depth.metric;
    }
    return reconstructSource(*opened.model->model, image, opened.model->storedUnchanged,
                             pair.color.stem().string(), metric, options);
}

}  // namespace elbo
