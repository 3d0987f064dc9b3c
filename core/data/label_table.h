// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// Labels by image name from a CSV file with a header line, a column `image` and one more (of several the
/// first).
class LabelTable {
public:
    /// @throws Error(BadFile) without such columns, or when larger than 64 MiB; NotFound, NoPermission
    explicit LabelTable(const std::filesystem::path& file);
    /// Whether the first line has a column `image` and another; false for a file that cannot be read.
    [[nodiscard]] static bool looksLikeOne(const std::filesystem::path& file);

    /// The label of an image: by its whole name, else by its last part, with or without a suffix. Nothing
    /// when it is not listed, or listed as empty or `unknown`.
    [[nodiscard]] std::optional<std::string> find(std::string_view imageName) const;
    [[nodiscard]] std::size_t size() const { return m_labels.size(); }

private:
    std::map<std::string, std::string, std::less<>> m_labels;
};

/// Fields of one line; quotation marks as RFC 4180 has them.
[[nodiscard]] std::vector<std::string> csvFields(std::string_view line);

}  // namespace elbo
