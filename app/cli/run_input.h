// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_config.h"

#include <cstdint>
#include <optional>
#include <string>

namespace elbo {
struct LoadedModel;
}

namespace elbo::cli {

/// The data set a command works on: the SPEC given, else the run's own. Options of the run's preparation that
/// decide a picture's size (size=) are taken over to a SPEC that leaves them out, so that a model meets
/// images of its shape.
[[nodiscard]] DataConfig dataOf(const LoadedModel& loaded, const std::string& spec);

/// --class: a name of the model's classes, or its index; nothing for an empty text.
/// @throws Error(BadSetting) for a model that is given none, and for an unknown one
[[nodiscard]] std::optional<std::int64_t> classOf(const LoadedModel& loaded, const std::string& text);

}  // namespace elbo::cli
