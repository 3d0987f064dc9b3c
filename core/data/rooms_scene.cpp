// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rooms_scene.h"

#include "core/data/rooms_furniture.h"

#include <cmath>

namespace elbo::rooms {

Vec normalised(Vec v)
{
    return v * (1.0F / std::sqrt(dot(v, v)));
}

const std::vector<std::string>& roomTypes()
{
    static const std::vector<std::string> types{"bedroom", "dining room", "kitchen", "living room", "office"};
    return types;
}

namespace {

// Linear albedos; each row is one scheme: wall, accent, second, wood, light.
constexpr std::array<Palette, 10> kPalettes{{
    {{0.72F, 0.69F, 0.62F},
     {0.10F, 0.20F, 0.30F},
     {0.62F, 0.34F, 0.12F},
     {0.36F, 0.21F, 0.11F},
     {0.82F, 0.78F, 0.68F}},
    {{0.60F, 0.67F, 0.66F},
     {0.55F, 0.16F, 0.10F},
     {0.75F, 0.60F, 0.32F},
     {0.45F, 0.29F, 0.16F},
     {0.80F, 0.76F, 0.70F}},
    {{0.76F, 0.74F, 0.71F},
     {0.12F, 0.27F, 0.20F},
     {0.66F, 0.48F, 0.22F},
     {0.55F, 0.38F, 0.22F},
     {0.78F, 0.77F, 0.70F}},
    {{0.66F, 0.58F, 0.48F},
     {0.42F, 0.12F, 0.14F},
     {0.16F, 0.25F, 0.32F},
     {0.24F, 0.13F, 0.07F},
     {0.80F, 0.72F, 0.58F}},
    {{0.56F, 0.64F, 0.72F},
     {0.70F, 0.50F, 0.14F},
     {0.14F, 0.24F, 0.42F},
     {0.50F, 0.36F, 0.22F},
     {0.84F, 0.82F, 0.78F}},
    {{0.73F, 0.66F, 0.64F},
     {0.50F, 0.26F, 0.30F},
     {0.30F, 0.32F, 0.30F},
     {0.58F, 0.43F, 0.28F},
     {0.82F, 0.74F, 0.72F}},
    {{0.62F, 0.66F, 0.54F},
     {0.22F, 0.30F, 0.14F},
     {0.72F, 0.42F, 0.20F},
     {0.40F, 0.25F, 0.13F},
     {0.80F, 0.78F, 0.66F}},
    {{0.78F, 0.78F, 0.77F},
     {0.16F, 0.16F, 0.18F},
     {0.62F, 0.14F, 0.10F},
     {0.62F, 0.48F, 0.32F},
     {0.80F, 0.80F, 0.80F}},
    {{0.74F, 0.66F, 0.46F},
     {0.16F, 0.30F, 0.36F},
     {0.55F, 0.24F, 0.16F},
     {0.30F, 0.18F, 0.10F},
     {0.80F, 0.74F, 0.60F}},
    {{0.46F, 0.54F, 0.58F},
     {0.72F, 0.66F, 0.56F},
     {0.64F, 0.30F, 0.16F},
     {0.42F, 0.28F, 0.17F},
     {0.82F, 0.80F, 0.74F}},
}};

void paintSides(Scene& scene, Furnisher& make, RandomStream& random)
{
    const Palette& palette = make.palette();
    Material floor = make.wood();
    floor.scale = make.between(0.14F, 0.22F);
    switch (make.pick(4)) {
        case 0:
            floor = {Vec{0.55F, 0.53F, 0.50F},
                     Vec{0.42F, 0.40F, 0.38F},
                     Pattern::Tiles,
                     0.45F,
                     0.0F,
                     random.next()};
            break;
        case 1:
            floor = make.cloth(palette.second * 0.6F + Vec{0.14F, 0.13F, 0.12F});
            break;
        default:
            break;
    }
    Material wall = make.plain(palette.wall);
    scene.sides = {floor, make.plain({0.84F, 0.83F, 0.81F}), wall, wall, wall, wall};
    // One wall may be papered or painted in the accent.
    if (make.chance(0.5F)) {
        Material special = make.plain(palette.wall * 0.55F + palette.accent * 0.45F);
        if (make.chance(0.5F))
            special = {palette.wall, palette.wall * 0.86F, Pattern::Stripes, make.between(0.2F, 0.4F),
                       0.0F,         random.next()};
        const std::array<std::size_t, 3> places{5, 2, 3};
        scene.sides.at(places.at(make.pick(3))) = special;
    }
}

void bedroom(Scene& scene, Furnisher& make)
{
    const float width = make.chance(0.6F) ? make.between(1.4F, 1.8F) : make.between(0.9F, 1.1F);
    const int wall = make.chance(0.6F) ? 0 : (make.chance(0.5F) ? 1 : 2);
    const float along = wall == 0 ? make.between(0.42F, 0.58F) : (wall == 1 ? 0.62F : 0.38F);
    make.bed(make.atWall(wall, along, 0.03F), width);
    const float beside = (width * 0.5F + 0.34F) / make.wallLength(wall);
    make.nightStand(make.atWall(wall, along + beside, 0.0F));
    if (make.chance(0.6F))
        make.nightStand(make.atWall(wall, along - beside, 0.0F));
    make.picture(wall, along, 1.65F);
    const int other = wall == 1 ? 2 : 1;
    make.wardrobe(make.atWall(other, other == 1 ? 0.7F : 0.3F, 0.0F));
    make.window(wall == 2 ? 0 : (other == 1 ? 2 : 0), 0.45F);
    make.rug(scene.size.x * 0.5F, scene.size.z * 0.5F, make.between(1.8F, 2.6F), make.between(1.4F, 2.0F));
}

void livingRoom(Scene& scene, Furnisher& make)
{
    const float width = make.between(1.7F, 2.3F);
    const int wall = static_cast<int>(make.pick(3));
    const float along = wall == 0 ? make.between(0.4F, 0.6F) : (wall == 1 ? 0.62F : 0.38F);
    make.sofa(make.atWall(wall, along, 0.03F), width);
    make.picture(wall, along, 1.6F);
    const Frame front = make.atWall(wall, along, 1.55F);
    make.lowTable(front);
    make.rug(front.origin.x, front.origin.z, make.between(1.8F, 2.5F), make.between(1.5F, 2.1F));
    const int facing = wall == 0 ? static_cast<int>(1 + make.pick(2)) : 0;
    // On the back wall away from the sofa, and the window on its other half.
    const float place = facing == 0 ? (wall == 1 ? 0.74F : 0.26F) : (facing == 1 ? 0.72F : 0.28F);
    if (make.chance(0.6F))
        make.television(make.atWall(facing, place, 0.0F));
    else
        make.shelf(make.atWall(facing, place, 0.0F), make.between(0.8F, 1.3F), make.between(1.3F, 2.1F));
    if (wall != 0) {
        make.window(0, wall == 1 ? 0.28F : 0.72F);
    } else {
        make.window(facing == 1 ? 2 : 1, 0.5F);
        make.armchair(make.onFloor(facing == 1 ? scene.size.x - 0.9F : 0.9F, scene.size.z * 0.55F,
                                   facing == 1 ? -0.9F : 0.9F));
    }
    make.floorLamp(make.atWall(0, make.chance(0.5F) ? 0.08F : 0.92F, 0.35F));
    if (make.chance(0.6F))
        make.plant(make.atWall(wall == 2 ? 1 : 2, wall == 2 ? 0.93F : 0.07F, 0.35F));
}

void diningRoom(Scene& scene, Furnisher& make)
{
    const bool round = make.chance(0.4F);
    const float width = round ? make.between(1.0F, 1.3F) : make.between(1.3F, 1.8F);
    const float depth = round ? width : make.between(0.8F, 1.0F);
    const float x = scene.size.x * make.between(0.42F, 0.58F);
    const float z = scene.size.z * make.between(0.52F, 0.62F);
    const float turn = make.between(-0.12F, 0.12F);
    make.rug(x, z, width + 1.0F, depth + 1.2F);
    make.table(make.onFloor(x, z, turn), width, depth, 0.74F, round);
    make.sphere(make.onFloor(x, z, 0.0F), {0.0F, 0.83F, 0.0F}, 0.09F, make.plain(make.palette().second));
    const Vec seat = make.chance(0.5F) ? make.palette().accent : make.palette().wood;
    const int pairs = round ? 1 : (width > 1.5F ? 2 : 1);
    for (int i = 0; i < pairs; ++i) {
        const float offset = pairs == 2 ? (static_cast<float>(i) - 0.5F) * 0.62F : 0.0F;
        make.chair(make.onFloor(x + offset, z - depth * 0.5F - 0.22F, make.between(-0.1F, 0.1F)), seat);
        // Turned half round: the tangent of a right angle's half is one, of a half turn infinite; two quarter
        // turns.
        Frame opposite = make.onFloor(x + offset, z + depth * 0.5F + 0.22F, make.between(-0.1F, 0.1F));
        opposite.cosine = -opposite.cosine;
        opposite.sine = -opposite.sine;
        make.chair(opposite, seat);
    }
    make.chair(make.onFloor(x - width * 0.5F - 0.25F, z, 1.0F + make.between(-0.1F, 0.1F)), seat);
    make.chair(make.onFloor(x + width * 0.5F + 0.25F, z, -1.0F + make.between(-0.1F, 0.1F)), seat);
    make.pendant(x, z);
    make.sideboard(make.atWall(0, make.between(0.35F, 0.65F), 0.0F), make.between(1.2F, 1.8F));
    make.picture(0, make.between(0.4F, 0.6F), 1.6F);
    make.window(make.chance(0.5F) ? 1 : 2, 0.5F);
    if (make.chance(0.6F))
        make.plant(make.atWall(0, make.chance(0.5F) ? 0.07F : 0.93F, 0.4F));
}

void kitchen(Scene& scene, Furnisher& make)
{
    const bool left = make.chance(0.5F);
    const float width = scene.size.x - 0.9F;
    const float middle = (left ? 0.5F * width : scene.size.x - 0.5F * width) / scene.size.x;
    make.counter(make.atWall(0, middle, 0.0F), width);
    make.fridge(make.atWall(0, left ? 1.0F - 0.42F / scene.size.x : 0.42F / scene.size.x, 0.0F));
    if (make.chance(0.6F)) {
        const int wall = left ? 1 : 2;
        const float length = scene.size.z * 0.4F;
        make.counter(make.atWall(wall, wall == 1 ? 0.62F : 0.38F, 0.0F), length);
    }
    make.window(left ? 2 : 1, 0.5F);
    if (make.chance(0.7F)) {
        const float x = scene.size.x * (left ? 0.62F : 0.38F);
        const float z = scene.size.z * make.between(0.42F, 0.5F);
        make.table(make.onFloor(x, z, make.between(-0.2F, 0.2F)), make.between(0.8F, 1.0F), 0.8F, 0.74F,
                   make.chance(0.5F));
        make.chair(make.onFloor(x + (left ? -0.65F : 0.65F), z, left ? 1.0F : -1.0F), make.palette().accent);
    }
    make.pendant(scene.size.x * 0.5F, scene.size.z * 0.5F);
}

void office(Scene& scene, Furnisher& make)
{
    const int wall = static_cast<int>(make.pick(3));
    const float along = wall == 0 ? make.between(0.4F, 0.6F) : (wall == 1 ? 0.62F : 0.38F);
    make.desk(make.atWall(wall, along, 0.05F));
    Frame seat = make.atWall(wall, along, make.between(0.95F, 1.15F));
    seat.cosine = -seat.cosine;
    seat.sine = -seat.sine;
    make.officeChair(seat);
    const int other = wall == 0 ? static_cast<int>(1 + make.pick(2)) : 0;
    make.shelf(make.atWall(other, other == 0 ? (wall == 1 ? 0.7F : 0.3F) : (other == 1 ? 0.7F : 0.3F), 0.0F),
               make.between(0.9F, 1.4F), make.between(1.7F, 2.1F));
    make.cylinder(make.atWall(wall, along + 1.05F / make.wallLength(wall), 0.35F), {0.0F, 0.16F, 0.0F}, 0.13F,
                  0.32F, make.plain(make.palette().second))
        .occludes = true;
    make.window(wall == 0 ? (other == 1 ? 2 : 1) : (wall == 1 ? 2 : 1), 0.5F);
    if (make.chance(0.7F))
        make.picture(wall, along, 1.75F);
    if (make.chance(0.5F))
        make.plant(make.atWall(0, make.chance(0.5F) ? 0.08F : 0.92F, 0.4F));
    if (make.chance(0.6F))
        make.rug(scene.size.x * 0.5F, scene.size.z * 0.5F, make.between(1.6F, 2.4F),
                 make.between(1.3F, 1.9F));
}

void placeCamera(Scene& scene, Furnisher& make)
{
    scene.eye = {scene.size.x * make.between(0.28F, 0.72F), make.between(1.25F, 1.7F),
                 make.between(0.12F, 0.35F)};
    const Vec target{scene.size.x * make.between(0.38F, 0.62F), make.between(0.65F, 1.05F),
                     scene.size.z * 0.85F};
    scene.forward = normalised(target - scene.eye);
    scene.right = normalised(cross({0.0F, 1.0F, 0.0F}, scene.forward));
    scene.up = cross(scene.forward, scene.right);
}

}  // namespace

Scene makeScene(std::uint64_t seed, std::uint64_t number)
{
    RandomStream random(seed, RandomPurpose::Scene, number);
    Scene scene;
    const auto type = static_cast<std::size_t>(random.below(roomTypes().size()));
    Palette palette = kPalettes.at(static_cast<std::size_t>(random.below(kPalettes.size())));
    scene.type = roomTypes().at(type);
    Furnisher make(scene, random, palette);
    scene.size = {make.between(3.4F, 5.2F), make.between(2.4F, 2.8F), make.between(4.0F, 6.0F)};
    paintSides(scene, make, random);
    const Vec warm{1.0F, 0.87F, 0.70F};
    scene.lights.push_back({{scene.size.x * make.between(0.35F, 0.65F), scene.size.y - 0.25F,
                             scene.size.z * make.between(0.4F, 0.6F)},
                            warm * make.between(1.3F, 2.6F)});
    scene.ambient = Vec{0.30F, 0.31F, 0.33F} * make.between(0.8F, 1.25F);
    switch (type) {
        case 0:
            bedroom(scene, make);
            break;
        case 1:
            diningRoom(scene, make);
            break;
        case 2:
            kitchen(scene, make);
            break;
        case 3:
            livingRoom(scene, make);
            break;
        default:
            office(scene, make);
            break;
    }
    if (type != 1 && type != 2 && make.chance(0.7F))
        make.pendant(scene.lights.front().position.x, scene.lights.front().position.z);
    if (make.chance(0.4F))
        make.door(make.chance(0.5F) ? 1 : 2, make.chance(0.5F) ? 0.2F : 0.85F);
    placeCamera(scene, make);
    return scene;
}

}  // namespace elbo::rooms
