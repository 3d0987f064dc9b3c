// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/safetensors.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// The kinds of files that hold weights.
enum class WeightsFormat { Safetensors, TorchZip, TorchLegacy };
/// "safetensors", "pytorch-zip", "pytorch-legacy": for JSON and lists, never translated.
[[nodiscard]] std::string_view toString(WeightsFormat format);

struct WeightsHeader {
    WeightsFormat format = WeightsFormat::Safetensors;
    std::vector<TensorInfo> tensors;
    std::map<std::string, std::string> metadata;
    std::string place;  ///< of the state dict in a PyTorch checkpoint, "model"; empty: it is the file
};
struct WeightsFile {
    WeightsHeader header;
    std::vector<NamedTensor> tensors;  ///< CPU
};

/// Whether the file begins as PyTorch's files do, whatever its name is. False for what cannot be read.
[[nodiscard]] bool isTorchFile(const std::filesystem::path& file);
/// What the file's first bytes say it is; safetensors have no mark, so it is they when it is nothing else.
/// @throws Error(NotFound, NoPermission), Error(BadFile) for a folder
[[nodiscard]] WeightsFormat weightsFormat(const std::filesystem::path& file);

/// Safetensors and PyTorch files alike, see safetensors.h and torch_file.h for what is checked and thrown.
[[nodiscard]] WeightsHeader readWeightsHeader(const std::filesystem::path& file);
[[nodiscard]] WeightsFile readWeights(const std::filesystem::path& file);

/// The format that a name asks for: .safetensors, or .pt or .pth for PyTorch's zip format.
/// @throws Error(BadSetting) for any other ending
[[nodiscard]] WeightsFormat weightsFormatOfName(const std::filesystem::path& file);
/// Writes the format that the name asks for.
void writeWeights(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                  const std::map<std::string, std::string>& metadata, const WriteObserver& observer = {});

}  // namespace elbo
