// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rooms_render.h"

#include "core/data/rooms_shading.h"

#include <algorithm>
#include <cmath>

namespace elbo::rooms {

std::array<double, 4> cameraIntrinsics(int width, int height)
{
    return {518.8579 * width / 640.0, 519.4696 * height / 480.0, 0.5 * width - 0.5, 0.5 * height - 0.5};
}

namespace {

constexpr int kTile = 8;

struct Camera {
    const Scene& scene;
    std::array<float, 4> inverse;  ///< 1/fx, 1/fy, cx, cy

    /// Direction whose component along the optical axis is 1, so that its multiple is the depth.
    [[nodiscard]] Vec direction(float column, float row) const
    {
        return scene.forward + scene.right * ((column - inverse[2]) * inverse[0]) -
               scene.up * ((row - inverse[3]) * inverse[1]);
    }
};

/// The solids whose bounding sphere a tile's cone of rays may meet.
void solidsOfTile(const Camera& camera, float column, float row, std::vector<std::uint16_t>& found)
{
    const float half = 0.5F * kTile;
    const Vec axis = normalised(camera.direction(column + half, row + half));
    const Vec corner = normalised(camera.direction(column - 1.0F, row - 1.0F));
    const float cosine =
        std::min(dot(axis, corner), dot(axis, normalised(camera.direction(column + kTile, row - 1.0F))));
    const float sine = std::sqrt(std::max(0.0F, 1.0F - cosine * cosine));
    found.clear();
    const auto& solids = camera.scene.solids;
    for (std::size_t i = 0; i < solids.size(); ++i) {
        const Vec to = solids[i].centre - camera.scene.eye;
        const float along = dot(to, axis);
        const float across = std::sqrt(std::max(0.0F, dot(to, to) - along * along));
        // Distance from the cone's surface; a little is added for rounding.
        if (across * cosine - along * sine <= solids[i].bound * 1.001F + 0.001F)
            found.push_back(static_cast<std::uint16_t>(i));
    }
}

struct Sample {
    Hit hit;
    Vec point;
    Vec color;
    [[nodiscard]] int thing() const { return hit.solid * 8 + hit.face; }
};

std::uint8_t toByte(float linear)
{
    // A soft shoulder, then gamma 2 (a square root) in place of sRGB's power.
    const float value = linear * 1.25F / (1.0F + 0.30F * linear);
    return static_cast<std::uint8_t>(std::min(1.0F, std::sqrt(std::max(0.0F, value))) * 255.0F + 0.5F);
}

/// Everything about one picture while it is made.
class Renderer {
public:
    Renderer(const Scene& scene, int width, int height)
        : m_scene(scene),
          m_camera{scene, rayConstants(width, height)},
          m_width(width),
          m_height(height),
          m_columns((width + kTile - 1) / kTile),
          m_samples(static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
    {
        for (int y = 0; y < height; y += kTile) {
            for (int x = 0; x < width; x += kTile)
                castTile(x, y);
        }
    }

    [[nodiscard]] Picture picture() const
    {
        const auto pixels = m_samples.size();
        Picture picture{m_width, m_height, std::vector<std::uint8_t>(3 * pixels), std::vector<float>(pixels)};
        for (int y = 0; y < m_height; ++y) {
            for (int x = 0; x < m_width; ++x) {
                const auto i = at(x, y);
                const Vec color = isEdge(x, y) ? blended(x, y) : m_samples[i].color;
                picture.depth[i] = m_samples[i].hit.distance;
                picture.color[i] = toByte(color.x);
                picture.color[pixels + i] = toByte(color.y);
                picture.color[2 * pixels + i] = toByte(color.z);
            }
        }
        return picture;
    }

private:
    static std::array<float, 4> rayConstants(int width, int height)
    {
        const auto k = cameraIntrinsics(width, height);
        return {static_cast<float>(1.0 / k[0]), static_cast<float>(1.0 / k[1]), static_cast<float>(k[2]),
                static_cast<float>(k[3])};
    }

    [[nodiscard]] std::size_t at(int x, int y) const
    {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(m_width) + static_cast<std::size_t>(x);
    }

    /// One ray a pixel, then light: the lamps' shadows need only what stands between them and the tile.
    void castTile(int left, int top)
    {
        auto& near = m_tiles.emplace_back();
        solidsOfTile(m_camera, static_cast<float>(left), static_cast<float>(top), near);
        const int right = std::min(left + kTile, m_width);
        const int bottom = std::min(top + kTile, m_height);
        Vec low{1e9F, 1e9F, 1e9F};
        Vec high{-1e9F, -1e9F, -1e9F};
        for (int y = top; y < bottom; ++y) {
            for (int x = left; x < right; ++x) {
                Sample& sample = m_samples[at(x, y)];
                sample = cast(near, static_cast<float>(x), static_cast<float>(y));
                const Vec p = sample.point;
                low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
                high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
            }
        }
        const Vec half = (high - low) * 0.5F;
        const Blockers blockers = blockersOf(m_scene, low + half, std::sqrt(dot(half, half)));
        for (int y = top; y < bottom; ++y) {
            for (int x = left; x < right; ++x) {
                Sample& sample = m_samples[at(x, y)];
                sample.color = shade(m_scene, sample.hit, sample.point, blockers);
            }
        }
    }

    [[nodiscard]] Sample cast(const std::vector<std::uint16_t>& near, float column, float row) const
    {
        const Vec direction = m_camera.direction(column, row);
        Sample sample;
        sample.hit = findHit(m_scene, near, m_scene.eye, direction);
        sample.point = m_scene.eye + direction * sample.hit.distance;
        return sample;
    }

    [[nodiscard]] bool isEdge(int x, int y) const
    {
        const int thing = m_samples[at(x, y)].thing();
        return (x > 0 && m_samples[at(x - 1, y)].thing() != thing) ||
               (y > 0 && m_samples[at(x, y - 1)].thing() != thing) ||
               (x + 1 < m_width && m_samples[at(x + 1, y)].thing() != thing) ||
               (y + 1 < m_height && m_samples[at(x, y + 1)].thing() != thing);
    }

    /// Four rays more tell how much of the pixel each thing covers; its colour is the nearest sample's of
    /// that thing.
    [[nodiscard]] Vec blended(int x, int y) const
    {
        constexpr std::array<std::array<float, 2>, 4> kOffsets{
            {{-0.375F, -0.125F}, {0.125F, -0.375F}, {0.375F, 0.125F}, {-0.125F, 0.375F}}};
        const auto& near = m_tiles[static_cast<std::size_t>(y / kTile * m_columns + x / kTile)];
        Vec sum;
        for (const auto& offset : kOffsets) {
            const Sample part =
                cast(near, static_cast<float>(x) + offset[0], static_cast<float>(y) + offset[1]);
            const Vec color = colorNearby(x, y, part);
            // Bright things are cut before averaging, or lamps would keep jagged rims.
            sum =
                sum + Vec{std::min(color.x, 1.2F), std::min(color.y, 1.2F), std::min(color.z, 1.2F)} * 0.25F;
        }
        return sum;
    }

    [[nodiscard]] Vec colorNearby(int x, int y, const Sample& part) const
    {
        constexpr std::array<std::array<int, 2>, 9> kOrder{
            {{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}}};
        for (const auto& step : kOrder) {
            const int column = x + step[0];
            const int row = y + step[1];
            if (column < 0 || row < 0 || column >= m_width || row >= m_height)
                continue;
            const Sample& sample = m_samples[at(column, row)];
            if (sample.thing() == part.thing())
                return sample.color;
        }
        return shade(m_scene, part.hit, part.point, blockersOf(m_scene, part.point, 0.0F));
    }

    const Scene& m_scene;
    Camera m_camera;
    int m_width;
    int m_height;
    int m_columns;
    std::vector<Sample> m_samples;
    std::vector<std::vector<std::uint16_t>> m_tiles;
};

}  // namespace

Picture renderScene(const Scene& scene, int width, int height)
{
    return Renderer(scene, width, height).picture();
}

}  // namespace elbo::rooms
