// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report.h"
#include "app/window/report/report_figures.h"
#include "app/window/session/data_loader.h"
#include "core/base/error.h"
#include "core/base/version.h"

#include <ctime>
#include <utility>

namespace elbo {

namespace {

std::string nowUtc()
{
    const auto now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::string text(32, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &utc));
    return text;
}

}  // namespace

Report gatherReport(const std::vector<std::filesystem::path>& folders, const ReportOptions& options,
                    const JobContext& context)
{
    constexpr std::int64_t kSteps = 4;
    if (options.images < 1 || options.images > 8) {
        throw Error(ErrorCode::BadSetting, "A figure shows 1 to 8 images beside each other, not " +
                                               std::to_string(options.images) + ".");
    }
    context.progress({"Reading runs", 0, kSteps});
    const auto runs = readReportRuns(folders);
    Report report;
    report.program = "Elbo " + std::string(programVersion()) + ", LibTorch " + std::string(libTorchVersion());
    report.created = nowUtc();
    for (const auto& run : runs) {
        report.runs.push_back(run.info.name);
    }
    throwIfStopped(context.stop);
    context.progress({"Reading kept pictures", 1, kSteps});
    for (auto* make : {&makeFigure1, &makeFigure2, &makeFigure3}) {
        report.figures.push_back(make(runs, options));
        throwIfStopped(context.stop);
    }
    report.figures.push_back(makeFigure4(runs));

    // Figures 5 and 6 are of the same set.
    std::vector<std::pair<DataConfig, std::shared_ptr<const Dataset>>> sets;
    const SetLoader load = [&](const DataConfig& config) {
        for (const auto& [known, data] : sets) {
            if (known == config) {
                return data;
            }
        }
        sets.emplace_back(config, loadData(config, context).view->dataset());
        return sets.back().second;
    };
    context.progress({"Reconstructing", 2, kSteps});
    report.figures.push_back(makeFigure5(runs, load, options, context));
    context.progress({"Estimating depth", 3, kSteps});
    report.figures.push_back(makeFigure6(runs, load, options, context));
    return report;
}

}  // namespace elbo
