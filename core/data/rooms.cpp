// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rooms.h"

#include "core/data/data_fields.h"
#include "core/data/parallel.h"
#include "core/data/rooms_render.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace elbo {

namespace {

SourceImage renderRoom(std::uint64_t seed, std::int64_t index, int width, int height)
{
    const auto scene = rooms::makeScene(seed, static_cast<std::uint64_t>(index));
    const auto picture = rooms::renderScene(scene, width, height);
    SourceImage image;
    image.color = at::empty({3, height, width}, at::kByte);
    image.depth = at::empty({height, width}, at::kFloat);
    std::memcpy(image.color.data_ptr<std::uint8_t>(), picture.color.data(), picture.color.size());
    std::memcpy(image.depth.data_ptr<float>(), picture.depth.data(), picture.depth.size() * sizeof(float));
    image.intrinsics = rooms::cameraIntrinsics(width, height);
    image.label = scene.type;
    return image;
}

class RoomSource : public ImageSource {
public:
    explicit RoomSource(const DataConfig& config)
        : m_seed(static_cast<std::uint64_t>(dataInteger(config, "seed"))),
          m_size(parseImageSize(dataText(config, "size")).value_or(ImageSize{640, 480}))
    {
        const auto count = dataInteger(config, "count");
        for (std::int64_t i = 0; i < count; ++i) {
            char name[24];
            std::snprintf(name, sizeof name, "%06lld", static_cast<long long>(i));
            // Every room is a place of its own.
            m_items.push_back({name, name, std::nullopt, std::nullopt});
        }
    }

    [[nodiscard]] const std::vector<SourceItem>& items() const override { return m_items; }
    [[nodiscard]] SourceImage read(std::int64_t index) override
    {
        return renderRoom(m_seed, index, m_size.width, m_size.height);
    }
    [[nodiscard]] bool hasDepth() const override { return true; }
    [[nodiscard]] bool metricDepth() const override { return true; }
    [[nodiscard]] int colorChannels() const override { return 3; }
    [[nodiscard]] std::vector<std::string> labelNames() const override { return roomLabels(); }

private:
    std::uint64_t m_seed;
    ImageSize m_size;
    std::vector<SourceItem> m_items;
};

}  // namespace

std::vector<SourceImage> renderRooms(std::uint64_t seed, std::int64_t first, std::int64_t count, int width,
                                     int height)
{
    std::vector<SourceImage> images(static_cast<std::size_t>(count));
    runParallel(count, [&](std::int64_t i) {
        images[static_cast<std::size_t>(i)] = renderRoom(seed, first + i, width, height);
    });
    return images;
}

const std::vector<std::string>& roomLabels()
{
    return rooms::roomTypes();
}

std::unique_ptr<ImageSource> openRooms(const DataConfig& config)
{
    return std::make_unique<RoomSource>(config);
}

DataReaders computeReaders()
{
    DataReaders readers;
    readers["rooms"] = {[](const DataConfig&) { return std::vector<std::filesystem::path>{}; },
                        [](const DataConfig& config, const ProgressFunction&) { return openRooms(config); }};
    return readers;
}

}  // namespace elbo
