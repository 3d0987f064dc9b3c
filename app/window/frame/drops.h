// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <filesystem>
#include <vector>

namespace elbo {

/// What files from outside are, as far as names tell (fast enough while something is dragged).
enum class DropKind {
    Nothing,   ///< no files, or files of which none is known
    Run,       ///< a run folder
    Weights,   ///< a safetensors file: weights or a prepared set, its header will tell
    Data,      ///< a folder, or a file of a data set (IDX)
    Pictures,  ///< one or more picture files
    Video,     ///< a video file
};
struct Drop {
    DropKind kind = DropKind::Nothing;
    std::vector<std::filesystem::path> paths;  ///< those that are of that kind
};
[[nodiscard]] Drop classifyDrop(const std::vector<std::filesystem::path>& paths);
[[nodiscard]] std::vector<std::filesystem::path> localPaths(const QList<QUrl>& urls);
/// One sentence of what a drop will do; empty when it is refused.
[[nodiscard]] QString describeDrop(const Drop& drop);
/// What is said over a drop that nothing can be done with, in place of describeDrop()'s empty answer.
[[nodiscard]] QString refusedDrop();

}  // namespace elbo
