// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <filesystem>
#include <stop_token>

namespace elbo {

struct TensorBoardHooks {
    ProgressFunction progress;  ///< "Writing the run", kept epochs done, all
    std::stop_token stop;
};

/// Writes the curves and pictures of a run as an event file, for `tensorboard --logdir`:
/// - step = step of the run: `step/train/TERM`, `step/learning_rate`, `step/beta`, `step/epoch` (fractional)
/// - step = epoch: `train/TERM`, `test/TERM`, `validation/TERM`, `learning_rate`, `beta`, `seconds`, `best`
///   (1 where the epoch was the best until then, else 0)
/// - step = kept epoch: PNGs `color/N/truth` and `color/N/reconstruction` (not of a depth network), with
///   depth `depth/N/truth` and `depth/N/reconstruction` through Turbo over the range of the truth, so that
///   one colour is one depth at every epoch; N from 0 to 7
///
/// TERM is the key of a term (kl, log_likelihood, elbo, mse ...), per image. Values are float32, which is
/// what a simple value of TensorBoard holds. Wall times are the run's creation plus the training seconds of
/// its epochs, without its pauses.
/// @param runFolder  may belong to a run that trains
/// @param logFolder  made when it is not there; the file in it is `events.out.tfevents.CREATED.elbo`, CREATED
///                   the run's creation in seconds since 1970, so that writing a run again replaces it
/// @return the file, which was written beside that name and renamed; a failure leaves an earlier one as it
/// was
/// @throws Error(NotFound, BadFile) for the run, as fileError for the place; Cancelled
std::filesystem::path exportTensorBoard(const std::filesystem::path& runFolder,
                                        const std::filesystem::path& logFolder,
                                        const TensorBoardHooks& hooks = {});

}  // namespace elbo
