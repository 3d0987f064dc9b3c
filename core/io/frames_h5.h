// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

namespace elbo {

/// The set `frames-h5` (Ma and Karaman 2018, "Sparse-to-Dense"): one HDF5 file a frame with `rgb` [3,H,W]
/// uint8 and `depth` [H,W] float32 in metres, searched three levels deep. The scene folder is the group, and
/// the label where it names a scene type; folders train and val above it are the official sides.
[[nodiscard]] DataReader framesH5Reader();

}  // namespace elbo
