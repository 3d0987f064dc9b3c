// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hdf5_file.h"

#include "core/base/error.h"
#include "core/io/h5_handle.h"
#include "core/io/readable_file.h"
#include "core/io/utf16.h"

#include <ATen/Functions.h>

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMaximumElements = std::int64_t{1} << 40;  ///< of a variable; pieces are far smaller
constexpr std::int64_t kMaximumPiece = 800'000'000;               ///< bytes read at a time
constexpr std::size_t kMaximumChunk = std::size_t{256} << 20;     ///< bytes a filter unpacks at a time
constexpr std::size_t kCache = std::size_t{64} << 20;             ///< unpacked chunks kept, for each variable
constexpr std::int64_t kMaximumText = 4096;                       ///< characters of one text in a cell array
constexpr std::int64_t kMaximumTexts = 1'000'000;

using H5FileHandle = H5Handle<H5Fclose>;
using H5Data = H5Handle<H5Dclose>;
using H5Object = H5Handle<H5Oclose>;
using H5Space = H5Handle<H5Sclose>;
using H5Type = H5Handle<H5Tclose>;
using H5Attribute = H5Handle<H5Aclose>;
using H5Properties = H5Handle<H5Pclose>;

/// One caller in libhdf5 at a time, which prints nothing meanwhile.
class H5Turn {
public:
    H5Turn() : m_lock(mutex())
    {
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        H5Eclear2(H5E_DEFAULT);
        H5PLset_loading_state(0);  // a file must not choose code to run
    }

private:
    static std::mutex& mutex()
    {
        static std::mutex instance;
        return instance;
    }
    std::lock_guard<std::mutex> m_lock;
};

/// libhdf5's own account, its innermost function first; for the log.
std::string errorStack()
{
    std::string text;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned, const H5E_error2_t* error, void* into) -> herr_t {
            auto& lines = *static_cast<std::string*>(into);
            lines += std::string(error->func_name) + ": " + error->desc + "\n";
            return 0;
        },
        &text);
    return text;
}

[[noreturn]] void failDamaged(const std::string& what)
{
    const auto stack = errorStack();
    if (stack.find("memory allocation failed") != std::string::npos)
        throw Error(ErrorCode::OutOfMemory,
                    what + " needs more memory than a data set may use: save it in smaller chunks.", stack);
    throw Error(ErrorCode::BadFile, what + " is damaged or cut short: download or copy the file again.",
                stack);
}

H5FileHandle openFile(const fs::path& file)
{
    const H5Properties access(H5Pcreate(H5P_FILE_ACCESS));
#if H5_VERSION_GE(1, 10, 7)
    // Locks are for writers; a disk that has none must not keep a reader out.
    H5Pset_file_locking(access.get(), false, true);
#endif
    H5FileHandle handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()));
    if (handle.isValid())
        return handle;
    if (H5Fis_hdf5(file.c_str()) == 0)
        throw Error(ErrorCode::BadFile, file.string() + " is no HDF5 file: download or copy it again.",
                    errorStack());
    failDamaged(file.string());
}

std::string textAttribute(hid_t object, const char* name)
{
    if (H5Aexists(object, name) <= 0)
        return {};
    const H5Attribute attribute(H5Aopen(object, name, H5P_DEFAULT));
    const H5Type stored(H5Aget_type(attribute.get()));
    const H5Space space(H5Aget_space(attribute.get()));
    if (!stored.isValid() || H5Tget_class(stored.get()) != H5T_STRING ||
        H5Tis_variable_str(stored.get()) != 0 || H5Sget_simple_extent_npoints(space.get()) != 1)
        return {};
    std::array<char, 64> text{};
    const H5Type wanted(H5Tcopy(H5T_C_S1));
    H5Tset_size(wanted.get(), text.size());
    if (H5Aread(attribute.get(), wanted.get(), text.data()) < 0)
        return {};
    text.back() = '\0';
    return text.data();
}

Hdf5Variable describe(hid_t data, const std::string& what)
{
    const H5Type type(H5Dget_type(data));
    const H5Space space(H5Dget_space(data));
    const int rank = space.isValid() ? H5Sget_simple_extent_ndims(space.get()) : -1;
    if (!type.isValid() || rank < 0)
        failDamaged(what);
    Hdf5Variable variable;
    variable.bytes = H5Tget_size(type.get());
    const auto kind = H5Tget_class(type.get());
    if (kind == H5T_INTEGER)
        variable.kind = H5Tget_sign(type.get()) == H5T_SGN_NONE ? Hdf5Variable::Kind::Unsigned
                                                                : Hdf5Variable::Kind::Signed;
    else if (kind == H5T_FLOAT)
        variable.kind = Hdf5Variable::Kind::Real;
    else if (kind == H5T_REFERENCE && H5Tequal(type.get(), H5T_STD_REF_OBJ) > 0)
        variable.kind = Hdf5Variable::Kind::Reference;
    std::array<hsize_t, H5S_MAX_RANK> sizes{};
    H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr);
    variable.elements = 1;
    for (int axis = 0; axis < rank; ++axis) {
        const auto size = sizes.at(static_cast<std::size_t>(axis));
        if (size == 0 || size > static_cast<hsize_t>(kMaximumElements / variable.elements))
            throw Error(ErrorCode::BadFile,
                        what + (size == 0 ? " is empty" : " claims more values than this program reads") +
                            ": download or copy the file again.");
        variable.sizes.push_back(static_cast<std::int64_t>(size));
        variable.elements *= variable.sizes.back();
    }
    variable.matlabClass = textAttribute(data, "MATLAB_class");
    return variable;
}

/// Refuses what lies elsewhere, what holds nothing, and blocks too large to be unpacked.
/// @return bytes of one chunk, its extent along the first axis in `along`; 0 when the data are in one piece
std::size_t checkStorage(hid_t data, const Hdf5Variable& variable, const std::string& what, hsize_t& along)
{
    const H5Properties created(H5Dget_create_plist(data));
    if (!created.isValid())
        failDamaged(what);
    const auto layout = H5Pget_layout(created.get());
    if (layout == H5D_VIRTUAL || H5Pget_external_count(created.get()) != 0)
        throw Error(ErrorCode::BadFile,
                    what + " is stored in another file, which is not read: save it in one file.");
    if (H5Dget_storage_size(data) == 0)
        throw Error(ErrorCode::BadFile, what + " holds no values: download or copy the file again.");
    if (layout != H5D_CHUNKED)
        return 0;
    std::array<hsize_t, H5S_MAX_RANK> sides{};
    const int rank = H5Pget_chunk(created.get(), H5S_MAX_RANK, sides.data());
    std::size_t bytes = variable.bytes;
    for (int axis = 0; axis < rank; ++axis)
        bytes *= sides.at(static_cast<std::size_t>(axis));  // libhdf5 allows less than 4 GiB
    if (bytes > kMaximumChunk && H5Pget_nfilters(created.get()) > 0)
        throw Error(ErrorCode::BadFile, what + " is packed in pieces of " + std::to_string(bytes >> 20U) +
                                            " MiB, too large to unpack: save it in smaller chunks.");
    along = sides[0];
    return bytes;
}

/// Chunks that hold more than one image are kept unpacked until the images after it are read, as far as the
/// memory allows.
H5Properties cacheFor(const Hdf5Variable& variable, std::size_t chunkBytes, hsize_t along)
{
    H5Properties access(H5Pcreate(H5P_DATASET_ACCESS));
    if (chunkBytes == 0 || variable.sizes.empty())
        return access;
    const auto image = variable.bytes * static_cast<std::size_t>(variable.elements / variable.sizes.front());
    const auto band = along < kCache / std::max<std::size_t>(image, 1) ? along * image : kCache;
    const auto bytes = std::clamp<std::size_t>(2 * band, std::size_t{1} << 20, kCache);
    const auto slots = std::clamp<std::size_t>(100 * (bytes / chunkBytes), 521, 100'003);
    H5Pset_chunk_cache(access.get(), slots | 1U, bytes, H5D_CHUNK_CACHE_W0_DEFAULT);
    return access;
}

hid_t memoryType(at::ScalarType type)
{
    if (type == at::kByte)
        return H5T_NATIVE_UINT8;
    return type == at::kFloat ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
}

}  // namespace

/// The open file, and the variables that were opened, with their caches.
struct Hdf5File::State {
    struct Opened {
        H5Data data;
        Hdf5Variable variable;
    };
    fs::path path;
    H5FileHandle file;
    std::map<std::string, Opened> opened;

    [[nodiscard]] std::string whatOf(const std::string& name) const { return name + " in " + path.string(); }

    /// nullptr when the root group has no data set of that name.
    const Opened* open(const std::string& name)
    {
        if (const auto found = opened.find(name); found != opened.end())
            return &found->second;
        if (H5Lexists(file.get(), name.c_str(), H5P_DEFAULT) <= 0)
            return nullptr;
        const auto what = whatOf(name);
        H5L_info_t link{};
        if (H5Lget_info(file.get(), name.c_str(), &link, H5P_DEFAULT) < 0)
            failDamaged(what);
        if (link.type != H5L_TYPE_HARD)
            throw Error(ErrorCode::BadFile,
                        what + " is a link to something else, which is not followed: save it in one file.");
        {
            const H5Object object(H5Oopen(file.get(), name.c_str(), H5P_DEFAULT));
            if (!object.isValid())
                failDamaged(what);
            if (H5Iget_type(object.get()) != H5I_DATASET)
                throw Error(ErrorCode::BadFile,
                            what + " is a group (a structure), not an array: save it as an array.");
        }
        H5Data plain(H5Dopen2(file.get(), name.c_str(), H5P_DEFAULT));
        if (!plain.isValid())
            failDamaged(what);
        Opened entry;
        entry.variable = describe(plain.get(), what);
        hsize_t along = 0;
        const auto chunkBytes = checkStorage(plain.get(), entry.variable, what, along);
        plain = H5Data();  // a variable that is open keeps its cache
        entry.data =
            H5Data(H5Dopen2(file.get(), name.c_str(), cacheFor(entry.variable, chunkBytes, along).get()));
        if (!entry.data.isValid())
            failDamaged(what);
        return &opened.emplace(name, std::move(entry)).first->second;
    }

    const Opened& require(const std::string& name)
    {
        const auto* found = open(name);
        if (found == nullptr)
            throw Error(ErrorCode::BadFile, path.string() + " has no variable " + name + ".");
        return *found;
    }

    /// The characters that a reference of a cell array leads to.
    [[nodiscard]] std::string text(hid_t cell, const hobj_ref_t& reference, const std::string& what) const
    {
        const H5Object object(H5Rdereference2(cell, H5P_DEFAULT, H5R_OBJECT, &reference));
        if (!object.isValid() || H5Iget_type(object.get()) != H5I_DATASET)
            failDamaged(what);
        const auto variable = describe(object.get(), what);
        if (className(variable) != "char" || variable.kind != Hdf5Variable::Kind::Unsigned)
            throw Error(ErrorCode::BadFile, what + " is a cell array of " + className(variable) +
                                                ", not of texts: save it as a cell array of char.");
        if (H5Aexists(object.get(), "MATLAB_empty") > 0)
            return {};
        if (variable.elements > kMaximumText)
            throw Error(ErrorCode::BadFile, what + " holds a text of " + std::to_string(variable.elements) +
                                                " characters: texts have at most 4096.");
        hsize_t along = 0;
        (void)checkStorage(object.get(), variable, what, along);
        std::vector<std::uint16_t> units(static_cast<std::size_t>(variable.elements));
        if (H5Dread(object.get(), H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, units.data()) < 0)
            failDamaged(what);
        return utf8FromUtf16(units);
    }
};

Hdf5File::Hdf5File(fs::path file) : m_state(std::make_unique<State>())
{
    requireReadableFile(file);
    const H5Turn turn;
    m_state->path = std::move(file);
    m_state->file = openFile(m_state->path);
}

Hdf5File::~Hdf5File()
{
    const H5Turn turn;
    m_state->opened.clear();
    m_state.reset();
}

std::optional<Hdf5Variable> Hdf5File::find(const std::string& name) const
{
    const H5Turn turn;
    const auto* found = m_state->open(name);
    return found == nullptr ? std::nullopt : std::optional(found->variable);
}

namespace {

/// The selected values; without a selection all of them.
at::Tensor readValues(hid_t data, const std::vector<std::int64_t>& sizes, at::ScalarType type,
                      hid_t fileSpace, const std::string& what)
{
    std::int64_t elements = 1;
    for (const auto size : sizes)
        elements *= size;
    const auto bytes = type == at::kByte ? 1 : (type == at::kFloat ? 4 : 8);
    if (elements > kMaximumPiece / bytes)
        throw Error(ErrorCode::BadFile, what + " is larger than an image this program reads.");
    auto values = at::empty(sizes, type);
    const auto count = static_cast<hsize_t>(elements);
    const H5Space memory(H5Screate_simple(1, &count, nullptr));
    if (H5Dread(data, memoryType(type), memory.get(), fileSpace, H5P_DEFAULT, values.mutable_data_ptr()) < 0)
        failDamaged(what);
    return values;
}

}  // namespace

at::Tensor Hdf5File::read(const std::string& name, at::ScalarType type) const
{
    const H5Turn turn;
    const auto& [data, variable] = m_state->require(name);
    return readValues(data.get(), variable.sizes, type, H5S_ALL, m_state->whatOf(name));
}

at::Tensor Hdf5File::readAt(const std::string& name, std::int64_t index, at::ScalarType type) const
{
    const H5Turn turn;
    const auto& [data, variable] = m_state->require(name);
    const auto what = m_state->whatOf(name);
    if (variable.sizes.empty() || index < 0 || index >= variable.sizes.front())
        throw Error(ErrorCode::BadFile, what + " has no image " + std::to_string(index) + ".");
    std::vector<hsize_t> start(variable.sizes.size(), 0);
    std::vector<hsize_t> count(variable.sizes.begin(), variable.sizes.end());
    start[0] = static_cast<hsize_t>(index);
    count[0] = 1;
    const H5Space space(H5Dget_space(data.get()));
    if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0)
        failDamaged(what);
    return readValues(data.get(), {variable.sizes.begin() + 1, variable.sizes.end()}, type, space.get(),
                      what);
}

std::vector<std::string> Hdf5File::readTexts(const std::string& name) const
{
    const H5Turn turn;
    const auto& [data, variable] = m_state->require(name);
    const auto what = m_state->whatOf(name);
    if (variable.kind != Hdf5Variable::Kind::Reference)
        throw Error(ErrorCode::BadFile, what + " is of class " + className(variable) +
                                            ", not a cell array: save it as a cell array of char.");
    if (variable.elements > kMaximumTexts)
        throw Error(ErrorCode::BadFile, what + " holds more texts than this program reads.");
    std::vector<hobj_ref_t> references(static_cast<std::size_t>(variable.elements));
    if (H5Dread(data.get(), H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references.data()) < 0)
        failDamaged(what);
    std::vector<std::string> texts;
    for (const auto& reference : references)
        texts.push_back(m_state->text(data.get(), reference, what));
    return texts;
}

}  // namespace elbo
