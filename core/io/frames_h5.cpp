// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/frames_h5.h"

#include "core/base/error.h"
#include "core/data/data_fields.h"
#include "core/data/label_table.h"
#include "core/io/hdf5_file.h"
#include "core/io/mat_file.h"
#include "core/io/metres.h"
#include "core/io/set_folder.h"

#include <ATen/Functions.h>

#include <algorithm>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMaximumPixels = 200'000'000;

SetFolder listFrames(const fs::path& root)
{
    SetFolderWish wish;
    wish.holds = "the frames";
    wish.isImage = [](const fs::path& name) {
        return name.extension() == ".h5" || name.extension() == ".hdf5";
    };
    wish.isOther = [](const fs::path& name) { return name.extension() == ".csv"; };
    return listSetFolder(root, wish);
}

Hdf5Variable require(const Hdf5File& file, const std::string& name)
{
    if (auto found = file.find(name))
        return *found;
    throw Error(ErrorCode::BadFile, "it has no variable " + name + ": a frame holds rgb and depth");
}

/// Height and width, or why the frame cannot be used.
std::pair<std::int64_t, std::int64_t> sidesOf(const Hdf5Variable& rgb, const Hdf5Variable& depth)
{
    if (className(rgb) != "uint8")
        throw Error(ErrorCode::BadFile, "its rgb is of class " + className(rgb) + ", not uint8");
    if (depth.kind != Hdf5Variable::Kind::Real && className(depth) != "uint16")
        throw Error(ErrorCode::BadFile, "its depth is of class " + className(depth) + ", not float32");
    if (rgb.sizes.size() != 3)
        throw Error(ErrorCode::BadFile, "its rgb has " + std::to_string(rgb.sizes.size()) +
                                            " axes instead of 3 (" + sizesText(rgb.sizes) +
                                            "): save it as 3 x height x width");
    if (depth.sizes.size() != 2)
        throw Error(ErrorCode::BadFile, "its depth has " + std::to_string(depth.sizes.size()) +
                                            " axes instead of 2 (" + sizesText(depth.sizes) +
                                            "): save it as height x width");
    if (rgb.sizes[0] != 3) {
        const bool elsewhere = std::find(rgb.sizes.begin(), rgb.sizes.end(), 3) != rgb.sizes.end();
        throw Error(ErrorCode::BadFile,
                    "its rgb is " + sizesText(rgb.sizes) +
                        (elsewhere ? ", so its axes are transposed" : ", without three colours") +
                        ": save it as 3 x height x width");
    }
    const auto height = rgb.sizes[1];
    const auto width = rgb.sizes[2];
    if (height != width && depth.sizes[0] == width && depth.sizes[1] == height)
        throw Error(ErrorCode::BadFile, "its depth is " + sizesText(depth.sizes) + " but its rgb is " +
                                            sizesText(rgb.sizes) + ", so the axes of one are transposed");
    if (height > kMaximumPixels / width || depth.elements > kMaximumPixels)
        throw Error(ErrorCode::BadFile, "its images are larger than 200 megapixels");
    return {height, width};
}

class FramesH5 : public ImageSource {
public:
    explicit FramesH5(const DataConfig& config)
        : m_root(dataText(config, "path")), m_scale(depthScaleOf(config))
    {
        auto found = listFrames(m_root);
        if (found.images.empty())
            throw Error(ErrorCode::BadData,
                        m_root.string() +
                            " holds no .h5 files (three levels deep): give the folder above "
                            "the scenes with one HDF5 file a frame.");
        m_files = std::move(found.images);
        m_problems = std::move(found.problems);
        for (const auto& file : m_files) {
            const auto scene = sceneName(file.parent_path());
            m_items.push_back({(file.parent_path() / file.stem()).generic_string(), scene,
                               sideOfFolder(file.parent_path()), sceneType(scene)});
        }
        if (dataText(config, "labels").empty())
            addLabels(found.others);
    }

    [[nodiscard]] const std::vector<SourceItem>& items() const override { return m_items; }
    [[nodiscard]] SourceImage read(std::int64_t index) override
    {
        const Hdf5File file(m_root / m_files.at(static_cast<std::size_t>(index)));
        const auto depth = require(file, "depth");
        (void)sidesOf(require(file, "rgb"), depth);
        SourceImage image;
        image.color = file.read("rgb", at::kByte);
        image.depth = file.read("depth", at::kFloat);
        const double scale = m_scale.value_or(className(depth) == "uint16" ? 1000.0 : 1.0);
        if (scale != 1.0)
            image.depth.div_(scale);
        requireMetres(image.depth);
        return image;
    }
    [[nodiscard]] bool hasDepth() const override { return true; }
    [[nodiscard]] bool metricDepth() const override { return true; }
    [[nodiscard]] int colorChannels() const override { return 3; }
    [[nodiscard]] std::vector<ImageProblem> listingProblems() const override { return m_problems; }

private:
    void addLabels(const std::vector<fs::path>& tables)
    {
        for (const auto& file : tables) {
            if (!LabelTable::looksLikeOne(file))
                continue;
            const LabelTable table(file);
            for (auto& item : m_items) {
                if (auto label = table.find(item.name))
                    item.label = std::move(label);
            }
        }
    }

    fs::path m_root;
    std::optional<double> m_scale;
    std::vector<fs::path> m_files;  ///< below the folder
    std::vector<SourceItem> m_items;
    std::vector<ImageProblem> m_problems;
};

}  // namespace

DataReader framesH5Reader()
{
    return {
        [](const DataConfig& config) {
            const fs::path root = dataText(config, "path");
            auto found = listFrames(root);
            auto files = std::move(found.others);
            for (const auto& file : found.images)
                files.push_back(root / file);
            return files;
        },
        [](const DataConfig& config, const ProgressFunction&) { return std::make_unique<FramesH5>(config); }};
}

}  // namespace elbo
