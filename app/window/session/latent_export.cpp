// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/latent_export.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/evaluation/contact_sheet.h"
#include "core/io/animation.h"
#include "core/io/images.h"
#include "core/io/npy.h"

#include <cmath>
#include <span>
#include <string>

namespace elbo {

namespace {

constexpr int kStripPictures = 9;
constexpr int kFrames = 32;
constexpr double kFramesPerSecond = 16;

std::vector<Image8> framesOf(const std::vector<ShownImage>& images)
{
    const auto range = depthRange(images);
    std::vector<Image8> frames;
    for (const auto& image : images) {
        frames.push_back(contactSheet(std::span(&image, 1), 1, range));
    }
    // Back again, without showing an end twice.
    for (auto i = static_cast<std::ptrdiff_t>(images.size()) - 2; i > 0; --i) {
        frames.push_back(frames[static_cast<std::size_t>(i)]);
    }
    return frames;
}

}  // namespace

Image8 decodedSheet(const ShownImage& image)
{
    return contactSheet(std::span(&image, 1), 1);
}

Image8 gridSheet(const LatentGrid& grid)
{
    return contactSheet(grid.images, static_cast<int>(grid.values.size()));
}

Image8 sampleSheet(const DrawnSamples& samples)
{
    return contactSheet(samples.images,
                        static_cast<int>(std::ceil(std::sqrt(static_cast<double>(samples.images.size())))));
}

std::filesystem::path saveWay(const LatentWay& way, std::filesystem::path file, const std::stop_token& stop)
{
    const auto ending = file.extension().string();
    const bool animated = ending == ".gif" || ending == ".mp4";
    const auto codes = latentWay(way.points, animated ? kFrames : kStripPictures, way.path);
    if (ending == ".csv") {
        std::string table;
        for (std::size_t i = 0; i < codes.front().size(); ++i) {
            table += (i > 0 ? ",z" : "z") + std::to_string(i);
        }
        table += "\n";
        for (const auto& code : codes) {
            table += codeToText(code) + "\n";
        }
        writeTextFile(file, table);
        return file;
    }
    if (ending == ".npy") {
        ImageF rows{static_cast<int>(codes.front().size()), static_cast<int>(codes.size()), {}};
        for (const auto& code : codes) {
            rows.values.insert(rows.values.end(), code.begin(), code.end());
        }
        writeNpy(file, rows);
        return file;
    }
    const auto images = decodeLatent(*way.model, codes, way.shownClass, stop);
    if (ending == ".gif") {
        writeGif(file, framesOf(images), kFramesPerSecond);
    } else if (ending == ".mp4") {
        writeMp4(file, framesOf(images), kFramesPerSecond);
    } else {
        if (ending != ".png") {
            file += ".png";
        }
        writePng(file, contactSheet(images, static_cast<int>(images.size())));
    }
    return file;
}

}  // namespace elbo
