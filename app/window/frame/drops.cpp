// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/drops.h"

#include "app/window/session/text.h"
#include "core/store/weights_file.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace elbo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Drops", text);
}

/// ".pth" of "Best.PTH"
std::string smallSuffix(const std::filesystem::path& path)
{
    auto suffix = path.extension().string();
    std::ranges::transform(suffix, suffix.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return suffix;
}

DropKind kindOf(const std::filesystem::path& path)
{
    std::error_code ignored;  // what cannot be looked at is no folder; opening it will say why
    if (std::filesystem::is_directory(path, ignored)) {
        return std::filesystem::exists(path / "run.json", ignored) ? DropKind::Run : DropKind::Data;
    }
    const auto suffix = smallSuffix(path);
    constexpr std::array<std::string_view, 5> weights{".safetensors", ".pt", ".pth", ".ckpt", ".tar"};
    if (std::ranges::find(weights, suffix) != weights.end()) {
        return DropKind::Weights;
    }
    constexpr std::array<std::string_view, 9> pictures{".png", ".jpg",  ".jpeg", ".tif", ".tiff",
                                                       ".bmp", ".webp", ".pgm",  ".exr"};
    if (std::ranges::find(pictures, suffix) != pictures.end()) {
        return DropKind::Pictures;
    }
    constexpr std::array<std::string_view, 8> videos{".mp4",  ".avi", ".mov", ".mkv",
                                                     ".webm", ".m4v", ".mpg", ".ogv"};
    if (std::ranges::find(videos, suffix) != videos.end()) {
        return DropKind::Video;
    }
    const auto name = path.filename().string();
    if (name == "run.json") {
        return DropKind::Run;
    }
    if (suffix == ".mat" || name.find("-ubyte") != std::string::npos) {
        return DropKind::Data;
    }
    return isTorchFile(path) ? DropKind::Weights : DropKind::Nothing;
}

}  // namespace

Drop classifyDrop(const std::vector<std::filesystem::path>& paths)
{
    Drop drop;
    for (const auto& path : paths) {
        const auto kind = kindOf(path);
        if (kind == DropKind::Nothing || (drop.kind != DropKind::Nothing && kind != drop.kind)) {
            continue;  // the first known file decides
        }
        drop.kind = kind;
        drop.paths.push_back(path.filename() == "run.json" ? path.parent_path() : path);
    }
    return drop;
}

std::vector<std::filesystem::path> localPaths(const QList<QUrl>& urls)
{
    std::vector<std::filesystem::path> paths;
    for (const auto& url : urls) {
        if (url.isLocalFile()) {
            paths.push_back(toPath(url.toLocalFile()));
        }
    }
    return paths;
}

QString refusedDrop()
{
    return tr("This cannot be opened: drop pictures, a folder of images, a run or weights");
}

QString describeDrop(const Drop& drop)
{
    if (drop.paths.empty()) {
        return {};
    }
    const auto name = fileTitle(drop.paths.front());
    switch (drop.kind) {
        case DropKind::Nothing:
            return {};
        case DropKind::Run:
            return tr("Open the run %1").arg(name);
        case DropKind::Weights:
            return smallSuffix(drop.paths.front()) == ".safetensors"
                       ? tr("Open %1: weights to reconstruct with, or a prepared data set").arg(name)
                       : tr("Open the weights %1 to reconstruct with").arg(name);
        case DropKind::Data:
            return tr("Load %1 as a data set").arg(name);
        case DropKind::Video:
            return tr("Estimate the depth of %1").arg(name);
        case DropKind::Pictures:
            return drop.paths.size() == 1 ? tr("Reconstruct %1").arg(name)
                                          : tr("Reconstruct %1 pictures").arg(drop.paths.size());
    }
    return {};
}

}  // namespace elbo
