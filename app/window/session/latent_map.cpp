// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/latent_map.h"

#include "app/window/session/dataset_view.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/preparation.h"
#include "core/evaluation/shown_image.h"
#include "core/io/images.h"
#include "core/latent/decoding.h"
#include "core/latent/nearest_images.h"
#include "core/latent/sampling.h"
#include "core/latent/tsne.h"
#include "core/models/vae.h"
#include "core/training/epoch_plan.h"
#include "core/training/model_data.h"
#include "core/training/weights.h"

#include <ATen/Functions.h>

#include <numeric>

namespace elbo {

namespace {

/// Along a principal direction, from the mean.
double along(const LatentSpace& space, std::size_t direction, const LatentCode& code)
{
    double sum = 0;
    for (std::size_t k = 0; k < code.size(); ++k)
        sum += double(space.directions[direction][k]) * double(code[k] - space.mean[k]);
    return sum;
}

std::vector<std::size_t> allRows(const LatentSpace& space)
{
    std::vector<std::size_t> rows(space.codes.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return rows;
}

std::shared_ptr<const Dataset> setOf(const OpenedModel& model, const DatasetView& data)
{
    return dataForModel(model.model->config.model, data.dataset(), model.model->labelNames);
}

void addTsne(LatentMap& map, const LatentSpace& space, const ProgressFunction& progress,
             const std::stop_token& stop)
{
    std::vector<std::int64_t> all(space.codes.size());
    std::iota(all.begin(), all.end(), std::int64_t{0});
    map.rows.clear();
    std::vector<at::Tensor> rows;
    for (const auto row : evenlySpread(all, kMostTsnePoints)) {
        map.rows.push_back(static_cast<std::size_t>(row));
        rows.push_back(at::tensor(space.codes[static_cast<std::size_t>(row)], at::kFloat));
    }
    const auto count = static_cast<double>(rows.size());
    TsneSettings settings;
    settings.perplexity = std::min(settings.perplexity, std::max(1.0, (count - 1) / 3 - 1e-3));
    const auto plane = tsne(at::stack(rows), settings, progress, stop).contiguous();
    const auto* values = plane.const_data_ptr<float>();
    for (std::size_t i = 0; i < map.rows.size(); ++i)
        map.points.emplace_back(double(values[2 * i]), double(values[2 * i + 1]));
}

}  // namespace

LatentMap latentMap(const LatentSpace& space, MapKind kind, std::int64_t x, std::int64_t y,
                    const ProgressFunction& progress, const std::stop_token& stop)
{
    LatentMap map{.kind = kind, .x = x, .y = y, .rows = allRows(space), .points = {}};
    if (kind == MapKind::Tsne) {
        addTsne(map, space, progress, stop);
        return map;
    }
    if (kind == MapKind::Dimensions && (x < 0 || y < 0 || x >= space.size || y >= space.size))
        throw Error(ErrorCode::BadSetting, "The model has dimensions 0 to " + std::to_string(space.size - 1) +
                                               ": choose two of them.");
    if (kind == MapKind::Principal && space.directions.size() < 2)
        throw Error(ErrorCode::BadData,
                    "These codes vary along fewer than two directions: encode more images.");
    map.points.reserve(map.rows.size());
    for (const auto row : map.rows)
        map.points.push_back(*placeOnMap(space, map, space.codes[row]));
    return map;
}

std::optional<std::pair<double, double>> placeOnMap(const LatentSpace& space, const LatentMap& map,
                                                    const LatentCode& code)
{
    switch (map.kind) {
        case MapKind::Dimensions:
            return std::pair(double(code[static_cast<std::size_t>(map.x)]),
                             double(code[static_cast<std::size_t>(map.y)]));
        case MapKind::Principal:
            return std::pair(along(space, 0, code), along(space, 1, code));
        case MapKind::Tsne:
            break;
    }
    return std::nullopt;
}

std::vector<float> errorsOfSpace(const OpenedModel& model, const DatasetView& data, const LatentSpace& space,
                                 const ProgressFunction& progress, const std::stop_token& stop)
{
    return reconstructionErrors(*model.model->model, *setOf(model, data), space.images, progress, stop);
}

LatentCode meanOf(const LatentSpace& space, const std::vector<std::size_t>& rows)
{
    if (rows.empty())
        throw Error(ErrorCode::BadSetting, "The group has no images: choose at least one.");
    std::vector<double> sums(static_cast<std::size_t>(space.size));
    for (const auto row : rows)
        for (std::size_t k = 0; k < sums.size(); ++k)
            sums[k] += double(space.codes[row][k]);
    LatentCode mean;
    for (const auto sum : sums)
        mean.push_back(static_cast<float>(sum / static_cast<double>(rows.size())));
    return mean;
}

LatentGroup latentGroup(const OpenedModel& model, const DatasetView& data, const LatentSpace& space,
                        const std::vector<std::size_t>& rows, const std::stop_token& stop)
{
    LatentGroup group;
    group.rows = rows;
    group.mean = meanOf(space, rows);
    std::vector<std::int64_t> indices;
    for (const auto row : rows)
        indices.push_back(space.images[row]);
    const auto images = groupImages(*setOf(model, data), indices, stop);
    group.meanImage = shownImage(images.mean, shownRangesOf(*model.model));
    const auto spread = images.std.mean(0).contiguous();
    group.spread.height = static_cast<int>(spread.size(0));
    group.spread.width = static_cast<int>(spread.size(1));
    const auto* values = spread.const_data_ptr<float>();
    group.spread.values.assign(values, values + spread.numel());
    return group;
}

LatentCode combined(const LatentCode& a, const LatentCode& b, const LatentCode& c)
{
    LatentCode code;
    for (std::size_t k = 0; k < a.size(); ++k)
        code.push_back(a[k] - b[k] + c[k]);
    return code;
}

namespace {

at::Tensor drawnCodes(const OpenedModel& model, const Dataset& set, const std::vector<std::int64_t>& train,
                      const DrawSettings& settings, const ProgressFunction& progress,
                      const std::stop_token& stop)
{
    auto& network = *model.model->model;
    const SampleSettings sampling{settings.count, settings.temperature, settings.seed};
    const auto source = parseSampleSource(settings.from);
    if (source == SampleSource::Prior)
        return samplePrior(network.latentSize(), sampling);
    const auto codes = encodeImages(network, set, train, progress, stop);
    if (source == SampleSource::Gaussian)
        return sampleGaussian(fitGaussian(codes), sampling);
    return sampleMixture(fitMixture(codes, settings.components, settings.seed, stop), sampling);
}

}  // namespace

DrawnSamples drawSamples(const OpenedModel& model, const DatasetView& data, const DrawSettings& settings,
                         int shownClass, const ProgressFunction& progress, const std::stop_token& stop)
{
    const auto set = setOf(model, data);
    auto train = set->indices(SplitSide::Train);
    if (train.empty())
        train = set->indices(SplitSide::Test);
    const auto z = drawnCodes(model, *set, train, settings, progress, stop);
    DrawnSamples samples;
    for (std::int64_t i = 0; i < z.size(0); ++i) {
        const auto row = z[i].contiguous();
        const auto* values = row.const_data_ptr<float>();
        samples.codes.emplace_back(values, values + row.numel());
    }
    samples.images = decodeLatent(model, samples.codes, shownClass, stop);
    const auto unit = decodeCodes(*model.model->model, z, shownClass, stop);
    const DatasetView view(set);
    for (const auto& near : nearestImages(unit, *set, train, progress, stop)) {
        samples.nearest.push_back(view.color(near.index));
        samples.names.push_back(set->names.at(static_cast<std::size_t>(near.index)));
        samples.distances.push_back(near.distance);
    }
    return samples;
}

LatentCode encodePair(const OpenedModel& model, const PicturePair& pair, int label)
{
    SourceImage image;
    image.color = readColor(pair.color, /*keepGrey=*/model.channels == 1);
    if (model.hasDepth) {
        if (pair.depth.empty())
            throw Error(ErrorCode::BadData,
                        pair.color.filename().string() + " needs depth: drop its depth image with it.");
        image.depth = readDepth(pair.depth, model.model->depthScale).depth;
    }
    const auto prepared = prepareImage(image, model.model->shape, model.model->storedUnchanged, Fit::Stretch);
    const auto codes =
        encodePicture(*model.model->model, prepared,
                      model.classes.empty() ? std::nullopt : std::optional<std::int64_t>(label));
    const auto mean = codes.mean[0].contiguous();
    const auto* values = mean.const_data_ptr<float>();
    return {values, values + mean.numel()};
}

}  // namespace elbo
