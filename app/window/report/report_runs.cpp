// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_runs.h"

#include "core/base/error.h"
#include "core/models/model_table.h"
#include "core/training/run_paths.h"
#include "core/training/weights_summary.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <tuple>

namespace elbo {

namespace {

bool holdsWord(std::string text, std::string_view word)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text.find(word) != std::string::npos;
}

/// From its weights' header; nothing for a run that has just begun, or whose weights were deleted.
std::optional<ImageShape> shapeOfWeights(const std::filesystem::path& folder)
{
    try {
        return summariseWeights(folder).shape;
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// From its kept pictures; what is wrong with them is said by the figure that wants them.
std::optional<ImageShape> shapeOfPictures(const std::filesystem::path& folder,
                                          const std::vector<std::int64_t>& kept)
{
    if (kept.empty()) {
        return std::nullopt;
    }
    try {
        const auto strip = readKeptStrip(folder, kept.back());
        if (strip.truthColor.empty()) {
            return std::nullopt;
        }
        const auto& color = strip.truthColor.front();
        ImageShape shape;
        shape.hasDepth = !strip.truthDepth.empty();
        shape.channels = color.channels + (shape.hasDepth ? 1 : 0);
        shape.height = color.height;
        shape.width = color.width;
        return shape;
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// How well a run of the right model stands for a set; 0: not at all.
int fit(const ReportRun& run, ReportSet set)
{
    if (isOfSet(run, set)) {
        return 3;
    }
    if (set == ReportSet::Mnist) {
        return run.shape && run.shape->channels == 1 ? 2 : 1;
    }
    if (!run.shape || !run.shape->hasDepth) {
        return 0;
    }
    return run.info.config.data.key == "rooms" ? 1 : 2;
}

}  // namespace

std::string_view titleOf(ReportSet set)
{
    return set == ReportSet::Mnist ? "MNIST" : "NYU Depth V2";
}

std::vector<ReportRun> readReportRuns(const std::vector<std::filesystem::path>& folders)
{
    if (folders.empty()) {
        throw Error(ErrorCode::BadSetting, "A report is made from runs: give the folder of one at least.");
    }
    std::vector<ReportRun> runs;
    std::vector<std::filesystem::path> seen;
    for (const auto& folder : folders) {
        ReportRun run;
        run.info = readRunInfo(folder);
        const auto whole = std::filesystem::canonical(folder);
        if (std::ranges::find(seen, whole) != seen.end()) {
            continue;
        }
        seen.push_back(whole);
        run.info.folder = whole;
        try {
            run.history = readHistory(RunPaths{whole}.history());
        } catch (const Error& error) {
            run.historyProblem = error.what();
        }
        if (run.history.epochs.empty() && run.historyProblem.empty()) {
            run.historyProblem = "The history of " + run.info.name + " has no epoch yet: train it further.";
        }
        run.kept = keptEpochs(whole);
        run.shape = shapeOfWeights(whole);
        if (!run.shape) {
            run.shape = shapeOfPictures(whole, run.kept);
        }
        run.estimatesDepth = findModelInfo(run.info.config.model.key).estimatesDepth;
        runs.push_back(std::move(run));
    }
    return runs;
}

bool isOfSet(const ReportRun& run, ReportSet set)
{
    const auto& key = run.info.config.data.key;
    if (set == ReportSet::Mnist) {
        return key == "mnist" || run.info.dataTitle == "MNIST";
    }
    // Folders and prepared files of NYU are known by their names alone.
    const bool named = holdsWord(run.info.dataTitle, "nyu") || holdsWord(run.info.dataSpec, "nyu");
    return key == "nyu-mat" || (named && run.shape && run.shape->hasDepth);
}

const ReportRun* chooseRun(const std::vector<ReportRun>& runs, std::string_view model, ReportSet set,
                           std::int64_t epoch)
{
    const ReportRun* best = nullptr;
    std::tuple<int, std::int64_t> bestKey{};
    for (const auto& run : runs) {
        const int fits = run.info.config.model.key == model ? fit(run, set) : 0;
        if (fits == 0) {
            continue;
        }
        const auto nearest = nearestEpoch(run.kept, epoch);
        const auto away = !nearest     ? std::numeric_limits<std::int64_t>::max()
                          : epoch == 0 ? 0
                                       : std::abs(*nearest - epoch);
        const std::tuple key{-fits, away};
        if (best == nullptr || key < bestKey) {
            best = &run;
            bestKey = key;
        }
    }
    return best;
}

std::optional<std::int64_t> nearestEpoch(const std::vector<std::int64_t>& epochs, std::int64_t wanted)
{
    const auto nearest = std::ranges::min_element(
        epochs, {}, [wanted](std::int64_t epoch) { return std::abs(epoch - wanted); });
    return nearest == epochs.end() ? std::nullopt : std::optional(*nearest);
}

std::string shellWord(const std::string& text)
{
    const bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '/' || c == '.' || c == '-' || c == '_' || c == '=' || c == ':' ||
               c == ',' || c == '+';
    });
    if (plain) {
        return text;
    }
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

}  // namespace elbo
