// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/depth_scene.h"
#include "core/base/error.h"
#include "core/geometry/cloud_filter.h"
#include "core/geometry/pose.h"
#include "core/io/depth_files.h"
#include "core/io/exif.h"
#include "core/io/images.h"
#include "core/io/pair_names.h"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <set>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostPoints = 1'000'000;
constexpr std::size_t kMostCompared = 15'000;  ///< of a frame, for the agreement
constexpr double kNear = 0.05;                 ///< metres
constexpr double kReach = 0.15;

/// "frame-000020.pose.txt" of "frame-000020.color.jpg"; empty when it is not there.
fs::path poseBeside(const fs::path& color)
{
    auto stem = color.stem();
    if (stem.extension() == ".color") {
        stem = stem.stem();
    }
    auto pose = color.parent_path() / stem;
    pose += ".pose.txt";
    std::error_code ignored;  // a folder that cannot be looked at has no pose to offer
    return fs::is_regular_file(pose, ignored) ? pose : fs::path();
}

std::vector<fs::path> picturesOf(const fs::path& path)
{
    std::error_code problem;
    if (!fs::is_directory(path, problem)) {
        return {path};
    }
    std::vector<fs::path> pictures;
    for (const auto& entry : fs::directory_iterator(path, problem)) {
        if (isPictureName(entry.path()) && pairName(entry.path()).role != PairRole::Depth) {
            pictures.push_back(entry.path());
        }
    }
    if (problem) {
        throw fileError(problem.value(), "read", path.string());
    }
    std::ranges::sort(pictures);
    return pictures;
}

}  // namespace

std::vector<DepthInput> depthInputs(const std::vector<fs::path>& files, std::vector<std::string>& problems)
{
    std::vector<fs::path> pictures;
    for (const auto& file : files) {
        const auto found = picturesOf(file);
        if (found.empty()) {
            problems.push_back(file.string() + " holds no pictures.");
        }
        pictures.insert(pictures.end(), found.begin(), found.end());
    }
    std::set<fs::path> depths;
    for (const auto& picture : pictures) {
        if (const auto depth = findDepthBeside(picture)) {
            depths.insert(*depth);
        }
    }
    std::vector<DepthInput> inputs;
    for (const auto& picture : pictures) {
        if (depths.contains(picture)) {
            continue;  // the depth of another one
        }
        DepthInput input;
        input.name = picture.filename().string();
        input.file = picture;
        input.depth = findDepthBeside(picture).value_or(fs::path());
        input.pose = poseBeside(picture);
        inputs.push_back(std::move(input));
    }
    return inputs;
}

PointCloud joinedFrames(const std::vector<DepthInput>& inputs, const DepthOptions& options, double& share,
                        const JobContext& context)
{
    std::vector<const DepthInput*> frames;
    for (const auto& input : inputs) {
        if (!input.depth.empty() && !input.pose.empty()) {
            frames.push_back(&input);
        }
    }
    if (frames.size() < 2) {
        throw Error(
            ErrorCode::BadData,
            "Joining needs at least two pictures with their depth and pose (NAME.pose.txt) beside them.");
    }
    std::vector<PointCloud> clouds, compared;
    for (const auto* frame : frames) {
        throwIfStopped(context.stop);
        const auto color = readColor(frame->file);
        const auto read = readDepthFile(frame->depth, std::nullopt);
        const auto depth = toImage(atColorSize(read.depth, color.size(2), color.size(1), frame->depth));
        DepthImage image{depth.width, depth.height, depth.values, toPicture(color).pixels, read.metric};
        if (options.edge > 0) {
            image = withoutEdges(image, static_cast<float>(options.edge));
        }
        auto camera = knownIntrinsics(frame->file, depth.width, depth.height);
        if (options.camera.kind == CameraChoice::Kind::Preset) {
            camera = resized(intrinsicsPreset(options.camera.preset), depth.width, depth.height);
        }
        const auto world = moved(unproject(image, camera), readPose(frame->pose));
        compared.push_back(thinned(world, kMostCompared));
        clouds.push_back(thinned(world, std::max<std::size_t>(1, kMostPoints / frames.size())));
        context.progress({"Joining frames", static_cast<std::int64_t>(clouds.size()),
                          static_cast<std::int64_t>(frames.size())});
    }
    share = agreementOf(compared, kNear, kReach).share();
    return moved(joined(clouds), inverse(readPose(frames.front()->pose)));  // as the first camera sees them
}

}  // namespace elbo
