// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <filesystem>
#include <stop_token>

namespace elbo {

struct RunExportHooks {
    ProgressFunction progress;  ///< "Writing the run", files of the run done, all
    std::stop_token stop;
};

/// Writes a whole run folder as one HDF5 file for other programs; Elbo itself never reads it.
/// - `/`: attributes format "elbo run", format_version 1 (int64); name, model, data, device,
///   precision, state, created_utc (strings); seed, parameters, epochs_done, best_epoch (int64)
/// - `/run_json`: string, run.json, where all settings stand
/// - `/history/steps`: step, epoch int64 [N]; epoch_fraction, learning_rate, beta float64 [N]; train/TERM
///   float64 [N]
/// - `/history/epochs`: epoch, step int64 [M]; best uint8 [M]; learning_rate, beta, seconds float64 [M];
///   train/TERM, test/TERM, validation/TERM float64 [M]
/// - `/kept/epoch-NNNN`: color, truth_color uint8 [S,C,H,W]; depth, truth_depth uint16 [S,1,H,W], 0
///   for no value; ranges float32 [S,C+D,2]; indices int64 [P]; posterior_mean, posterior_std
///   float32 [P,K]; names strings [S]; attribute metric int64, 1 where ranges of depth are in
///   metres
/// - `/weights/NAME`, NAME = last, best, epoch-NNNN: a dataset for each entry of the state dict,
///   named like it ("encoder.0.weight"); metadata/KEY strings
///
/// TERM is the key of a term (kl, log_likelihood, elbo, mse ...), per image; NaN where a record lacks it.
/// Numbers are little-endian; bfloat16 is stored as float32 and bool as uint8, which HDF5 has no types for.
/// Written beside `out` and renamed; a failure leaves an earlier file as it was.
/// @param runFolder  may belong to a run that trains
/// @throws Error(NotFound, BadFile) for the run, as fileError for `out`; Cancelled
void exportRun(const std::filesystem::path& runFolder, const std::filesystem::path& out,
               const RunExportHooks& hooks = {});

}  // namespace elbo
