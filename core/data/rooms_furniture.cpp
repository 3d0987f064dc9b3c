// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rooms_furniture.h"

#include <cmath>

namespace elbo::rooms {

namespace {

constexpr Vec kWhite{0.86F, 0.85F, 0.83F};
constexpr Vec kBlack{0.035F, 0.036F, 0.04F};
constexpr Vec kSteel{0.48F, 0.50F, 0.52F};
constexpr Vec kLeaf{0.10F, 0.27F, 0.08F};

}  // namespace

void Furnisher::bed(const Frame& frame, float width)
{
    const float length = 2.0F;
    const Material frameWood = wood();
    box(frame, {0.0F, 0.16F, length * 0.5F}, {width + 0.08F, 0.24F, length}, frameWood).occludes = true;
    box(frame, {0.0F, 0.38F, length * 0.5F}, {width, 0.22F, length - 0.04F}, plain(kWhite));
    Material blanket = cloth(m_palette.accent);
    if (chance(0.5F)) {
        blanket.pattern = Pattern::Stripes;
        blanket.second = m_palette.light;
        blanket.scale = between(0.12F, 0.3F);
    }
    box(frame, {0.0F, 0.41F, length * 0.64F}, {width + 0.06F, 0.22F, length * 0.70F}, blanket);
    box(frame, {0.0F, 0.55F, 0.03F}, {width + 0.1F, between(0.9F, 1.2F), 0.06F}, frameWood);
    const int pillows = width > 1.2F ? 2 : 1;
    for (int i = 0; i < pillows; ++i) {
        const float x = pillows == 2 ? (static_cast<float>(i) - 0.5F) * width * 0.5F : 0.0F;
        box(frame, {x, 0.55F, 0.30F}, {0.62F, 0.13F, 0.38F},
            plain(i == 0 ? m_palette.light : m_palette.second));
    }
}

void Furnisher::nightStand(const Frame& frame)
{
    const Material body = wood();
    box(frame, {0.0F, 0.26F, 0.2F}, {0.45F, 0.52F, 0.38F}, body).occludes = true;
    box(frame, {0.0F, 0.34F, 0.395F}, {0.38F, 0.14F, 0.02F}, plain(body.base * 1.15F));
    cylinder(frame, {0.0F, 0.62F, 0.2F}, 0.03F, 0.2F, plain(kSteel));
    Material shade = plain(m_palette.light);
    shade.emission = 0.75F;
    cylinder(frame, {0.0F, 0.81F, 0.2F}, 0.13F, 0.2F, shade).castsShadow = false;
}

void Furnisher::wardrobe(const Frame& frame)
{
    const float width = between(1.0F, 1.7F);
    const float height = between(1.9F, 2.2F);
    Material body = chance(0.5F) ? wood() : plain(kWhite);
    box(frame, {0.0F, height * 0.5F, 0.29F}, {width, height, 0.58F}, body).occludes = true;
    body.base = body.base * 0.93F;
    for (int i = 0; i < 2; ++i) {
        const float side = i == 0 ? -1.0F : 1.0F;
        box(frame, {side * width * 0.25F, height * 0.5F, 0.59F}, {width * 0.47F, height - 0.12F, 0.02F},
            body);
        box(frame, {side * 0.06F, height * 0.5F, 0.615F}, {0.02F, 0.24F, 0.03F}, plain(kSteel));
    }
}

void Furnisher::shelf(const Frame& frame, float width, float height)
{
    const Material board = wood();
    box(frame, {0.0F, height * 0.5F, 0.02F}, {width, height, 0.03F}, plain(board.base * 0.75F)).occludes =
        true;
    for (int i = 0; i < 2; ++i)
        box(frame, {(static_cast<float>(i) - 0.5F) * width, height * 0.5F, 0.16F}, {0.04F, height, 0.32F},
            board);
    const int rows = height > 1.6F ? 5 : 3;
    const float step = (height - 0.04F) / static_cast<float>(rows);
    for (int row = 0; row <= rows; ++row) {
        const float y = 0.02F + step * static_cast<float>(row);
        box(frame, {0.0F, y, 0.16F}, {width, 0.035F, 0.32F}, board);
        if (row == rows || chance(0.15F))
            continue;
        const Material books{m_palette.accent, m_palette.second, Pattern::Books, 0.05F, 0.0F,
                             m_random.next()};
        const float filled = width * between(0.5F, 0.92F);
        const float tall = step * between(0.6F, 0.82F);
        box(frame, {(width * 0.94F - filled) * (0.5F - m_random.uniform()), y + 0.0175F + tall * 0.5F, 0.14F},
            {filled, tall, 0.2F}, books);
    }
}

void Furnisher::sofa(const Frame& frame, float width)
{
    const Material fabric = cloth(m_palette.accent);
    box(frame, {0.0F, 0.22F, 0.46F}, {width, 0.32F, 0.85F}, fabric).occludes = true;
    box(frame, {0.0F, 0.52F, 0.13F}, {width, 0.66F, 0.24F}, fabric);
    for (int i = 0; i < 2; ++i)
        box(frame, {(static_cast<float>(i) - 0.5F) * (width - 0.18F), 0.38F, 0.46F}, {0.19F, 0.5F, 0.86F},
            fabric);
    const int seats = width > 1.8F ? 3 : 2;
    const float seat = (width - 0.4F) / static_cast<float>(seats);
    Material soft = fabric;
    soft.base = fabric.base * 1.12F;
    for (int i = 0; i < seats; ++i) {
        const float x = (static_cast<float>(i) + 0.5F) * seat - (width - 0.4F) * 0.5F;
        box(frame, {x, 0.43F, 0.52F}, {seat * 0.96F, 0.12F, 0.66F}, soft);
    }
    for (int i = 0; i < 2; ++i) {
        if (chance(0.75F)) {
            const float x = (i == 0 ? -1.0F : 1.0F) * (width * 0.5F - between(0.4F, 0.55F));
            box(frame, {x, 0.63F, 0.33F}, {0.4F, 0.36F, 0.14F},
                cloth(i == 0 ? m_palette.second : m_palette.light));
        }
    }
}

void Furnisher::armchair(const Frame& frame)
{
    const Material fabric = cloth(m_palette.second);
    box(frame, {0.0F, 0.24F, 0.0F}, {0.74F, 0.34F, 0.7F}, fabric).occludes = true;
    box(frame, {0.0F, 0.55F, -0.3F}, {0.74F, 0.62F, 0.16F}, fabric);
    for (int i = 0; i < 2; ++i)
        box(frame, {i == 0 ? -0.33F : 0.33F, 0.42F, 0.0F}, {0.13F, 0.4F, 0.7F}, fabric);
}

void Furnisher::lowTable(const Frame& frame)
{
    if (chance(0.4F)) {
        table(frame, between(0.7F, 0.9F), 0.0F, 0.42F, true);
    } else {
        table(frame, between(0.9F, 1.2F), between(0.5F, 0.65F), between(0.36F, 0.45F), false);
    }
    Solid& vase = cylinder(frame, {between(-0.2F, 0.2F), 0.52F, between(-0.1F, 0.1F)}, 0.06F, 0.2F,
                           plain(m_palette.second));
    vase.castsShadow = true;
}

void Furnisher::television(const Frame& frame)
{
    sideboard(frame, between(1.3F, 1.7F));
    box(frame, {0.0F, 1.02F, 0.18F}, {1.15F, 0.66F, 0.05F}, plain(kBlack));
    box(frame, {0.0F, 1.02F, 0.207F}, {1.1F, 0.61F, 0.006F}, plain({0.06F, 0.075F, 0.1F}));
    box(frame, {0.0F, 0.64F, 0.18F}, {0.3F, 0.12F, 0.14F}, plain(kBlack));
}

void Furnisher::floorLamp(const Frame& frame)
{
    cylinder(frame, {0.0F, 0.015F, 0.0F}, 0.15F, 0.03F, plain(kBlack)).occludes = true;
    cylinder(frame, {0.0F, 0.75F, 0.0F}, 0.018F, 1.5F, plain(kSteel)).castsShadow = false;
    Material shade = plain(m_palette.light);
    shade.emission = 0.8F;
    cylinder(frame, {0.0F, 1.55F, 0.0F}, 0.2F, 0.3F, shade).castsShadow = false;
}

void Furnisher::plant(const Frame& frame)
{
    const float tall = between(0.8F, 1.5F);
    cylinder(frame, {0.0F, 0.17F, 0.0F}, 0.17F, 0.34F, plain(chance(0.5F) ? kWhite : m_palette.second))
        .occludes = true;
    cylinder(frame, {0.0F, tall * 0.45F, 0.0F}, 0.025F, tall * 0.6F, plain({0.2F, 0.13F, 0.07F}))
        .castsShadow = false;
    for (int i = 0; i < 5; ++i) {
        const Vec at{between(-0.17F, 0.17F), tall * between(0.6F, 1.0F), between(-0.17F, 0.17F)};
        sphere(frame, at, between(0.13F, 0.22F), cloth(kLeaf * between(0.8F, 1.5F)));
    }
}

void Furnisher::table(const Frame& frame, float width, float depth, float height, bool round)
{
    const Material top = wood();
    if (round) {
        cylinder(frame, {0.0F, height, 0.0F}, width * 0.5F, 0.05F, top);
        cylinder(frame, {0.0F, height * 0.5F, 0.0F}, 0.06F, height, plain(top.second));
        cylinder(frame, {0.0F, 0.02F, 0.0F}, width * 0.25F, 0.04F, plain(top.second)).occludes = true;
        return;
    }
    box(frame, {0.0F, height, 0.0F}, {width, 0.05F, depth}, top);
    for (int i = 0; i < 4; ++i) {
        const float x = (i % 2 == 0 ? -1.0F : 1.0F) * (width * 0.5F - 0.06F);
        const float z = (i < 2 ? -1.0F : 1.0F) * (depth * 0.5F - 0.06F);
        box(frame, {x, height * 0.5F, z}, {0.06F, height, 0.06F}, plain(top.second)).occludes = true;
    }
}

void Furnisher::chair(const Frame& frame, Vec color)
{
    const Material seat = cloth(color);
    const Material leg = plain(m_palette.wood * 0.8F);
    box(frame, {0.0F, 0.45F, 0.0F}, {0.43F, 0.06F, 0.43F}, seat).occludes = true;
    box(frame, {0.0F, 0.74F, -0.2F}, {0.42F, 0.46F, 0.04F}, seat);
    for (int i = 0; i < 4; ++i)
        box(frame, {i % 2 == 0 ? -0.18F : 0.18F, 0.22F, i < 2 ? -0.18F : 0.18F}, {0.04F, 0.44F, 0.04F}, leg);
}

void Furnisher::sideboard(const Frame& frame, float width)
{
    const Material body = wood();
    box(frame, {0.0F, 0.32F, 0.22F}, {width, 0.5F, 0.42F}, body).occludes = true;
    const int doors = width > 1.4F ? 3 : 2;
    const float step = width / static_cast<float>(doors);
    for (int i = 0; i < doors; ++i) {
        const float x = (static_cast<float>(i) + 0.5F) * step - width * 0.5F;
        box(frame, {x, 0.32F, 0.435F}, {step * 0.92F, 0.42F, 0.02F},
            plain(i == 1 ? m_palette.second : kWhite * 0.9F));
    }
}

void Furnisher::desk(const Frame& frame)
{
    const float width = between(1.2F, 1.6F);
    const Material top = wood();
    box(frame, {0.0F, 0.73F, 0.38F}, {width, 0.04F, 0.72F}, top);
    box(frame, {-width * 0.5F + 0.22F, 0.36F, 0.38F}, {0.4F, 0.7F, 0.66F}, plain(kWhite * 0.95F)).occludes =
        true;
    for (int i = 0; i < 3; ++i)
        box(frame, {-width * 0.5F + 0.22F, 0.15F + 0.22F * static_cast<float>(i), 0.715F},
            {0.36F, 0.19F, 0.02F}, plain(m_palette.second));
    box(frame, {width * 0.5F - 0.04F, 0.36F, 0.38F}, {0.05F, 0.72F, 0.66F}, top).occludes = true;
    const float x = between(-0.1F, 0.25F);
    box(frame, {x, 1.07F, 0.22F}, {0.62F, 0.38F, 0.04F}, plain(kBlack));
    Material screen{{0.16F, 0.30F, 0.46F}, {0.45F, 0.55F, 0.6F}, Pattern::Stripes, 0.09F, 0.5F,
                    m_random.next()};
    box(frame, {x, 1.07F, 0.243F}, {0.57F, 0.33F, 0.006F}, screen);
    box(frame, {x, 0.82F, 0.2F}, {0.06F, 0.16F, 0.05F}, plain(kBlack));
    box(frame, {x, 0.765F, 0.5F}, {0.45F, 0.025F, 0.15F}, plain(kBlack * 2.0F));
    cylinder(frame, {-width * 0.5F + 0.2F, 0.86F, 0.18F}, 0.025F, 0.22F, plain(kSteel));
    Material shade = plain(m_palette.light);
    shade.emission = 0.7F;
    cylinder(frame, {-width * 0.5F + 0.2F, 1.02F, 0.18F}, 0.12F, 0.14F, shade).castsShadow = false;
}

void Furnisher::officeChair(const Frame& frame)
{
    const Material seat = cloth(chance(0.5F) ? kBlack * 2.5F : m_palette.accent);
    cylinder(frame, {0.0F, 0.05F, 0.0F}, 0.28F, 0.04F, plain(kBlack)).occludes = true;
    cylinder(frame, {0.0F, 0.25F, 0.0F}, 0.035F, 0.4F, plain(kSteel));
    box(frame, {0.0F, 0.48F, 0.0F}, {0.5F, 0.09F, 0.48F}, seat);
    box(frame, {0.0F, 0.84F, -0.22F}, {0.46F, 0.58F, 0.07F}, seat);
}

void Furnisher::counter(const Frame& frame, float width)
{
    const Vec front = chance(0.5F) ? kWhite : m_palette.accent;
    box(frame, {0.0F, 0.44F, 0.29F}, {width, 0.86F, 0.56F}, plain(front * 0.8F)).occludes = true;
    box(frame, {0.0F, 0.89F, 0.3F}, {width, 0.04F, 0.62F},
        chance(0.5F) ? wood() : plain({0.25F, 0.25F, 0.26F}));
    box(frame, {0.0F, 1.16F, 0.008F}, {width, 0.5F, 0.012F},
        {kWhite, m_palette.second, Pattern::Tiles, 0.16F, 0.0F, m_random.next()});
    const int units = std::max(2, static_cast<int>(width / 0.6F));
    const float step = width / static_cast<float>(units);
    const int stove = static_cast<int>(pick(static_cast<std::uint32_t>(units)));
    for (int i = 0; i < units; ++i) {
        const float x = (static_cast<float>(i) + 0.5F) * step - width * 0.5F;
        const bool oven = i == stove;
        box(frame, {x, 0.47F, 0.575F}, {step * 0.94F, 0.74F, 0.02F}, plain(oven ? kBlack * 3.0F : front));
        box(frame, {x, 0.79F, 0.6F}, {step * 0.6F, 0.02F, 0.025F}, plain(kSteel));
        if (oven) {
            box(frame, {x, 0.915F, 0.3F}, {step * 0.9F, 0.012F, 0.5F}, plain(kBlack));
            cylinder(frame, {x + 0.1F, 0.99F, 0.26F}, 0.11F, 0.14F, plain(kSteel));
            box(frame, {x, 1.78F, 0.2F}, {step * 0.94F, 0.2F, 0.4F}, plain(kSteel));
        } else {
            box(frame, {x, 1.78F, 0.17F}, {step * 0.96F, 0.66F, 0.34F}, plain(front));
        }
    }
}

void Furnisher::fridge(const Frame& frame)
{
    const Vec color = chance(0.5F) ? kWhite : kSteel;
    box(frame, {0.0F, 0.92F, 0.31F}, {0.64F, 1.84F, 0.6F}, plain(color)).occludes = true;
    box(frame, {0.0F, 0.6F, 0.62F}, {0.62F, 1.12F, 0.025F}, plain(color * 1.05F));
    box(frame, {0.0F, 1.5F, 0.62F}, {0.62F, 0.62F, 0.025F}, plain(color * 1.05F));
    box(frame, {-0.25F, 1.25F, 0.65F}, {0.03F, 0.9F, 0.04F}, plain(kSteel * 0.6F));
}

void Furnisher::pendant(float x, float z)
{
    const Frame frame = onFloor(x, z, 0.0F);
    const float y = m_scene.size.y;
    Material shade = plain(m_palette.light);
    shade.emission = 0.9F;
    if (chance(0.5F)) {
        cylinder(frame, {0.0F, y - 0.35F, 0.0F}, 0.012F, 0.7F, plain(kBlack)).castsShadow = false;
        sphere(frame, {0.0F, y - 0.75F, 0.0F}, between(0.12F, 0.2F), shade).castsShadow = false;
    } else {
        cylinder(frame, {0.0F, y - 0.04F, 0.0F}, between(0.18F, 0.3F), 0.08F, shade).castsShadow = false;
    }
}

void Furnisher::rug(float x, float z, float width, float depth)
{
    const Frame frame = onFloor(x, z, between(-0.08F, 0.08F));
    Material border = cloth(m_palette.second);
    Material field = cloth(m_palette.light);
    if (chance(0.35F)) {
        const float radius = std::min(width, depth) * 0.55F;
        cylinder(frame, {0.0F, 0.006F, 0.0F}, radius, 0.012F, border).castsShadow = false;
        cylinder(frame, {0.0F, 0.009F, 0.0F}, radius * 0.82F, 0.014F, field).castsShadow = false;
        return;
    }
    if (chance(0.5F)) {
        field.pattern = Pattern::Stripes;
        field.second = m_palette.accent;
        field.scale = between(0.25F, 0.5F);
    }
    box(frame, {0.0F, 0.006F, 0.0F}, {width, 0.012F, depth}, border).castsShadow = false;
    box(frame, {0.0F, 0.009F, 0.0F}, {width - 0.24F, 0.014F, depth - 0.24F}, field).castsShadow = false;
}

void Furnisher::picture(int wall, float along, float height)
{
    const Frame frame = atWall(wall, along, 0.0F);
    const float width = between(0.4F, 0.9F);
    const float tall = between(0.35F, 0.65F);
    box(frame, {0.0F, height, 0.015F}, {width + 0.08F, tall + 0.08F, 0.03F},
        plain(chance(0.5F) ? kBlack : m_palette.wood));
    const Material paint{m_palette.accent, m_palette.second, Pattern::Painting, 0.22F, 0.0F, m_random.next()};
    box(frame, {0.0F, height, 0.025F}, {width, tall, 0.02F}, paint);
}

void Furnisher::window(int wall, float along)
{
    const Frame frame = atWall(wall, along, 0.0F);
    const float width = between(1.0F, 1.6F);
    const float tall = between(1.0F, 1.3F);
    const float y = 1.55F;
    const Material rim = plain(kWhite);
    box(frame, {0.0F, y, 0.01F}, {width + 0.12F, tall + 0.12F, 0.04F}, rim).castsShadow = false;
    const Material sky{{0.45F, 0.65F, 0.9F}, {0.30F, 0.42F, 0.25F}, Pattern::Sky, 1.0F, 1.1F,
                       m_random.next()};
    box(frame, {0.0F, y, 0.02F}, {width, tall, 0.03F}, sky).castsShadow = false;
    box(frame, {0.0F, y, 0.03F}, {0.05F, tall, 0.03F}, rim).castsShadow = false;
    box(frame, {0.0F, y - tall * 0.5F - 0.08F, 0.07F}, {width + 0.2F, 0.04F, 0.16F}, rim);
    if (chance(0.6F)) {
        const Material curtain{m_palette.accent, m_palette.accent * 0.7F, Pattern::Panels, 0.1F, 0.0F,
                               m_random.next()};
        for (int i = 0; i < 2; ++i)
            box(frame, {(i == 0 ? -1.0F : 1.0F) * (width * 0.5F + 0.12F), 1.2F, 0.09F}, {0.36F, 2.2F, 0.08F},
                curtain);
    }
    const float out = 0.5F;
    const Vec at{frame.origin.x + frame.sine * out, y + 0.2F, frame.origin.z + frame.cosine * out};
    m_scene.lights.push_back({at, Vec{0.75F, 0.88F, 1.0F} * between(0.5F, 1.1F)});
}

void Furnisher::door(int wall, float along)
{
    const Frame frame = atWall(wall, along, 0.0F);
    const Material leaf = chance(0.5F) ? wood() : plain(kWhite);
    box(frame, {0.0F, 1.03F, 0.01F}, {0.98F, 2.08F, 0.03F}, plain(kWhite * 0.9F));
    box(frame, {0.0F, 1.01F, 0.025F}, {0.84F, 2.0F, 0.03F}, leaf);
    sphere(frame, {0.34F, 1.02F, 0.07F}, 0.035F, plain(kSteel));
}

}  // namespace elbo::rooms
