// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"
#include "core/base/job_queue.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace elbo {

/// Pictures beside each other, one an image of the set.
struct ReportRow {
    std::string label;  ///< "truth", "reconstruction", ...
    std::vector<Image8> pictures;
};
/// Values of one run after its epochs: epoch and value, ascending.
struct ReportCurve {
    std::string run;
    std::vector<std::pair<double, double>> train, test;
};
/// One term of the objective over the epochs of some runs.
struct ReportPlot {
    std::string title;  ///< "ELBO, nats per image, higher is better"
    std::vector<ReportCurve> curves;
    std::optional<double> published;  ///< a value that the report prints, drawn as a line
};
/// A part of a figure: pictures in rows, or plots.
struct ReportPanel {
    std::string title;  ///< what it really shows: model, set, epoch, run
    std::vector<ReportRow> rows = {};
    std::vector<ReportPlot> plots = {};
};
/// The first row is the heading, and the first cell of each row tells what it is about.
struct ReportTable {
    std::string title;
    std::vector<std::vector<std::string>> rows;
};

/// One figure of the report as it can be made from the runs given. Texts are English, as those of core, and
/// come from run folders that anyone may have written: whoever shows them escapes them.
struct ReportFigure {
    int number = 0;       ///< 1 to 6
    std::string title;    ///< "Truth and reconstruction after 20 epochs"
    std::string caption;  ///< what is seen, sentence by sentence
    std::vector<ReportPanel> panels = {};
    std::vector<ReportTable> tables = {};       ///< settings and numbers, the published ones beside ours
    std::vector<std::string> differences = {};  ///< sentences: why ours are not the report's
    std::vector<std::string> missing =
        {};  ///< a sentence for each part that could not be made, with the way to it
};

/// What writeReport() draws: plain values.
struct Report {
    std::vector<ReportFigure> figures;  ///< all six, in their order
    std::vector<std::string> runs;      ///< names of those given
    std::string program;                ///< "Elbo 0.1.0, LibTorch 2.13.0"
    std::string created;                ///< "2026-11-23 15:42 UTC"
};

struct ReportOptions {
    std::int64_t images = 8;  ///< pictures beside each other, 1 to 8
};

/// Chooses from runs what fits each figure of "Efficient Latent Space Representation Learning" (models.md),
/// reads their kept pictures and histories, and computes figures 5 and 6 from their last weights. What cannot
/// be made is named in the figure's `missing`. For a worker thread: loads data sets and networks.
/// @throws Error(BadSetting) without a run, Error(NotFound, BadFile) for a folder that is no run; Cancelled
[[nodiscard]] Report gatherReport(const std::vector<std::filesystem::path>& runs,
                                  const ReportOptions& options, const JobContext& context);

/// Makes the folder, and tries that it can be written to: before the long work, not after it.
/// @throws Error(NoPermission, DiskFull, NotFound)
void prepareReportFolder(const std::filesystem::path& out);

struct ReportResult {
    std::filesystem::path page;                ///< index.html
    std::vector<std::filesystem::path> files;  ///< all that were written, the page last
    std::vector<std::string> missing;          ///< of all figures, each sentence once
};
/// Writes figure-N.png and figure-N.svg of each figure that has anything to show, and index.html with all of
/// them inside, each file whole or not at all. For the GUI thread (QCustomPlot is a widget); some seconds at
/// most.
/// @param stop  looked at between files @throws Error(NoPermission, DiskFull, NotFound), Cancelled
ReportResult writeReport(const Report& report, const std::filesystem::path& out,
                         const std::stop_token& stop = {});

}  // namespace elbo
