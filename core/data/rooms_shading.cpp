// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rooms_shading.h"

#include <algorithm>
#include <cmath>

namespace elbo::rooms {

namespace {

constexpr float kNear = 1e-3F;

float axis(Vec v, int i)
{
    return i == 0 ? v.x : (i == 1 ? v.y : v.z);
}

/// A whole number at or below the value, for values of a few thousand at most.
int floorOf(float value)
{
    const int whole = static_cast<int>(value);
    return static_cast<float>(whole) > value ? whole - 1 : whole;
}

std::uint32_t scramble(std::uint32_t x)
{
    x ^= x >> 16U;
    x *= 0x7feb352dU;
    x ^= x >> 15U;
    x *= 0x846ca68bU;
    return x ^ (x >> 16U);
}

/// In [0, 1), from whole coordinates.
float noise(int x, int y, std::uint32_t key)
{
    const auto a = scramble(static_cast<std::uint32_t>(x) * 0x9e3779b9U + key);
    return static_cast<float>(scramble(a + static_cast<std::uint32_t>(y) * 0x85ebca6bU) >> 8U) *
           (1.0F / 16777216.0F);
}

/// Noise between the whole coordinates, smooth.
float smoothNoise(float x, float y, std::uint32_t key)
{
    const int column = floorOf(x);
    const int row = floorOf(y);
    float a = x - static_cast<float>(column);
    float b = y - static_cast<float>(row);
    a = a * a * (3.0F - 2.0F * a);
    b = b * b * (3.0F - 2.0F * b);
    const float top = noise(column, row, key) * (1.0F - a) + noise(column + 1, row, key) * a;
    const float bottom = noise(column, row + 1, key) * (1.0F - a) + noise(column + 1, row + 1, key) * a;
    return top * (1.0F - b) + bottom * b;
}

/// Ray and box in the box's own axes; entry distance and face, or a miss.
bool hitBox(Vec origin, Vec direction, Vec half, float& distance, int& face)
{
    float enter = -1e9F;
    float leave = 1e9F;
    int side = 0;
    for (int i = 0; i < 3; ++i) {
        const float d = axis(direction, i);
        const float o = axis(origin, i);
        const float h = axis(half, i);
        if (d < 1e-9F && d > -1e-9F) {
            if (o > h || o < -h)
                return false;
            continue;
        }
        const float inverse = 1.0F / d;
        const float first = (d > 0.0F ? -h - o : h - o) * inverse;
        const float last = (d > 0.0F ? h - o : -h - o) * inverse;
        if (first > enter) {
            enter = first;
            side = 2 * i + (d > 0.0F ? 0 : 1);
        }
        leave = std::min(leave, last);
    }
    if (enter > leave || enter < kNear || enter >= distance)
        return false;
    distance = enter;
    face = side;
    return true;
}

bool hitSphere(Vec origin, Vec direction, float radius, float& distance)
{
    const float a = dot(direction, direction);
    const float b = dot(origin, direction);
    const float c = dot(origin, origin) - radius * radius;
    const float square = b * b - a * c;
    if (square <= 0.0F)
        return false;
    const float t = (-b - std::sqrt(square)) / a;
    if (t < kNear || t >= distance)
        return false;
    distance = t;
    return true;
}

/// An upright cylinder: face 0 round, 2 below, 3 above.
bool hitCylinder(Vec origin, Vec direction, float radius, float half, float& distance, int& face)
{
    bool found = false;
    const float a = direction.x * direction.x + direction.z * direction.z;
    const float b = origin.x * direction.x + origin.z * direction.z;
    const float c = origin.x * origin.x + origin.z * origin.z - radius * radius;
    const float square = b * b - a * c;
    if (a > 1e-12F && square > 0.0F) {
        const float t = (-b - std::sqrt(square)) / a;
        const float y = origin.y + direction.y * t;
        if (t > kNear && t < distance && y > -half && y < half) {
            distance = t;
            face = 0;
            found = true;
        }
    }
    if (direction.y > 1e-9F || direction.y < -1e-9F) {
        const float y = direction.y > 0.0F ? -half : half;
        const float t = (y - origin.y) / direction.y;
        const float x = origin.x + direction.x * t;
        const float z = origin.z + direction.z * t;
        if (t > kNear && t < distance && x * x + z * z < radius * radius) {
            distance = t;
            face = direction.y > 0.0F ? 2 : 3;
            found = true;
        }
    }
    return found;
}

Vec toLocal(const Solid& solid, Vec v)
{
    return {solid.cosine * v.x - solid.sine * v.z, v.y, solid.sine * v.x + solid.cosine * v.z};
}

Vec toWorld(const Solid& solid, Vec v)
{
    return {solid.cosine * v.x + solid.sine * v.z, v.y, solid.cosine * v.z - solid.sine * v.x};
}

bool hitSolid(const Solid& solid, Vec origin, Vec direction, float& distance, int& face)
{
    switch (solid.form) {
        case Form::Sphere:
            face = 0;
            return hitSphere(origin - solid.centre, direction, solid.half.x, distance);
        case Form::Cylinder:
            return hitCylinder(origin - solid.centre, direction, solid.half.x, solid.half.y, distance, face);
        case Form::Box:
            break;
    }
    return hitBox(toLocal(solid, origin - solid.centre), toLocal(solid, direction), solid.half, distance,
                  face);
}

Vec faceNormal(int face)
{
    const float sign = face % 2 == 0 ? -1.0F : 1.0F;
    return {face / 2 == 0 ? sign : 0.0F, face / 2 == 1 ? sign : 0.0F, face / 2 == 2 ? sign : 0.0F};
}

void describeSolidHit(const Solid& solid, Vec point, Hit& hit)
{
    const Vec local = toLocal(solid, point - solid.centre);
    if (solid.form == Form::Sphere) {
        hit.normal = (point - solid.centre) * (1.0F / solid.half.x);
        hit.u = local.x + local.z;
        hit.v = local.y;
    } else if (solid.form == Form::Cylinder) {
        hit.normal =
            hit.face == 0 ? Vec{local.x / solid.half.x, 0.0F, local.z / solid.half.x} : faceNormal(hit.face);
        hit.normal = toWorld(solid, hit.normal);
        hit.u = hit.face == 0 ? local.x + local.z : local.x;
        hit.v = hit.face == 0 ? local.y : local.z;
    } else {
        hit.normal = toWorld(solid, faceNormal(hit.face));
        hit.u = hit.face / 2 == 0 ? local.z : local.x;
        hit.v = hit.face / 2 == 1 ? local.z : local.y;
    }
}

/// Albedo at (u, v) metres; `half` is the height of what carries a sky.
Vec albedo(const Material& m, float u, float v, float half)
{
    const float x = u / m.scale;
    const float y = v / m.scale;
    switch (m.pattern) {
        case Pattern::Plain:
            return m.base;
        case Pattern::Planks: {
            const int row = floorOf(y);
            const float shift = noise(row, 7, m.key) * 5.0F;
            const int plank = floorOf(x * 0.2F + shift);
            const float grain = smoothNoise(x * 3.0F + shift, y * 14.0F, m.key);
            const float tone = 0.35F + 0.5F * noise(plank, row, m.key) + 0.3F * (grain - 0.5F);
            const float seam = y - static_cast<float>(row) < 0.05F ? 0.7F : 1.0F;
            return (m.base * tone + m.second * (1.0F - tone)) * seam;
        }
        case Pattern::Tiles: {
            const float a = x - static_cast<float>(floorOf(x));
            const float b = y - static_cast<float>(floorOf(y));
            const float tone = 0.94F + 0.1F * noise(floorOf(x), floorOf(y), m.key);
            return a < 0.04F || b < 0.04F
                       ? m.base * 0.62F
                       : (((floorOf(x) + floorOf(y)) & 1) != 0 ? m.second * 0.5F + m.base * 0.5F : m.base) *
                             tone;
        }
        case Pattern::Stripes:
            return x - static_cast<float>(floorOf(x)) < 0.5F ? m.base : m.second;
        case Pattern::Weave:
            return m.base * (0.86F + 0.28F * smoothNoise(x, y, m.key));
        case Pattern::Books: {
            const int book = floorOf(x);
            const float tone = noise(book, 1, m.key);
            const float bright = 0.5F + 0.9F * noise(book, 2, m.key);
            const float a = x - static_cast<float>(book);
            const Vec cover = tone < 0.4F ? m.base : (tone < 0.7F ? m.second : Vec{0.55F, 0.5F, 0.42F});
            return cover * (a < 0.12F ? bright * 0.45F : bright);
        }
        case Pattern::Painting: {
            const float low = smoothNoise(x + 3.0F, y + 9.0F, m.key);
            const float high = smoothNoise(x * 2.7F, y * 2.7F, m.key + 1);
            const Vec warm = m.base * low + m.second * (1.0F - low);
            return high > 0.62F ? Vec{0.82F, 0.78F, 0.68F} : (high < 0.3F ? warm * 0.5F : warm);
        }
        case Pattern::Sky: {
            const float up = std::clamp(0.5F + 0.5F * v / half, 0.0F, 1.0F);
            const float hill = 0.28F + 0.14F * smoothNoise(u * 3.0F, 0.5F, m.key);
            const float cloud = smoothNoise(u * 4.0F, v * 6.0F, m.key + 2);
            return up < hill ? m.second
                             : m.base * (1.25F - 0.35F * up) + Vec{0.3F, 0.28F, 0.25F} * (cloud * cloud);
        }
        case Pattern::Panels: {
            const float a = x - static_cast<float>(floorOf(x));
            const float fold = 4.0F * a * (1.0F - a);
            return m.base * fold + m.second * (1.0F - fold);
        }
    }
    return m.base;
}

bool shadowed(const Scene& scene, const std::vector<std::uint16_t>& blockers, Vec point, Vec toLight,
              float length)
{
    for (const auto index : blockers) {
        float distance = length;
        int face = 0;
        if (hitSolid(scene.solids[index], point, toLight, distance, face))
            return true;
    }
    return false;
}

/// Darkening where surfaces meet: the room's corners everywhere, and on the floor the feet of what stands on
/// it.
float openness(const Scene& scene, Vec point, Vec normal)
{
    constexpr float kReach = 0.55F;
    float open = 1.0F;
    const auto meet = [&open](float distance, float facing) {
        const float near = std::clamp(1.0F - distance / kReach, 0.0F, 1.0F) * (1.0F - facing * facing);
        open *= 1.0F - 0.34F * near * near;
    };
    meet(point.x, normal.x);
    meet(scene.size.x - point.x, normal.x);
    meet(point.y, normal.y);
    meet(scene.size.y - point.y, normal.y);
    meet(scene.size.z - point.z, normal.z);
    if (normal.y < 0.9F || point.y > 0.05F)
        return open;
    for (const Solid& solid : scene.solids) {
        if (!solid.occludes)
            continue;
        const Vec local = toLocal(solid, point - solid.centre);
        const float dx = std::max(0.0F, std::max(local.x, -local.x) - solid.half.x);
        const float dz = std::max(0.0F, std::max(local.z, -local.z) - solid.half.z);
        const float reach = std::min(0.4F, solid.half.y + 0.05F);
        const float square = (dx * dx + dz * dz) / (reach * reach);
        if (square < 1.0F)
            open *= 1.0F - 0.45F * (1.0F - square) * (1.0F - square);
    }
    return open;
}

}  // namespace

Hit findHit(const Scene& scene, const std::vector<std::uint16_t>& near, Vec origin, Vec direction)
{
    Hit hit;
    for (int i = 0; i < 3; ++i) {
        const float d = axis(direction, i);
        if (d < 1e-9F && d > -1e-9F)
            continue;
        const float t = ((d > 0.0F ? axis(scene.size, i) : 0.0F) - axis(origin, i)) / d;
        if (t < hit.distance) {
            hit.distance = t;
            hit.face = (i == 0 ? 2 : (i == 1 ? 0 : 4)) + (d > 0.0F ? 1 : 0);
            hit.normal = faceNormal(2 * i + (d > 0.0F ? 0 : 1));
        }
    }
    const float squared = dot(direction, direction);
    for (const auto index : near) {
        // Past the ball around it, as most are; a little is added for rounding.
        const Solid& solid = scene.solids[index];
        const Vec to = solid.centre - origin;
        const float along = dot(to, direction);
        if (dot(to, to) * squared - along * along > (solid.bound * solid.bound * 1.001F + 0.001F) * squared) {
            continue;
        }
        int face = 0;
        if (hitSolid(solid, origin, direction, hit.distance, face)) {
            hit.solid = index;
            hit.face = face;
        }
    }
    const Vec point = origin + direction * hit.distance;
    if (hit.solid >= 0) {
        describeSolidHit(scene.solids[static_cast<std::size_t>(hit.solid)], point, hit);
    } else {
        hit.u = hit.face == 2 || hit.face == 3 ? point.z : point.x;
        hit.v = hit.face < 2 ? point.z : point.y;
    }
    return hit;
}

Blockers blockersOf(const Scene& scene, Vec centre, float radius)
{
    Blockers blockers(scene.lights.size());
    for (std::size_t lamp = 0; lamp < blockers.size(); ++lamp) {
        const Vec way = centre - scene.lights[lamp].position;
        const float square = std::max(dot(way, way), 1e-6F);
        for (std::size_t i = 0; i < scene.solids.size(); ++i) {
            const Solid& solid = scene.solids[i];
            if (!solid.castsShadow)
                continue;
            const Vec to = solid.centre - scene.lights[lamp].position;
            const Vec off = to - way * std::clamp(dot(to, way) / square, 0.0F, 1.0F);
            const float reach = solid.bound + radius + 0.01F;
            if (dot(off, off) <= reach * reach)
                blockers[lamp].push_back(static_cast<std::uint16_t>(i));
        }
    }
    return blockers;
}

Vec shade(const Scene& scene, const Hit& hit, Vec point, const Blockers& blockers)
{
    const bool isSide = hit.solid < 0;
    const Solid* solid = isSide ? nullptr : &scene.solids[static_cast<std::size_t>(hit.solid)];
    const Material& material = isSide ? scene.sides.at(static_cast<std::size_t>(hit.face)) : solid->material;
    const Vec surface = albedo(material, hit.u, hit.v, isSide ? 1.0F : solid->half.y);

    // The sky's half of the room is brighter than the floor's.
    Vec light = scene.ambient * ((0.82F + 0.18F * hit.normal.y) * openness(scene, point, hit.normal));
    const Vec lifted = point + hit.normal * 0.004F;
    for (std::size_t i = 0; i < scene.lights.size(); ++i) {
        const Light& lamp = scene.lights[i];
        const Vec to = lamp.position - lifted;
        const float square = dot(to, to);
        const float length = std::sqrt(square);
        const Vec unit = to * (1.0F / length);
        const float facing = dot(unit, hit.normal);
        if (facing <= 0.0F)
            continue;
        // Near a lamp the falloff is softened: a lamp is no point.
        float strength = facing / (0.9F + square * 0.55F);
        if (shadowed(scene, blockers[i], lifted, unit, length))
            strength *= 0.22F;
        light = light + lamp.color * strength;
    }
    return surface * light + surface * material.emission;
}

}  // namespace elbo::rooms
