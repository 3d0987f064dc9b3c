// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report.h"
#include "app/window/report/report_drawing.h"
#include "app/window/report/report_numbers.h"
#include "app/window/report/report_page.h"
#include "app/window/session/text.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "widgets/picture_file.h"

#include <system_error>

namespace elbo {

void prepareReportFolder(const std::filesystem::path& out)
{
    std::error_code failed;
    std::filesystem::create_directories(out, failed);
    if (failed) {
        throw fileError(failed.value(), "create", out.string());
    }
    const AtomicFile probe(out / "index.html");  // gone again without having touched anything
}

ReportResult writeReport(const Report& report, const std::filesystem::path& out, const std::stop_token& stop)
{
    prepareReportFolder(out);
    ReportResult result;
    std::vector<std::string> drawings;
    for (const auto& figure : report.figures) {
        throwIfStopped(stop);
        drawings.push_back(figureSvg(figure).toStdString());
        addSentences(result.missing, figure.missing);
        if (drawings.back().empty()) {
            continue;
        }
        const auto name = "figure-" + std::to_string(figure.number);
        writePicture(figurePicture(figure), toQt(out / (name + ".png")));
        throwIfStopped(stop);
        writeTextFile(out / (name + ".svg"), drawings.back());
        result.files.push_back(out / (name + ".png"));
        result.files.push_back(out / (name + ".svg"));
    }
    throwIfStopped(stop);
    result.page = out / "index.html";
    writeTextFile(result.page, reportPage(report, drawings));
    result.files.push_back(result.page);
    return result;
}

}  // namespace elbo
