// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/pose.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

namespace elbo {

namespace {

constexpr double kTolerance = 0.01;  ///< of a rotation's entries: published files have five digits
constexpr std::uint64_t kLargestFile = 1 << 16;

[[noreturn]] void refuse(const std::string& name, const char* why)
{
    throw Error(ErrorCode::BadFile,
                name + " is no pose: " + why + "; it must hold a 4x4 matrix from the camera to the world.");
}

std::vector<double> numbersOf(std::string_view text, const std::string& name)
{
    std::vector<double> numbers;
    const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        at = std::find_if_not(at, end, isSpace);
        if (at == end)
            return numbers;
        double value = 0;
        const auto [next, problem] = std::from_chars(at, end, value);
        if (problem != std::errc{} || !std::isfinite(value) || (next != end && !isSpace(*next)) ||
            numbers.size() == 16)
            refuse(name, "it does not hold sixteen numbers");
        numbers.push_back(value);
        at = next;
    }
}

double determinant(const Pose& pose)
{
    const auto& r = pose.rows;
    return r[0][0] * (r[1][1] * r[2][2] - r[1][2] * r[2][1]) -
           r[0][1] * (r[1][0] * r[2][2] - r[1][2] * r[2][0]) +
           r[0][2] * (r[1][0] * r[2][1] - r[1][1] * r[2][0]);
}

bool isRotation(const Pose& pose)
{
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            double product = 0;
            for (std::size_t k = 0; k < 3; ++k)
                product += pose.rows.at(i).at(k) * pose.rows.at(j).at(k);
            if (std::abs(product - (i == j ? 1 : 0)) > kTolerance)
                return false;
        }
    }
    return determinant(pose) > 0;  // -1: a mirror
}

/// Finds whether a point of another cloud is within a distance: points sorted into cells of that side.
class Cells {
public:
    Cells(const std::vector<PointCloud>& clouds, double side) : m_clouds(clouds), m_side(side)
    {
        for (std::size_t cloud = 0; cloud < clouds.size(); ++cloud)
            for (std::size_t point = 0; point < clouds[cloud].size(); ++point)
                m_cells[key(cellOf(&clouds[cloud].positions[3 * point]))].push_back({cloud, point});
    }
    [[nodiscard]] bool hasOtherWithin(std::size_t cloud, std::size_t point, double distance) const
    {
        const float* own = &m_clouds[cloud].positions[3 * point];
        const auto middle = cellOf(own);
        for (std::int64_t x = -1; x <= 1; ++x)
            for (std::int64_t y = -1; y <= 1; ++y)
                for (std::int64_t z = -1; z <= 1; ++z) {
                    const auto found = m_cells.find(key({middle[0] + x, middle[1] + y, middle[2] + z}));
                    if (found == m_cells.end())
                        continue;
                    for (const auto& [other, index] : found->second)
                        if (other != cloud && isWithin(own, &m_clouds[other].positions[3 * index], distance))
                            return true;
                }
        return false;
    }

private:
    using Cell = std::array<std::int64_t, 3>;
    struct Entry {
        std::size_t cloud, point;
    };
    [[nodiscard]] Cell cellOf(const float* position) const
    {
        Cell cell{};
        for (std::size_t axis = 0; axis < 3; ++axis)
            cell.at(axis) = static_cast<std::int64_t>(std::floor(position[axis] / m_side));
        return cell;
    }
    [[nodiscard]] static std::uint64_t key(const Cell& cell)
    {
        std::uint64_t hash = 0;
        for (const auto part : cell)
            hash = hash * 0x9e3779b97f4a7c15ULL + static_cast<std::uint64_t>(part);
        return hash;
    }
    [[nodiscard]] static bool isWithin(const float* a, const float* b, double distance)
    {
        double square = 0;
        for (int axis = 0; axis < 3; ++axis)
            square += (static_cast<double>(a[axis]) - b[axis]) * (static_cast<double>(a[axis]) - b[axis]);
        return square <= distance * distance;
    }

    const std::vector<PointCloud>& m_clouds;
    double m_side;
    std::unordered_map<std::uint64_t, std::vector<Entry>> m_cells;
};

}  // namespace

Pose parsePose(std::string_view text, const std::string& name)
{
    const auto numbers = numbersOf(text, name);
    if (numbers.size() != 16)
        refuse(name, "it does not hold sixteen numbers");
    if (numbers[12] != 0 || numbers[13] != 0 || numbers[14] != 0 || numbers[15] != 1)
        refuse(name, "its last row is not 0 0 0 1");
    Pose pose;
    for (std::size_t i = 0; i < 12; ++i)
        pose.rows.at(i / 4).at(i % 4) = numbers[i];
    if (!isRotation(pose))
        refuse(name, "its matrix is no rotation");
    return pose;
}

Pose readPose(const std::filesystem::path& file)
{
    return parsePose(readTextFile(file, kLargestFile), file.string());
}

PointCloud moved(const PointCloud& cloud, const Pose& pose)
{
    auto result = cloud;
    const auto apply = [&](std::vector<float>& values, double shift) {
        for (std::size_t i = 0; i + 2 < values.size(); i += 3) {
            const std::array<double, 3> old{values[i], values[i + 1], values[i + 2]};
            for (std::size_t axis = 0; axis < 3; ++axis) {
                const auto& row = pose.rows.at(axis);
                values[i + axis] =
                    static_cast<float>(row[0] * old[0] + row[1] * old[1] + row[2] * old[2] + shift * row[3]);
            }
        }
    };
    apply(result.positions, 1);
    apply(result.normals, 0);
    return result;
}

Pose inverse(const Pose& pose)
{
    Pose result;
    for (std::size_t i = 0; i < 3; ++i) {
        double shift = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            result.rows.at(i).at(j) = pose.rows.at(j).at(i);
            shift -= pose.rows.at(j).at(i) * pose.rows.at(j)[3];
        }
        result.rows.at(i)[3] = shift;
    }
    return result;
}

Pose after(const Pose& second, const Pose& first)
{
    Pose result;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 4; ++j) {
            double sum = j == 3 ? second.rows.at(i)[3] : 0;
            for (std::size_t k = 0; k < 3; ++k)
                sum += second.rows.at(i).at(k) * first.rows.at(k).at(j);
            result.rows.at(i).at(j) = sum;
        }
    }
    return result;
}

PointCloud joined(const std::vector<PointCloud>& clouds)
{
    PointCloud result;
    for (const auto& cloud : clouds) {
        if (cloud.colors.empty() != clouds.front().colors.empty() || cloud.metric != clouds.front().metric)
            throw Error(
                ErrorCode::BadData,
                "Clouds with and without colours or metres cannot be joined: make all of them alike.");
        result.metric = cloud.metric;
        result.positions.insert(result.positions.end(), cloud.positions.begin(), cloud.positions.end());
        result.colors.insert(result.colors.end(), cloud.colors.begin(), cloud.colors.end());
    }
    return result;
}

CloudAgreement agreementOf(const std::vector<PointCloud>& clouds, double distance, double reach)
{
    if (!(distance > 0 && reach > distance))
        throw Error(ErrorCode::BadSetting,
                    "The reach of an agreement must be above its distance, which is above zero.");
    const Cells coarse(clouds, reach), fine(clouds, distance);
    CloudAgreement agreement;
    for (std::size_t cloud = 0; cloud < clouds.size(); ++cloud) {
        for (std::size_t point = 0; point < clouds[cloud].size(); ++point) {
            if (fine.hasOtherWithin(cloud, point, distance)) {
                ++agreement.overlapping;
                ++agreement.near;
            } else if (coarse.hasOtherWithin(cloud, point, reach)) {
                ++agreement.overlapping;
            }
        }
    }
    return agreement;
}

}  // namespace elbo
