// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

struct NamedTensor {
    std::string name;
    at::Tensor tensor;
};

/// Names, types, shapes and byte ranges, without the data.
struct TensorInfo {
    std::string name;
    at::ScalarType type;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;  ///< byte offset in the data part
    std::uint64_t end = 0;
};
struct SafetensorsHeader {
    std::vector<TensorInfo> tensors;  ///< in order of their offsets
    std::map<std::string, std::string> metadata;
    std::uint64_t dataOffset = 0;  ///< of the data part in the file
};

struct SafetensorsFile {
    std::vector<NamedTensor> tensors;  ///< CPU
    std::map<std::string, std::string> metadata;
    /// @throws Error(BadFile) naming the tensor that is missing
    [[nodiscard]] const at::Tensor& at(std::string_view name) const;
    [[nodiscard]] const at::Tensor* find(std::string_view name) const;
};

/// Reads and checks the header: length, JSON, types, shapes without overflow, ranges inside the file that do
/// not overlap and leave no hole. Types F64 F32 F16 BF16 I64 I32 I16 I8 U8 U16 BOOL. @throws Error(BadFile)
/// naming what is wrong, Error(NotFound, NoPermission)
[[nodiscard]] SafetensorsHeader readSafetensorsHeader(const std::filesystem::path& file);
/// The whole file into memory, sizes checked against the file before allocation.
[[nodiscard]] SafetensorsFile readSafetensors(const std::filesystem::path& file);
/// The same with the data mapped read-only (misaligned small tensors are copied); the mapping lives as long
/// as any tensor of it.
[[nodiscard]] SafetensorsFile mapSafetensors(const std::filesystem::path& file);
/// Tensors may be on any device, any strides; written in the order given, replaced atomically.
void writeSafetensors(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                      const std::map<std::string, std::string>& metadata, const WriteObserver& observer = {});

}  // namespace elbo
