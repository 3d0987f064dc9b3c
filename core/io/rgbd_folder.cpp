// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/rgbd_folder.h"

#include "core/base/error.h"
#include "core/data/data_fields.h"
#include "core/data/label_table.h"
#include "core/data/split.h"
#include "core/io/images.h"
#include "core/io/pair_names.h"
#include "core/io/set_folder.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kTestList = "official_test_idx0.txt";
constexpr std::string_view kTrainList = "official_train_idx0.txt";
constexpr std::string_view kIntrinsics = "camera-intrinsics.txt";

/// Which folders and names are looked for.
enum class Layout {
    Any,      ///< rgbd-folder
    Official  ///< official-splits: rgb_N and sync_depth_N, sides and scene types by their folders
};

/// NAME_files.txt of the published lists ("nyudepthv2_test_files_with_gt.txt"): what side its lines are on.
std::optional<SplitSide> sideOfList(const fs::path& name)
{
    if (name == kTestList)
        return SplitSide::Test;
    if (name == kTrainList)
        return SplitSide::Train;
    const auto text = name.string();
    if (!text.ends_with(".txt") || text.find("files") == std::string::npos)
        return std::nullopt;
    if (text.find("test") != std::string::npos)
        return SplitSide::Test;
    return text.find("train") != std::string::npos ? std::optional(SplitSide::Train) : std::nullopt;
}

bool isOfficialName(const fs::path& name)
{
    const auto text = name.string();
    return isPictureName(name) && (text.starts_with("rgb_") || text.starts_with("sync_depth_"));
}

SetFolder listSet(const fs::path& root, Layout layout)
{
    SetFolderWish wish;
    wish.holds = "the pairs";
    wish.isImage = layout == Layout::Official ? isOfficialName : isPictureName;
    wish.isOther = [layout](const fs::path& name) {
        const bool isList = layout == Layout::Official ? sideOfList(name).has_value()
                                                       : name == kTestList || name == kTrainList;
        return name.extension() == ".csv" || isList || name == kIntrinsics;
    };
    auto found = listSetFolder(root, wish);
    // So that the folder of the pairs alone can be given too.
    std::error_code ignored;
    for (const auto list : {kTestList, kTrainList}) {
        const auto beside = root.parent_path() / list;
        if (fs::is_regular_file(beside, ignored))
            found.others.push_back(beside);
    }
    return found;
}

struct Pair {
    fs::path color;  ///< below the folder
    fs::path depth;
    fs::path scene;
};

std::string nameOf(const fs::path& picture)
{
    return (picture.parent_path() / picture.stem()).generic_string();
}

/// Pairs in name order; what has no partner becomes a problem.
std::vector<Pair> matchPairs(SetFolder& found)
{
    struct Half {
        std::vector<fs::path> color;
        std::vector<fs::path> depth;
        std::vector<fs::path> plain;
        fs::path scene;
    };
    std::map<fs::path, Half> halves;
    for (const auto& picture : found.images) {
        const auto name = pairName(picture);
        auto& half = halves[name.key];
        half.scene = name.scene;
        (name.role == PairRole::Color ? half.color : (name.role == PairRole::Depth ? half.depth : half.plain))
            .push_back(picture);
    }
    std::vector<Pair> pairs;
    for (auto& [key, half] : halves) {
        // N.jpg + N.png: the lossy one is the colour. Beside a marked partner a plain picture is the other
        // half.
        if (half.plain.size() == 2 && isJpegName(half.plain[0]) != isJpegName(half.plain[1])) {
            half.color.push_back(half.plain[isJpegName(half.plain[0]) ? 0 : 1]);
            half.depth.push_back(half.plain[isJpegName(half.plain[0]) ? 1 : 0]);
        } else {
            auto& other = half.color.empty() ? half.color : half.depth;
            other.insert(other.end(), half.plain.begin(), half.plain.end());
        }
        if (half.color.size() == 1 && half.depth.size() == 1)
            pairs.push_back({half.color[0], half.depth[0], half.scene});
        else if (half.depth.empty())
            found.problems.push_back({nameOf(half.color[0]),
                                      "has no depth image: add one named like " +
                                          half.color[0].stem().string() + ".png or depth/" +
                                          half.color[0].stem().string() + ".png",
                                      true});
        else if (half.color.empty())
            found.problems.push_back(
                {nameOf(half.depth[0]), "is a depth image without its colour image", true});
        else
            found.problems.push_back({nameOf(half.color[0]),
                                      "has several colour or depth images of one name: keep one of each",
                                      true});
    }
    std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
        return beforeInNameOrder(nameOf(a.color), nameOf(b.color));
    });
    return pairs;
}

/// The image that a line of a list names: "/kitchen_0028b/rgb_00045.jpg /kitchen_0028b/... 518.8579", or as
/// the set itself has it.
std::string imageOfLine(const std::string& line)
{
    auto word = line.substr(0, line.find_first_of(" \t"));
    word.erase(0, std::min(word.find_first_not_of('/'), word.size()));
    return isPictureName(word) ? nameOf(word) : word;
}

/// Whether the set's name is that of the list, or ends with it after a folder that the list leaves out.
bool isListed(const std::set<std::string>& listed, const std::string& name)
{
    for (std::size_t at = 0;; ++at) {
        if (listed.contains(name.substr(at)))
            return true;
        at = name.find('/', at);
        if (at == std::string::npos)
            return false;
    }
}

class RgbdFolder : public ImageSource {
public:
    RgbdFolder(const DataConfig& config, Layout layout)
        : m_root(dataText(config, "path")), m_scale(depthScaleOf(config)), m_layout(layout)
    {
        auto found = listSet(m_root, layout);
        if (found.images.empty())
            throw Error(ErrorCode::BadData,
                        m_root.string() +
                            (layout == Layout::Official
                                 ? " holds no rgb_NNNNN.jpg with sync_depth_NNNNN.png (three levels deep): "
                                   "give the folder above its scenes, or use rgbd-folder for other names."
                                 : " holds no pictures (three levels deep): give a folder with colour images "
                                   "and their depth images."));
        m_pairs = matchPairs(found);
        m_problems = std::move(found.problems);
        std::set<std::string> scenes;
        for (const auto& pair : m_pairs)
            scenes.insert(sceneName(pair.scene));
        for (const auto& pair : m_pairs) {
            // One folder for all tells nothing about places.
            m_items.push_back({nameOf(pair.color), scenes.size() > 1 ? sceneName(pair.scene) : std::string(),
                               std::nullopt, std::nullopt});
            if (layout == Layout::Official) {
                m_items.back().officialSide = sideOfFolder(pair.scene);
                m_items.back().label = sceneType(sceneName(pair.scene));
            }
        }
        for (const auto& file : found.others)
            readList(file, !dataText(config, "labels").empty());
        // Only the files themselves tell whether they are in metres: one look at the first that can be read.
        for (std::size_t i = 0; i < m_pairs.size() && i < 8; ++i) {
            try {
                m_metric = readDepth(m_root / m_pairs[i].depth, m_scale).metric;
                break;
            } catch (const Error&) {
                continue;  // it is listed by name when its turn comes
            }
        }
    }

    [[nodiscard]] const std::vector<SourceItem>& items() const override { return m_items; }
    [[nodiscard]] SourceImage read(std::int64_t index) override
    {
        const auto& pair = m_pairs.at(static_cast<std::size_t>(index));
        SourceImage image;
        image.color = readColor(m_root / pair.color);
        auto depth = readDepth(m_root / pair.depth, m_scale);
        if (depth.metric != m_metric)
            throw Error(ErrorCode::BadData,
                        "its depth is " + std::string(depth.metric ? "in metres" : "relative (8 bits)") +
                            " unlike the other images': give depth-scale=");
        image.depth = std::move(depth.depth);
        image.intrinsics = m_intrinsics;
        return image;
    }
    [[nodiscard]] bool hasDepth() const override { return true; }
    [[nodiscard]] bool metricDepth() const override { return m_metric; }
    [[nodiscard]] int colorChannels() const override { return 3; }
    [[nodiscard]] std::vector<ImageProblem> listingProblems() const override { return m_problems; }

private:
    void readList(const fs::path& file, bool labelsGiven)
    {
        const auto name = file.filename();
        if (name == kIntrinsics) {
            m_intrinsics = parseIntrinsics(file.string());
        } else if (const auto side = sideOfList(name)) {
            std::set<std::string> lines;
            for (const auto& line : linesOf(file))
                lines.insert(m_layout == Layout::Official ? imageOfLine(line) : line);
            for (std::size_t i = 0; i < m_items.size(); ++i) {
                if (isListed(lines, m_items[i].name))
                    putOnSide(i, *side, file);
            }
        } else if (!labelsGiven && LabelTable::looksLikeOne(file)) {
            const LabelTable table(file);
            for (auto& item : m_items) {
                if (!item.label.has_value())
                    item.label = table.find(item.name);
            }
        }
    }

    /// Lists go before folders, but two lists that disagree would let test images be trained on.
    void putOnSide(std::size_t image, SplitSide side, const fs::path& list)
    {
        auto& item = m_items[image];
        if (m_listed.contains(image) && item.officialSide != side)
            throw Error(ErrorCode::BadFile, list.string() + " names " + item.name +
                                                ", which another list has on the other side of the split: "
                                                "take it out of one of them, or use split=seeded.");
        m_listed.insert(image);
        item.officialSide = side;
    }

    fs::path m_root;
    std::set<std::size_t> m_listed;  ///< images whose side a list gave
    std::optional<double> m_scale;
    Layout m_layout;
    std::vector<Pair> m_pairs;
    std::vector<SourceItem> m_items;
    std::vector<ImageProblem> m_problems;
    std::optional<std::array<double, 4>> m_intrinsics;
    bool m_metric = false;
};

DataReader readerOf(Layout layout)
{
    return {[layout](const DataConfig& config) {
                const fs::path root = dataText(config, "path");
                auto found = listSet(root, layout);
                auto files = std::move(found.others);
                for (const auto& picture : found.images)
                    files.push_back(root / picture);
                return files;
            },
            [layout](const DataConfig& config, const ProgressFunction&) {
                return std::make_unique<RgbdFolder>(config, layout);
            }};
}

}  // namespace

DataReader rgbdFolderReader()
{
    return readerOf(Layout::Any);
}

DataReader officialSplitsReader()
{
    return readerOf(Layout::Official);
}

}  // namespace elbo
