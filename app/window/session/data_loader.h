// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/dataset_view.h"
#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "core/data/data_config.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace elbo {

struct ImageProblem;

/// What comes of loading a set.
struct LoadedData {
    std::shared_ptr<const DatasetView> view;
    DatasetSummary summary;
};

/// Loads (preparing it first when that was not done before) and summarises a set; for a worker thread.
/// @param problem  told on the worker thread for each image that cannot be used as it is
/// @throws Error, Cancelled
[[nodiscard]] LoadedData loadData(const DataConfig& config, const JobContext& context,
                                  const std::function<void(const ImageProblem&)>& problem = {});

/// Downloads a set that canBeFetched and tells how it is loaded then; for a worker thread.
using Fetcher = std::function<DataConfig(const std::string& key, const JobContext& context)>;
/// Into the folder where such sets are looked for; nothing where this build cannot fetch.
/// @throws Error, Cancelled by the function
[[nodiscard]] Fetcher dataFetcher();

}  // namespace elbo
