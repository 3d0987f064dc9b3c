// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/store/safetensors.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace elbo {

/// How torch.save wrote a file: as a ZIP archive (since PyTorch 1.6), or as pickles with the numbers behind
/// them.
enum class TorchFormat { Zip, Legacy };

/// Names, types and shapes of a model's tensors in a PyTorch file, without the data.
struct TorchHeader {
    TorchFormat format = TorchFormat::Zip;
    std::vector<TensorInfo> tensors;              ///< in the file's order; begin and end are 0
    std::map<std::string, std::string> metadata;  ///< of files that writeTorch wrote
    std::string place;  ///< of the state dict in the checkpoint, "model"; empty: it is the file
};
struct TorchFile {
    TorchHeader header;
    std::vector<NamedTensor> tensors;  ///< CPU; strided and shared storages stay as they were saved
};

/// Reads a state dict that torch.save wrote, zip or legacy, plain or in a checkpoint (see findStateDict).
/// Nothing in the file is ever run: of Python's names only those that tensors need are known, every other is
/// refused. Every size is checked against the file before memory is taken for it.
/// @throws Error(BadFile) in one sentence: damaged, truncated, compressed, big-endian, or not only tensors;
/// Error(NotFound, NoPermission)
[[nodiscard]] TorchHeader readTorchHeader(const std::filesystem::path& file);
[[nodiscard]] TorchFile readTorch(const std::filesystem::path& file);

/// Writes a state dict as PyTorch's zip format, which torch.load(weights_only=True) opens: an OrderedDict in
/// the order given, each tensor contiguous with a storage of its own. The metadata stand beside it in a
/// record that PyTorch passes by. Replaced atomically.
void writeTorch(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                const std::map<std::string, std::string>& metadata, const WriteObserver& observer = {});

}  // namespace elbo
