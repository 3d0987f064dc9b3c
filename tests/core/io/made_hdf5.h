// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/h5_handle.h"

#include <hdf5.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace elbo::tests {

/// An HDF5 file that a test fills, also with what no good file holds.
class MadeHdf5 {
public:
    using Data = H5Handle<H5Dclose>;

    explicit MadeHdf5(const std::filesystem::path& file)
        : m_file(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT))
    {
        require(m_file.isValid());
    }
    [[nodiscard]] hid_t get() const { return m_file.get(); }

    /// Values that count up, converted to the type. @param sizes slowest first, MATLAB's order backwards
    void put(const std::string& name, hid_t type, const std::vector<hsize_t>& sizes, double first = 1.0,
             const char* matlabClass = nullptr) const
    {
        std::size_t count = 1;
        for (const auto size : sizes)
            count *= size;
        std::vector<double> values(count);
        for (std::size_t i = 0; i < count; ++i)
            values[i] = first + static_cast<double>(i % 100);
        putValues(name, type, sizes, values, matlabClass);
    }
    void putValues(const std::string& name, hid_t type, const std::vector<hsize_t>& sizes,
                   const std::vector<double>& values, const char* matlabClass = nullptr) const
    {
        const auto data = create(name, type, sizes, matlabClass);
        require(H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
    }
    /// Without any values, as a file that claims more than it holds.
    Data create(const std::string& name, hid_t type, const std::vector<hsize_t>& sizes,
                const char* matlabClass = nullptr, hid_t properties = H5P_DEFAULT) const
    {
        const H5Handle<H5Sclose> space(
            H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr));
        Data data(
            H5Dcreate2(m_file.get(), name.c_str(), type, space.get(), H5P_DEFAULT, properties, H5P_DEFAULT));
        require(data.isValid());
        if (matlabClass != nullptr) {
            const H5Handle<H5Tclose> text(H5Tcopy(H5T_C_S1));
            H5Tset_size(text.get(), std::strlen(matlabClass));
            const H5Handle<H5Sclose> one(H5Screate(H5S_SCALAR));
            const H5Handle<H5Aclose> attribute(
                H5Acreate2(data.get(), "MATLAB_class", text.get(), one.get(), H5P_DEFAULT, H5P_DEFAULT));
            H5Awrite(attribute.get(), text.get(), matlabClass);
        }
        return data;
    }
    /// A cell array of references to these variables of the file; "" leads nowhere.
    void putCell(const std::string& name, const std::vector<std::string>& targets) const
    {
        std::vector<hobj_ref_t> references(targets.size());
        for (std::size_t i = 0; i < targets.size(); ++i) {
            if (!targets[i].empty())
                require(H5Rcreate(&references[i], m_file.get(), targets[i].c_str(), H5R_OBJECT, -1) >= 0);
        }
        const auto data = create(name, H5T_STD_REF_OBJ, {1, targets.size()}, "cell");
        H5Dwrite(data.get(), H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data());
    }
    void putText(const std::string& name, const std::vector<std::uint16_t>& units) const
    {
        putValues(name, H5T_NATIVE_UINT16, {units.size(), 1}, {units.begin(), units.end()}, "char");
    }

private:
    static void require(bool done)
    {
        if (!done)
            throw std::runtime_error("the test's HDF5 file could not be made");
    }

    H5Handle<H5Fclose> m_file;
};

}  // namespace elbo::tests
