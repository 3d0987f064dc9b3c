// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/report/report.h"
#include "app/window/report/report_runs.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// A run that a figure shows, and the epochs that it shows it after.
struct ShownRun {
    const ReportRun* run = nullptr;
    std::vector<std::int64_t> epochs;
};

/// Test figures of the runs after the epochs shown, at their best and at their end, and what is published for
/// that model on that set, a row each.
[[nodiscard]] ReportTable numbersTable(const std::vector<ShownRun>& shown, std::string_view model,
                                       ReportSet set);
/// The settings of a run beside those that the report names.
[[nodiscard]] ReportTable settingsTable(const ReportRun& run, ReportSet set);

/// Why the figures of a run are not the report's: what is true of that model anywhere, and what is of this
/// run (another set, a seeded split, another decoder). Sentences.
[[nodiscard]] std::vector<std::string> differencesOf(const ReportRun& run, ReportSet set);
/// Settings stand beside each other below the numbers.
void putSettingsLast(ReportFigure& figure);
/// Appends those that are not there yet.
void addSentences(std::vector<std::string>& sentences, const std::vector<std::string>& more);

/// Test MSE that the report prints for that model on NYU Depth V2 after 200 epochs.
inline constexpr double kPublishedRgbdMse = 4464;
/// Its KL there: 338 as printed, which is a sum over 14 batches divided by 16 (models.md).
inline constexpr double kPublishedRgbdKl = 386;

}  // namespace elbo
