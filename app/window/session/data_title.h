// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_config.h"

#include <QtCore/QString>

namespace elbo {

/// "nyu_labeled_8bit" or "Synthetic rooms": what a person calls this set.
[[nodiscard]] QString dataTitle(const DataConfig& config);
/// The same of a SPEC with the options that tell sets of one kind apart: "Synthetic rooms (size 64)".
/// A spec that cannot be read any more is shown as it is.
[[nodiscard]] QString specTitle(const QString& spec);

}  // namespace elbo
