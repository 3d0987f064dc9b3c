// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/data/data_fields.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

namespace elbo {

namespace {

constexpr std::size_t kNeighbours = 10;

using Groups = std::vector<std::vector<std::size_t>>;

/// Groups of the items at those places, in name order.
Groups groupsOf(const std::vector<SourceItem>& items, const std::vector<std::size_t>& places)
{
    Groups groups;
    std::map<std::string, std::size_t> named;
    std::size_t neighbours = 0;  // images without a group, so far
    for (const auto place : places) {
        const auto& group = items[place].group;
        if (group.empty()) {
            if (neighbours++ % kNeighbours == 0)
                groups.emplace_back();
            groups.back().push_back(place);
            continue;
        }
        const auto [found, isNew] = named.try_emplace(group, groups.size());
        if (isNew)
            groups.emplace_back();
        groups[found->second].push_back(place);
    }
    return groups;
}

/// Moves about that share of the images at `places` to `side`, whole groups in random order; at least one
/// image stays.
void takeShare(const std::vector<SourceItem>& items, const std::vector<std::size_t>& places, double share,
               std::uint64_t seed, SplitSide side, std::vector<SplitSide>& sides)
{
    if (share <= 0.0 || places.size() < 2)
        return;
    auto groups = groupsOf(items, places);
    if (groups.size() < 2) {  // one place alone cannot be parted without parting it
        groups.clear();
        for (const auto place : places)
            groups.push_back({place});
    }
    const auto wanted = share * static_cast<double>(places.size());
    std::size_t taken = 0;
    const auto order = randomPermutation(seed, RandomPurpose::Split, static_cast<std::uint64_t>(side),
                                         static_cast<std::int64_t>(groups.size()));
    for (std::size_t i = 0; i + 1 < order.size() && static_cast<double>(taken) < wanted; ++i) {
        for (const auto place : groups[static_cast<std::size_t>(order[i])]) {
            sides[place] = side;
            ++taken;
        }
    }
}

std::vector<std::size_t> placesOn(const std::vector<SplitSide>& sides, SplitSide side)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < sides.size(); ++i) {
        if (sides[i] == side)
            places.push_back(i);
    }
    return places;
}

std::string percentText(double share)
{
    char text[16];
    std::snprintf(text, sizeof text, "%.3g %%", share * 100.0);
    return text;
}

std::string seededText(const SplitRequest& request)
{
    return "a seeded split is used (split seed " + std::to_string(request.seed) + ", " +
           percentText(request.test) + " for testing).";
}

/// The official sides, or a note why they cannot be used.
SplitResult officialSplit(const std::vector<SourceItem>& items, const SplitRequest& request)
{
    SplitResult result;
    result.kind = "official";
    result.sides.assign(items.size(), SplitSide::Train);
    std::size_t known = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].officialSide.has_value()) {
            result.sides[i] = *items[i].officialSide;
            ++known;
        }
    }
    if (known == 0) {
        result.kind = "seeded";
        if (request.kindWasAsked)
            result.note = noOfficialSplitNote(request);
        return result;
    }
    const auto tests = placesOn(result.sides, SplitSide::Test).size();
    if (tests == 0 || tests == items.size()) {
        result.kind = "seeded";
        result.note = std::string("The official split leaves no ") + (tests == 0 ? "test" : "training") +
                      " images among the " + std::to_string(items.size()) +
                      " present: " + seededText(request);
    }
    return result;
}

SplitResult fileSplit(const std::vector<SourceItem>& items, const SplitRequest& request)
{
    std::set<std::string, std::less<>> wanted;
    const auto text = readTextFile(request.kind);
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = text.substr(begin, end - begin);
        line.erase(line.find_last_not_of(" \t\r") + 1);
        if (!line.empty())
            wanted.insert(line);
        begin = end + 1;
    }
    SplitResult result;
    result.kind = "file";
    std::size_t tests = 0;
    for (const auto& item : items) {
        const auto base = std::filesystem::path(item.name).filename().string();
        const bool isTest = wanted.contains(item.name) || wanted.contains(base);
        result.sides.push_back(isTest ? SplitSide::Test : SplitSide::Train);
        tests += isTest ? 1 : 0;
    }
    if (tests == 0 || tests == items.size()) {
        throw Error(ErrorCode::BadData,
                    "The split file " + request.kind + " names " + (tests == 0 ? "no image" : "every image") +
                        " of the set: write one name of a test image a line, as the set lists them.");
    }
    return result;
}

}  // namespace

SplitRequest splitRequestOf(const DataConfig& config)
{
    SplitRequest request;
    request.kind = dataText(config, "split");
    request.kindWasAsked = config.fields.has("split");
    request.seed = static_cast<std::uint64_t>(dataInteger(config, "split-seed"));
    request.test = dataReal(config, "test");
    request.validation = dataReal(config, "validation");
    return request;
}

std::string noOfficialSplitNote(const SplitRequest& request)
{
    return "The set brings no official split: " + seededText(request);
}

SplitResult splitItems(const std::vector<SourceItem>& items, const SplitRequest& request)
{
    SplitResult result;
    if (request.kind == "official") {
        result = officialSplit(items, request);
    } else if (request.kind == "seeded") {
        result.kind = "seeded";
    } else {
        result = fileSplit(items, request);
    }
    if (result.kind == "seeded") {
        result.sides.assign(items.size(), SplitSide::Train);
        takeShare(items, placesOn(result.sides, SplitSide::Train), request.test, request.seed,
                  SplitSide::Test, result.sides);
    }
    takeShare(items, placesOn(result.sides, SplitSide::Train), request.validation, request.seed,
              SplitSide::Validation, result.sides);
    return result;
}

std::vector<std::int64_t> evenlySpread(std::int64_t count, std::int64_t limit)
{
    const auto wanted = limit <= 0 ? count : std::min(count, limit);
    std::vector<std::int64_t> places;
    places.reserve(static_cast<std::size_t>(wanted));
    for (std::int64_t i = 0; i < wanted; ++i)
        places.push_back(i * count / wanted);
    return places;
}

bool beforeInNameOrder(std::string_view a, std::string_view b)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const auto number = [&isDigit](std::string_view text, std::size_t& at) {
                const auto begin = at;
                while (at < text.size() && isDigit(text[at]))
                    ++at;
                auto digits = text.substr(begin, at - begin);
                digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
                return digits;
            };
            const auto x = number(a, i);
            const auto y = number(b, j);
            if (x.size() != y.size())
                return x.size() < y.size();
            if (x != y)
                return x < y;
        } else if (a[i] != b[j]) {
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
        } else {
            ++i;
            ++j;
        }
    }
    if (a.size() - i != b.size() - j)
        return a.size() - i < b.size() - j;
    return a < b;  // "01" and "1": one order, always the same
}

}  // namespace elbo
