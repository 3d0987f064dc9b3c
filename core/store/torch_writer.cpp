// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/torch_archive.h"
#include "core/store/torch_file.h"
#include "core/store/zip_writer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The pickle is built from the same instructions that torch.save of PyTorch 2.13 uses, protocol 2 (see
// pickle_machine.cpp for their names). Nothing but the state dict is in it.

namespace elbo {
namespace {

/// The folder inside; PyTorch reads any name.
constexpr const char* kFolder = "archive";

class PickleWriter {
public:
    PickleWriter() { m_bytes = "\x80\x02"; }

    PickleWriter& code(std::string_view instructions)
    {
        m_bytes += instructions;
        return *this;
    }
    PickleWriter& global(std::string_view module, std::string_view name)
    {
        m_bytes += 'c';
        m_bytes += module;
        m_bytes += '\n';
        m_bytes += name;
        m_bytes += '\n';
        return *this;
    }
    PickleWriter& text(std::string_view value)
    {
        m_bytes += 'X';
        number(static_cast<std::uint32_t>(value.size()));
        m_bytes += value;
        return *this;
    }
    /// LONG1 of eight bytes holds whatever a size can be.
    PickleWriter& integer(std::int64_t value)
    {
        m_bytes += "\x8a\x08";
        number(value);
        return *this;
    }
    PickleWriter& tuple(at::IntArrayRef values)
    {
        m_bytes += '(';
        for (const auto value : values) {
            integer(value);
        }
        m_bytes += 't';
        return *this;
    }
    [[nodiscard]] std::span<const std::byte> bytes() const { return std::as_bytes(std::span(m_bytes)); }

private:
    template <typename Number>
    void number(Number value)
    {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    std::string m_bytes;
};

/// The class of Python that stands for a storage of this type; nullptr: an untyped one.
const char* storageName(at::ScalarType type)
{
    switch (type) {
        case at::kDouble:
            return "DoubleStorage";
        case at::kFloat:
            return "FloatStorage";
        case at::kHalf:
            return "HalfStorage";
        case at::kBFloat16:
            return "BFloat16Storage";
        case at::kLong:
            return "LongStorage";
        case at::kInt:
            return "IntStorage";
        case at::kShort:
            return "ShortStorage";
        case at::kChar:
            return "CharStorage";
        case at::kByte:
            return "ByteStorage";
        case at::kBool:
            return "BoolStorage";
        case at::kUInt16:
            return nullptr;
        default:
            throw Error(ErrorCode::Unsupported, std::string("Tensors of type ") + c10::toString(type) +
                                                    " cannot be saved for PyTorch here; convert them first.");
    }
}

/// Of the copy that is written, in elements: the last index runs fastest.
std::vector<std::int64_t> contiguousStrides(at::IntArrayRef shape)
{
    std::vector<std::int64_t> strides(shape.size());
    std::int64_t stride = 1;
    for (std::size_t i = shape.size(); i > 0; --i) {
        strides[i - 1] = stride;
        stride *= std::max<std::int64_t>(shape[i - 1], 1);
    }
    return strides;
}

/// name: _rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())
void addTensor(PickleWriter& pickle, const NamedTensor& named, const std::string& key)
{
    const at::Tensor& tensor = named.tensor;
    const char* const storage = storageName(tensor.scalar_type());
    pickle.text(named.name)
        .global("torch._utils", storage == nullptr ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2")
        .code("((")
        .text("storage");
    if (storage == nullptr) {
        pickle.global("torch.storage", "UntypedStorage");
    } else {
        pickle.global("torch", storage);
    }
    pickle.text(key)
        .text("cpu")
        .integer(tensor.numel() * (storage == nullptr ? static_cast<std::int64_t>(tensor.element_size()) : 1))
        .code("tQ")
        .integer(0)
        .tuple(tensor.sizes())
        .tuple(contiguousStrides(tensor.sizes()))
        .code("\x89")
        .global("collections", "OrderedDict")
        .code(")R");
    if (storage == nullptr) {
        pickle.global("torch", "uint16");
    }
    pickle.code("tR");
}

std::string inArchive(std::string_view name)
{
    std::string path = kFolder;
    path += name;
    return path;
}

void addText(ZipWriter& archive, const char* name, std::string_view text)
{
    archive.add(inArchive(name), std::as_bytes(std::span(text)));
}

}  // namespace

void writeTorch(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                const std::map<std::string, std::string>& metadata, const WriteObserver& observer)
{
    PickleWriter pickle;
    pickle.global("collections", "OrderedDict").code(")R(");
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (!names.insert(tensors[i].name).second) {
            std::string sentence = "Two tensors named \"" + tensors[i].name;
            sentence += "\" cannot be saved in one file; report this.";
            throw Error(ErrorCode::Internal, sentence);
        }
        addTensor(pickle, tensors[i], std::to_string(i));
    }
    pickle.code("u.");
    ZipWriter archive(file, observer);
    archive.add(inArchive(kTorchPickle), pickle.bytes());
    addText(archive, kTorchByteOrder, "little");
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const at::Tensor tensor = tensors[i].tensor.detach().cpu().contiguous();
        archive.add(inArchive(kTorchStorages + std::to_string(i)),
                    std::span(static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()));
    }
    addText(archive, kTorchVersion, "3\n");
    if (!metadata.empty()) {
        const nlohmann::json header{{"__metadata__", metadata}};
        addText(archive, kTorchMetadata,
                header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
    archive.commit();
}

}  // namespace elbo
