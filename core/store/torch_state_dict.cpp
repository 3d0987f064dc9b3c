// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/torch_state_dict.h"

#include "core/base/plain_line.h"
#include "core/store/torch_error.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace elbo {
namespace {

using Kind = PickleValue::Kind;
using Entry = TorchStateDict::Entry;

/// Names under which checkpoints keep their model, the likeliest first.
constexpr std::array<std::string_view, 8> kModelNames{
    "model", "state_dict", "model_state_dict", "model_state", "net", "network", "weights", "params"};
/// And what they keep beside it.
constexpr std::array<std::string_view, 9> kOtherNames{
    "optimizer",       "optimizer_state_dict", "optim",     "optimizers",
    "optimizer_state", "lr_scheduler",         "scheduler", "scaler",
    "lr_schedulers"};
constexpr std::array<std::string_view, 2> kPrefixes{"module.", "_orig_mod."};
constexpr int kDeepest = 4;
constexpr std::size_t kLongestName = 512;

/// The entries of a dictionary whose keys are text: the last of a name counts, as in Python.
class Dictionary {
public:
    Dictionary(const PickleObjects& objects, PickleValue value)
    {
        const auto& items = objects.items(value);
        for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
            if (items[i].kind == Kind::Text) {
                const std::string_view name = objects.text(items[i]);
                const auto [place, isNew] = m_places.emplace(name, m_entries.size());
                if (isNew) {
                    m_entries.emplace_back(name, items[i + 1]);
                } else {
                    m_entries[place->second].second = items[i + 1];
                }
            }
        }
    }
    [[nodiscard]] const auto& entries() const { return m_entries; }
    [[nodiscard]] const PickleValue* find(std::string_view name) const
    {
        const auto found = m_places.find(name);
        return found == m_places.end() ? nullptr : &m_entries[found->second].second;
    }
    [[nodiscard]] bool hasTensors() const
    {
        return std::ranges::any_of(m_entries,
                                   [](const auto& entry) { return entry.second.kind == Kind::Tensor; });
    }

private:
    std::vector<std::pair<std::string_view, PickleValue>> m_entries;
    std::map<std::string_view, std::size_t> m_places;
};

class Search {
public:
    Search(const PickleObjects& objects, const std::string& path) : m_objects(objects), m_path(path) {}

    [[nodiscard]] TorchStateDict find(PickleValue value, int depth) const
    {
        if (value.kind == Kind::Tensor) {
            throw torchRefusal(m_path, "it holds one tensor without a name");
        }
        if (value.kind != Kind::Dictionary || depth > kDeepest) {
            return {};
        }
        const Dictionary dictionary(m_objects, value);
        for (const auto name : kModelNames) {
            const PickleValue* const inside = dictionary.find(name);
            if (inside != nullptr && inside->kind == Kind::Dictionary) {
                TorchStateDict found = find(*inside, depth + 1);
                if (!found.entries.empty()) {
                    found.place = std::string(name) + (found.place.empty() ? "" : "." + found.place);
                    return found;
                }
            }
        }
        if (dictionary.hasTensors()) {
            return {.entries = tensorsOf(dictionary, ""), .place = ""};
        }
        return joined(dictionary);
    }

private:
    [[nodiscard]] std::vector<Entry> tensorsOf(const Dictionary& dictionary, const std::string& prefix) const
    {
        std::vector<Entry> entries;
        for (const auto& [name, value] : dictionary.entries()) {
            if (value.kind == Kind::Tensor) {
                if (name.empty() || name.size() > kLongestName) {
                    throw torchFileError(m_path, "a tensor in it has an impossible name");
                }
                entries.push_back({prefix + plainLine(name), static_cast<std::size_t>(value.number)});
            }
        }
        return entries;
    }

    /// The dictionaries with tensors that a dictionary without holds.
    [[nodiscard]] TorchStateDict joined(const Dictionary& dictionary) const
    {
        std::vector<std::pair<std::string_view, Dictionary>> found;
        for (const auto& [name, value] : dictionary.entries()) {
            if (value.kind != Kind::Dictionary || std::ranges::find(kOtherNames, name) != kOtherNames.end()) {
                continue;
            }
            Dictionary inside(m_objects, value);
            if (inside.hasTensors()) {
                found.emplace_back(name.substr(0, kLongestName), std::move(inside));
            }
        }
        TorchStateDict result;
        for (const auto& [name, inside] : found) {
            const auto entries = tensorsOf(inside, found.size() > 1 ? plainLine(name) + "." : "");
            result.entries.insert(result.entries.end(), entries.begin(), entries.end());
        }
        if (found.size() == 1) {
            result.place = plainLine(found.front().first);
        }
        return result;
    }

    const PickleObjects& m_objects;
    const std::string& m_path;
};

/// Wrappers put the same word before every name.
void removePrefixes(std::vector<Entry>& entries)
{
    const auto everyNameBegins = [&](std::string_view prefix) {
        return std::ranges::all_of(entries, [&](const Entry& entry) {
            return entry.name.starts_with(prefix) && entry.name.size() > prefix.size();
        });
    };
    for (int round = 0; round < kDeepest; ++round) {
        for (const auto prefix : kPrefixes) {
            if (everyNameBegins(prefix)) {
                for (Entry& entry : entries) {
                    entry.name.erase(0, prefix.size());
                }
            }
        }
    }
}

}  // namespace

TorchStateDict findStateDict(const PickleObjects& objects, PickleValue root, const std::string& path)
{
    TorchStateDict found = Search(objects, path).find(root, 0);
    if (found.entries.empty()) {
        throw torchRefusal(path, "it holds no tensors with names");
    }
    removePrefixes(found.entries);
    std::vector<std::string_view> names;
    names.reserve(found.entries.size());
    for (const Entry& entry : found.entries) {
        names.push_back(entry.name);
    }
    std::ranges::sort(names);
    // Joined dictionaries, and bytes that were made readable, can meet in one name.
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
        throw torchFileError(path,
                             "two tensors in it have the name \"" + std::string(twice->substr(0, 80)) + "\"");
    }
    if (std::ranges::binary_search(names, "__metadata__")) {
        throw torchFileError(path, "a tensor in it has an impossible name");
    }
    return found;
}

}  // namespace elbo
