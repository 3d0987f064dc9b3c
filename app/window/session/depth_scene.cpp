// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/depth_scene.h"

#include "core/base/device.h"
#include "core/data/image_source.h"
#include "core/depth/estimator.h"
#include "core/geometry/cloud_filter.h"
#include "core/io/depth_files.h"
#include "core/io/depth_filling.h"
#include "core/io/exif.h"
#include "core/io/images.h"
#include "core/training/weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr double kKittiDepth = 80;        ///< metres
constexpr double kWhite = 255;            ///< of 8 bits
constexpr double kKittiFocal = 715.0873;  ///< pixels

/// Times the steps of one picture, and looks between them whether to stop.
class Steps {
public:
    Steps(std::vector<StepTime>& times, std::stop_token stop) : m_times(times), m_stop(std::move(stop)) {}
    void took(const char* step)
    {
        const auto now = std::chrono::steady_clock::now();
        m_times.push_back({step, std::chrono::duration<double, std::milli>(now - m_last).count()});
        m_last = now;
        throwIfStopped(m_stop);
    }

private:
    std::vector<StepTime>& m_times;
    std::stop_token m_stop;
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

/// Holes (zero, not finite, negative) become NaN, which pictures leave grey.
ImageF withoutHoles(ImageF image)
{
    for (auto& value : image.values) {
        if (!std::isfinite(value) || value <= 0) {
            value = std::numeric_limits<float>::quiet_NaN();
        }
    }
    return image;
}

Intrinsics intrinsicsOf(const DepthInput& input, const CameraChoice& choice, int width, int height)
{
    switch (choice.kind) {
        case CameraChoice::Kind::Preset:
            return resized(intrinsicsPreset(choice.preset), width, height);
        case CameraChoice::Kind::AngleOfView:
            return intrinsicsOfView(choice.degrees, width, height);
        case CameraChoice::Kind::Typed: {
            auto typed = choice.typed;
            typed.width = width;
            typed.height = height;
            check(typed);
            return typed;
        }
        case CameraChoice::Kind::Automatic:
            break;
    }
    return input.file.empty() ? guessedIntrinsics(width, height) : knownIntrinsics(input.file, width, height);
}

/// Intrinsics of a reconstruction of that size: of the part of the picture that it shows.
Intrinsics rebuiltIntrinsics(const Intrinsics& given, Fit fit, const OpenedModel& model, int width,
                             int height)
{
    if (fit != Fit::Crop) {
        return resized(given, width, height);
    }
    const double wider = static_cast<double>(given.width) * static_cast<double>(model.height) /
                         (static_cast<double>(given.height) * static_cast<double>(model.width));
    const int partWidth = wider > 1 ? static_cast<int>(std::lround(given.width / wider)) : given.width;
    const int partHeight = wider > 1 ? given.height : static_cast<int>(std::lround(given.height * wider));
    return resized(
        cropped(given, (given.width - partWidth) / 2, (given.height - partHeight) / 2, partWidth, partHeight),
        width, height);
}

/// Absolute values of a picture at the pixels of a cloud.
std::vector<float> errorsOf(const PointCloud& cloud, const ImageF& difference)
{
    std::vector<float> errors;
    errors.reserve(cloud.size());
    for (const auto pixel : cloud.pixels) {
        errors.push_back(std::abs(difference.values[pixel]));
    }
    return errors;
}

ImageF differenceOf(const ImageF& a, const ImageF& b)
{
    auto result = a;
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        result.values[i] -= b.values[i];
    }
    return result;
}

void addTruth(DepthScene& scene, const at::Tensor& color, const at::Tensor& estimate,
              const DepthOptions& options, const std::stop_token& stop)
{
    const auto read = readDepthFile(scene.input.depth, std::nullopt);
    auto depth = atColorSize(read.depth, color.size(2), color.size(1), scene.input.depth);
    scene.truthMetric = read.metric;
    DepthMetricOptions metrics;
    if (!read.metric && options.truthScale) {
        depth = depth * (*options.truthScale / kWhite);
        scene.notes.emplace_back("The true depth is relative: its scale is the one that was set.");
    } else if (!read.metric) {
        metrics.scaling = DepthScaling::RelativeTruth;
        scene.notes.emplace_back(
            "The true depth is relative: its median is brought to that of the estimate.");
    }
    scene.metrics = depthMetrics(estimate, depth, metrics);  // of what was measured, not of what is filled
    if (options.filling == HoleFilling::Colourise) {
        depth = fillColourise(depth, color, stop);
    } else if (options.filling == HoleFilling::Bilateral) {
        depth = fillBilateral(depth, color, stop);
    }
    scene.truth = withoutHoles(toImage(depth * scene.metrics->scale));
    scene.difference = differenceOf(scene.estimated, scene.truth);
    if (!scene.input.pose.empty()) {
        scene.notes.emplace_back(
            "The colours of points of the true depth are approximate: the colour camera stands beside the "
            "depth camera.");
    }
}

void addReconstruction(DepthScene& scene, const at::Tensor& color, const at::Tensor& estimate,
                       const OpenedModel& model, const DepthOptions& options)
{
    if (!model.hasDepth || model.channels != 4) {
        scene.notes.emplace_back(model.title +
                                 " does not take colour and depth, so nothing is rebuilt: open another run.");
        return;
    }
    if (!model.classes.empty()) {
        scene.notes.emplace_back(model.title +
                                 " is given a class, which a photograph does not tell: open another run.");
        return;
    }
    SourceImage source;
    source.color = color.size(0) == 1 ? color.expand({3, color.size(1), color.size(2)}).contiguous() : color;
    source.depth = estimate;
    ReconstructionOptions how;
    how.fit = options.fit;
    scene.reconstruction = reconstructSource(*model.model->model, source, model.model->storedUnchanged,
                                             scene.input.name, /*metric=*/true, how);
}

void addClouds(DepthScene& scene, const OpenedModel* model, const DepthOptions& options)
{
    const bool truth = options.cloudOfTruth && !scene.truth.empty();
    scene.cloud = cloudOf(scene.color, truth ? scene.truth : scene.estimated, scene.intrinsics, options.edge);
    if (!scene.difference.empty()) {
        scene.cloudErrors = errorsOf(*scene.cloud, scene.difference);
    }
    if (!scene.reconstruction) {
        return;
    }
    const auto& rebuilt = *scene.reconstruction;
    const auto camera =
        rebuiltIntrinsics(scene.intrinsics, options.fit, *model, rebuilt.depth.width, rebuilt.depth.height);
    scene.rebuilt = cloudOf(rebuilt.color, rebuilt.depth, camera, options.edge);
    scene.rebuiltErrors = errorsOf(*scene.rebuilt, differenceOf(rebuilt.depth, rebuilt.truthDepth));
}

}  // namespace

std::shared_ptr<const PointCloud> cloudOf(const Image8& color, const ImageF& depth,
                                          const Intrinsics& intrinsics, double edge, bool metric)
{
    DepthImage image{depth.width, depth.height, depth.values, {}, metric};
    if (color.channels == 3) {
        image.color = color.pixels;
    } else {
        for (const auto grey : color.pixels) {
            image.color.insert(image.color.end(), 3, grey);
        }
    }
    if (edge > 0) {
        image = withoutEdges(image, static_cast<float>(edge));
    }
    return std::make_shared<const PointCloud>(unproject(image, intrinsics));
}

std::string estimatorKeyOf(const std::filesystem::path& weights)
{
    return depthWeightsFile(weights).key;
}

OpenedEstimator openEstimator(const EstimatorChoice& choice)
{
    DepthEstimatorOptions options;
    if (!choice.weights.empty()) {
        const auto weights = depthWeightsFile(choice.weights);
        options.weights = weights.file;
        options.maxDepth = weights.maxDepth.value_or(options.maxDepth);
    }
    options.flip = choice.flip;
    options.maxDepth = choice.kitti ? kKittiDepth : options.maxDepth;
    options.device = chooseDevice("auto");
    options.precision = choosePrecision("auto", options.device);
    OpenedEstimator opened;
    opened.choice = choice;
    opened.title = findDepthEstimatorInfo(choice.key).title;
    opened.network = makeDepthEstimator(choice.key, options);
    opened.note = opened.network->note();
    return opened;
}

DepthScene depthScene(const DepthInput& input, const OpenedEstimator& estimator, const OpenedModel* model,
                      const DepthOptions& options, const std::stop_token& stop)
{
    DepthScene scene;
    scene.input = input;
    Steps steps(scene.times, stop);
    const auto color = input.file.empty() ? toTensor(input.frame) : readColor(input.file);
    scene.color = toPicture(color);
    scene.intrinsics = intrinsicsOf(input, options.camera, scene.color.width, scene.color.height);
    steps.took("read");
    auto estimate = estimator.network->estimate(color);
    if (estimator.choice.kitti) {
        estimate = estimate * (scene.intrinsics.fx / kKittiFocal);
    }
    scene.estimated = toImage(estimate);
    steps.took("estimate");
    if (!input.depth.empty()) {
        addTruth(scene, color, estimate, options, stop);
        steps.took("truth");
    }
    if (model != nullptr) {
        addReconstruction(scene, color, estimate, *model, options);
        steps.took("reconstruct");
    }
    addClouds(scene, model, options);
    steps.took("cloud");
    if (scene.intrinsics.guessed) {
        scene.notes.emplace_back(
            "Nothing tells this camera's intrinsics: 60 degrees of view are guessed, so lengths may be "
            "wrong.");
    }
    return scene;
}

}  // namespace elbo
