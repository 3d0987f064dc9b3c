// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace elbo::cli {

/// What was written after `train`; empty where nothing was.
struct TrainArguments {
    std::string data, model, preset, config, seed, device, precision, init, out, resume;
    std::vector<std::string> set;    ///< field=value
    std::vector<std::string> sweep;  ///< field=a,b,c
    std::optional<std::int64_t> epochs;
    bool detach = false;    ///< a process of its own goes on with the run
    bool detached = false;  ///< this is that process
    bool estimate = false;
};

/// The run that the arguments describe, --sweep apart. Precedence: defaults, preset, config file, --set,
/// named options (design.md).
/// @throws Error(BadSetting, BadFile, NotFound)
[[nodiscard]] RunConfig configOf(const TrainArguments& arguments);

}  // namespace elbo::cli
