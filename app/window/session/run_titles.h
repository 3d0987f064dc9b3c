// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_folder.h"
#include "widgets/run_list.h"

#include <QtCore/QString>

#include <string>

namespace elbo {

/// How lists of runs show a run's state.
[[nodiscard]] RunRowState rowState(RunState state);
/// What people call a model; the key itself of one that only a newer program knows.
[[nodiscard]] QString modelTitle(const std::string& key);

}  // namespace elbo
