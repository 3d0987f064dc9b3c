// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/nearest_name.h"

#include <algorithm>
#include <cstddef>

namespace elbo {

namespace {

/// A longer name is no slip of the hand, and would cost time.
constexpr std::size_t kLongest = 200;
/// Parts of names that are shorter fit nearly everything.
constexpr std::size_t kShortestPart = 3;

std::string plain(std::string_view name)
{
    std::string text(name);
    for (auto& c : text) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        else if (c == '_')
            c = '-';
    }
    return text;
}

/// Letters to insert, drop, replace or swap, row by row of the usual table.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string nearestName(std::string_view name, const std::vector<std::string>& known)
{
    if (name.empty() || name.size() > kLongest)
        return {};
    const auto wanted = plain(name);
    const std::string* nearest = nullptr;
    auto least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    for (const auto& candidate : known) {
        if (const auto letters = distance(wanted, plain(candidate)); letters < least) {
            least = letters;
            nearest = &candidate;
        }
    }
    if (nearest == nullptr && wanted.size() >= kShortestPart) {
        for (const auto& candidate : known) {
            if (plain(candidate).find(wanted) != std::string::npos &&
                (nearest == nullptr || candidate.size() < nearest->size()))
                nearest = &candidate;
        }
    }
    return nearest == nullptr ? std::string() : *nearest;
}

std::string nearestHint(std::string_view name, const std::vector<std::string>& known)
{
    const auto nearest = nearestName(name, known);
    return nearest.empty() ? std::string() : " (nearest: " + nearest + ")";
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace elbo
