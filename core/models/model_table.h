// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"

#include <string>
#include <string_view>
#include <vector>

namespace elbo {

enum class ModelKind { Trained, ClosedForm };

/// The part of a registry entry that a form or a list needs; free of LibTorch.
struct ModelInfo {
    std::string key = {};     ///< written into files: never renamed
    std::string title = {};   ///< "RGB-D VAE"
    std::string source = {};  ///< the paper it follows
    ModelKind kind = ModelKind::Trained;
    std::vector<Field> fields = {};
    bool needsLabels = false;     ///< images without a label are left out
    bool estimatesDepth = false;  ///< a depth network: colour in, metres out, no latent code
};
[[nodiscard]] const std::vector<ModelInfo>& modelInfos();
/// @throws Error(BadSetting) that lists the keys there are
[[nodiscard]] const ModelInfo& findModelInfo(std::string_view key);

}  // namespace elbo
