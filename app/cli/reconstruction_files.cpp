// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reconstruction_files.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/code_files.h"
#include "core/io/images.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string_view>

namespace elbo::cli {

namespace {

std::string tableLine(const Reconstruction& item)
{
    std::array<char, 256> numbers{};
    std::snprintf(numbers.data(), numbers.size(), ",%.9g,%.9g,%.9g,%.9g,%.9g,", item.mse, item.mseColor,
                  item.mseDepth, item.psnr, item.ssim);
    std::string line = "\"";
    for (const char letter : item.name)
        line += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    line += "\"" + std::string(numbers.data());
    return line + (item.depthRmse >= 0 ? std::to_string(item.depthRmse) : std::string()) + "\n";
}

/// Names of a data set may hold folders, and two pictures may share a name: one flat, unused file name for
/// each.
std::string fileName(const std::string& name, std::set<std::string>& used)
{
    std::string flat;
    for (const char letter : name)
        flat += letter == '/' || letter == '\\' ? '_' : letter;
    auto unused = flat;
    for (int number = 2; !used.insert(unused).second; ++number)
        unused = flat + "-" + std::to_string(number);
    return unused;
}

}  // namespace

std::string endingOf(const std::filesystem::path& file)
{
    auto ending = file.extension().string();
    std::ranges::transform(ending, ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return ending;
}

bool isOfAnotherKind(const std::string& ending)
{
    constexpr std::array<std::string_view, 11> kOthers{".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".mp4",
                                                       ".mov", ".webp", ".gif", ".pdf",  ".svg"};
    return std::ranges::find(kOthers, ending) != kOthers.end();
}

void makeFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw fileError(error.value(), "create", folder.string());
}

std::vector<std::filesystem::path> writeReconstructions(const std::vector<Reconstruction>& reconstructions,
                                                        const std::filesystem::path& out)
{
    const auto ending = endingOf(out);
    if (ending == ".png") {
        writePng(out, reconstructionSheet(reconstructions));
        return {out};
    }
    if (isOfAnotherKind(ending))
        throw Error(ErrorCode::BadSetting, "Pictures are written as PNG, not as " + out.string() +
                                               ": end its name in .png for a sheet, or name a folder.");
    makeFolder(out);
    std::vector<std::filesystem::path> files;
    std::set<std::string> used;
    std::string table = "name,mse,mse_color,mse_depth,psnr,ssim,depth_rmse_metres\n";
    for (const auto& item : reconstructions) {
        const auto name = fileName(item.name, used);
        files.push_back(out / (name + ".color.png"));
        writePng(files.back(), item.color);
        if (!item.depth.empty()) {
            files.push_back(out / (name + ".depth.png"));
            writeDepthCodes(files.back(), item.depth, item.metric);
        }
        table += tableLine(item);
    }
    files.push_back(out / "table.csv");
    writeTextFile(files.back(), table);
    return files;
}

}  // namespace elbo::cli
