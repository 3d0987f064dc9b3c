// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/model_session.h"
#include "core/base/atomic_file.h"
#include "core/io/images.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <locale>
#include <set>
#include <sstream>

namespace elbo {

namespace {

/// A name that is one file name: path parts become underscores; made unique by a number.
std::string fileStem(const std::string& name, std::set<std::string>& used)
{
    std::string stem;
    for (const char c : name) {
        stem += (c == '/' || c == '\\' || c == ':') ? '_' : c;
    }
    if (stem.empty() || stem == "." || stem == "..") {
        stem = "image";
    }
    std::string unique = stem;
    for (int n = 2; !used.insert(unique).second; ++n) {
        unique = stem + "-" + std::to_string(n);
    }
    return unique;
}

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

}  // namespace

std::string reconstructionTable(const std::vector<Reconstruction>& reconstructions)
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
    for (const auto& item : reconstructions) {
        const bool depth = !item.depth.empty();
        const std::vector<double> values{
            item.mse,  item.mseColor, depth ? item.mseDepth : NAN,
            item.psnr, item.ssim,     item.depthRmse >= 0 ? item.depthRmse : NAN};
        line(item.name, values);
        std::transform(sums.begin(), sums.end(), values.begin(), sums.begin(), std::plus<>());
    }
    if (!reconstructions.empty()) {
        for (auto& sum : sums) {
            sum /= static_cast<double>(reconstructions.size());
        }
        line("average", sums);
    }
    return table.str();
}

std::vector<std::filesystem::path> saveReconstructions(const std::vector<Reconstruction>& reconstructions,
                                                       const std::filesystem::path& folder)
{
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) {
        throw fileError(problem.value(), "create", folder.string());
    }
    std::vector<std::filesystem::path> files;
    std::set<std::string> used;
    for (const auto& item : reconstructions) {
        const auto stem = fileStem(item.name, used);
        files.push_back(folder / (stem + ".color.png"));
        writePng(files.back(), item.color);
        if (!item.depth.empty()) {
            files.push_back(folder / (stem + ".depth.png"));
            writePng16(files.back(), scaledDepth(item.depth, item.metric));
        }
    }
    files.push_back(folder / "sheet.png");
    writePng(files.back(), reconstructionSheet(reconstructions));
    files.push_back(folder / "table.csv");
    writeTextFile(files.back(), reconstructionTable(reconstructions));
    return files;
}

}  // namespace elbo
