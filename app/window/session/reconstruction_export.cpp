// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/model_session.h"
#include "core/base/atomic_file.h"
#include "core/io/images.h"
#include "core/io/pair_folder.h"

#include <cmath>
#include <locale>
#include <set>
#include <sstream>

namespace elbo {

namespace {

/// Millimetres when the values are metres, else relative [0, 1] as 0..65535.
ImageF scaledDepth(const ImageF& depth, bool metric)
{
    ImageF scaled = depth;
    for (auto& value : scaled.values) {
        value *= metric ? 1000.0F : 65535.0F;
    }
    return scaled;
}

std::string quoted(const std::string& text)
{
    if (text.find_first_of(",\"\n") == std::string::npos) {
        return text;
    }
    std::string result = "\"";
    for (const char c : text) {
        result += c == '"' ? "\"\"" : std::string(1, c);
    }
    return result + "\"";
}

/// The folder itself while it is empty or absent, else a new one below it.
std::filesystem::path freshFolder(const std::filesystem::path& folder)
{
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) {
        throw fileError(problem.value(), "create", folder.string());
    }
    const bool empty = std::filesystem::is_empty(folder, problem);
    if (problem) {
        throw fileError(problem.value(), "read", folder.string());
    }
    auto fresh = folder;
    for (int n = 1; !empty; ++n) {
        fresh = folder / (n == 1 ? "reconstructions" : "reconstructions-" + std::to_string(n));
        if (std::filesystem::create_directory(fresh, problem)) {
            break;
        }
        if (problem) {
            throw fileError(problem.value(), "create", fresh.string());
        }
    }
    return fresh;
}

}  // namespace

std::string reconstructionTable(const ReconstructionResults& reconstructions)
{
    std::ostringstream table;
    table.imbue(std::locale::classic());
    table << "name,mse,mse_color,mse_depth,psnr,ssim,depth_rmse_m\n";
    const auto line = [&](const std::string& name, const std::vector<double>& values) {
        table << quoted(name);
        for (const auto value : values) {
            table << ',';
            if (std::isfinite(value)) {
                table << value;
            }
        }
        table << '\n';
    };
    std::vector<double> sums(6, 0.0);
    std::vector<double> counts(6, 0.0);
    for (const auto& shared : reconstructions) {
        const auto& item = *shared;
        const bool depth = !item.depth.empty();
        const std::vector<double> values{
            item.mse,  item.mseColor, depth ? item.mseDepth : NAN,
            item.psnr, item.ssim,     item.depthRmse >= 0 ? item.depthRmse : NAN};
        line(item.name, values);
        for (std::size_t n = 0; n < sums.size(); ++n) {
            if (std::isfinite(values[n])) {
                sums[n] += values[n];
                counts[n] += 1;
            }
        }
    }
    if (!reconstructions.empty()) {
        for (std::size_t n = 0; n < sums.size(); ++n) {
            sums[n] /= counts[n];  // none known: not a number, and left blank as in the lines above
        }
        line("average", sums);
    }
    return table.str();
}

Image8 sheetOf(const ReconstructionResults& reconstructions)
{
    std::vector<Reconstruction> copies;
    copies.reserve(reconstructions.size());
    for (const auto& item : reconstructions) {
        copies.push_back(*item);
    }
    return reconstructionSheet(copies);
}

std::vector<std::filesystem::path> saveReconstructions(const ReconstructionResults& reconstructions,
                                                       const std::filesystem::path& folder,
                                                       const JobContext& context)
{
    const auto fresh = freshFolder(folder);
    std::vector<std::filesystem::path> files;
    std::set<std::string> used;
    std::int64_t done = 0;
    for (const auto& item : reconstructions) {
        throwIfStopped(context.stop);
        const auto stem = uniqueFileStem(item->name, used);
        files.push_back(fresh / (stem + ".color.png"));
        writePng(files.back(), item->color);
        if (!item->depth.empty()) {
            files.push_back(fresh / (stem + ".depth.png"));
            writePng16(files.back(), scaledDepth(item->depth, item->metric));
        }
        context.progress({"Saving", ++done, static_cast<std::int64_t>(reconstructions.size())});
    }
    files.push_back(fresh / "sheet.png");
    writePng(files.back(), sheetOf(reconstructions));
    files.push_back(fresh / "table.csv");
    writeTextFile(files.back(), reconstructionTable(reconstructions));
    return files;
}

}  // namespace elbo
