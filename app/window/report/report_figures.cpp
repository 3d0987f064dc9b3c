// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_figures.h"

#include "app/window/report/report_numbers.h"
#include "core/base/color_map.h"
#include "core/base/error.h"
#include "core/models/model_table.h"
#include "widgets/picture.h"

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

constexpr std::int64_t kMnistEpoch = 20;
constexpr std::int64_t kVggEpoch = 100;
constexpr std::int64_t kEarlyEpoch = 10, kLateEpoch = 200;

std::string epochs(std::int64_t count)
{
    return std::to_string(count) + (count == 1 ? " epoch" : " epochs");
}

/// Which epoch is shown when the wanted one was not kept, and how to come to it.
std::string otherEpoch(const ReportRun& run, std::int64_t shown, std::int64_t wanted)
{
    auto sentence = run.info.name + " kept no pictures of epoch " + std::to_string(wanted) + ": epoch " +
                    std::to_string(shown) + " is shown.";
    if (run.info.epochsDone < wanted) {
        sentence += " \"elbo-cli train --resume " + shellWord(run.info.folder.string()) + " --epochs " +
                    std::to_string(wanted) + "\" goes on to it.";
    }
    return sentence;
}

std::vector<ReportRow> rowsOf(const KeptStrip& strip, std::size_t most)
{
    const auto count = std::min({strip.truthColor.size(), strip.color.size(), most});
    const auto first = static_cast<std::ptrdiff_t>(count);
    std::vector<ReportRow> rows{{"truth", {strip.truthColor.begin(), strip.truthColor.begin() + first}},
                                {"reconstruction", {strip.color.begin(), strip.color.begin() + first}}};
    if (strip.truthDepth.size() >= count && strip.depth.size() >= count) {
        rows.push_back({"true depth", {}});
        rows.push_back({"its reconstruction", {}});
        for (std::size_t i = 0; i < count; ++i) {
            auto pair = coloredPair(strip.truthDepth[i], strip.depth[i]);
            rows[2].pictures.push_back(std::move(pair.truth));
            rows[3].pictures.push_back(std::move(pair.answer));
        }
    }
    return rows;
}

/// Adds the pictures kept nearest to an epoch, or says why there are none. @return the epoch shown
std::optional<std::int64_t> addStrip(ReportFigure& figure, const ReportRun& run, std::int64_t wanted,
                                     const ReportOptions& options)
{
    const auto nearest = nearestEpoch(run.kept, wanted);
    if (!nearest) {
        figure.missing.push_back(
            run.info.name +
            " has no kept pictures (its folder kept/ is empty or gone): train such a run "
            "again.");
        return std::nullopt;
    }
    try {
        const auto strip = readKeptStrip(run.info.folder, *nearest);
        auto rows = rowsOf(strip, static_cast<std::size_t>(options.images));
        if (rows.front().pictures.empty()) {
            throw Error(ErrorCode::BadData, "The pictures that " + run.info.name + " kept of epoch " +
                                                std::to_string(*nearest) + " are empty.");
        }
        figure.panels.push_back({.title = findModelInfo(run.info.config.model.key).title + " on " +
                                          run.info.dataTitle + ", after " + epochs(*nearest) + " (" +
                                          run.info.name + ")",
                                 .rows = std::move(rows)});
    } catch (const Error& error) {
        figure.missing.emplace_back(error.what());
        return std::nullopt;
    }
    if (*nearest != wanted) {
        figure.missing.push_back(otherEpoch(run, *nearest, wanted));
    }
    return nearest;
}

/// The tables and sentences of one run of a figure.
void addRun(ReportFigure& figure, const ShownRun& shown, ReportSet set)
{
    const auto& run = *shown.run;
    if (!run.historyProblem.empty()) {
        addSentences(figure.missing, {run.historyProblem});
    }
    figure.tables.push_back(numbersTable({shown}, run.info.config.model.key, set));
    figure.tables.push_back(settingsTable(run, set));
    addSentences(figure.differences, differencesOf(run, set));
}

void addStripFigure(ReportFigure& figure, const std::vector<ReportRun>& runs, const std::string& model,
                    ReportSet set, const std::vector<std::int64_t>& wanted, const ReportOptions& options)
{
    const auto* run = chooseRun(runs, model, set, wanted.back());
    if (run == nullptr) {
        const bool mnist = set == ReportSet::Mnist;
        figure.missing.push_back(
            wantedRun("a run of " + findModelInfo(model).title + (mnist ? "" : " on images with depth"),
                      "paper/" + model + (mnist ? "-mnist" : "-nyu"), mnist ? "" : kNyuData,
                      model + (mnist ? "-mnist" : "-nyu")));
        return;
    }
    ShownRun shown{run, {}};
    for (const auto epoch : wanted) {
        // Two epochs that were wanted may both be nearest to one that was kept.
        if (const auto nearest = nearestEpoch(run->kept, epoch);
            nearest && std::ranges::find(shown.epochs, *nearest) != shown.epochs.end()) {
            figure.missing.push_back(otherEpoch(*run, *nearest, epoch));
        } else if (const auto added = addStrip(figure, *run, epoch, options)) {
            shown.epochs.push_back(*added);
        } else {
            break;
        }
    }
    addRun(figure, shown, set);
}

constexpr auto kStripCaption =
    "Test images above what the model makes of their codes (the mean of the posterior). ";
constexpr auto kDepthCaption =
    "Depth is coloured from near (blue) to far (red), each image and its reconstruction over one range. ";

}  // namespace

DepthPair coloredPair(const ImageF& truth, const ImageF& answer)
{
    const auto a = finiteRange(truth);
    const auto b = finiteRange(answer);
    const auto low = std::min(a.low, b.low);
    const auto high = std::max(a.high, b.high);
    const auto& map = findColorMap("turbo");
    return {applyColorMap(truth, map, low, high), applyColorMap(answer, map, low, high)};
}

std::string wantedRun(const std::string& what, const std::string& preset, const std::string& where,
                      const std::string& out)
{
    return "None of the runs given is " + what + ": \"elbo-cli train --preset " + preset + " " + where +
           "--out " + out + "\" trains one.";
}

ReportFigure makeFigure1(const std::vector<ReportRun>& runs, const ReportOptions& options)
{
    ReportFigure figure{.number = 1,
                        .title = "Truth and reconstruction of FC-VAE, C-VAE and VGG-VAE after 20 epochs",
                        .caption = kStripCaption + std::string("The report shows digits of MNIST.")};
    for (const auto* model : {"fc-vae", "conditional-vae", "vgg-vae"}) {
        addStripFigure(figure, runs, model, ReportSet::Mnist, {kMnistEpoch}, options);
    }
    putSettingsLast(figure);
    return figure;
}

ReportFigure makeFigure2(const std::vector<ReportRun>& runs, const ReportOptions& options)
{
    ReportFigure figure{
        .number = 2,
        .title = "Truth and reconstruction of VGG-VAE on colour and depth after 100 epochs",
        .caption = std::string(kStripCaption) + kDepthCaption + "The report shows NYU Depth V2."};
    addStripFigure(figure, runs, "vgg-vae", ReportSet::Nyu, {kVggEpoch}, options);
    return figure;
}

ReportFigure makeFigure3(const std::vector<ReportRun>& runs, const ReportOptions& options)
{
    ReportFigure figure{
        .number = 3,
        .title = "Truth and reconstruction of RGB-D VAE after 10 and 200 epochs",
        .caption = std::string(kStripCaption) + kDepthCaption + "The report shows NYU Depth V2."};
    addStripFigure(figure, runs, "rgbd-vae", ReportSet::Nyu, {kEarlyEpoch, kLateEpoch}, options);
    return figure;
}

}  // namespace elbo
