// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/data/rooms_scene.h"

namespace elbo::rooms {

/// Where a piece of furniture stands: local x along the wall, local z out of the wall into the room.
struct Frame {
    Vec origin;
    float cosine = 1.0F;
    float sine = 0.0F;
};

/// Colours that go together: chosen once a room.
struct Palette {
    Vec wall;
    Vec accent;
    Vec second;
    Vec wood;
    Vec light;  ///< linen, lamp shades
};

/// Adds furniture to a scene; every choice is drawn from one stream.
class Furnisher {
public:
    Furnisher(Scene& scene, RandomStream& random, const Palette& palette);

    [[nodiscard]] float between(float low, float high);
    [[nodiscard]] bool chance(float probability);
    [[nodiscard]] std::uint32_t pick(std::uint32_t count);
    [[nodiscard]] const Palette& palette() const { return m_palette; }

    /// Walls: 0 back, 1 left, 2 right. `along` in [0, 1] is the place on the wall, `out` the distance from
    /// it.
    [[nodiscard]] Frame atWall(int wall, float along, float out) const;
    [[nodiscard]] float wallLength(int wall) const;
    [[nodiscard]] Frame onFloor(float x, float z, float turn) const;

    Solid& box(const Frame& frame, Vec centre, Vec size, const Material& material);
    Solid& cylinder(const Frame& frame, Vec centre, float radius, float height, const Material& material);
    Solid& sphere(const Frame& frame, Vec centre, float radius, const Material& material);

    [[nodiscard]] Material plain(Vec color) const;
    [[nodiscard]] Material wood();
    [[nodiscard]] Material cloth(Vec color);

    void bed(const Frame& frame, float width);
    void nightStand(const Frame& frame);
    void wardrobe(const Frame& frame);
    void shelf(const Frame& frame, float width, float height);
    void sofa(const Frame& frame, float width);
    void armchair(const Frame& frame);
    void lowTable(const Frame& frame);
    void television(const Frame& frame);
    void floorLamp(const Frame& frame);
    void plant(const Frame& frame);
    void table(const Frame& frame, float width, float depth, float height, bool round);
    void chair(const Frame& frame, Vec color);
    void sideboard(const Frame& frame, float width);
    void desk(const Frame& frame);
    void officeChair(const Frame& frame);
    void counter(const Frame& frame, float width);
    void fridge(const Frame& frame);
    void pendant(float x, float z);
    void rug(float x, float z, float width, float depth);
    void picture(int wall, float along, float height);
    void window(int wall, float along);
    void door(int wall, float along);

private:
    Scene& m_scene;
    RandomStream& m_random;
    Palette m_palette;
};

}  // namespace elbo::rooms
