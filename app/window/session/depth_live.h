// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/depth_scene.h"

#include <memory>
#include <mutex>

namespace elbo {

class PairFolder;

/// What the worker of live pictures reads anew for each frame, and the newest scene that it made.
struct DepthLive {
    std::mutex mutex;
    EstimatorChoice choice;
    std::shared_ptr<const OpenedModel> model;
    DepthOptions options;
    std::shared_ptr<PairFolder> recording;
    std::shared_ptr<const DepthScene> newest;
    bool delivering = false;  ///< the GUI thread was told of one that it has not taken yet
};

/// The place where the worker keeps the estimator that it opened last.
using EstimatorSlot = std::shared_ptr<std::shared_ptr<const OpenedEstimator>>;
/// The estimator of that choice, opened when it is another than the last; for the worker.
[[nodiscard]] std::shared_ptr<const OpenedEstimator> estimatorOf(const EstimatorSlot& slot,
                                                                 const EstimatorChoice& choice);

}  // namespace elbo
