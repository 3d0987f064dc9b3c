// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/nyu_mat_writer.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/io/h5_handle.h"

#include <hdf5.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

namespace elbo {

namespace fs = std::filesystem;

namespace {

using H5FileHandle = H5Handle<H5Fclose>;
using H5Data = H5Handle<H5Dclose>;
using H5Group = H5Handle<H5Gclose>;
using H5Space = H5Handle<H5Sclose>;
using H5Type = H5Handle<H5Tclose>;
using H5Attribute = H5Handle<H5Aclose>;
using H5Properties = H5Handle<H5Pclose>;

constexpr hsize_t kUserBlock = 512;

class NyuMatWriter {
public:
    NyuMatWriter(const fs::path& file, const NyuMatPlan& plan) : m_path(file), m_plan(plan)
    {
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        const H5Properties created(H5Pcreate(H5P_FILE_CREATE));
        H5Pset_userblock(created.get(), kUserBlock);
        m_file = H5FileHandle(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, created.get(), H5P_DEFAULT));
        require(m_file.isValid());
        m_references = H5Group(H5Gcreate2(m_file.get(), "#refs#", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    }

    void write(const std::function<NyuMatImage(std::int64_t)>& image, const std::stop_token& stop)
    {
        const auto count = static_cast<hsize_t>(m_plan.count);
        const auto width = static_cast<hsize_t>(m_plan.width);
        const auto height = static_cast<hsize_t>(m_plan.height);
        const auto images = create("images", H5T_NATIVE_UINT8, "uint8", {count, 3, width, height});
        const auto depths = create("depths", H5T_NATIVE_FLOAT, "single", {count, width, height});
        const auto raw = create("rawDepths", H5T_NATIVE_FLOAT, "single", {count, width, height});
        std::vector<std::string> types;
        std::vector<std::string> scenes;
        for (std::int64_t i = 0; i < m_plan.count; ++i) {
            throwIfStopped(stop);
            const auto made = image(i);
            put(images, H5T_NATIVE_UINT8, i, made.color.transpose(1, 2).contiguous());
            put(depths, H5T_NATIVE_FLOAT, i, made.depth.t().contiguous());
            put(raw, H5T_NATIVE_FLOAT, i, made.rawDepth.t().contiguous());
            types.push_back(made.sceneType);
            scenes.push_back(made.scene);
        }
        putCells("sceneTypes", types);
        putCells("scenes", scenes);
    }

    /// MATLAB's own header goes into the block that HDF5 leaves free.
    void finish()
    {
        m_references = H5Group();
        m_file = H5FileHandle();
        std::array<char, 128> header{};
        const std::string text =
            "MATLAB 7.3 MAT-file, Platform: GLNXA64, Created by: Elbo HDF5 schema 1.00 .";
        std::memset(header.data(), ' ', 116);
        std::memcpy(header.data(), text.data(), text.size());
        header[125] = 2;
        header[126] = 'I';
        header[127] = 'M';
        std::fstream out(m_path, std::ios::in | std::ios::out | std::ios::binary);
        out.write(header.data(), header.size());
        require(static_cast<bool>(out.flush()));
    }

private:
    void require(bool done) const
    {
        if (!done)
            throw fileError(errno == 0 ? EIO : errno, "write", m_path.string());
    }

    static void setText(hid_t object, const char* name, const char* text)
    {
        const H5Type type(H5Tcopy(H5T_C_S1));
        H5Tset_size(type.get(), std::strlen(text));
        const H5Space one(H5Screate(H5S_SCALAR));
        const H5Attribute attribute(
            H5Acreate2(object, name, type.get(), one.get(), H5P_DEFAULT, H5P_DEFAULT));
        H5Awrite(attribute.get(), type.get(), text);
    }

    [[nodiscard]] H5Data create(const char* name, hid_t type, const char* className,
                                const std::vector<hsize_t>& sizes) const
    {
        const H5Properties created(H5Pcreate(H5P_DATASET_CREATE));
        if (m_plan.packed) {
            auto chunk = sizes;
            chunk[0] = 1;
            H5Pset_chunk(created.get(), static_cast<int>(chunk.size()), chunk.data());
            H5Pset_deflate(created.get(), 3);
        }
        const H5Space space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr));
        H5Data data(
            H5Dcreate2(m_file.get(), name, type, space.get(), H5P_DEFAULT, created.get(), H5P_DEFAULT));
        require(data.isValid());
        setText(data.get(), "MATLAB_class", className);
        return data;
    }

    void put(const H5Data& data, hid_t type, std::int64_t index, const at::Tensor& image) const
    {
        std::vector<hsize_t> start(static_cast<std::size_t>(image.dim()) + 1, 0);
        std::vector<hsize_t> count(image.sizes().begin(), image.sizes().end());
        start[0] = static_cast<hsize_t>(index);
        count.insert(count.begin(), 1);
        const H5Space file(H5Dget_space(data.get()));
        H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
        const H5Space memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr));
        require(H5Dwrite(data.get(), type, memory.get(), file.get(), H5P_DEFAULT, image.const_data_ptr()) >=
                0);
    }

    void putCells(const std::string& name, const std::vector<std::string>& texts) const
    {
        std::vector<hobj_ref_t> references;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const std::vector<std::uint16_t> units(texts[i].begin(), texts[i].end());
            const std::array<hsize_t, 2> sizes{units.size(), 1};
            const auto cell = name + std::to_string(i);
            const H5Space space(H5Screate_simple(2, sizes.data(), nullptr));
            const H5Data data(H5Dcreate2(m_references.get(), cell.c_str(), H5T_NATIVE_UINT16, space.get(),
                                         H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
            require(data.isValid());
            H5Dwrite(data.get(), H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, units.data());
            setText(data.get(), "MATLAB_class", "char");
            hobj_ref_t reference{};
            H5Rcreate(&reference, m_references.get(), cell.c_str(), H5R_OBJECT, -1);
            references.push_back(reference);
        }
        const std::array<hsize_t, 2> sizes{1, references.size()};
        const H5Space space(H5Screate_simple(2, sizes.data(), nullptr));
        const H5Data data(H5Dcreate2(m_file.get(), name.c_str(), H5T_STD_REF_OBJ, space.get(), H5P_DEFAULT,
                                     H5P_DEFAULT, H5P_DEFAULT));
        require(data.isValid() &&
                H5Dwrite(data.get(), H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data()) >= 0);
        setText(data.get(), "MATLAB_class", "cell");
    }

    const fs::path& m_path;
    const NyuMatPlan& m_plan;
    H5FileHandle m_file;
    H5Group m_references;
};

}  // namespace

void writeNyuMat(const fs::path& file, const NyuMatPlan& plan,
                 const std::function<NyuMatImage(std::int64_t index)>& image, const std::stop_token& stop)
{
    NyuMatWriter writer(file, plan);
    writer.write(image, stop);
    writer.finish();
}

}  // namespace elbo
