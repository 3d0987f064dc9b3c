// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// A variable of a .mat file, from its header alone.
struct MatVariable {
    std::string className;            ///< MATLAB's: "uint8", "single", "cell" ...
    std::vector<std::int64_t> sizes;  ///< in MATLAB's order, at least two
};
/// "480x640x3x1449"
[[nodiscard]] std::string sizesText(const std::vector<std::int64_t>& sizes);

/// A .mat file of MATLAB 7.3 (HDF5) or 5 to 7, read a piece at a time, by several threads too. It may be
/// hostile. Tensors have the axes backwards, as they lie in the file: MATLAB's [H,W,3,N] gives [3,W,H] for
/// each of N.
class MatFile {
public:
    virtual ~MatFile() = default;
    [[nodiscard]] virtual std::optional<MatVariable> find(const std::string& name) const = 0;
    /// One position of the last axis, that axis dropped.
    /// @param axes how many the variable has; MATLAB leaves out a last axis of length 1
    /// @param type kByte for class uint8, kFloat for other numbers
    /// @throws Error(BadFile) when it is damaged
    [[nodiscard]] virtual at::Tensor slice(const std::string& name, std::size_t axes, std::int64_t index,
                                           at::ScalarType type) const = 0;
    /// All numbers of a small variable. @throws Error(BadFile) for one of another class, above a million
    /// values
    [[nodiscard]] virtual std::vector<double> numbers(const std::string& name) const = 0;
    /// The texts of a cell array of char, in UTF-8. @throws Error(BadFile) for a cell array of something else
    [[nodiscard]] virtual std::vector<std::string> texts(const std::string& name) const = 0;
};

/// @param progress told while a packed file is checked
/// @throws Error(NotFound, NoPermission); BadFile for a folder, a foreign, a damaged or cut file
[[nodiscard]] std::unique_ptr<MatFile> openMatFile(const std::filesystem::path& file,
                                                   const ProgressFunction& progress = {});

/// MATLAB 7.3, or any HDF5 file with arrays in its root group. As openMatFile.
[[nodiscard]] std::unique_ptr<MatFile> openMat73(const std::filesystem::path& file);
/// MATLAB 5 to 7. As openMatFile.
[[nodiscard]] std::unique_ptr<MatFile> openMat5(const std::filesystem::path& file,
                                                const ProgressFunction& progress);
/// Whether every variable of a version 5 file is there to its last byte, packed ones with the check sum that
/// zlib keeps: libmatio takes what it gets. @throws Error(BadFile)
void checkMat5(const std::filesystem::path& file, const ProgressFunction& progress);

constexpr std::int64_t kMaximumMatNumbers = 1'000'000;

}  // namespace elbo
