// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/nyu_mat.h"

#include "core/base/error.h"
#include "core/data/data_fields.h"
#include "core/io/mat_file.h"
#include "core/io/metres.h"
#include "core/io/nyu_splits.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMaximumImages = 1'000'000;
constexpr std::int64_t kMaximumPixels = 200'000'000;

/// Of the colour camera, for 640x480. Source: camera_params.m of the NYU Depth V2 toolbox.
constexpr std::array<double, 4> kIntrinsics{518.85790117450188, 519.46961112127485, 325.58244941119034,
                                            253.73616633400465};

struct Layout {
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::int64_t count = 0;
};

std::string nameOf(std::int64_t index)
{
    char text[24];
    std::snprintf(text, sizeof text, "%05lld", static_cast<long long>(index));
    return text;
}

[[noreturn]] void fail(const std::string& sentence)
{
    throw Error(ErrorCode::BadFile, sentence);
}

[[noreturn]] void failAxes(const std::string& what, const std::vector<std::int64_t>& sizes, const char* order)
{
    fail(what + " is " + sizesText(sizes) + ", so its axes are transposed: save it as " + order +
         " (in MATLAB's order).");
}

/// height x width x 3 x images, or why it is not that.
Layout layoutOfImages(const MatVariable& images, const std::string& what)
{
    constexpr auto kOrder = "height x width x 3 x images";
    if (images.className != "uint8")
        fail(what + " is of class " + images.className + ": save it as uint8, " + kOrder + ".");
    auto sizes = images.sizes;
    if (sizes.size() == 3)
        sizes.push_back(1);  // MATLAB leaves out a last axis of length 1
    if (sizes.size() != 4)
        fail(what + " has " + std::to_string(sizes.size()) + " axes (" + sizesText(images.sizes) +
             ") instead of 4: save it as " + kOrder + ".");
    if (sizes[2] != 3) {
        if (std::find(sizes.begin(), sizes.end(), 3) != sizes.end())
            failAxes(what, images.sizes, kOrder);
        fail(what + " is " + sizesText(images.sizes) +
             ", without three colours on its third axis: save it as " + kOrder + ".");
    }
    if (sizes[0] == 640 && sizes[1] == 480)  // the Kinect's pictures are never upright
        failAxes(what, images.sizes, kOrder);
    if (sizes[3] > kMaximumImages || sizes[0] > kMaximumPixels / sizes[1])
        fail(what + " is " + sizesText(images.sizes) + ", more than this program reads.");
    return {sizes[0], sizes[1], sizes[3]};
}

void checkDepths(const MatVariable& depths, const Layout& layout, const std::string& what)
{
    constexpr auto kOrder = "height x width x images";
    static const std::set<std::string> classes{"single", "double", "uint16"};
    if (!classes.contains(depths.className))
        fail(what + " is of class " + depths.className + ": save it as single, " + kOrder + " in metres.");
    auto sizes = depths.sizes;
    if (sizes.size() == 2)
        sizes.push_back(1);
    const std::vector<std::int64_t> wanted{layout.height, layout.width, layout.count};
    if (sizes == wanted)
        return;
    if (sizes.size() != 3)
        fail(what + " has " + std::to_string(sizes.size()) + " axes (" + sizesText(depths.sizes) +
             ") instead of 3: save it as " + kOrder + ".");
    if (std::is_permutation(sizes.begin(), sizes.end(), wanted.begin()))
        failAxes(what, depths.sizes, kOrder);
    fail(what + " is " + sizesText(depths.sizes) + " but images is " + sizesText(wanted) +
         " (height x width x images): save both of the same images.");
}

class NyuMat : public ImageSource {
public:
    NyuMat(const DataConfig& config, const ProgressFunction& progress)
        : m_path(dataText(config, "path")),
          m_file(openMatFile(m_path, progress)),
          m_depths(dataText(config, "depths") == "raw" ? "rawDepths" : "depths"),
          m_scale(depthScaleOf(config))
    {
        m_layout = layoutOfImages(require("images"), whatOf("images"));
        const auto depths = require(m_depths);
        checkDepths(depths, m_layout, whatOf(m_depths));
        if (depths.className == "uint16" && !m_scale.has_value())
            m_scale = 1000.0;
        const auto labels = textsOf("sceneTypes");
        const auto scenes = textsOf("scenes");
        for (std::int64_t i = 0; i < m_layout.count; ++i) {
            const auto place = static_cast<std::size_t>(i);
            SourceItem item{nameOf(i), scenes.empty() ? std::string() : scenes[place], std::nullopt,
                            std::nullopt};
            if (!labels.empty() && !labels[place].empty() && labels[place] != "unknown")
                item.label = labels[place];
            m_items.push_back(std::move(item));
        }
        addSplits(config);
    }

    [[nodiscard]] const std::vector<SourceItem>& items() const override { return m_items; }
    [[nodiscard]] SourceImage read(std::int64_t index) override
    {
        SourceImage image;
        // The file has the columns of an image one after the other.
        image.color = m_file->slice("images", 4, index, at::kByte).transpose(1, 2).contiguous();
        auto depth = m_file->slice(m_depths, 3, index, at::kFloat).t().contiguous();
        if (m_scale.has_value())
            depth.div_(*m_scale);
        requireMetres(depth);
        image.depth = std::move(depth);
        image.intrinsics = intrinsics();
        return image;
    }
    [[nodiscard]] bool hasDepth() const override { return true; }
    [[nodiscard]] bool metricDepth() const override { return true; }
    [[nodiscard]] int colorChannels() const override { return 3; }
    [[nodiscard]] std::string note() const override { return m_note; }

private:
    [[nodiscard]] std::string whatOf(const std::string& name) const
    {
        return name + " in " + m_path.string();
    }

    [[nodiscard]] MatVariable require(const std::string& name) const
    {
        if (auto found = m_file->find(name))
            return *found;
        if (name == "rawDepths")
            fail(m_path.string() + " has no variable rawDepths: use depths=inpainted, or the official file.");
        if (m_file->find("trainNdxs").has_value())
            fail(m_path.string() +
                 " holds a split and no images: give the file with the images; this one is found "
                 "beside it, or named by splits=.");
        fail(m_path.string() + " has no variable " + name +
             ": give nyu_depth_v2_labeled.mat, or a file with images and depths as it has them.");
    }

    /// One text an image; nothing when the file has no such variable.
    [[nodiscard]] std::vector<std::string> textsOf(const std::string& name) const
    {
        if (!m_file->find(name).has_value())
            return {};
        auto texts = m_file->texts(name);
        if (texts.size() != static_cast<std::size_t>(m_layout.count))
            fail(whatOf(name) + " holds " + std::to_string(texts.size()) + " texts for " +
                 std::to_string(m_layout.count) + " images: download or copy the file again.");
        return texts;
    }

    void addSplits(const DataConfig& config)
    {
        const fs::path given = dataText(config, "splits");
        const auto file = given.empty() ? splitsBeside(m_path) : std::optional(given);
        if (!file.has_value())
            return;
        const auto sides = readNyuSplits(*file);
        if (sides.size() > m_items.size()) {
            const auto sentence = file->string() + " names image " + std::to_string(sides.size()) + " but " +
                                  m_path.string() + " holds " + std::to_string(m_items.size()) + " images";
            if (!given.empty())
                fail(sentence + ": give the split that belongs to this file.");
            m_note = sentence + ", so it is not used.";
            return;
        }
        for (std::size_t i = 0; i < sides.size(); ++i)
            m_items[i].officialSide = sides[i];
    }

    /// Of the whole frame, resized to this file's sides or stretched to a square, as the report has it.
    [[nodiscard]] std::optional<std::array<double, 4>> intrinsics() const
    {
        const bool wholeFrame =
            3 * m_layout.width == 4 * m_layout.height || m_layout.width == m_layout.height;
        if (!wholeFrame)
            return std::nullopt;
        const double across = static_cast<double>(m_layout.width) / 640.0;
        const double down = static_cast<double>(m_layout.height) / 480.0;
        return std::array<double, 4>{kIntrinsics[0] * across, kIntrinsics[1] * down,
                                     (kIntrinsics[2] + 0.5) * across - 0.5,
                                     (kIntrinsics[3] + 0.5) * down - 0.5};
    }

    fs::path m_path;
    std::unique_ptr<MatFile> m_file;
    std::string m_depths;
    std::optional<double> m_scale;
    Layout m_layout;
    std::vector<SourceItem> m_items;
    std::string m_note;
};

}  // namespace

DataReader nyuMatReader()
{
    return {[](const DataConfig& config) {
                const fs::path file = dataText(config, "path");
                std::vector<fs::path> files{file};
                const fs::path splits = dataText(config, "splits");
                if (const auto found = splits.empty() ? splitsBeside(file) : std::optional(splits))
                    files.push_back(*found);
                return files;
            },
            [](const DataConfig& config, const ProgressFunction& progress) {
                return std::make_unique<NyuMat>(config, progress);
            }};
}

}  // namespace elbo
