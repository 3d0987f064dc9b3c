// SPDX-License-Identifier: GPL-3.0-or-later
// What furniture is made of: choices, places, solids, materials. The pieces themselves are in
// rooms_furniture.cpp.
#include "core/data/rooms_furniture.h"

#include <cmath>

namespace elbo::rooms {

Furnisher::Furnisher(Scene& scene, RandomStream& random, const Palette& palette)
    : m_scene(scene), m_random(random), m_palette(palette)
{
}

float Furnisher::between(float low, float high)
{
    return low + (high - low) * m_random.uniform();
}

bool Furnisher::chance(float probability)
{
    return m_random.uniform() < probability;
}

std::uint32_t Furnisher::pick(std::uint32_t count)
{
    return static_cast<std::uint32_t>(m_random.below(count));
}

float Furnisher::wallLength(int wall) const
{
    return wall == 0 ? m_scene.size.x : m_scene.size.z;
}

Frame Furnisher::atWall(int wall, float along, float out) const
{
    // Local z points into the room, local x to the right of who looks at the wall.
    if (wall == 1)
        return {{out, 0.0F, m_scene.size.z * along}, 0.0F, 1.0F};
    if (wall == 2)
        return {{m_scene.size.x - out, 0.0F, m_scene.size.z * (1.0F - along)}, 0.0F, -1.0F};
    return {{m_scene.size.x * along, 0.0F, m_scene.size.z - out}, -1.0F, 0.0F};
}

Frame Furnisher::onFloor(float x, float z, float turn) const
{
    // A turn is given by the tangent of its half, so that no sine is needed: exact on every machine.
    const float square = turn * turn;
    return {{x, 0.0F, z}, (1.0F - square) / (1.0F + square), 2.0F * turn / (1.0F + square)};
}

Solid& Furnisher::box(const Frame& frame, Vec centre, Vec size, const Material& material)
{
    Solid solid;
    solid.form = Form::Box;
    solid.half = size * 0.5F;
    solid.cosine = frame.cosine;
    solid.sine = frame.sine;
    // local (x, z) -> world: x' = c x + s z, z' = -s x + c z
    solid.centre = {frame.origin.x + frame.cosine * centre.x + frame.sine * centre.z,
                    frame.origin.y + centre.y,
                    frame.origin.z - frame.sine * centre.x + frame.cosine * centre.z};
    solid.bound = std::sqrt(dot(solid.half, solid.half));
    solid.material = material;
    m_scene.solids.push_back(solid);
    return m_scene.solids.back();
}

Solid& Furnisher::cylinder(const Frame& frame, Vec centre, float radius, float height,
                           const Material& material)
{
    Solid& solid = box(frame, centre, {2.0F * radius, height, 2.0F * radius}, material);
    solid.form = Form::Cylinder;
    solid.bound = std::sqrt(radius * radius + 0.25F * height * height);
    return solid;
}

Solid& Furnisher::sphere(const Frame& frame, Vec centre, float radius, const Material& material)
{
    Solid& solid = box(frame, centre, {2.0F * radius, 2.0F * radius, 2.0F * radius}, material);
    solid.form = Form::Sphere;
    solid.bound = radius;
    return solid;
}

Material Furnisher::plain(Vec color) const
{
    return {color, color, Pattern::Plain, 1.0F, 0.0F, 0};
}

Material Furnisher::wood()
{
    return {m_palette.wood, m_palette.wood * 0.72F, Pattern::Planks, 0.35F, 0.0F, m_random.next()};
}

Material Furnisher::cloth(Vec color)
{
    return {color, color * 0.8F, Pattern::Weave, 0.05F, 0.0F, m_random.next()};
}

}  // namespace elbo::rooms
