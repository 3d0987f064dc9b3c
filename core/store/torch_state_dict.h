// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/pickle_values.h"

#include <cstddef>
#include <string>
#include <vector>

namespace elbo {

/// The tensors of a model among all that a checkpoint holds.
struct TorchStateDict {
    struct Entry {
        std::string name;
        std::size_t tensor = 0;  ///< in PickleObjects::tensors
    };
    std::vector<Entry> entries;  ///< in the file's order; names are unique and one line of UTF-8
    std::string place;           ///< "model" where it was nested, "" where the file is the state dict itself
};

/// Finds the state dict in what a pickle made: the value itself, or in it "model", "state_dict" and the like
/// (also one in the other), or else the one dictionary that holds tensors; several become one, each name with
/// that of its dictionary before it. What optimisers and schedules keep is left out. A "module." or
/// "_orig_mod." before every name (DataParallel, torch.compile) is taken away.
/// @throws Error(BadFile) when it holds no tensors with names
[[nodiscard]] TorchStateDict findStateDict(const PickleObjects& objects, PickleValue root,
                                           const std::string& path);

}  // namespace elbo
