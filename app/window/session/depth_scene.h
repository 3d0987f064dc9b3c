// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/model_session.h"
#include "core/base/image8.h"
#include "core/base/job_queue.h"
#include "core/data/fit.h"
#include "core/depth/depth_metrics.h"
#include "core/geometry/intrinsics.h"
#include "core/geometry/point_cloud.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo {

class DepthEstimator;

/// What a person asks of an estimator.
struct EstimatorChoice {
    std::string key;
    std::filesystem::path weights;  ///< a file or a run; empty: those that come with the program
    bool flip = false;              ///< mean of the picture's and its mirror image's depth
    /// Weights that learned on KITTI: depth to 80 m, scaled by the camera's focal length over 715.0873
    /// pixels.
    bool kitti = false;
    bool operator==(const EstimatorChoice&) const = default;
};

/// An estimator that is loaded; its network is used by one worker at a time, never from the GUI thread.
struct OpenedEstimator {
    EstimatorChoice choice;
    std::string title;  ///< "METER-XXS"
    std::string note;   ///< what was noticed in its weights; mostly empty
    std::shared_ptr<DepthEstimator> network;
};

/// Where the camera's intrinsics come from.
struct CameraChoice {
    enum class Kind {
        Automatic,    ///< from the folder or the file, else a guess
        Preset,       ///< `preset`, scaled to the picture
        AngleOfView,  ///< `degrees`
        Typed,        ///< `typed`, in pixels of the picture
    };
    Kind kind = Kind::Automatic;
    std::string preset;
    double degrees = 60;
    Intrinsics typed;
    bool operator==(const CameraChoice&) const = default;
};

enum class HoleFilling { None, Colourise, Bilateral };

struct DepthOptions {
    CameraChoice camera;
    Fit fit = Fit::Stretch;                   ///< of the picture for the VAE
    bool cloudOfTruth = false;                ///< the input's cloud shows the true depth where there is one
    HoleFilling filling = HoleFilling::None;  ///< of the true depth
    /// Metres that white stands for in a relative true depth (8 bits); nothing: its median is that of the
    /// estimate.
    std::optional<double> truthScale = {};
    double edge = 0.1;  ///< relative jump of depth from which points between surfaces are left out; 0: none
    bool operator==(const DepthOptions&) const = default;
};

/// A picture as it was given.
struct DepthInput {
    std::string name;
    std::filesystem::path file;   ///< empty: a frame
    std::filesystem::path depth;  ///< true depth; empty: none known
    std::filesystem::path pose;   ///< camera to world; empty: none known
    Image8 frame;                 ///< of a video or a camera
    bool operator==(const DepthInput&) const = default;
};

struct StepTime {
    std::string step;  ///< "read", "estimate", "reconstruct", "cloud"
    double milliseconds = 0;
};

/// Everything that the page shows of one picture; plain values.
struct DepthScene {
    DepthInput input;
    Image8 color;
    ImageF estimated;  ///< metres, of the colour's size
    ImageF truth;      ///< of that size; a relative one in the estimate's metres; empty: none
    bool truthMetric = true;
    ImageF difference;  ///< estimated - truth; NaN where the truth has holes; empty without truth
    std::optional<DepthMetrics> metrics;
    std::optional<Reconstruction> reconstruction;  ///< of colour and estimated depth, by the VAE
    Intrinsics intrinsics;                         ///< of the colour
    std::shared_ptr<const PointCloud> cloud;       ///< of the input
    std::shared_ptr<const PointCloud> rebuilt;     ///< of the reconstruction; null without
    std::vector<float> cloudErrors;    ///< |difference| of each point of `cloud`; empty without truth
    std::vector<float> rebuiltErrors;  ///< |rebuilt - given depth| of each point of `rebuilt`
    std::vector<StepTime> times;
    std::vector<std::string> notes;  ///< sentences that a person should know
};

/// All of these are for a worker thread and throw Error.
/// The estimator that weights, or those of a run, are of. @throws Error as depthWeightsFile does
[[nodiscard]] std::string estimatorKeyOf(const std::filesystem::path& weights);
[[nodiscard]] OpenedEstimator openEstimator(const EstimatorChoice& choice);
/// Depth and pose beside each picture are found by their names; depth pictures among the files join theirs.
/// Folders give the pictures in them.
[[nodiscard]] std::vector<DepthInput> depthInputs(const std::vector<std::filesystem::path>& files,
                                                  std::vector<std::string>& problems);
/// The pipeline of the report's figure 6.
/// @param model  may be null; one that does not take colour and depth rebuilds nothing, and a note says why
[[nodiscard]] DepthScene depthScene(const DepthInput& input, const OpenedEstimator& estimator,
                                    const OpenedModel* model, const DepthOptions& options,
                                    const std::stop_token& stop);

/// The true depth of several frames, each at its pose, as one cloud of at most a million points.
/// @param share  set to how many of the overlapping points have one of another frame within 5 cm
/// @throws Error(BadData) for fewer than two frames with depth and pose
[[nodiscard]] PointCloud joinedFrames(const std::vector<DepthInput>& inputs, const DepthOptions& options,
                                      double& share, const JobContext& context);

/// Colour, depth (16-bit millimetres, NumPy, coloured), what the VAE made of both, and clouds of a scene,
/// into a folder that exists. @param stem  of the files' names
void saveScene(const DepthScene& scene, const std::filesystem::path& folder, const std::string& stem);
/// Heading and line of a table of scenes.
[[nodiscard]] std::string sceneTableHeading();
[[nodiscard]] std::string sceneTableLine(const DepthScene& scene);

/// The pixels that have a depth, as points in their colours.
/// @param edge  share of its depth by which a pixel may differ from its neighbours, beyond which it is no
/// surface and is left out; 0: all stay @param metric  depth is in metres
/// @throws Error(BadSetting) when sizes differ or intrinsics are wrong
[[nodiscard]] std::shared_ptr<const PointCloud> cloudOf(const Image8& color, const ImageF& depth,
                                                        const Intrinsics& intrinsics, double edge,
                                                        bool metric = true);

}  // namespace elbo
