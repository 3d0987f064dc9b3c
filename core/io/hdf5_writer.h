// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// Writes an HDF5 file beside its target (NAME.part-PID) and renames it when all is there; destroyed without
/// commit(), the part is removed. Names are paths from the root ("weights/last/encoder.0.weight"); groups in
/// between are made. One at a time in a process, since HDF5 is built without threads: a second one waits.
class Hdf5Writer {
public:
    /// @throws Error as fileError when the file cannot be made
    explicit Hdf5Writer(std::filesystem::path target);
    ~Hdf5Writer();
    Hdf5Writer(const Hdf5Writer&) = delete;
    Hdf5Writer& operator=(const Hdf5Writer&) = delete;

    void addGroup(const std::string& name);
    /// @param tensor  any type, strides and device; bfloat16 becomes float32, bool uint8
    void addTensor(const std::string& name, const at::Tensor& tensor);
    void addText(const std::string& name, const std::string& text);                 ///< a scalar UTF-8 string
    void addTexts(const std::string& name, const std::vector<std::string>& texts);  ///< [N] UTF-8 strings
    /// Attributes of a group or dataset ("/": of the file).
    void setAttribute(const std::string& name, const std::string& attribute, const std::string& text);
    void setAttribute(const std::string& name, const std::string& attribute, std::int64_t number);
    /// Closes, flushes to disk, renames.
    void commit();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace elbo
