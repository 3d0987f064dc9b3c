// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/rgbd_folder.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/data/data_fields.h"
#include "core/data/label_table.h"
#include "core/data/split.h"
#include "core/io/images.h"
#include "core/io/pair_names.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr int kLevels = 3;
constexpr std::string_view kTestList = "official_test_idx0.txt";
constexpr std::string_view kTrainList = "official_train_idx0.txt";
constexpr std::string_view kIntrinsics = "camera-intrinsics.txt";

/// What lies in the folder, by path below it.
struct Listing {
    std::vector<fs::path> pictures;
    std::vector<fs::path> others;  ///< whole paths of lists and tables, whether or not they are used
    std::vector<ImageProblem> problems;
};

void listFolder(const fs::path& root, const fs::path& below, int level, Listing& found)
{
    std::error_code failed;
    fs::directory_iterator entry(root / below, failed);
    if (failed && level == 0)
        throw fileError(failed.value(), "read", root.string());
    if (failed) {
        found.problems.push_back({below.string(), "the folder cannot be opened: " + failed.message(), true});
        return;
    }
    for (const fs::directory_iterator end; entry != end; entry.increment(failed)) {
        const auto name = entry->path().filename();
        if (name.string().starts_with('.'))
            continue;
        std::error_code ignored;  // a link to nowhere is neither folder nor file
        if (entry->is_directory(ignored)) {
            if (level < kLevels)
                listFolder(root, below / name, level + 1, found);
        } else if (isPictureName(name)) {
            found.pictures.push_back(below / name);
        } else if (level == 0 && (name.extension() == ".csv" || name == kTestList || name == kTrainList ||
                                  name == kIntrinsics)) {
            found.others.push_back(entry->path());
        }
    }
    // A listing that fails ends as a whole one does: half a folder must not be taken for all of it.
    if (failed)
        throw fileError(failed.value(), "read", (root / below).string());
}

Listing listSet(const fs::path& root)
{
    std::error_code ignored;
    if (fs::exists(root, ignored) && !fs::is_directory(root, ignored))
        throw Error(ErrorCode::BadSetting, root.string() + " is a file: give the folder with the pairs.");
    Listing found;
    listFolder(root, {}, 0, found);
    std::sort(found.others.begin(), found.others.end());
    // So that the folder of the pairs alone can be given too.
    for (const auto list : {kTestList, kTrainList}) {
        const auto beside = root.parent_path() / list;
        if (fs::is_regular_file(beside, ignored))
            found.others.push_back(beside);
    }
    std::sort(found.pictures.begin(), found.pictures.end(),
              [](const fs::path& a, const fs::path& b) { return beforeInNameOrder(a.string(), b.string()); });
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
std::vector<Pair> matchPairs(Listing& found)
{
    struct Half {
        std::vector<fs::path> color;
        std::vector<fs::path> depth;
        std::vector<fs::path> plain;
        fs::path scene;
    };
    std::map<fs::path, Half> halves;
    for (const auto& picture : found.pictures) {
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

/// The scene without folders that name a side of a split.
std::string sceneName(const fs::path& scene)
{
    static const std::set<std::string> sides{"train", "training",   "test", "testing",
                                             "val",   "validation", "."};
    fs::path name;
    for (const auto& part : scene) {
        if (!sides.contains(part.string()))
            name /= part;
    }
    return name.generic_string();
}

std::set<std::string> linesOf(const fs::path& file)
{
    std::set<std::string> lines;
    const auto text = readTextFile(file);
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = text.substr(begin, end - begin);
        line.erase(line.find_last_not_of(" \t\r") + 1);
        if (!line.empty())
            lines.insert(line);
        begin = end + 1;
    }
    return lines;
}

class RgbdFolder : public ImageSource {
public:
    explicit RgbdFolder(const DataConfig& config)
        : m_root(dataText(config, "path")), m_scale(depthScaleOf(config))
    {
        auto found = listSet(m_root);
        if (found.pictures.empty())
            throw Error(ErrorCode::BadData, m_root.string() +
                                                " holds no pictures (three levels deep): give a folder with "
                                                "colour images and their depth images.");
        m_pairs = matchPairs(found);
        m_problems = std::move(found.problems);
        std::set<std::string> scenes;
        for (const auto& pair : m_pairs)
            scenes.insert(sceneName(pair.scene));
        for (const auto& pair : m_pairs) {
            // One folder for all tells nothing about places.
            m_items.push_back({nameOf(pair.color), scenes.size() > 1 ? sceneName(pair.scene) : std::string(),
                               std::nullopt, std::nullopt});
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
        } else if (name == kTestList || name == kTrainList) {
            const auto lines = linesOf(file);
            for (auto& item : m_items) {
                if (lines.contains(fs::path(item.name).filename().string()))
                    item.officialSide = name == kTestList ? SplitSide::Test : SplitSide::Train;
            }
        } else if (!labelsGiven && LabelTable::looksLikeOne(file)) {
            const LabelTable table(file);
            for (auto& item : m_items) {
                if (!item.label.has_value())
                    item.label = table.find(item.name);
            }
        }
    }

    fs::path m_root;
    std::optional<double> m_scale;
    std::vector<Pair> m_pairs;
    std::vector<SourceItem> m_items;
    std::vector<ImageProblem> m_problems;
    std::optional<std::array<double, 4>> m_intrinsics;
    bool m_metric = false;
};

}  // namespace

DataReader rgbdFolderReader()
{
    return {[](const DataConfig& config) {
                const fs::path root = dataText(config, "path");
                auto found = listSet(root);
                auto files = std::move(found.others);
                for (const auto& picture : found.pictures)
                    files.push_back(root / picture);
                return files;
            },
            [](const DataConfig& config, const ProgressFunction&) {
                return std::make_unique<RgbdFolder>(config);
            }};
}

}  // namespace elbo
