// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pair_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 3> kColorWords{"rgb", "color", "colour"};
constexpr std::array<std::string_view, 3> kDepthWords{"sync_depth", "depth", "depths"};
constexpr std::array<std::string_view, 8> kSuffixes{".png",  ".jpg", ".jpeg", ".tif",
                                                    ".tiff", ".bmp", ".webp", ".pgm"};
constexpr std::array<std::string_view, 3> kBetween{".", "_", "-"};

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

template <std::size_t N>
bool isWord(const std::string& text, const std::array<std::string_view, N>& words)
{
    return std::find(words.begin(), words.end(), text) != words.end();
}

/// The name without a word before or after it ("rgb_7", "7.color" -> "7"); empty when there is none.
template <std::size_t N>
std::string withoutWord(const std::string& stem, const std::array<std::string_view, N>& words)
{
    const auto low = lower(stem);
    for (const auto word : words) {
        for (const auto between : kBetween) {
            const auto before = std::string(word) + std::string(between);
            const auto after = std::string(between) + std::string(word);
            if (low.size() > before.size() && low.starts_with(before))
                return stem.substr(before.size());
            if (low.size() > after.size() && low.ends_with(after))
                return stem.substr(0, stem.size() - after.size());
        }
    }
    return {};
}

}  // namespace

bool isPictureName(const fs::path& file)
{
    return isWord(lower(file.extension().string()), kSuffixes);
}

bool isJpegName(const fs::path& file)
{
    const auto suffix = lower(file.extension().string());
    return suffix == ".jpg" || suffix == ".jpeg";
}

PairName pairName(const fs::path& file)
{
    const auto folder = file.parent_path();
    const auto stem = file.stem().string();
    // sync_depth_7 begins with no colour word, but depth_image_7 would end in none either: depth is asked
    // first.
    const auto depthRest = withoutWord(stem, kDepthWords);
    const auto colorRest = depthRest.empty() ? withoutWord(stem, kColorWords) : std::string();
    const auto folderWord = lower(folder.filename().string());
    const bool inDepth = isWord(folderWord, kDepthWords);
    const bool inColor = isWord(folderWord, kColorWords);
    PairName name;
    name.scene = inDepth || inColor ? folder.parent_path() : folder;
    const auto rest = !depthRest.empty() ? depthRest : (!colorRest.empty() ? colorRest : stem);
    name.key = name.scene / rest;
    if (inDepth || (!inColor && !depthRest.empty()))
        name.role = PairRole::Depth;
    else if (inColor || !colorRest.empty())
        name.role = PairRole::Color;
    return name;
}

std::vector<fs::path> depthCandidates(const fs::path& color)
{
    const auto name = pairName(color);
    const auto rest = name.key.filename().string();
    const auto stem = color.stem().string();
    std::vector<fs::path> stems;
    if (name.role == PairRole::Color) {
        for (const auto word : kDepthWords) {
            for (const auto between : kBetween) {
                stems.push_back(color.parent_path() / (std::string(word) + std::string(between) + rest));
                stems.push_back(color.parent_path() / (rest + std::string(between) + std::string(word)));
            }
            stems.push_back(name.scene / word / stem);
            stems.push_back(name.scene / word / rest);
            for (const auto between : kBetween) {
                stems.push_back(name.scene / word / (std::string(word) + std::string(between) + rest));
                stems.push_back(name.scene / word / (rest + std::string(between) + std::string(word)));
            }
        }
    } else if (name.role == PairRole::Plain) {
        for (const auto word : kDepthWords) {
            for (const auto between : kBetween) {
                stems.push_back(color.parent_path() / (stem + std::string(between) + std::string(word)));
                stems.push_back(color.parent_path() / (std::string(word) + std::string(between) + stem));
            }
        }
        if (isJpegName(color))
            stems.push_back(color.parent_path() / stem);
    }
    std::vector<fs::path> files;
    for (const auto& candidate : stems) {
        for (const char* suffix : {".png", ".tif", ".tiff", ".pgm", ".PNG"})
            files.emplace_back(candidate.string() + suffix);
    }
    return files;
}

}  // namespace elbo
