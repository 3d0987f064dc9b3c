// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace elbo::rooms {

/// Metres; x right, y up, z away from the wall behind the camera. Only + - * / and sqrt are used on these, so
/// that a scene is the same bits on every machine (rooms_*.cpp are built with -ffp-contract=off).
struct Vec {
    float x = 0.0F;
    float y = 0.0F;
    float z = 0.0F;
};
inline Vec operator+(Vec a, Vec b)
{
    return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vec operator-(Vec a, Vec b)
{
    return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vec operator*(Vec a, Vec b)
{
    return {a.x * b.x, a.y * b.y, a.z * b.z};
}
inline Vec operator*(Vec a, float s)
{
    return {a.x * s, a.y * s, a.z * s};
}
inline float dot(Vec a, Vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec cross(Vec a, Vec b)
{
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
[[nodiscard]] Vec normalised(Vec v);

enum class Pattern : std::uint8_t { Plain, Planks, Tiles, Stripes, Weave, Books, Painting, Sky, Panels };

/// A surface: albedo is linear, in [0, 1].
struct Material {
    Vec base{0.8F, 0.8F, 0.8F};
    Vec second{0.6F, 0.6F, 0.6F};  ///< of the pattern
    Pattern pattern = Pattern::Plain;
    float scale = 1.0F;     ///< metres a repeat
    float emission = 0.0F;  ///< light of its own, added to what it reflects
    std::uint32_t key = 0;  ///< varies the pattern from thing to thing
};

enum class Form : std::uint8_t { Box, Sphere, Cylinder };

/// A box (turned about the vertical by (cosine, sine)), a sphere or an upright cylinder.
struct Solid {
    Form form = Form::Box;
    Vec centre;
    Vec half;  ///< half extents; sphere: half.x is the radius; cylinder: half.x radius, half.y half its
               ///< height
    float cosine = 1.0F;
    float sine = 0.0F;
    float bound = 0.0F;  ///< radius of the sphere around it
    bool castsShadow = true;
    bool occludes = false;  ///< darkens the floor around its foot
    Material material;
};

struct Light {
    Vec position;
    Vec color;  ///< intensity at 1 m
};

struct Scene {
    std::string type;  ///< the label: "bedroom", ...
    Vec size;          ///< of the box room, its corner at the origin
    std::array<Material, 6>
        sides;  ///< floor, ceiling, left (x = 0), right, front (z = 0, behind the camera), back
    std::vector<Solid> solids;
    std::vector<Light> lights;
    Vec ambient;
    Vec eye;
    Vec right;  ///< camera axes, orthonormal
    Vec up;
    Vec forward;
};

/// Labels in alphabetical order.
[[nodiscard]] const std::vector<std::string>& roomTypes();

/// The scene of that number; a function of both arguments alone.
[[nodiscard]] Scene makeScene(std::uint64_t seed, std::uint64_t number);

}  // namespace elbo::rooms
