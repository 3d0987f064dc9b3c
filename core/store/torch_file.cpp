// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/torch_file.h"

#include "core/base/plain_line.h"
#include "core/store/input_file.h"
#include "core/store/pickle_machine.h"
#include "core/store/safetensors_header.h"
#include "core/store/torch_archive.h"
#include "core/store/torch_error.h"
#include "core/store/torch_state_dict.h"
#include "core/store/zip_archive.h"

#include <ATen/ops/as_strided.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <bit>
#include <map>
#include <memory>
#include <span>
#include <utility>

namespace elbo {
namespace {

static_assert(std::endian::native == std::endian::little, "PyTorch files are read as little-endian");

/// Pickles of state dicts take some 200 bytes a tensor.
constexpr std::uint64_t kMostPickleBytes = 32u << 20;
constexpr std::uint64_t kMostMetadataBytes = 64u << 20;
/// Tied weights are one storage under several names; more repetition than this is no state dict.
constexpr std::uint64_t kMostRepetition = 16;
/// What a legacy file begins with: a pickle of the number 0x1950a86a20f9469cfc6c.
constexpr std::string_view kLegacyMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15);
constexpr std::int64_t kLegacyProtocol = 1001;

Error damagedFile(const std::string& path, const std::string& reason)
{
    return torchFileError(path, reason);
}

std::uint64_t bytesOf(const PickleStorage& storage)
{
    return static_cast<std::uint64_t>(storage.elements) * c10::elementSize(storage.type);
}

/// A PyTorch file that is open: the pickle was run, and the places of all storages are known and checked.
class Reader {
public:
    explicit Reader(const std::filesystem::path& file) : m_file(file, damagedFile)
    {
        std::string magic(std::min<std::uint64_t>(m_file.size(), kLegacyMagic.size()), '\0');
        m_file.read(0, magic.data(), magic.size());
        if (magic.empty()) {
            throw torchFileError(m_file.path(), "it is empty");
        }
        if (magic == kLegacyMagic) {
            m_header.format = TorchFormat::Legacy;
            openLegacy();
        } else if (magic.starts_with("PK\x03\x04")) {
            m_header.format = TorchFormat::Zip;
            openZip();
        } else {
            throw torchFileError(m_file.path(), "it begins as neither of PyTorch's formats does");
        }
        const auto found = findStateDict(m_machine->objects(), m_root, m_file.path());
        m_header.place = found.place;
        std::uint64_t bytes = 0;
        for (const auto& [name, index] : found.entries) {
            const PickleTensor& tensor = m_machine->objects().tensors[index];
            std::uint64_t size = c10::elementSize(tensor.type);
            for (const auto side : tensor.shape) {
                size *= static_cast<std::uint64_t>(side);  // fits: the machine has checked it
            }
            if (size > kMostRepetition * m_file.size() - std::min(bytes, kMostRepetition * m_file.size())) {
                throw torchFileError(m_file.path(), "its tensors repeat few numbers too often");
            }
            bytes += size;
            m_header.tensors.push_back({.name = name, .type = tensor.type, .shape = tensor.shape});
            m_chosen.push_back(index);
        }
        // Also the header alone is only given when every storage it needs is there.
        for (const std::size_t index : m_chosen) {
            checkStorage(objects().storages[objects().tensors[index].storage]);
        }
    }

    [[nodiscard]] const TorchHeader& header() const { return m_header; }

    [[nodiscard]] std::vector<NamedTensor> readTensors() const
    {
        std::map<std::string_view, at::Tensor> storages;
        std::vector<NamedTensor> result;
        result.reserve(m_chosen.size());
        for (std::size_t i = 0; i < m_chosen.size(); ++i) {
            const PickleTensor& tensor = objects().tensors[m_chosen[i]];
            const PickleStorage& storage = objects().storages[tensor.storage];
            at::Tensor& numbers = storages[storage.key];
            if (!numbers.defined()) {
                numbers = readStorage(storage);
            }
            result.push_back(
                {m_header.tensors[i].name,
                 typed(numbers, tensor.type).as_strided(tensor.shape, tensor.strides, tensor.offset)});
        }
        return result;
    }

private:
    struct Place {
        std::uint64_t offset = 0;
        std::uint64_t bytes = 0;
        const ZipEntry* entry = nullptr;  ///< of an archive
    };

    [[nodiscard]] const PickleObjects& objects() const { return m_machine->objects(); }

    void openZip()
    {
        m_archive = std::make_unique<ZipArchive>(m_file, damagedFile);
        const std::string_view pickleName = kTorchPickle;
        const ZipEntry* pickle = nullptr;
        for (const ZipEntry& entry : m_archive->entries()) {
            if (entry.name.ends_with(pickleName) &&
                entry.name.find('/') == entry.name.size() - pickleName.size()) {
                if (pickle != nullptr) {
                    throw torchFileError(m_file.path(), "the archive holds two pickles");
                }
                pickle = &entry;
            }
        }
        if (pickle == nullptr) {
            throw torchFileError(m_file.path(), "the archive holds no data.pkl");
        }
        m_folder = pickle->name.substr(0, pickle->name.size() - pickleName.size());
        if (m_archive->find(m_folder + "/constants.pkl") != nullptr) {
            throw torchRefusal(m_file.path(), "it is a TorchScript program");
        }
        checkByteOrder();
        m_bytes = readText(*pickle, kMostPickleBytes);
        m_machine = std::make_unique<PickleMachine>(m_bytes, m_file.path());
        m_root = m_machine->run();
        readMetadata();
    }

    [[nodiscard]] std::string readText(const ZipEntry& entry, std::uint64_t most) const
    {
        if (entry.bytes > most) {
            throw torchFileError(m_file.path(),
                                 "its \"" + plainLine(entry.name.substr(0, 80)) + "\" is larger than any");
        }
        std::string text(entry.bytes, '\0');
        m_archive->read(entry, std::as_writable_bytes(std::span(text)));
        return text;
    }

    void checkByteOrder() const
    {
        constexpr std::uint64_t kLongest = 16;
        const ZipEntry* const order = m_archive->find(m_folder + kTorchByteOrder);
        if (order != nullptr && readText(*order, kLongest) != "little") {
            throw torchRefusal(m_file.path(), "it was written by a big-endian machine");
        }
    }

    void readMetadata()
    {
        const ZipEntry* const entry = m_archive->find(m_folder + kTorchMetadata);
        if (entry == nullptr) {
            return;
        }
        // A header of safetensors without tensors: read as a stream, so it costs no more than its text.
        const std::string text = readText(*entry, kMostMetadataBytes);
        try {
            m_header.metadata = parseSafetensorsHeader(text, 0, m_file.path()).metadata;
        } catch (const Error& error) {
            throw torchFileError(m_file.path(), "its description is damaged", error.what());
        }
    }

    void openLegacy()
    {
        // The pickles stand first and tell their length only by being run.
        m_bytes.resize(std::min(m_file.size(), kMostPickleBytes));
        m_file.read(0, m_bytes.data(), m_bytes.size());
        m_machine = std::make_unique<PickleMachine>(m_bytes, m_file.path());
        static_cast<void>(m_machine->run());  // the magic number, compared before
        const PickleValue protocol = m_machine->run();
        if (protocol.kind != PickleValue::Kind::Integer || protocol.number != kLegacyProtocol) {
            throw torchFileError(m_file.path(), "it has an unknown version");
        }
        checkSystem(m_machine->run());
        m_root = m_machine->run();
        placeStorages(m_machine->run());
    }

    void checkSystem(PickleValue system) const
    {
        if (system.kind != PickleValue::Kind::Dictionary) {
            throw torchFileError(m_file.path(), "it does not tell the machine that wrote it");
        }
        const auto& items = objects().items(system);
        for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
            if (items[i].kind == PickleValue::Kind::Text && objects().text(items[i]) == "little_endian" &&
                (items[i + 1].kind != PickleValue::Kind::Boolean || items[i + 1].number == 0)) {
                throw torchRefusal(m_file.path(), "it was written by a big-endian machine");
            }
        }
    }

    /// Behind the pickles: for each key of the list the number of elements (64 bits), then the elements.
    void placeStorages(PickleValue keys)
    {
        if (keys.kind != PickleValue::Kind::List) {
            throw torchFileError(m_file.path(), "the list of its storages is missing");
        }
        std::map<std::string_view, const PickleStorage*> known;
        for (const PickleStorage& storage : objects().storages) {
            known.emplace(storage.key, &storage);
        }
        std::uint64_t offset = m_machine->position();
        for (const PickleValue key : objects().items(keys)) {
            const auto storage =
                key.kind == PickleValue::Kind::Text ? known.find(objects().text(key)) : known.end();
            if (storage == known.end()) {
                throw torchFileError(m_file.path(), "it holds a storage that no tensor has");
            }
            std::int64_t elements = 0;
            if (m_file.size() - offset < sizeof elements) {
                throw torchFileError(m_file.path(), "its numbers are cut short");
            }
            m_file.read(offset, &elements, sizeof elements);
            offset += sizeof elements;
            const std::uint64_t bytes = bytesOf(*storage->second);
            if (elements != storage->second->elements) {
                throw torchFileError(m_file.path(), "a storage has another size than its pickle says");
            }
            if (bytes > m_file.size() - offset) {
                throw torchFileError(m_file.path(), "its numbers are cut short");
            }
            if (!m_places.emplace(storage->first, Place{.offset = offset, .bytes = bytes}).second) {
                throw torchFileError(m_file.path(), "it holds a storage twice");
            }
            offset += bytes;
        }
    }

    [[nodiscard]] Place placeOf(const PickleStorage& storage) const
    {
        if (m_archive) {
            const ZipEntry* const entry =
                m_archive->find(m_folder + kTorchStorages + std::string(storage.key));
            return entry == nullptr ? Place{}
                                    : Place{.offset = entry->offset, .bytes = entry->bytes, .entry = entry};
        }
        const auto found = m_places.find(storage.key);
        return found == m_places.end() ? Place{} : found->second;
    }

    void checkStorage(const PickleStorage& storage) const
    {
        const Place place = placeOf(storage);
        if (place.offset == 0) {
            throw torchFileError(m_file.path(), "the storage \"" + plainLine(storage.key.substr(0, 80)) +
                                                    "\" of a tensor is missing");
        }
        if (place.entry != nullptr) {
            m_archive->expectStored(*place.entry);
        }
        if (place.bytes != bytesOf(storage)) {
            throw torchFileError(m_file.path(), "the storage \"" + plainLine(storage.key.substr(0, 80)) +
                                                    "\" has another size than its pickle says");
        }
    }

    /// [elements], of the storage's type. Two that share a key in the file share it in memory.
    [[nodiscard]] at::Tensor readStorage(const PickleStorage& storage) const
    {
        const Place place = placeOf(storage);
        auto numbers = at::empty({storage.elements}, at::TensorOptions().dtype(storage.type));
        const std::span target(static_cast<std::byte*>(numbers.data_ptr()), place.bytes);
        if (place.entry != nullptr) {
            m_archive->read(*place.entry, target);
        } else {
            m_file.read(place.offset, target.data(), target.size());
        }
        // Other bytes in a bool tensor are undefined behaviour for whoever reads them.
        if (storage.type == at::kBool &&
            std::ranges::any_of(target, [](std::byte byte) { return std::to_integer<int>(byte) > 1; })) {
            throw torchFileError(m_file.path(), "it has values that are neither true nor false");
        }
        return numbers;
    }

    /// A storage as numbers of the type that one of its tensors has.
    [[nodiscard]] at::Tensor typed(const at::Tensor& numbers, at::ScalarType type) const
    {
        if (numbers.scalar_type() == type) {
            return numbers;
        }
        if (numbers.scalar_type() != at::kByte || type == at::kBool) {
            throw torchFileError(m_file.path(), "one storage holds numbers of two types");
        }
        const auto whole = numbers.numel() / static_cast<std::int64_t>(c10::elementSize(type)) *
                           static_cast<std::int64_t>(c10::elementSize(type));
        return numbers.narrow(0, 0, whole).view(type);
    }

    InputFile m_file;
    TorchHeader m_header;
    std::string m_bytes;  ///< what the machine reads: not touched once it exists
    std::unique_ptr<PickleMachine> m_machine;
    std::unique_ptr<ZipArchive> m_archive;  ///< of a zip file
    std::string m_folder;
    std::map<std::string_view, Place> m_places;  ///< of a legacy file
    PickleValue m_root;
    std::vector<std::size_t> m_chosen;  ///< tensors, as header().tensors
};

}  // namespace

TorchHeader readTorchHeader(const std::filesystem::path& file)
{
    return Reader(file).header();
}

TorchFile readTorch(const std::filesystem::path& file)
{
    const Reader reader(file);
    return {.header = reader.header(), .tensors = reader.readTensors()};
}

}  // namespace elbo
