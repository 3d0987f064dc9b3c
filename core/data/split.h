// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

struct SplitRequest {
    std::string kind =
        "official";  ///< "official", "seeded", or a file with one image name of the test side a line
    bool kindWasAsked = false;  ///< by the user: then a set without an official split is worth a sentence
    std::uint64_t seed = 1;
    double test = 0.1;        ///< of all images, for a seeded split
    double validation = 0.0;  ///< of the training side
};

/// What the options of a set that is prepared (every key but `prepared`) ask for.
[[nodiscard]] SplitRequest splitRequestOf(const DataConfig& config);
/// The sentence for a set that was asked for its official split and has none.
[[nodiscard]] std::string noOfficialSplitNote(const SplitRequest& request);

struct SplitResult {
    std::vector<SplitSide> sides;  ///< of each item
    std::string kind;              ///< "official", "seeded", "file"
    std::string note;              ///< a sentence when the split is not what was asked
};

/// Which side each image is on (models.md, "Preparation of RGB-D data"): a function of the arguments alone.
/// Seeded: whole groups in random order until the fraction is reached, a group being what items have in
/// common by SourceItem::group, else ten neighbours.
/// @param items in name order; empty gives an empty result
/// @throws Error(BadData) for a split file that names no image of the set, or all of them; NotFound,
/// NoPermission
[[nodiscard]] SplitResult splitItems(const std::vector<SourceItem>& items, const SplitRequest& request);

/// `limit` of `count` positions, spread evenly, ascending; all of them when limit is 0 or not below count.
[[nodiscard]] std::vector<std::int64_t> evenlySpread(std::int64_t count, std::int64_t limit);

/// Whether name a stands before b: digits compare as numbers ("frame-9" before "frame-10").
[[nodiscard]] bool beforeInNameOrder(std::string_view a, std::string_view b);

}  // namespace elbo
