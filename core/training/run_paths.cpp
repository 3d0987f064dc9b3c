// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_paths.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <system_error>

namespace elbo {

namespace {

constexpr std::string_view kPrefix = "epoch-";
constexpr std::string_view kSuffix = ".safetensors";

std::string epochFileName(std::int64_t epoch)
{
    auto digits = std::to_string(epoch);
    if (digits.size() < 4)
        digits.insert(0, 4 - digits.size(), '0');
    return std::string(kPrefix) + digits + std::string(kSuffix);
}

}  // namespace

std::filesystem::path RunPaths::kept(std::int64_t epoch) const
{
    return keptFolder() / epochFileName(epoch);
}

std::filesystem::path RunPaths::weights(std::int64_t epoch) const
{
    return weightsFolder() / epochFileName(epoch);
}

std::optional<std::int64_t> epochOfFileName(std::string_view name)
{
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix) ||
        name.size() <= kPrefix.size() + kSuffix.size())
        return std::nullopt;
    const auto digits = name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
    std::int64_t epoch = 0;
    const auto* const end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, epoch);
    if (result.ec != std::errc() || result.ptr != end || epoch < 0)
        return std::nullopt;
    return epoch;
}

std::vector<std::int64_t> epochsInFolder(const std::filesystem::path& folder)
{
    std::vector<std::int64_t> epochs;
    std::error_code noFolder;
    for (const auto& entry : std::filesystem::directory_iterator(folder, noFolder)) {
        if (const auto epoch = epochOfFileName(entry.path().filename().string()))
            epochs.push_back(*epoch);
    }
    std::ranges::sort(epochs);
    return epochs;
}

}  // namespace elbo
