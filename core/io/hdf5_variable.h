// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

/// A data set of an HDF5 file, from its header alone.
struct Hdf5Variable {
    enum class Kind { Unsigned, Signed, Real, Reference, Other };
    Kind kind = Kind::Other;
    std::size_t bytes = 0;            ///< of one element
    std::vector<std::int64_t> sizes;  ///< as stored, slowest axis first; MATLAB's order backwards
    std::string matlabClass;          ///< attribute MATLAB_class ("uint8", "cell"); empty without it
    std::int64_t elements = 0;        ///< product of the sizes
};
/// "uint8", "single", "double", "int16", "cell" ...: MATLAB's name, else what the type would be there.
[[nodiscard]] std::string className(const Hdf5Variable& variable);

}  // namespace elbo
