// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/run_comparison.h"

#include "app/window/session/data_loader.h"
#include "app/window/session/model_session.h"
#include "core/base/device.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/models/vae.h"
#include "core/training/comparison.h"
#include "core/training/model_data.h"
#include "core/training/weights.h"

#include <cmath>
#include <utility>

namespace elbo {

namespace {

/// Sets that are wanted again and again, loaded once each.
class Sets {
public:
    explicit Sets(const JobContext& context) : m_context(context) {}
    const LoadedData& of(const DataConfig& config)
    {
        for (const auto& [known, data] : m_sets) {
            if (known == config) {
                return *data;
            }
        }
        m_sets.emplace_back(config, std::make_unique<LoadedData>(loadData(config, m_context)));
        return *m_sets.back().second;
    }

private:
    const JobContext& m_context;
    std::vector<std::pair<DataConfig, std::unique_ptr<LoadedData>>> m_sets;
};

JudgedModel toJudged(const ComparedModel& model, std::int64_t values)
{
    const auto& e = model.evaluation;
    JudgedModel judged;
    judged.folder = model.key == "pca" && model.path.empty() ? std::filesystem::path() : model.path;
    judged.name = model.name;
    judged.key = model.key;
    judged.data = model.data;
    judged.parameters = model.parameters;
    judged.latentSize = model.latentSize;
    judged.epochs = model.epochs;
    judged.values = values;
    judged.seconds = model.seconds;
    judged.density = e.density;
    judged.figures = {{"kl", e.kl},
                      {"log_likelihood", e.logLikelihoodUnit},
                      {"elbo", e.elboUnit},
                      {"mse", e.mse},
                      {"mse_mean", e.mseMean},
                      {"psnr", e.psnr},
                      {"ssim", e.ssim},
                      {"active_units", static_cast<double>(e.activeUnits)},
                      {"images", static_cast<double>(e.images)}};
    return judged;
}

ImageF errorOf(const Image8& a, const Image8& b)
{
    ImageF error{a.width, a.height, {}};
    const auto channels = static_cast<std::size_t>(a.channels);
    error.values.resize(a.pixels.size() / channels);
    for (std::size_t i = 0; i < error.values.size(); ++i) {
        int sum = 0;
        for (std::size_t c = 0; c < channels; ++c) {
            sum += std::abs(int(a.pixels[i * channels + c]) - int(b.pixels[i * channels + c]));
        }
        error.values[i] = static_cast<float>(sum) / (255.0F * static_cast<float>(channels));
    }
    return error;
}

ImageF errorOf(const ImageF& a, const ImageF& b)
{
    ImageF error = a;
    for (std::size_t i = 0; i < error.values.size(); ++i) {
        error.values[i] = std::abs(a.values[i] - b.values[i]);
    }
    return error;
}

void addRow(ComparedPictures& pictures, const OpenedModel& model,
            std::vector<Reconstruction>&& reconstructions)
{
    ComparedPictures::Row row;
    row.folder = model.runFolder;
    row.name = model.name;
    for (auto& one : reconstructions) {
        row.colorError.push_back(errorOf(one.truthColor, one.color));
        row.color.push_back(std::move(one.color));
        if (!one.depth.empty()) {
            row.depthError.push_back(errorOf(one.truthDepth, one.depth));
            row.depth.push_back(std::move(one.depth));
        }
        row.mse.push_back(one.mse);
        row.psnr.push_back(one.psnr);
    }
    pictures.rows.push_back(std::move(row));
}

}  // namespace

Judgement judgeRuns(const std::vector<std::filesystem::path>& folders, const JobContext& context)
{
    Comparison comparison;
    Sets sets(context);
    std::vector<std::int64_t> values;
    Judgement judgement;
    for (const auto& folder : folders) {
        try {
            const auto loaded = loadModel(folder, "last", chooseDevice("cpu"));
            comparison.add(loaded, sets.of(loaded.config.data).view->dataset(), context.progress,
                           context.stop);
            values.push_back(loaded.shape.values());
        } catch (const Error& error) {
            if (folders.size() == 1) {
                throw;
            }
            judgement.problems.push_back(folder.filename().string() + " is not judged: " + error.what());
        }
    }
    if (values.empty()) {
        throw Error(ErrorCode::BadData, judgement.problems.front());
    }
    comparison.addBaselines(context.progress, context.stop);
    judgement.sets = comparison.sets();
    for (std::size_t i = 0; i < comparison.models().size(); ++i) {
        judgement.models.push_back(
            toJudged(comparison.models()[i], i < values.size() ? values[i] : std::int64_t{0}));
    }
    return judgement;
}

ComparedPictures comparePictures(const std::vector<std::filesystem::path>& folders,
                                 const std::vector<std::int64_t>& places, const JobContext& context)
{
    ComparedPictures pictures;
    Sets sets(context);
    std::shared_ptr<const DatasetView> set;
    std::vector<std::int64_t> indices;
    for (std::size_t i = 0; i < folders.size(); ++i) {
        throwIfStopped(context.stop);
        context.progress(
            {"Reconstructing", static_cast<std::int64_t>(i), static_cast<std::int64_t>(folders.size())});
        try {
            const auto model = openModel(folders[i], "last");
            if (!set) {
                set = sets.of(model.data).view;
                const auto test = set->testIndices();
                pictures.testImages = static_cast<std::int64_t>(test.size());
                for (const auto place : places) {
                    if (place < pictures.testImages) {
                        indices.push_back(test[static_cast<std::size_t>(place)]);
                    }
                }
                ComparedPictures::Row truth;
                for (const auto index : indices) {
                    pictures.names.push_back(set->item(index).name);
                    truth.color.push_back(set->color(index));
                    if (model.hasDepth) {
                        truth.depth.push_back(set->depth(index));
                    }
                }
                pictures.metric = model.metric;
                pictures.rows.push_back(std::move(truth));
            }
            const auto shape = set->dataset()->shape();
            if (shape.width != model.width || shape.height != model.height ||
                shape.channels != model.channels) {
                throw Error(ErrorCode::BadData, model.name +
                                                    " learned from images of another size, and is "
                                                    "left out: choose runs on sets of one size.");
            }
            addRow(pictures, model, reconstructImages(model, *set, indices, {}));
        } catch (const Error& error) {
            if (i == 0) {
                throw;
            }
            pictures.problems.emplace_back(error.what());
        }
    }
    return pictures;
}

}  // namespace elbo
