// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/bench/measure.h"

#include <string>
#include <string_view>
#include <vector>

namespace elbo::bench {

/// A benchmark by name; some give several lines.
struct Entry {
    std::string_view name;
    std::string_view help;
    std::vector<Result> (*run)(const Setting& setting);
    bool parallel = false;    ///< several processes can measure it together
    bool onlyByName = false;  ///< takes minutes or gigabytes: not among those that run without a name
};
[[nodiscard]] const std::vector<Entry>& entries();

/// rgbd-vae, a step on a batch of 50 at 4x128x128
[[nodiscard]] std::vector<Result> benchTrainStep(const Setting& setting);
/// rgbd-vae, a step that all processes of the group share
[[nodiscard]] std::vector<Result> benchParallelStep(const Setting& setting);
/// rgbd-vae, a step on such a batch: its longest operations
[[nodiscard]] std::vector<Result> benchStepProfile(const Setting& setting);
/// rgbd-vae, the report's whole training, from start to saved weights
[[nodiscard]] std::vector<Result> benchRun(const Setting& setting);
/// fc-vae, an epoch of 60,000 images of 28x28
[[nodiscard]] std::vector<Result> benchFcEpoch(const Setting& setting);
/// rgbd-vae, one code to 4x128x128
[[nodiscard]] std::vector<Result> benchDecode(const Setting& setting);
/// a prepared set that is read while a run goes on, against one in memory
[[nodiscard]] std::vector<Result> benchStream(const Setting& setting);
/// pairs of 640x480 into a prepared file of 128x128
[[nodiscard]] std::vector<Result> benchPrepare(const Setting& setting);
/// BTS with three encoders and METER, an image of 640x480
[[nodiscard]] std::vector<Result> benchBts(const Setting& setting);
/// BTS with all seven encoders
[[nodiscard]] std::vector<Result> benchAllBts(const Setting& setting);
/// BTS on rooms, three seeds: its error on other rooms beside that of the mean depth
[[nodiscard]] std::vector<Result> benchDepthTraining(const Setting& setting);
/// 500 rooms of 128x128
[[nodiscard]] std::vector<Result> benchRooms(const Setting& setting);
#ifdef ELBO_WITH_IO
/// a made nyu_depth_v2_labeled.mat: time and memory of the helper process that reads it, and of its end
[[nodiscard]] std::vector<Result> benchMat(const Setting& setting);
#endif

}  // namespace elbo::bench
