// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/latent_space.h"

#include "app/window/session/dataset_view.h"
#include "core/data/dataset.h"
#include "core/io/code_files.h"
#include "core/latent/aggregate_posterior.h"
#include "core/latent/decoding.h"
#include "core/latent/interpolation.h"
#include "core/latent/sampling.h"
#include "core/latent/traversal.h"
#include "core/models/vae.h"
#include "core/training/epoch_plan.h"
#include "core/training/model_data.h"
#include "core/training/weights.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <numeric>

namespace elbo {

namespace {

constexpr std::int64_t kMostImages = 2000;
constexpr std::size_t kFewest = 2;

LatentCode toCode(const at::Tensor& z)
{
    const auto values = z.to(at::kFloat).contiguous();
    const auto* data = values.const_data_ptr<float>();
    return {data, data + values.numel()};
}

at::Tensor toTensor(const LatentCode& code)
{
    return at::tensor(code, at::kFloat);
}

at::Tensor toTensor(const std::vector<LatentCode>& codes)
{
    std::vector<at::Tensor> rows;
    rows.reserve(codes.size());
    for (const auto& code : codes)
        rows.push_back(toTensor(code));
    return at::stack(rows);
}

std::vector<std::int64_t> imagesOf(const Dataset& data, EncodedImages which)
{
    auto images = data.indices(SplitSide::Test);
    if (which == EncodedImages::All || images.size() < kFewest) {
        images.resize(static_cast<std::size_t>(data.size()));
        std::iota(images.begin(), images.end(), 0);
    }
    return which == EncodedImages::SomeTest ? evenlySpread(images, kMostImages) : images;
}

Intrinsics intrinsicsOf(const Dataset& data, std::int64_t image)
{
    const auto shape = data.shape();
    const auto width = static_cast<int>(shape.width), height = static_cast<int>(shape.height);
    if (!data.intrinsics.defined())
        return guessedIntrinsics(width, height);
    const auto row = data.intrinsics[image].to(at::kDouble).contiguous();
    const auto* values = row.const_data_ptr<double>();
    Intrinsics own{values[0], values[1], values[2], values[3], width, height, false, data.title};
    check(own);
    return own;
}

}  // namespace

LatentSpace latentSpace(const OpenedModel& model, const DatasetView& data, EncodedImages which,
                        const ProgressFunction& progress, const std::stop_token& stop)
{
    const auto set = dataForModel(model.model->config.model, data.dataset(), model.model->labelNames);
    const auto codes = encodeImages(*model.model->model, *set, imagesOf(*set, which), progress, stop);
    const auto posterior = aggregatePosterior(codes);
    LatentSpace space;
    space.size = posterior.size();
    space.mean = toCode(posterior.mean);
    space.std = toCode(posterior.std);
    space.kl = toCode(posterior.kl);
    space.byKl = posterior.byKl;
    space.active = posterior.active;
    for (std::int64_t i = 0; i < posterior.directions.size(0); ++i)
        space.directions.push_back(toCode(posterior.directions[i]));
    space.variances = toCode(posterior.variances);
    space.totalVariance = posterior.totalVariance;
    space.images = codes.indices;
    space.labelNames = set->labelNames;
    space.intrinsics = intrinsicsOf(*set, codes.indices.front());
    const auto* labels = set->labels.defined() ? set->labels.const_data_ptr<std::int64_t>() : nullptr;
    const auto means = codes.mean.contiguous();
    const auto* values = means.const_data_ptr<float>();
    for (std::size_t i = 0; i < codes.indices.size(); ++i) {
        const auto index = codes.indices[i];
        space.names.push_back(set->names.at(static_cast<std::size_t>(index)));
        space.labels.push_back(labels != nullptr ? static_cast<int>(labels[index]) : -1);
        const auto* row = values + static_cast<std::ptrdiff_t>(i) * space.size;
        space.codes.emplace_back(row, row + space.size);
    }
    return space;
}

std::vector<ShownImage> decodeLatent(const OpenedModel& model, const std::vector<LatentCode>& codes,
                                     int shownClass, const std::stop_token& stop)
{
    if (codes.empty())
        return {};
    return shownCodes(*model.model->model, toTensor(codes), shownClass, shownRangesOf(*model.model), stop);
}

LatentGrid latentGrid(const OpenedModel& model, const LatentSpace& space, const LatentCode& code,
                      int shownClass, const std::stop_token& stop)
{
    constexpr std::int64_t kSteps = 9;
    constexpr std::int64_t kPlaneSteps = 11;
    constexpr std::size_t kRows = 8;
    constexpr double kRange = 3;
    LatentGrid grid;
    grid.plane = space.size == 2;
    at::Tensor codes;
    if (grid.plane) {
        grid.values = traversalValues(kPlaneSteps, kRange);
        codes = latentPlane(kPlaneSteps, kRange);
    } else {
        grid.dims = space.byKl;
        grid.dims.resize(std::min(kRows, grid.dims.size()));
        grid.values = traversalValues(kSteps, kRange);
        codes = traverse(toTensor(code), grid.dims, kSteps, kRange);
    }
    for (std::int64_t i = 0; i < codes.size(0); ++i)
        grid.codes.push_back(toCode(codes[i]));
    grid.images = decodeLatent(model, grid.codes, shownClass, stop);
    return grid;
}

std::vector<LatentCode> latentWay(const std::vector<LatentCode>& points, int steps, LatentPath path)
{
    const auto way = pathThrough(toTensor(points), steps, path);
    std::vector<LatentCode> codes;
    for (std::int64_t i = 0; i < way.size(0); ++i)
        codes.push_back(toCode(way[i]));
    return codes;
}

LatentCode latentBetween(const LatentCode& a, const LatentCode& b, double t, LatentPath path)
{
    return toCode(between(toTensor(a), toTensor(b), t, path));
}

LatentCode drawnCode(std::int64_t size, std::uint64_t seed)
{
    return toCode(samplePrior(size, {.count = 1, .seed = seed})[0]);
}

std::string codeToText(const LatentCode& code)
{
    return codeText(toTensor(code));
}

LatentCode readCode(const std::string& text, std::int64_t size)
{
    return toCode(codeFromText(text, size));
}

}  // namespace elbo
