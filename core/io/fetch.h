// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// A file that servers offer, and how it is known to be the right one.
struct FetchFile {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;  ///< 64 lower-case hexadecimal digits
};

/// A data set that can be fetched.
struct FetchSet {
    std::string key;                   ///< of the data-set registry
    std::vector<std::string> mirrors;  ///< http or https addresses that end in a slash, asked in this order
    std::vector<FetchFile> files;      ///< fetched in this order
};

/// The one list of servers and checksums: mnist, fashion-mnist.
[[nodiscard]] const std::vector<FetchSet>& fetchSets();
/// @throws Error(BadSetting) that lists the keys there are
[[nodiscard]] const FetchSet& findFetchSet(std::string_view key);

struct FetchHooks {
    ProgressFunction progress;  ///< "Fetching files", bytes of all files; on the calling thread
    std::stop_token stop;       ///< answered within about a second, also while a server is silent
};

/// Puts every file of the set into `folder`, which is made. A file that is there and right is kept; another
/// of that name is replaced. What comes lies in NAME.part until size and SHA-256 are right, then it is
/// renamed; a fetch that was cut off goes on where it stopped, with another mirror if need be. No more is
/// taken from a server than the file has bytes; redirections lead to http and https only.
/// @throws Error(NotFound) without network or when no mirror has the file; Error(BadFile) when all send
/// another file; Error(Busy) when another process fetches into that folder; as fileError when it cannot be
/// written; Cancelled
void fetchFiles(const FetchSet& set, const std::filesystem::path& folder, const FetchHooks& hooks);

}  // namespace elbo
