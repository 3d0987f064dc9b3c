// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/latent_command.h"
#include "core/base/error.h"

#ifdef ELBO_WITH_IO
#include "app/cli/reconstruction_files.h"
#include "core/evaluation/contact_sheet.h"
#include "core/io/animation.h"
#include "core/io/code_files.h"
#include "core/io/images.h"
#endif

#include <cstdio>
#include <span>

namespace elbo::cli {

#ifdef ELBO_WITH_IO

namespace {

void print(const LatentFiles& files, const std::filesystem::path& file)
{
    if (!files.quiet)
        std::printf("%s\n", file.c_str());
}

/// A frame for each image, depth beside colour on one range.
std::vector<Image8> framesOf(const std::vector<ShownImage>& images)
{
    const auto range = depthRange(images);
    std::vector<Image8> frames;
    for (const auto& image : images)
        frames.push_back(contactSheet(std::span(&image, 1), 1, range));
    return frames;
}

std::string numberOf(std::size_t place, std::size_t count)
{
    auto text = std::to_string(place);
    return std::string(std::to_string(count - 1).size() - text.size(), '0') + text;
}

void writeFolder(const LatentFiles& files, const std::filesystem::path& out)
{
    makeFolder(out);
    for (std::size_t i = 0; i < files.images.size(); ++i) {
        const auto& image = files.images[i];
        const auto name = files.stem + "-" + numberOf(i, files.images.size());
        const auto color = out / (name + ".color.png");
        writePng(color, image.color);
        print(files, color);
        if (image.depth.empty())
            continue;
        const auto depth = out / (name + ".depth.png");
        writeDepthCodes(depth, image.depth, image.metric);
        print(files, depth);
    }
    for (const auto& file : writeCodes(out, "z", files.z))
        print(files, file);
}

}  // namespace

void writeLatentFiles(const LatentFiles& files, const std::filesystem::path& out)
{
    const auto ending = endingOf(out);
    if (ending == ".png") {
        writePng(out, contactSheet(files.images, files.columns));
    } else if (files.animated && ending == ".gif") {
        writeGif(out, framesOf(files.images), files.framesPerSecond);
    } else if (files.animated && ending == ".mp4") {
        writeMp4(out, framesOf(files.images), files.framesPerSecond);
    } else if (isOfAnotherKind(ending)) {
        throw Error(ErrorCode::BadSetting,
                    "Pictures are not written as " + out.string() + ": end its name in .png for a sheet" +
                        (files.animated ? ", in .gif or .mp4 for an animation" : "") + ", or name a folder.");
    } else {
        writeFolder(files, out);
        return;
    }
    print(files, out);
}

#else

void writeLatentFiles(const LatentFiles& /*files*/, const std::filesystem::path& /*out*/)
{
    throw Error(
        ErrorCode::Unsupported,
        "Pictures need OpenCV, which this build was made without: build Elbo with the preset release.");
}

#endif

}  // namespace elbo::cli
