// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/mat_file.h"
#include "core/io/readable_file.h"
#include "core/io/utf16.h"

#include <ATen/Functions.h>

#include <matio.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace elbo {

namespace fs = std::filesystem;

namespace {

/// libmatio unpacks a variable from its beginning for every piece that is asked for, so images are read in
/// blocks of about this size; the last two are kept, for threads that stand at both sides of a border.
constexpr std::size_t kBlockBytes = std::size_t{48} << 20;
constexpr std::size_t kBlocks = 2;
constexpr int kMaximumRank = 8;

struct MatClose {
    void operator()(mat_t* file) const { Mat_Close(file); }
};
struct VariableFree {
    void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using MatHandle = std::unique_ptr<mat_t, MatClose>;
using VariableHandle = std::unique_ptr<matvar_t, VariableFree>;

std::string classText(const matvar_t& variable)
{
    if (variable.isComplex != 0)
        return "complex";
    switch (variable.class_type) {
        case MAT_C_UINT8:
            return variable.isLogical != 0 ? "logical" : "uint8";
        case MAT_C_INT8:
            return "int8";
        case MAT_C_UINT16:
            return "uint16";
        case MAT_C_INT16:
            return "int16";
        case MAT_C_UINT32:
            return "uint32";
        case MAT_C_INT32:
            return "int32";
        case MAT_C_UINT64:
            return "uint64";
        case MAT_C_INT64:
            return "int64";
        case MAT_C_SINGLE:
            return "single";
        case MAT_C_DOUBLE:
            return "double";
        case MAT_C_CELL:
            return "cell";
        case MAT_C_CHAR:
            return "char";
        case MAT_C_STRUCT:
            return "struct";
        case MAT_C_EMPTY:
        case MAT_C_OBJECT:
        case MAT_C_SPARSE:
        case MAT_C_FUNCTION:
        case MAT_C_OPAQUE:
            break;
    }
    return "another type";
}

/// Numbers of the classes that images, depths and splits are of, as doubles; nothing for other classes.
std::optional<std::vector<double>> asDoubles(const matvar_t& variable, const void* data, std::size_t count)
{
    const auto convert = [&](auto kind) {
        const auto* values = static_cast<const decltype(kind)*>(data);
        return std::vector<double>(values, values + count);
    };
    switch (variable.class_type) {
        case MAT_C_UINT8:
            return convert(std::uint8_t{});
        case MAT_C_INT8:
            return convert(std::int8_t{});
        case MAT_C_UINT16:
            return convert(std::uint16_t{});
        case MAT_C_INT16:
            return convert(std::int16_t{});
        case MAT_C_UINT32:
            return convert(std::uint32_t{});
        case MAT_C_INT32:
            return convert(std::int32_t{});
        case MAT_C_SINGLE:
            return convert(float{});
        case MAT_C_DOUBLE:
            return convert(double{});
        default:  // everything else is refused by its name
            return std::nullopt;
    }
}

std::size_t elementBytes(const matvar_t& variable)
{
    return Mat_SizeOfClass(variable.class_type);
}

/// The characters of a char array, which are kept in one, two or four bytes each.
std::string utf8Of(const matvar_t& text, const std::string& what)
{
    if (text.data_type == MAT_T_UTF8 || text.data_type == MAT_T_UINT8 || text.data_type == MAT_T_INT8)
        return {static_cast<const char*>(text.data), text.nbytes};
    if (text.data_type == MAT_T_UTF16 || text.data_type == MAT_T_UINT16)
        return utf8FromUtf16({static_cast<const std::uint16_t*>(text.data), text.nbytes / 2});
    throw Error(ErrorCode::BadFile,
                what + " holds characters in an encoding that is not read: save it anew with save -v7.3.");
}

/// A run of images as bytes of the variable's own class.
struct Block {
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::vector<std::byte> bytes;
};

class Mat5 : public MatFile {
public:
    Mat5(const fs::path& file, const ProgressFunction& progress) : m_path(file)
    {
        checkMat5(file, progress);
        m_file.reset(Mat_Open(file.c_str(), MAT_ACC_RDONLY));
        if (m_file == nullptr)
            failDamaged(file.string());
    }

    [[nodiscard]] std::optional<MatVariable> find(const std::string& name) const override
    {
        const std::lock_guard turn(m_mutex);
        const auto* variable = header(name);
        if (variable == nullptr)
            return std::nullopt;
        return MatVariable{classText(*variable), sizesOf(*variable)};
    }

    [[nodiscard]] at::Tensor slice(const std::string& name, std::size_t axes, std::int64_t index,
                                   at::ScalarType type) const override
    {
        const std::lock_guard turn(m_mutex);
        auto& variable = require(name);
        auto sizes = sizesOf(variable);
        sizes.resize(std::max(sizes.size(), axes), 1);
        const auto images = sizes.back();
        sizes.pop_back();
        if (index < 0 || index >= images)
            throw Error(ErrorCode::BadFile, whatOf(name) + " has no image " + std::to_string(index) + ".");
        std::int64_t elements = 1;
        for (const auto size : sizes)
            elements *= size;
        const auto imageBytes = static_cast<std::size_t>(elements) * elementBytes(variable);
        if (imageBytes > 2 * kBlockBytes || imageBytes == 0)
            throw Error(ErrorCode::BadFile, whatOf(name) + " is larger than an image this program reads.");
        const auto& block = blockWith(name, variable, index, images, imageBytes);
        const auto* from = block.bytes.data() + static_cast<std::size_t>(index - block.first) * imageBytes;
        return tensorOf(name, variable, from, {sizes.rbegin(), sizes.rend()}, elements, type);
    }

    [[nodiscard]] std::vector<double> numbers(const std::string& name) const override
    {
        const std::lock_guard turn(m_mutex);
        const auto& variable = require(name);
        std::int64_t elements = 1;
        for (const auto size : sizesOf(variable))
            elements *= size;
        if (elements <= kMaximumMatNumbers && variable.isComplex == 0) {
            const VariableHandle whole(Mat_VarRead(m_file.get(), name.c_str()));
            if (whole == nullptr || whole->data == nullptr ||
                whole->nbytes < static_cast<std::size_t>(elements) * elementBytes(*whole))
                failDamaged(whatOf(name));
            if (auto values = asDoubles(*whole, whole->data, static_cast<std::size_t>(elements)))
                return *values;
        }
        throw Error(ErrorCode::BadFile, whatOf(name) + " is of class " + classText(variable) + " and holds " +
                                            std::to_string(elements) + " values, not a list of numbers.");
    }

    [[nodiscard]] std::vector<std::string> texts(const std::string& name) const override
    {
        const std::lock_guard turn(m_mutex);
        const auto& variable = require(name);
        if (variable.class_type != MAT_C_CELL)
            throw Error(ErrorCode::BadFile, whatOf(name) + " is of class " + classText(variable) +
                                                ", not a cell array: save it as a cell array of char.");
        const VariableHandle whole(Mat_VarRead(m_file.get(), name.c_str()));
        if (whole == nullptr || whole->data == nullptr)
            failDamaged(whatOf(name));
        std::vector<std::string> texts;
        const auto count = static_cast<int>(whole->nbytes / sizeof(matvar_t*));
        for (int i = 0; i < count; ++i)
            texts.push_back(textOf(Mat_VarGetCell(whole.get(), i), whatOf(name)));
        return texts;
    }

private:
    [[noreturn]] static void failDamaged(const std::string& what)
    {
        throw Error(ErrorCode::BadFile, what + " is damaged or cut short: download or copy the file again.");
    }
    [[nodiscard]] std::string whatOf(const std::string& name) const
    {
        return name + " in " + m_path.string();
    }

    /// nullptr when there is no such variable
    matvar_t* header(const std::string& name) const
    {
        if (const auto found = m_headers.find(name); found != m_headers.end())
            return found->second.get();
        VariableHandle variable(Mat_VarReadInfo(m_file.get(), name.c_str()));
        if (variable == nullptr)
            return nullptr;
        if (variable->rank < 2 || variable->rank > kMaximumRank || variable->dims == nullptr)
            failDamaged(whatOf(name));
        std::int64_t elements = 1;
        for (int axis = 0; axis < variable->rank; ++axis) {
            const auto size = variable->dims[axis];
            // A variable of this format has less than 2 GiB.
            if (size == 0 || size > static_cast<std::size_t>(INT32_MAX / elements))
                throw Error(ErrorCode::BadFile,
                            whatOf(name) +
                                (size == 0 ? " is empty" : " claims more values than its format can hold") +
                                ": download or copy the file again.");
            elements *= static_cast<std::int64_t>(size);
        }
        return m_headers.emplace(name, std::move(variable)).first->second.get();
    }
    matvar_t& require(const std::string& name) const
    {
        auto* found = header(name);
        if (found == nullptr)
            throw Error(ErrorCode::BadFile, m_path.string() + " has no variable " + name + ".");
        return *found;
    }

    static std::vector<std::int64_t> sizesOf(const matvar_t& variable)
    {
        return {variable.dims, variable.dims + variable.rank};
    }

    static std::string textOf(const matvar_t* cell, const std::string& what)
    {
        if (cell == nullptr)
            failDamaged(what);
        if (cell->class_type == MAT_C_EMPTY || (cell->class_type == MAT_C_CHAR && cell->nbytes == 0))
            return {};
        if (cell->class_type != MAT_C_CHAR)
            throw Error(ErrorCode::BadFile, what + " is a cell array of " + classText(*cell) +
                                                ", not of texts: save it as a cell array of char.");
        if (cell->data == nullptr)
            failDamaged(what);
        return utf8Of(*cell, what);
    }

    /// The block that holds an image, from the two that were read last or from the file.
    const Block& blockWith(const std::string& name, matvar_t& variable, std::int64_t index,
                           std::int64_t images, std::size_t imageBytes) const
    {
        auto& blocks = m_blocks[name];
        for (const auto& block : blocks) {
            if (index >= block.first && index < block.first + block.count)
                return block;
        }
        const auto each = std::max<std::int64_t>(1, static_cast<std::int64_t>(kBlockBytes / imageBytes));
        if (blocks.size() == kBlocks)
            blocks.pop_front();
        Block block;
        block.first = index / each * each;
        block.count = std::min(each, images - block.first);
        block.bytes.resize(static_cast<std::size_t>(block.count) * imageBytes);
        // Images lie one after the other. (Mat_VarReadData of matio 1.5.23 gives other values than the file's
        // for pieces of four axes.)
        const auto elements = static_cast<std::int64_t>(imageBytes / elementBytes(variable));
        if (Mat_VarReadDataLinear(m_file.get(), &variable, block.bytes.data(),
                                  static_cast<int>(block.first * elements), 1,
                                  static_cast<int>(block.count * elements)) != 0)
            failDamaged(whatOf(name));
        blocks.push_back(std::move(block));
        return blocks.back();
    }

    [[nodiscard]] at::Tensor tensorOf(const std::string& name, const matvar_t& variable,
                                      const std::byte* from, const std::vector<std::int64_t>& sizes,
                                      std::int64_t elements, at::ScalarType type) const
    {
        auto values = at::empty(sizes, type);
        if (type == at::kByte && variable.class_type == MAT_C_UINT8) {
            std::memcpy(values.mutable_data_ptr(), from, static_cast<std::size_t>(elements));
            return values;
        }
        const auto numbers = asDoubles(variable, from, static_cast<std::size_t>(elements));
        if (!numbers.has_value() || type != at::kFloat)
            throw Error(ErrorCode::BadFile,
                        whatOf(name) + " is of class " + classText(variable) + ", which is not read here.");
        std::transform(numbers->begin(), numbers->end(), values.mutable_data_ptr<float>(),
                       [](double value) { return static_cast<float>(value); });
        return values;
    }

    fs::path m_path;
    MatHandle m_file;
    mutable std::mutex m_mutex;  ///< libmatio keeps one position in the file
    mutable std::map<std::string, VariableHandle> m_headers;
    mutable std::map<std::string, std::deque<Block>> m_blocks;
};

}  // namespace

std::unique_ptr<MatFile> openMat5(const fs::path& file, const ProgressFunction& progress)
{
    requireReadableFile(file);
    return std::make_unique<Mat5>(file, progress);
}

}  // namespace elbo
