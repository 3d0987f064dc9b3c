// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/report/report.h"
#include "app/window/report/report_runs.h"

#include <functional>
#include <memory>
#include <vector>

namespace elbo {

struct Dataset;

/// Loads a set, or gives the one that was loaded before. @throws Error, Cancelled
using SetLoader = std::function<std::shared_ptr<const Dataset>(const DataConfig&)>;

/// FC-VAE, C-VAE and VGG-VAE on MNIST: truth above reconstruction after 20 epochs.
[[nodiscard]] ReportFigure makeFigure1(const std::vector<ReportRun>& runs, const ReportOptions& options);
/// VGG-VAE on NYU after 100 epochs.
[[nodiscard]] ReportFigure makeFigure2(const std::vector<ReportRun>& runs, const ReportOptions& options);
/// RGB-D VAE on NYU after 10 and after 200 epochs.
[[nodiscard]] ReportFigure makeFigure3(const std::vector<ReportRun>& runs, const ReportOptions& options);
/// KL, log-likelihood, ELBO and MSE over the epochs: one panel for the runs of one model on one set.
[[nodiscard]] ReportFigure makeFigure4(const std::vector<ReportRun>& runs);
/// Twice as many test images as options.images: truth and reconstruction, colour and depth.
/// @throws Cancelled
[[nodiscard]] ReportFigure makeFigure5(const std::vector<ReportRun>& runs, const SetLoader& load,
                                       const ReportOptions& options, const JobContext& context);
/// Colour, depth estimated from it (by METER-XXS, or by the depth network of a run given), and what the VAE
/// makes of both. @throws Cancelled
[[nodiscard]] ReportFigure makeFigure6(const std::vector<ReportRun>& runs, const SetLoader& load,
                                       const ReportOptions& options, const JobContext& context);

/// Truth and answer through the colours of one range each pair, so that equal colours are equal depths.
struct DepthPair {
    Image8 truth, answer;
};
[[nodiscard]] DepthPair coloredPair(const ImageF& truth, const ImageF& answer);
/// The sentence about a run that no folder given fits. @param where  "--data nyu-mat:FILE.mat "; may be empty
[[nodiscard]] std::string wantedRun(const std::string& what, const std::string& preset,
                                    const std::string& where, const std::string& out);

/// Where the images of NYU are named on a command line.
inline constexpr auto kNyuData = "--data nyu-mat:nyu_depth_v2_labeled.mat ";

}  // namespace elbo
