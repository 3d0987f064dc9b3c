// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/mnist.h"

#include "core/base/error.h"
#include "core/data/data_fields.h"
#include "core/io/idx.h"

#include <array>
#include <cstdio>
#include <string_view>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

struct Part {
    const char* files;  ///< beginning of the two names
    SplitSide side;
};
constexpr std::array<Part, 2> kParts{{{"train", SplitSide::Train}, {"t10k", SplitSide::Test}}};

/// NAME-idx3-ubyte or NAME.idx3-ubyte, plain or .gz.
fs::path findFile(const fs::path& folder, const std::string& name, const char* kind)
{
    for (const char* between : {"-", "."}) {
        for (const char* suffix : {"", ".gz"}) {
            const auto file = folder / (name + between + kind + "-ubyte" + suffix);
            std::error_code ignored;
            if (fs::is_regular_file(file, ignored))
                return file;
        }
    }
    std::error_code ignored;
    if (fs::is_regular_file(folder, ignored))
        throw Error(ErrorCode::BadFile,
                    folder.string() + " is a file: give the folder with the four official files.");
    throw Error(ErrorCode::NotFound, "There is no " + name + "-" + kind + "-ubyte (or .gz) in " +
                                         folder.string() + ": put the four official files there.");
}

fs::path imagesOf(const fs::path& folder, const Part& part)
{
    return findFile(folder, std::string(part.files) + "-images", "idx3");
}

fs::path labelsOf(const fs::path& folder, const Part& part)
{
    return findFile(folder, std::string(part.files) + "-labels", "idx1");
}

class MnistSource : public ImageSource {
public:
    MnistSource(const fs::path& folder, std::vector<std::string> labelNames, const ProgressFunction& progress)
        : m_labelNames(std::move(labelNames))
    {
        for (std::size_t i = 0; i < kParts.size(); ++i) {
            if (progress)
                progress({"Reading files", static_cast<std::int64_t>(i),
                          static_cast<std::int64_t>(kParts.size())});
            addPart(folder, kParts.at(i));
        }
    }

    [[nodiscard]] const std::vector<SourceItem>& items() const override { return m_items; }
    [[nodiscard]] SourceImage read(std::int64_t index) override
    {
        const auto first = m_images.front().size(0);
        SourceImage image;
        image.color = (index < first ? m_images.front()[index] : m_images.back()[index - first]).unsqueeze(0);
        return image;
    }
    [[nodiscard]] bool hasDepth() const override { return false; }
    [[nodiscard]] bool metricDepth() const override { return false; }
    [[nodiscard]] int colorChannels() const override { return 1; }
    [[nodiscard]] bool storeUnchanged() const override { return true; }
    [[nodiscard]] std::vector<std::string> labelNames() const override { return m_labelNames; }

private:
    void addPart(const fs::path& folder, const Part& part)
    {
        const auto imageFile = imagesOf(folder, part);
        const auto labelFile = labelsOf(folder, part);
        const auto images = readIdx(imageFile, 3);
        const auto labels = readIdx(labelFile, 1);
        if (images.size(0) != labels.size(0)) {
            throw Error(ErrorCode::BadFile, imageFile.string() + " holds " + std::to_string(images.size(0)) +
                                                " images but " + labelFile.string() + " holds " +
                                                std::to_string(labels.size(0)) +
                                                " labels: download both again.");
        }
        if (!m_images.empty() && images.sizes().slice(1) != m_images.front().sizes().slice(1))
            throw Error(ErrorCode::BadFile,
                        imageFile.string() +
                            " holds images of another size than the training file: download both again.");
        const auto* label = labels.const_data_ptr<std::uint8_t>();
        for (std::int64_t i = 0; i < images.size(0); ++i) {
            if (label[i] >= m_labelNames.size())
                throw Error(ErrorCode::BadFile, labelFile.string() + " holds the label " +
                                                    std::to_string(label[i]) +
                                                    ", above 9: download it again.");
            char name[32];
            std::snprintf(name, sizeof name, "%s-%05lld", part.side == SplitSide::Train ? "train" : "test",
                          static_cast<long long>(i));
            m_items.push_back({name, name, part.side, m_labelNames[label[i]]});
        }
        m_images.push_back(images);
    }

    std::vector<std::string> m_labelNames;
    std::vector<at::Tensor> m_images;  ///< of each part uint8 [N,H,W]
    std::vector<SourceItem> m_items;
};

}  // namespace

DataReader mnistReader(std::vector<std::string> labelNames)
{
    return {[](const DataConfig& config) {
                const fs::path folder = dataText(config, "path");
                std::vector<fs::path> files;
                for (const auto& part : kParts) {
                    files.push_back(imagesOf(folder, part));
                    files.push_back(labelsOf(folder, part));
                }
                return files;
            },
            [labelNames = std::move(labelNames)](const DataConfig& config, const ProgressFunction& progress) {
                return std::make_unique<MnistSource>(dataText(config, "path"), labelNames, progress);
            }};
}

}  // namespace elbo
