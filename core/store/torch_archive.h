// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace elbo {

// Names inside PyTorch's zip format, behind the folder that the archive is named by.
inline constexpr const char* kTorchPickle = "/data.pkl";
inline constexpr const char* kTorchStorages = "/data/";
inline constexpr const char* kTorchByteOrder = "/byteorder";
inline constexpr const char* kTorchVersion = "/version";
/// Ours: the metadata that a safetensors file would have, written as the header of one without tensors.
inline constexpr const char* kTorchMetadata = "/.elbo/metadata.json";

}  // namespace elbo
