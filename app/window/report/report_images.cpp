// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_figures.h"
#include "app/window/report/report_numbers.h"
#include "core/base/error.h"
#include "core/base/image_tensor.h"
#include "core/data/dataset.h"
#include "core/data/image_source.h"
#include "core/depth/depth_metrics.h"
#include "core/depth/estimator.h"
#include "core/depth/evaluate_depth.h"
#include "core/evaluation/reconstruct.h"
#include "core/models/model_table.h"
#include "core/models/vae.h"
#include "core/training/epoch_plan.h"
#include "core/training/model_data.h"
#include "core/training/weights.h"
#include "widgets/number_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace elbo {

namespace {

std::string text(double value)
{
    return numberText(value, 4).toStdString();
}

/// A run of the RGB-D VAE, opened with the set that it learned from.
struct OpenedRun {
    const ReportRun* run = nullptr;
    LoadedModel loaded;
    std::shared_ptr<const Dataset> data;
    std::vector<std::int64_t> images;  ///< of the test side, evenly spread
};

/// @throws Error when weights or set cannot be read, Cancelled
OpenedRun openRun(const ReportRun& run, const SetLoader& load, std::int64_t count)
{
    OpenedRun opened{.run = &run,
                     .loaded = loadModel(run.info.folder, "last", chooseDevice("cpu")),
                     .data = {},
                     .images = {}};
    const auto& config = opened.loaded.config;
    opened.data = dataForModel(config.model, load(config.data), opened.loaded.labelNames);
    const auto test = opened.data->indices(SplitSide::Test);
    if (test.empty()) {
        throw Error(ErrorCode::BadData, "The set of " + run.info.name +
                                            " has no test images to show: train with test=0.1 or so.");
    }
    opened.images = evenlySpread(test, count);
    return opened;
}

std::optional<OpenedRun> openFor(ReportFigure& figure, const std::vector<ReportRun>& runs,
                                 const SetLoader& load, std::int64_t count)
{
    const auto* run = chooseRun(runs, "rgbd-vae", ReportSet::Nyu, 0);
    if (run == nullptr) {
        figure.missing.push_back(wantedRun("a run of RGB-D VAE on images with depth", "paper/rgbd-vae-nyu",
                                           kNyuData, "rgbd-vae-nyu"));
        return std::nullopt;
    }
    figure.tables.push_back(numbersTable({{run, {}}}, run->info.config.model.key, ReportSet::Nyu));
    figure.tables.push_back(settingsTable(*run, ReportSet::Nyu));
    addSentences(figure.differences, differencesOf(*run, ReportSet::Nyu));
    try {
        return openRun(*run, load, count);
    } catch (const Error& error) {
        figure.missing.push_back("Figure " + std::to_string(figure.number) + " needs the last weights of " +
                                 run->info.name + " and its set of images: " + error.what());
        return std::nullopt;
    }
}

std::string titleOf(const OpenedRun& opened)
{
    const auto& info = opened.run->info;
    return findModelInfo(info.config.model.key).title + " on " + info.dataTitle + ", last weights, after " +
           std::to_string(opened.loaded.epoch) + (opened.loaded.epoch == 1 ? " epoch (" : " epochs (") +
           info.name + ")";
}

double meanMse(const std::vector<Reconstruction>& all)
{
    double sum = 0;
    for (const auto& one : all) {
        sum += one.mse;
    }
    return sum / static_cast<double>(std::max<std::size_t>(1, all.size()));
}

/// The depth network of a run given, else the one that comes with the program.
struct ChosenEstimator {
    std::unique_ptr<DepthEstimator> estimator;
    std::string title;
};

ChosenEstimator chooseEstimator(ReportFigure& figure, const std::vector<ReportRun>& runs)
{
    for (const auto& run : runs) {
        if (!run.estimatesDepth) {
            continue;
        }
        try {
            const auto file = depthWeightsFile(run.info.folder);
            DepthEstimatorOptions options{.weights = file.file};
            options.maxDepth = file.maxDepth.value_or(options.maxDepth);
            return {makeDepthEstimator(file.key, options),
                    findDepthEstimatorInfo(file.key).title + " (" + run.info.name + ")"};
        } catch (const Error& error) {
            figure.missing.emplace_back(error.what());
        }
    }
    const auto& bundled = depthEstimatorInfos().front();
    figure.differences.push_back(
        "The report estimates depth with BTS, whose published weights do not come with Elbo; here it is " +
        bundled.title +
        ". Give a run of a depth network with the others (\"elbo-cli train --preset "
        "paper/bts-densenet161-nyu "
        "--init CHECKPOINT ...\") to have it used.");
    return {makeDepthEstimator(bundled.key, {}), bundled.title};
}

ReportTable depthTable(const std::string& title, const std::string& images, const DepthMetricMeans& means)
{
    ReportTable table{
        .title = "Estimated depth: share of pixels within 25 %, relative error, error in metres",
        .rows = {{"", "d1", "AbsRel", "RMSE, m"}}};
    if (means.images() > 0) {
        const auto metrics = means.means();
        table.rows.push_back(
            {title + ", " + images, text(metrics.d1), text(metrics.absRel), text(metrics.rmse)});
    }
    table.rows.push_back({"BTS with DenseNet-161, published, 654 images of NYU", "0.885", "0.11", "0.392"});
    table.rows.push_back({"BTS with ResNet-50, published, 654 images of NYU", "0.865", "0.119", "0.419"});
    return table;
}

/// What fails is told in the figure: the others are made all the same.
template <typename Make>
void orSay(ReportFigure& figure, const Make& make)
{
    try {
        make();
    } catch (const Error& error) {
        figure.panels.clear();
        figure.missing.emplace_back(error.what());
    }
}

void addImages(ReportFigure& figure, const OpenedRun& opened, const ReportOptions& options)
{
    const auto all = reconstruct(*opened.loaded.model, *opened.data, opened.images, {});
    ReportPanel color{.title = "Colour: " + titleOf(opened)};
    ReportPanel depth{.title = "Depth of the same images"};
    for (std::size_t begin = 0; begin < all.size(); begin += static_cast<std::size_t>(options.images)) {
        std::array<ReportRow, 4> rows{ReportRow{"truth", {}}, ReportRow{"reconstruction", {}},
                                      ReportRow{"true depth", {}}, ReportRow{"its reconstruction", {}}};
        for (auto i = begin; i < std::min(all.size(), begin + static_cast<std::size_t>(options.images));
             ++i) {
            rows[0].pictures.push_back(all[i].truthColor);
            rows[1].pictures.push_back(all[i].color);
            auto pair = coloredPair(all[i].truthDepth, all[i].depth);
            rows[2].pictures.push_back(std::move(pair.truth));
            rows[3].pictures.push_back(std::move(pair.answer));
        }
        color.rows.insert(color.rows.end(), {rows[0], rows[1]});
        depth.rows.insert(depth.rows.end(), {rows[2], rows[3]});
    }
    figure.panels = {std::move(color), std::move(depth)};
    figure.caption += " The images shown have a mean MSE of " + text(meanMse(all)) + ".";
}

void addEstimates(ReportFigure& figure, const std::vector<ReportRun>& runs, const OpenedRun& opened,
                  const JobContext& context)
{
    const auto chosen = chooseEstimator(figure, runs);
    std::array<ReportRow, 5> rows{ReportRow{"colour", {}}, ReportRow{"true depth", {}},
                                  ReportRow{"estimated depth", {}}, ReportRow{"reconstruction", {}},
                                  ReportRow{"its depth", {}}};
    std::vector<Reconstruction> all;
    DepthMetricMeans means;
    for (const auto index : opened.images) {
        throwIfStopped(context.stop);
        context.progress({"Estimating depth", static_cast<std::int64_t>(all.size()),
                          static_cast<std::int64_t>(opened.images.size())});
        SourceImage source;
        source.color = originalColor(*opened.data, index);
        source.depth = chosen.estimator->estimate(source.color);
        all.push_back(reconstructSource(*opened.loaded.model, source, opened.loaded.storedUnchanged,
                                        opened.data->names[static_cast<std::size_t>(index)], true, {}));
        const auto truth = originalDepth(*opened.data, index);
        if (opened.data->metricDepth) {
            means.add(depthMetrics(source.depth, truth, {}));
        }
        const auto trueDepth = toImage(truth);
        const auto pair = coloredPair(all.back().truthDepth, all.back().depth);
        rows[0].pictures.push_back(toPicture(source.color));
        rows[1].pictures.push_back(coloredPair(trueDepth, trueDepth).truth);
        rows[2].pictures.push_back(pair.truth);
        rows[3].pictures.push_back(all.back().color);
        rows[4].pictures.push_back(pair.answer);
    }
    figure.panels.push_back(
        {.title = chosen.title + ", then " + titleOf(opened), .rows = {rows.begin(), rows.end()}});
    figure.caption += " Against colour and estimate, the reconstructions shown have a mean MSE of " +
                      text(meanMse(all)) + ".";
    figure.tables.insert(
        figure.tables.begin(),
        depthTable(chosen.title, "the " + std::to_string(all.size()) + " images shown", means));
    if (!opened.data->metricDepth) {
        figure.differences.emplace_back(
            "The depth of this set is relative, so the estimate cannot be judged in metres.");
    }
}

}  // namespace

ReportFigure makeFigure5(const std::vector<ReportRun>& runs, const SetLoader& load,
                         const ReportOptions& options, const JobContext& context)
{
    ReportFigure figure{
        .number = 5,
        .title = "Colour and depth of test images and their reconstructions",
        .caption =
            "Test images, spread evenly over the set, above what RGB-D VAE makes of the mean of "
            "their posterior. Depth is coloured from near (blue) to far (red), each image and "
            "its reconstruction over one range. The report shows NYU Depth V2."};
    const auto opened = openFor(figure, runs, load, 2 * options.images);
    if (!opened) {
        return figure;
    }
    throwIfStopped(context.stop);
    orSay(figure, [&] { addImages(figure, *opened, options); });
    return figure;
}

ReportFigure makeFigure6(const std::vector<ReportRun>& runs, const SetLoader& load,
                         const ReportOptions& options, const JobContext& context)
{
    ReportFigure figure{
        .number = 6,
        .title = "From colour alone: estimated depth, and the reconstruction of both",
        .caption =
            "The way of the report: a depth network estimates depth from colour, both together go "
            "through RGB-D VAE (mean of the posterior). Depth is coloured from near (blue) to far "
            "(red): the estimate and its reconstruction over one range, the true depth over its "
            "own."};
    const auto opened = openFor(figure, runs, load, options.images);
    if (!opened) {
        return figure;
    }
    orSay(figure, [&] { addEstimates(figure, runs, *opened, context); });
    return figure;
}

}  // namespace elbo
