// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/temporary_folder.h"
#include "core/base/device.h"
#include "core/data/preparation.h"
#include "core/data/rooms.h"

#include <memory>

namespace elbo::bench {

namespace {

constexpr std::int64_t kImages = 240;
constexpr std::int64_t kRendered = 24;  ///< each is read ten times: what is timed is the preparation
constexpr int kRounds = 3;

/// Pairs of 640x480 that are in memory already.
class MemorySource : public ImageSource {
public:
    explicit MemorySource(std::shared_ptr<const std::vector<SourceImage>> images)
        : m_images(std::move(images))
    {
        for (std::int64_t i = 0; i < kImages; ++i)
            m_items.push_back({std::to_string(i), {}, {}, {}});
    }
    [[nodiscard]] const std::vector<SourceItem>& items() const override { return m_items; }
    [[nodiscard]] SourceImage read(std::int64_t index) override
    {
        return (*m_images)[static_cast<std::size_t>(index % kRendered)];
    }
    [[nodiscard]] bool hasDepth() const override { return true; }
    [[nodiscard]] bool metricDepth() const override { return true; }
    [[nodiscard]] int colorChannels() const override { return 3; }

private:
    std::shared_ptr<const std::vector<SourceImage>> m_images;
    std::vector<SourceItem> m_items;
};

}  // namespace

std::vector<Result> benchPrepare(const Setting& setting)
{
    const auto images =
        std::make_shared<const std::vector<SourceImage>>(renderRooms(1, 0, kRendered, 640, 480));
    DataReaders readers;
    readers["rooms"] = {[](const DataConfig&) { return std::vector<std::filesystem::path>{}; },
                        [images](const DataConfig&, const ProgressFunction&) {
                            return std::make_unique<MemorySource>(images);
                        }};
    const cli::TemporaryFolder folder;
    const auto config = parseDataSpec("rooms:count=" + std::to_string(kImages) + ",size=128");
    const auto time =
        measureAlternating({[&] { prepareDataset(config, readers, folder.path() / "set.safetensors", {}); }},
                           kRounds, setting.stop)
            .front();
    Result result;
    result.name = "prepare";
    result.medianMs = time.medianMs;
    result.spreadMs = time.spreadMs;
    result.imagesPerSecond = 1000.0 * static_cast<double>(kImages) / time.medianMs;
    result.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    result.note = std::to_string(kImages) + " pairs of 640x480 to 128x128, from memory into a file";
    return {result};
}

}  // namespace elbo::bench
