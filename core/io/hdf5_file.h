// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/hdf5_variable.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// An HDF5 file that is only read, a piece at a time. It may be hostile: sizes are checked before memory is
/// taken; links to other files, external and virtual storage are refused; no filter plug-in is loaded.
/// Every method may be called from several threads; they take turns, since libhdf5 need not be built for
/// threads.
class Hdf5File {
public:
    /// @throws Error(NotFound, NoPermission); BadFile for a folder, a foreign, a damaged or cut file
    explicit Hdf5File(std::filesystem::path file);
    ~Hdf5File();
    Hdf5File(const Hdf5File&) = delete;
    Hdf5File& operator=(const Hdf5File&) = delete;

    /// A data set in the root group. @throws Error(BadFile) for one that is stored outside of the file
    [[nodiscard]] std::optional<Hdf5Variable> find(const std::string& name) const;
    /// All of it, converted. @param type kByte, kFloat or kDouble
    /// @throws Error(BadFile) when it is not there, holds above 800 million bytes, or is damaged
    [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type) const;
    /// One position of the first (slowest) axis, that axis dropped. Throws as read.
    [[nodiscard]] at::Tensor readAt(const std::string& name, std::int64_t index, at::ScalarType type) const;
    /// The texts that the object references of a MATLAB cell array lead to, in UTF-8 and in order.
    /// @throws Error(BadFile) for a cell of something else, with its class
    [[nodiscard]] std::vector<std::string> readTexts(const std::string& name) const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace elbo
