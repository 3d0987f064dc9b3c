// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/label_table.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace elbo {

namespace fs = std::filesystem;

namespace {

struct Columns {
    std::size_t image = 0;
    std::size_t label = 0;
};

std::optional<Columns> columnsOf(const std::vector<std::string>& header)
{
    const auto image = std::find(header.begin(), header.end(), "image");
    if (image == header.end() || header.size() < 2)
        return std::nullopt;
    const auto place = static_cast<std::size_t>(image - header.begin());
    return Columns{place, place == 0 ? 1U : 0U};
}

std::string_view lineAt(std::string_view text, std::size_t begin, std::size_t& next)
{
    const auto end = std::min(text.find('\n', begin), text.size());
    next = end + 1;
    auto line = text.substr(begin, end - begin);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

bool closesItsQuotes(std::string_view line)
{
    return std::ranges::count(line, '"') % 2 == 0;
}

[[noreturn]] void failAtLine(const fs::path& file, std::size_t number, const std::string& problem)
{
    throw Error(ErrorCode::BadFile, file.string() + " cannot be used for labels, since its line " +
                                        std::to_string(number) + " " + problem + ": mend that line.");
}

std::string_view withoutMark(std::string_view text)
{
    return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;  // a byte order mark of spreadsheets
}

std::string withoutSuffix(std::string_view name)
{
    const auto path = fs::path(name);
    return (path.parent_path() / path.stem()).string();
}

}  // namespace

std::vector<std::string> csvFields(std::string_view line)
{
    std::vector<std::string> fields(1);
    bool inQuotes = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (inQuotes && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += '"';
            ++i;
        } else if (c == '"') {
            inQuotes = !inQuotes;
        } else if (c == ',' && !inQuotes) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    return fields;
}

LabelTable::LabelTable(const fs::path& file)
{
    const auto content = readTextFile(file);
    const auto text = withoutMark(content);
    std::size_t at = 0;
    const auto columns = columnsOf(csvFields(lineAt(text, 0, at)));
    if (!columns.has_value())
        throw Error(
            ErrorCode::BadFile,
            file.string() + " holds no labels: its first line must name a column image and one more.");
    for (std::size_t number = 2; at < text.size(); ++number) {
        const auto line = lineAt(text, at, at);
        if (line.empty())
            continue;
        if (!closesItsQuotes(line))
            failAtLine(file, number, "leaves a quotation mark open");
        const auto fields = csvFields(line);
        if (fields.size() <= std::max(columns->image, columns->label))
            failAtLine(file, number, "has fewer columns than the first");
        const auto& image = fields[columns->image];
        if (image.empty())
            continue;
        const auto [known, isNew] = m_labels.emplace(image, fields[columns->label]);
        if (!isNew && known->second != fields[columns->label])
            failAtLine(file, number, "gives " + image + " another label than a line before it");
    }
}

bool LabelTable::looksLikeOne(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::string line(4096, '\0');
    stream.read(line.data(), static_cast<std::streamsize>(line.size()));
    line.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, stream.gcount())));
    std::size_t next = 0;
    return columnsOf(csvFields(lineAt(withoutMark(line), 0, next))).has_value();
}

std::optional<std::string> LabelTable::find(std::string_view imageName) const
{
    const auto base = fs::path(imageName).filename().string();
    for (const auto& name : {std::string(imageName), base}) {
        auto found = m_labels.find(name);
        if (found == m_labels.end())  // the table may name files: 00002.jpg
            found = std::find_if(m_labels.lower_bound(name), m_labels.end(), [&name](const auto& entry) {
                return !entry.first.starts_with(name) || withoutSuffix(entry.first) == name;
            });
        if (found != m_labels.end() && (found->first == name || withoutSuffix(found->first) == name))
            return found->second.empty() || found->second == "unknown" ? std::nullopt
                                                                       : std::optional(found->second);
    }
    return std::nullopt;
}

}  // namespace elbo
