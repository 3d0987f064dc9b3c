// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/nyu_mat_writer.h"

#include <ATen/ATen.h>

#include <matio.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace elbo::tests {

constexpr std::size_t kCount = 4;
constexpr std::size_t kHeight = 12;
constexpr std::size_t kWidth = 16;

inline NyuMatImage madeImage(std::int64_t index)
{
    NyuMatImage image;
    const auto height = static_cast<std::int64_t>(kHeight);
    const auto width = static_cast<std::int64_t>(kWidth);
    image.color = at::arange(3 * height * width, at::kInt).add(index).remainder(251).to(at::kByte);
    image.color = image.color.view({3, height, width});
    image.depth = at::arange(height * width, at::kFloat).view({height, width}).div(100).add(1 + index);
    image.rawDepth = image.depth.clone();
    image.rawDepth[0][1] = 0;
    image.sceneType = index == 1 ? "unknown" : "home_office";
    image.scene = "home_office_000" + std::to_string(index / 2);
    return image;
}

/// The layout of the official file with images of 12x16.
inline void writeMade(const std::filesystem::path& file, bool packed = true, std::int64_t count = kCount)
{
    writeNyuMat(file, {count, kHeight, kWidth, packed}, madeImage, {});
}

/// A .mat file of version 5 with one variable for each name.
class MadeMat5 {
public:
    explicit MadeMat5(const std::filesystem::path& file)
        : m_file(Mat_CreateVer(file.c_str(), nullptr, MAT_FT_MAT5))
    {
    }
    ~MadeMat5() { Mat_Close(m_file); }
    MadeMat5(const MadeMat5&) = delete;
    MadeMat5& operator=(const MadeMat5&) = delete;

    template <class T>
    void put(const char* name, matio_classes kind, matio_types type, std::vector<std::size_t> sizes,
             const std::vector<T>& values, matio_compression packing = MAT_COMPRESSION_ZLIB) const
    {
        auto* variable = Mat_VarCreate(name, kind, type, static_cast<int>(sizes.size()), sizes.data(),
                                       const_cast<T*>(values.data()), 0);  // NOLINT: matio copies them
        require(Mat_VarWrite(m_file, variable, packing) == 0);
        Mat_VarFree(variable);
    }
    void putTexts(const char* name, const std::vector<std::string>& texts) const
    {
        std::vector<matvar_t*> cells;
        for (const auto& text : texts) {
            std::size_t sizes[2] = {1, text.size()};
            cells.push_back(Mat_VarCreate(nullptr, MAT_C_CHAR, MAT_T_UTF8, 2, sizes,
                                          const_cast<char*>(text.data()), 0));  // NOLINT: matio copies it
        }
        std::size_t sizes[2] = {cells.size(), 1};
        auto* variable = Mat_VarCreate(name, MAT_C_CELL, MAT_T_CELL, 2, sizes, cells.data(), 0);
        require(Mat_VarWrite(m_file, variable, MAT_COMPRESSION_ZLIB) == 0);
        Mat_VarFree(variable);
    }
    /// images and depths as the paper's file has them, in MATLAB's order: rows count by one, columns by ten.
    void putSet(matio_compression packing, std::size_t count = kCount) const
    {
        std::vector<std::uint8_t> colors(kHeight * kWidth * 3 * count);
        std::vector<float> depths(kHeight * kWidth * count);
        for (std::size_t i = 0; i < depths.size(); ++i)
            depths[i] = 1.0F + static_cast<float>(i % kHeight) +
                        0.1F * static_cast<float>(i / kHeight % kWidth) +
                        static_cast<float>(100 * (i / kHeight / kWidth));
        for (std::size_t i = 0; i < colors.size(); ++i)
            colors[i] = static_cast<std::uint8_t>(i % kHeight + 10 * (i / kHeight % kWidth) +
                                                  50 * (i / kHeight / kWidth % 3) + i / kHeight / kWidth / 3);
        put("images", MAT_C_UINT8, MAT_T_UINT8, {kHeight, kWidth, 3, count}, colors, packing);
        put("depths", MAT_C_SINGLE, MAT_T_SINGLE, {kHeight, kWidth, count}, depths, packing);
    }

private:
    static void require(bool done)
    {
        if (!done)
            throw std::runtime_error("the test's .mat file could not be made");
    }

    mat_t* m_file;
};

}  // namespace elbo::tests
