// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <filesystem>
#include <string>
#include <string_view>

namespace elbo {

/// Core speaks UTF-8 std::string, the window QString.
[[nodiscard]] inline QString toQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
[[nodiscard]] inline QString toQt(const std::string& text)
{
    return QString::fromStdString(text);
}
[[nodiscard]] inline QString toQt(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}
[[nodiscard]] inline std::filesystem::path toPath(const QString& text)
{
    return std::filesystem::path(text.toStdString());
}
/// One spelling for each path, so that two can be compared: without ".." and a slash at the end.
[[nodiscard]] inline std::filesystem::path plainPath(const std::filesystem::path& path)
{
    const auto plain = path.lexically_normal();
    return plain.has_filename() || plain == plain.root_path() ? plain : plain.parent_path();
}
/// The last part of a path, for titles.
[[nodiscard]] inline QString fileTitle(const std::filesystem::path& path)
{
    return QString::fromStdString(
        (path.has_filename() ? path.filename() : path.parent_path().filename()).string());
}

}  // namespace elbo
