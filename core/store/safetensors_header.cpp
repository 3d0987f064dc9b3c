// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/safetensors_header.h"

#include "core/base/error.h"
#include "core/base/plain_line.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace elbo {
namespace {

constexpr std::string_view kMetadataKey = "__metadata__";
/// More than any network or data set has; keeps a hostile shape from taking memory.
constexpr std::size_t kMaximumDimensions = 16;

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 11> kTypes{{
    {"F64", at::kDouble},
    {"F32", at::kFloat},
    {"F16", at::kHalf},
    {"BF16", at::kBFloat16},
    {"I64", at::kLong},
    {"I32", at::kInt},
    {"I16", at::kShort},
    {"I8", at::kChar},
    {"U8", at::kByte},
    {"U16", at::kUInt16},
    {"BOOL", at::kBool},
}};

std::optional<at::ScalarType> typeOfName(std::string_view name)
{
    const auto found = std::ranges::find(kTypes, name, &std::pair<std::string_view, at::ScalarType>::first);
    return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

/// A name from the file as it can stand in a sentence.
std::string inQuotes(std::string_view name)
{
    constexpr std::size_t kLongest = 80;
    return "\"" + plainLine(name.substr(0, kLongest)) + (name.size() > kLongest ? "...\"" : "\"");
}

/// What one entry claims, before it is checked.
struct Entry {
    std::string name;
    std::optional<std::string> type;
    std::optional<std::vector<std::uint64_t>> shape;
    std::optional<std::vector<std::uint64_t>> offsets;
};

/// Reads the JSON as a stream: no tree is built, so a hostile header takes little more memory than its text.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
public:
    std::vector<Entry> entries;
    std::map<std::string, std::string> metadata;
    std::string problem;  ///< why reading ended early
    std::string detail;

    bool null() override { return unexpected(); }
    bool boolean(bool /*value*/) override { return unexpected(); }
    bool number_integer(number_integer_t /*value*/) override { return unexpected(); }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return unexpected(); }
    bool binary(binary_t& /*value*/) override { return unexpected(); }

    bool number_unsigned(number_unsigned_t value) override
    {
        if (m_place != Place::Array) {
            return unexpected();
        }
        const std::size_t limit = m_key == "shape" ? kMaximumDimensions : 2;
        if (m_array->size() == limit) {
            return fail("the " + m_key + " of tensor " + inQuotes(entries.back().name) +
                        " has too many numbers");
        }
        m_array->push_back(value);
        return true;
    }

    bool string(string_t& value) override
    {
        if (m_place == Place::Metadata) {
            metadata[m_key] = std::move(value);
            return true;
        }
        if (m_place == Place::Tensor && m_key == "dtype") {
            entries.back().type = std::move(value);
            return true;
        }
        return unexpected();
    }

    bool start_object(std::size_t /*size*/) override
    {
        if (m_place == Place::Outside) {
            m_place = Place::Top;
        } else if (m_place == Place::Top) {
            m_place = m_name == kMetadataKey ? Place::Metadata : Place::Tensor;
            if (m_place == Place::Tensor) {
                entries.push_back({.name = m_name, .type = {}, .shape = {}, .offsets = {}});
            }
        } else {
            return unexpected();
        }
        return true;
    }

    bool key(string_t& value) override
    {
        if (m_place == Place::Top) {
            m_name = std::move(value);
            return m_names.insert(m_name).second ||
                   fail("the name " + inQuotes(m_name) + " stands in it twice");
        }
        m_key = std::move(value);
        if (m_place == Place::Metadata) {
            return true;
        }
        const Entry& entry = entries.back();
        if (m_key != "dtype" && m_key != "shape" && m_key != "data_offsets") {
            return fail("tensor " + inQuotes(entry.name) + " has the unknown entry " + inQuotes(m_key));
        }
        const bool again = (m_key == "dtype" && entry.type) || (m_key == "shape" && entry.shape) ||
                           (m_key == "data_offsets" && entry.offsets);
        return !again || fail("tensor " + inQuotes(entry.name) + " has its " + m_key + " twice");
    }

    bool end_object() override
    {
        m_place = m_place == Place::Top ? Place::Outside : Place::Top;
        return true;
    }

    bool start_array(std::size_t /*size*/) override
    {
        if (m_place != Place::Tensor || m_key == "dtype") {
            return unexpected();
        }
        auto& array = m_key == "shape" ? entries.back().shape : entries.back().offsets;
        m_array = &array.emplace();
        m_place = Place::Array;
        return true;
    }

    bool end_array() override
    {
        m_place = Place::Tensor;
        return true;
    }

    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& exception) override
    {
        detail = exception.what();
        return fail("its header is no valid JSON (byte " + std::to_string(position) + ")");
    }

private:
    enum class Place { Outside, Top, Metadata, Tensor, Array };

    bool fail(std::string reason)
    {
        problem = std::move(reason);
        return false;
    }
    bool unexpected()
    {
        return fail(m_name.empty()
                        ? "its header is not a list of tensors"
                        : "the entry of " + inQuotes(m_name) + " is not built as the format demands");
    }

    Place m_place = Place::Outside;
    std::string m_name;
    std::string m_key;
    std::set<std::string> m_names;
    std::vector<std::uint64_t>* m_array = nullptr;
};

/// Checks type and shape against the byte range.
TensorInfo checkedTensor(const Entry& entry, std::uint64_t dataBytes, const std::string& path)
{
    const std::string tensor = "tensor " + inQuotes(entry.name);
    if (!entry.type || !entry.shape || !entry.offsets || entry.offsets->size() != 2) {
        throw safetensorsError(path, tensor + " lacks its dtype, shape or data_offsets");
    }
    const auto type = typeOfName(*entry.type);
    if (!type) {
        throw safetensorsError(path, tensor + " has the unknown type " + inQuotes(*entry.type));
    }
    TensorInfo info{.name = entry.name,
                    .type = *type,
                    .shape = {},
                    .begin = entry.offsets->at(0),
                    .end = entry.offsets->at(1)};
    if (info.begin > info.end || info.end > dataBytes) {
        throw safetensorsError(
            path, tensor + " lies outside of the file's " + std::to_string(dataBytes) + " bytes of data");
    }
    // Zeros count as one here: [2^40, 2^40, 0] holds nothing, but its strides would overflow all the same.
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    std::uint64_t bytes = c10::elementSize(*type);
    bool empty = false;
    for (const std::uint64_t size : *entry.shape) {
        if (size > kMost || bytes > kMost / std::max<std::uint64_t>(size, 1)) {
            throw safetensorsError(path, tensor + " claims a shape larger than any memory");
        }
        bytes *= std::max<std::uint64_t>(size, 1);
        empty = empty || size == 0;
        info.shape.push_back(static_cast<std::int64_t>(size));
    }
    if ((empty ? 0 : bytes) != info.end - info.begin) {
        throw safetensorsError(path, tensor + " needs " + std::to_string(empty ? 0 : bytes) +
                                         " bytes by its shape but has " +
                                         std::to_string(info.end - info.begin));
    }
    return info;
}

}  // namespace

Error safetensorsError(const std::string& path, const std::string& reason, std::string detail)
{
    return {ErrorCode::BadFile,
            "Could not read " + path + ": " + reason +
                "; it is damaged or no safetensors file, so take another copy of it.",
            std::move(detail)};
}

std::string_view safetensorsTypeName(at::ScalarType type)
{
    const auto found = std::ranges::find(kTypes, type, &std::pair<std::string_view, at::ScalarType>::second);
    if (found == kTypes.end()) {
        throw Error(ErrorCode::Unsupported, std::string("Tensors of type ") + c10::toString(type) +
                                                " cannot be saved as safetensors; convert them first.");
    }
    return found->first;
}

void checkSafetensorsLength(std::uint64_t jsonBytes, std::uint64_t fileBytes, const std::string& path)
{
    if (jsonBytes > kSafetensorsMaximumJson) {
        throw safetensorsError(path, "it claims a header of more than 100 MB");
    }
    if (jsonBytes > fileBytes - kSafetensorsLengthBytes) {
        throw safetensorsError(path, "its header ends behind the end of the file");
    }
}

SafetensorsHeader parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes,
                                         const std::string& path)
{
    if (!json.starts_with('{')) {
        throw safetensorsError(path, "its header does not begin with a brace");
    }
    HeaderReader reader;
    if (!nlohmann::json::sax_parse(json, &reader)) {
        throw safetensorsError(path, reader.problem, reader.detail);
    }
    SafetensorsHeader header;
    header.metadata = std::move(reader.metadata);
    header.dataOffset = kSafetensorsLengthBytes + json.size();
    header.tensors.reserve(reader.entries.size());
    for (const Entry& entry : reader.entries) {
        header.tensors.push_back(checkedTensor(entry, dataBytes, path));
    }
    std::ranges::stable_sort(header.tensors, {},
                             [](const TensorInfo& info) { return std::tuple(info.begin, info.end); });
    std::uint64_t end = 0;
    for (const TensorInfo& info : header.tensors) {
        if (info.begin != end) {
            throw safetensorsError(path, "tensor " + inQuotes(info.name) +
                                             (info.begin < end ? " overlaps another"
                                                               : " lies behind bytes that belong to none"));
        }
        end = info.end;
    }
    if (end != dataBytes) {
        throw safetensorsError(path,
                               std::to_string(dataBytes - end) + " bytes at its end belong to no tensor");
    }
    return header;
}

}  // namespace elbo
