// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/safetensors.h"

#include "core/base/error.h"
#include "core/base/plain_line.h"
#include "core/store/input_file.h"
#include "core/store/safetensors_header.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include <sys/file.h>
#include <sys/mman.h>

namespace elbo {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

Error damagedFile(const std::string& path, const std::string& reason)
{
    return safetensorsError(path, reason);
}

/// A file mapped read-only. It keeps the descriptor and a shared lock on it, so that whoever trims the cache
/// sees that it is in use.
class Mapping {
public:
    explicit Mapping(const std::filesystem::path& file) : m_file(file, damagedFile)
    {
        // A file system without locks only loses this protection; the mapping itself stays valid after an
        // unlink.
        [[maybe_unused]] const int locked = ::flock(m_file.descriptor(), LOCK_SH | LOCK_NB);
        if (m_file.size() > 0) {
            m_address = ::mmap(nullptr, m_file.size(), PROT_READ, MAP_SHARED, m_file.descriptor(), 0);
            if (m_address == MAP_FAILED) {
                throw fileError(errno, "map", m_file.path());
            }
        }
    }
    ~Mapping()
    {
        if (m_address != nullptr) {
            ::munmap(m_address, m_file.size());
        }
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    [[nodiscard]] const InputFile& file() const { return m_file; }
    [[nodiscard]] std::byte* data() const { return static_cast<std::byte*>(m_address); }

private:
    InputFile m_file;
    void* m_address = nullptr;
};

SafetensorsHeader readHeader(const InputFile& file)
{
    if (file.size() == 0) {
        throw safetensorsError(file.path(), "it is empty");
    }
    if (file.size() < kSafetensorsLengthBytes) {
        throw safetensorsError(file.path(), "it is shorter than the length of its header");
    }
    std::uint64_t jsonBytes = 0;
    file.read(0, &jsonBytes, sizeof jsonBytes);
    checkSafetensorsLength(jsonBytes, file.size(), file.path());
    std::string json(jsonBytes, '\0');
    file.read(kSafetensorsLengthBytes, json.data(), jsonBytes);
    return parseSafetensorsHeader(json, file.size() - kSafetensorsLengthBytes - jsonBytes, file.path());
}

/// Bytes other than 0 and 1 in a bool tensor are undefined behaviour for whoever reads them.
void checkBooleans(const TensorInfo& info, const void* data, const std::string& path)
{
    if (info.type != at::kBool) {
        return;
    }
    const std::span bytes(static_cast<const std::uint8_t*>(data), info.end - info.begin);
    if (std::ranges::any_of(bytes, [](std::uint8_t byte) { return byte > 1; })) {
        throw safetensorsError(
            path, "tensor \"" + plainLine(info.name) + "\" has values that are neither true nor false");
    }
}

/// One line of JSON, padded with spaces so that the data begin at a multiple of 64 bytes.
std::string headerText(const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata)
{
    auto json = nlohmann::ordered_json::object();
    if (!metadata.empty()) {
        json["__metadata__"] = metadata;
    }
    std::set<std::string> names{"__metadata__"};
    std::uint64_t offset = 0;
    for (const auto& [name, tensor] : tensors) {
        if (!names.insert(name).second) {
            throw Error(ErrorCode::Internal,
                        "Two tensors named \"" + name + "\" cannot be saved in one file; report this.");
        }
        const std::uint64_t end = offset + static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
        json[name] = {{"dtype", safetensorsTypeName(tensor.scalar_type())},
                      {"shape", tensor.sizes().vec()},
                      {"data_offsets", {offset, end}}};
        offset = end;
    }
    // Names of images may hold bytes that are no UTF-8; they become replacement characters rather than a
    // failed save.
    std::string text = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    constexpr std::size_t kAlignment = 64;
    text.resize((text.size() + kSafetensorsLengthBytes + kAlignment - 1) / kAlignment * kAlignment -
                    kSafetensorsLengthBytes,
                ' ');
    return text;
}

}  // namespace

const at::Tensor* SafetensorsFile::find(std::string_view name) const
{
    const auto found = std::ranges::find(tensors, name, &NamedTensor::name);
    return found == tensors.end() ? nullptr : &found->tensor;
}

const at::Tensor& SafetensorsFile::at(std::string_view name) const
{
    const at::Tensor* tensor = find(name);
    if (tensor == nullptr) {
        throw Error(ErrorCode::BadFile, "The file lacks the tensor \"" + std::string(name) +
                                            "\"; it was made for something else, so choose another file.");
    }
    return *tensor;
}

SafetensorsHeader readSafetensorsHeader(const std::filesystem::path& file)
{
    return readHeader(InputFile(file, damagedFile));
}

SafetensorsFile readSafetensors(const std::filesystem::path& file)
{
    const InputFile input(file, damagedFile);
    SafetensorsHeader header = readHeader(input);
    SafetensorsFile result;
    result.metadata = std::move(header.metadata);
    result.tensors.reserve(header.tensors.size());
    for (const TensorInfo& info : header.tensors) {
        auto tensor = at::empty(info.shape, at::TensorOptions().dtype(info.type));
        if (info.end > info.begin) {
            input.read(header.dataOffset + info.begin, tensor.data_ptr(), info.end - info.begin);
            checkBooleans(info, tensor.data_ptr(), input.path());
        }
        result.tensors.push_back({info.name, std::move(tensor)});
    }
    return result;
}

SafetensorsFile mapSafetensors(const std::filesystem::path& file)
{
    const auto mapping = std::make_shared<const Mapping>(file);
    SafetensorsHeader header = readHeader(mapping->file());
    SafetensorsFile result;
    result.metadata = std::move(header.metadata);
    result.tensors.reserve(header.tensors.size());
    for (const TensorInfo& info : header.tensors) {
        const auto options = at::TensorOptions().dtype(info.type);
        std::byte* data = mapping->data() + header.dataOffset + info.begin;
        at::Tensor tensor;
        if (info.end == info.begin) {
            tensor = at::empty(info.shape, options);
        } else if ((header.dataOffset + info.begin) % c10::elementSize(info.type) != 0) {
            tensor = at::empty(info.shape, options);
            std::memcpy(tensor.data_ptr(), data, info.end - info.begin);
        } else {
            tensor = at::from_blob(data, info.shape, [mapping](void* /*address*/) {}, options);
        }
        if (info.end > info.begin) {
            checkBooleans(info, tensor.data_ptr(), mapping->file().path());
        }
        result.tensors.push_back({info.name, std::move(tensor)});
    }
    return result;
}

void writeSafetensors(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                      const std::map<std::string, std::string>& metadata, const WriteObserver& observer)
{
    const std::string text = headerText(tensors, metadata);
    const std::uint64_t length = text.size();
    AtomicFile out(file, observer);
    out.write(std::as_bytes(std::span(&length, 1)));
    out.write(text);
    for (const NamedTensor& named : tensors) {
        const at::Tensor tensor = named.tensor.detach().cpu().contiguous();
        const auto* data = static_cast<const std::byte*>(tensor.const_data_ptr());
        const std::size_t bytes = tensor.nbytes();
        constexpr std::size_t kPiece =
            4u << 20;  // a stop of the process is felt, and can be tested, inside large tensors
        for (std::size_t begin = 0; begin < bytes; begin += kPiece) {
            out.write(std::span(data + begin, std::min(kPiece, bytes - begin)));
        }
    }
    out.commit();
}

}  // namespace elbo
