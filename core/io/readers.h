// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

namespace elbo {

/// Adds the readers of files (mnist, rgbd-folder, nyu-mat ...) and the fillers of depth: the one explicit
/// call by which elbo_io joins the data-set registry.
void addIoReaders(DataReaders& readers);

}  // namespace elbo
