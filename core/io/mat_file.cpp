// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/mat_file.h"

#include "core/base/error.h"
#include "core/io/hdf5_file.h"
#include "core/io/readable_file.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace elbo {

namespace fs = std::filesystem;

namespace {

bool isNumeric(const Hdf5Variable& variable)
{
    const auto name = className(variable);
    return variable.kind != Hdf5Variable::Kind::Other && variable.kind != Hdf5Variable::Kind::Reference &&
           name != "char" && name != "cell";
}

class Mat73 : public MatFile {
public:
    explicit Mat73(const fs::path& file) : m_path(file), m_file(file) {}

    [[nodiscard]] std::optional<MatVariable> find(const std::string& name) const override
    {
        const auto variable = m_file.find(name);
        if (!variable.has_value())
            return std::nullopt;
        MatVariable found{className(*variable), {variable->sizes.rbegin(), variable->sizes.rend()}};
        if (found.className == "cell" && variable->kind != Hdf5Variable::Kind::Reference)
            found.className = "another type";
        found.sizes.resize(std::max<std::size_t>(found.sizes.size(), 2), 1);
        return found;
    }
    [[nodiscard]] at::Tensor slice(const std::string& name, std::size_t axes, std::int64_t index,
                                   at::ScalarType type) const override
    {
        const auto variable = m_file.find(name);
        return variable.has_value() && variable->sizes.size() < axes ? m_file.read(name, type)
                                                                     : m_file.readAt(name, index, type);
    }
    [[nodiscard]] std::vector<double> numbers(const std::string& name) const override
    {
        const auto variable = m_file.find(name);
        if (variable.has_value() && (!isNumeric(*variable) || variable->elements > kMaximumMatNumbers))
            throw Error(ErrorCode::BadFile, name + " in " + m_path.string() + " is of class " +
                                                className(*variable) + " and holds " +
                                                std::to_string(variable->elements) +
                                                " values, not a list of numbers.");
        const auto values = m_file.read(name, at::kDouble);
        const auto* first = values.const_data_ptr<double>();
        return {first, first + values.numel()};
    }
    [[nodiscard]] std::vector<std::string> texts(const std::string& name) const override
    {
        return m_file.readTexts(name);
    }

private:
    fs::path m_path;
    Hdf5File m_file;
};

}  // namespace

std::string sizesText(const std::vector<std::int64_t>& sizes)
{
    std::string text;
    for (const auto size : sizes)
        text += (text.empty() ? "" : "x") + std::to_string(size);
    return text;
}

std::unique_ptr<MatFile> openMat73(const fs::path& file)
{
    return std::make_unique<Mat73>(file);
}

std::unique_ptr<MatFile> openMatFile(const fs::path& file, const ProgressFunction& progress)
{
    requireReadableFile(file);
    std::array<char, 128> header{};
    std::ifstream in(file, std::ios::binary);
    in.read(header.data(), header.size());
    const std::string_view start(header.data(), static_cast<std::size_t>(in.gcount()));
    // Version and byte order stand at the end of the header: 0x0100 for MATLAB 5 to 7, 0x0200 for 7.3.
    const auto order = start.size() == header.size() ? start.substr(126) : std::string_view();
    const bool isMat = order == "IM" || order == "MI";
    const char version = order == "MI" ? header[124] : header[125];
    if (isMat && version == 1)
        return openMat5(file, progress);
    if ((isMat && version == 2) || start.starts_with("\x89HDF\r\n\x1a\n"))
        return openMat73(file);
    throw Error(ErrorCode::BadFile,
                file.string() + " is no .mat file of MATLAB 5 or newer: save it anew with save -v7.3.");
}

}  // namespace elbo
