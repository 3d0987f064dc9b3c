// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/training/run_folder.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace elbo {

[[nodiscard]] nlohmann::json toJson(const RunInfo& info);
/// @throws Error(BadFile, BadSetting); the folder and the state of a run whose writer is gone are not its
/// matter
[[nodiscard]] RunInfo runInfoFromJson(const nlohmann::json& json);

/// Replaces run.json of info.folder.
void writeRunInfo(const RunInfo& info, const WriteObserver& observer = {});

}  // namespace elbo
