// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hdf5_writer.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <hdf5.h>

#include <cerrno>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace elbo {

namespace {

template <herr_t (*Close)(hid_t)>
class Handle {
public:
    explicit Handle(hid_t id = H5I_INVALID_HID) noexcept : m_id(id) {}
    Handle(Handle&& other) noexcept : m_id(std::exchange(other.m_id, H5I_INVALID_HID)) {}
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(m_id, other.m_id);
        return *this;
    }
    ~Handle()
    {
        if (m_id >= 0)
            Close(m_id);
    }
    [[nodiscard]] hid_t get() const noexcept { return m_id; }
    /// For those whose closing can fail.
    [[nodiscard]] herr_t close() noexcept { return Close(std::exchange(m_id, H5I_INVALID_HID)); }

private:
    hid_t m_id;
};
using File = Handle<H5Fclose>;
using Group = Handle<H5Gclose>;
using Object = Handle<H5Oclose>;
using DataSetHandle = Handle<H5Dclose>;
using Attribute = Handle<H5Aclose>;
using Space = Handle<H5Sclose>;
using Type = Handle<H5Tclose>;
using Properties = Handle<H5Pclose>;

std::mutex& hdf5Mutex()
{
    static std::mutex mutex;
    return mutex;
}

/// The deepest message of HDF5's error stack.
std::string hdf5Message()
{
    std::string text;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_DOWNWARD,
        [](unsigned /*n*/, const H5E_error2_t* error, void* to) -> herr_t {
            *static_cast<std::string*>(to) += std::string(error->func_name) + ": " + error->desc + "\n";
            return 0;
        },
        &text);
    return text;
}

/// IEEE half precision, which HDF5 1.10 has no name for.
Type halfType()
{
    Type type(H5Tcopy(H5T_IEEE_F32LE));
    H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
    H5Tset_size(type.get(), 2);
    H5Tset_ebias(type.get(), 15);
    return type;
}

/// The type of a tensor whose bits HDF5 can hold.
Type typeOf(at::ScalarType type)
{
    switch (type) {
        case at::kDouble:
            return Type(H5Tcopy(H5T_IEEE_F64LE));
        case at::kFloat:
            return Type(H5Tcopy(H5T_IEEE_F32LE));
        case at::kHalf:
            return halfType();
        case at::kLong:
            return Type(H5Tcopy(H5T_STD_I64LE));
        case at::kInt:
            return Type(H5Tcopy(H5T_STD_I32LE));
        case at::kShort:
            return Type(H5Tcopy(H5T_STD_I16LE));
        case at::kChar:
            return Type(H5Tcopy(H5T_STD_I8LE));
        case at::kByte:
            return Type(H5Tcopy(H5T_STD_U8LE));
        case at::kUInt16:
            return Type(H5Tcopy(H5T_STD_U16LE));
        default:
            throw Error(ErrorCode::Unsupported, std::string("HDF5 has no type for tensors of ") +
                                                    c10::toString(type) + ": convert them to float32 first.");
    }
}

/// UTF-8 of any length, zero-terminated.
Type textType()
{
    Type type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.get(), H5T_VARIABLE);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    return type;
}

}  // namespace

struct Hdf5Writer::State {
    std::unique_lock<std::mutex> lock{hdf5Mutex()};
    std::filesystem::path target;
    std::filesystem::path part;
    File file;
    Properties withGroups;

    /// Throws what keeps the file from being written when `result` says so.
    template <typename Result>
    Result check(Result result) const
    {
        const int reason = errno;
        if (result >= 0)
            return result;
        if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG || reason == EACCES || reason == EROFS)
            throw fileError(reason, "write", target.string());
        throw Error(ErrorCode::BadFile,
                    "Could not write " + target.string() + ": HDF5 refused it; choose another place or name.",
                    hdf5Message());
    }

    void write(const std::string& name, hid_t type, hid_t space, const void* data) const
    {
        errno = 0;
        const DataSetHandle dataset(check(
            H5Dcreate2(file.get(), name.c_str(), type, space, withGroups.get(), H5P_DEFAULT, H5P_DEFAULT)));
        check(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
    }

    void setAttribute(const std::string& name, const std::string& attribute, hid_t type,
                      const void* data) const
    {
        errno = 0;
        const Object object(check(H5Oopen(file.get(), name.c_str(), H5P_DEFAULT)));
        const Space space(check(H5Screate(H5S_SCALAR)));
        const Attribute made(
            check(H5Acreate2(object.get(), attribute.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT)));
        check(H5Awrite(made.get(), type, data));
    }
};

Hdf5Writer::Hdf5Writer(std::filesystem::path target) : m_state(std::make_unique<State>())
{
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // failures are thrown, not printed
    auto& state = *m_state;
    state.target = std::move(target);
    state.part = state.target.string() + ".part-" + std::to_string(::getpid());
    // By the system first: its reason says what to do, HDF5's does not.
    const int made = ::open(state.part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (made < 0)
        throw fileError(errno, "write", state.target.string());
    ::close(made);
    state.file = File(H5Fcreate(state.part.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    state.withGroups = Properties(H5Pcreate(H5P_LINK_CREATE));
    if (state.file.get() < 0 || H5Pset_create_intermediate_group(state.withGroups.get(), 1) < 0) {
        (void)::unlink(state.part.c_str());
        throw Error(ErrorCode::BadFile,
                    "Could not write " + state.target.string() + ": choose another place or name.",
                    hdf5Message());
    }
}

Hdf5Writer::~Hdf5Writer()
{
    if (m_state->file.get() < 0)
        return;
    (void)m_state->file.close();
    (void)::unlink(m_state->part.c_str());
}

void Hdf5Writer::addGroup(const std::string& name)
{
    errno = 0;
    const Group group(m_state->check(
        H5Gcreate2(m_state->file.get(), name.c_str(), m_state->withGroups.get(), H5P_DEFAULT, H5P_DEFAULT)));
}

void Hdf5Writer::addTensor(const std::string& name, const at::Tensor& tensor)
{
    auto values = tensor.cpu();
    if (values.scalar_type() == at::kBFloat16)
        values = values.to(at::kFloat);
    else if (values.scalar_type() == at::kBool)
        values = values.to(at::kByte);
    values = values.contiguous();
    const auto type = typeOf(values.scalar_type());
    const std::vector<hsize_t> sizes(values.sizes().begin(), values.sizes().end());
    const Space space(m_state->check(
        sizes.empty() ? H5Screate(H5S_SCALAR)
                      : H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr)));
    m_state->write(name, type.get(), space.get(), values.const_data_ptr());
}

void Hdf5Writer::addText(const std::string& name, const std::string& text)
{
    const auto type = textType();
    const Space space(m_state->check(H5Screate(H5S_SCALAR)));
    const char* pointer = text.c_str();
    m_state->write(name, type.get(), space.get(), &pointer);
}

void Hdf5Writer::addTexts(const std::string& name, const std::vector<std::string>& texts)
{
    const auto type = textType();
    const hsize_t count = texts.size();
    const Space space(m_state->check(H5Screate_simple(1, &count, nullptr)));
    std::vector<const char*> pointers;
    for (const auto& text : texts)
        pointers.push_back(text.c_str());
    m_state->write(name, type.get(), space.get(), static_cast<const void*>(pointers.data()));
}

void Hdf5Writer::setAttribute(const std::string& name, const std::string& attribute, const std::string& text)
{
    const char* pointer = text.c_str();
    m_state->setAttribute(name, attribute, textType().get(), &pointer);
}

void Hdf5Writer::setAttribute(const std::string& name, const std::string& attribute, std::int64_t number)
{
    m_state->setAttribute(name, attribute, H5T_STD_I64LE, &number);
}

void Hdf5Writer::commit()
{
    auto& state = *m_state;
    errno = 0;
    state.check(H5Fflush(state.file.get(), H5F_SCOPE_GLOBAL));
    if (const auto closed = state.file.close(); closed < 0) {
        (void)::unlink(state.part.c_str());
        state.check(closed);
    }
    const int written = ::open(state.part.c_str(), O_RDONLY | O_CLOEXEC);
    const bool flushed = written >= 0 && ::fsync(written) == 0;
    const int reason = errno;
    if (written >= 0)
        ::close(written);
    if (!flushed || ::rename(state.part.c_str(), state.target.c_str()) != 0) {
        const auto error = fileError(flushed ? errno : reason, "write", state.target.string());
        (void)::unlink(state.part.c_str());
        throw error;
    }
}

}  // namespace elbo
