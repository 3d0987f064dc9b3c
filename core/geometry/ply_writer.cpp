// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/geometry/ply.h"

#include <bit>
#include <charconv>
#include <cstdint>

namespace elbo {

namespace {

constexpr std::size_t kFlushBytes = 1 << 20;

std::string headerOf(const PointCloud& cloud, bool ascii, bool normals)
{
    std::string text = "ply\nformat ";
    text += ascii ? "ascii 1.0\n" : "binary_little_endian 1.0\n";
    text += cloud.metric ? "comment unit metre\n" : "comment unit relative\n";
    if (cloud.width > 0)
        text += "comment image " + std::to_string(cloud.width) + " " + std::to_string(cloud.height) + "\n";
    text += "element vertex " + std::to_string(cloud.size()) + "\n";
    for (const char* axis : {"x", "y", "z"})
        text += std::string("property float ") + axis + "\n";
    if (normals)
        for (const char* axis : {"nx", "ny", "nz"})
            text += std::string("property float ") + axis + "\n";
    if (!cloud.colors.empty())
        for (const char* color : {"red", "green", "blue"})
            text += std::string("property uchar ") + color + "\n";
    return text + "end_header\n";
}

void appendNumber(std::string& line, auto value)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    if (!line.empty() && line.back() != '\n')
        line += ' ';
    line.append(text, end);
}

void appendBytes(std::string& line, float value)
{
    auto bits = std::bit_cast<std::uint32_t>(value);
    for (int byte = 0; byte < 4; ++byte, bits >>= 8)
        line += static_cast<char>(bits & 0xff);
}

}  // namespace

void writePly(const std::filesystem::path& file, const PointCloud& cloud, const PlyOptions& options,
              const WriteObserver& observer)
{
    if (cloud.size() == 0)
        throw Error(ErrorCode::BadData,
                    "The cloud has no points: nothing is written to " + file.string() + ".");
    const bool normals = options.normals && !cloud.normals.empty();
    AtomicFile out(file, observer);
    out.write(headerOf(cloud, options.ascii, normals));
    std::string piece;
    const auto floats = [&](const std::vector<float>& values, std::size_t point) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const float value = values[3 * point + axis];
            options.ascii ? appendNumber(piece, value) : appendBytes(piece, value);
        }
    };
    for (std::size_t point = 0; point < cloud.size(); ++point) {
        floats(cloud.positions, point);
        if (normals)
            floats(cloud.normals, point);
        if (!cloud.colors.empty()) {
            for (std::size_t channel = 0; channel < 3; ++channel) {
                const auto value = cloud.colors[3 * point + channel];
                if (options.ascii)
                    appendNumber(piece, static_cast<unsigned>(value));
                else
                    piece += static_cast<char>(value);
            }
        }
        if (options.ascii)
            piece += '\n';
        if (piece.size() >= kFlushBytes) {
            out.write(piece);
            piece.clear();
        }
    }
    out.write(piece);
    out.commit();
}

}  // namespace elbo
