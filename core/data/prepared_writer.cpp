// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/prepared_writer.h"

#include "core/base/error.h"
#include "core/data/prepared_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace elbo {

namespace {

/// Place kept for the header, its 8 bytes of length included: far more than ten tensors need.
constexpr std::size_t kHeaderBytes = 4096;

/// A file without a name beside the target: gone with the process, however that ends.
class SideFile {
public:
    explicit SideFile(const std::filesystem::path& target) : m_path(target.string())
    {
        std::string name = target.string() + ".colour-XXXXXX";
        m_descriptor = mkstemp(name.data());
        if (m_descriptor < 0)
            throw fileError(errno, "write", m_path);
        unlink(name.c_str());
    }
    ~SideFile() { close(m_descriptor); }
    SideFile(const SideFile&) = delete;
    SideFile& operator=(const SideFile&) = delete;

    void write(std::span<const std::byte> bytes)
    {
        while (!bytes.empty()) {
            const auto written = ::write(m_descriptor, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                throw fileError(errno, "write", m_path);
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
    }

    void copyTo(AtomicFile& file)
    {
        std::vector<std::byte> buffer(std::size_t{1} << 20);
        for (off_t offset = 0;;) {
            const auto got = pread(m_descriptor, buffer.data(), buffer.size(), offset);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                throw fileError(errno, "read", m_path);
            if (got == 0)
                return;
            file.write(std::span(buffer).first(static_cast<std::size_t>(got)));
            offset += got;
        }
    }

private:
    std::string m_path;
    int m_descriptor = -1;
};

std::span<const std::byte> bytesOf(const at::Tensor& tensor)
{
    return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

template <class T>
std::span<const std::byte> bytesOf(const std::vector<T>& values)
{
    return std::as_bytes(std::span(values));
}

}  // namespace

struct PreparedWriter::State {
    State(const std::filesystem::path& target, const PreparedLayout& wanted, const WriteObserver& observer)
        : layout(wanted), file(target, observer)
    {
        file.write(std::string(kHeaderBytes, ' '));
        if (layout.hasDepth)
            color = std::make_unique<SideFile>(target);
    }

    /// Enters the tensor whose bytes were just written.
    void enter(const char* name, const char* type, const std::vector<std::int64_t>& shape)
    {
        const auto begin = written;
        written = file.position() - kHeaderBytes;
        header[name] = {{"dtype", type}, {"shape", shape}, {"data_offsets", {begin, written}}};
    }

    void writeText(const char* name, std::string_view text)
    {
        file.write(text);
        enter(name, "U8", {static_cast<std::int64_t>(text.size())});
    }

    PreparedLayout layout;
    AtomicFile file;
    std::unique_ptr<SideFile> color;
    std::vector<float> ranges;
    std::int64_t count = 0;
    std::uint64_t written = 0;  ///< bytes of tensors entered so far
    nlohmann::ordered_json header = {{"__metadata__", {{"format", prepared::kFormat}}}};
};

PreparedWriter::PreparedWriter(const std::filesystem::path& target, const PreparedLayout& layout,
                               const WriteObserver& observer)
    : m_state(std::make_unique<State>(target, layout, observer))
{
}

PreparedWriter::~PreparedWriter() = default;

const PreparedLayout& PreparedWriter::layout() const
{
    return m_state->layout;
}

std::int64_t PreparedWriter::count() const
{
    return m_state->count;
}

void PreparedWriter::add(const at::Tensor& color, const at::Tensor& depth, const at::Tensor& ranges)
{
    const auto& layout = m_state->layout;
    if (PreparedLayout{color.size(0), color.size(1), color.size(2), depth.defined()} != layout)
        throw Error(ErrorCode::Internal,
                    "An image of another shape was added to a prepared file: report this.");
    // Depth first in the file: its two bytes a value then lie at even addresses whatever the sides.
    if (layout.hasDepth) {
        m_state->file.write(bytesOf(depth.contiguous()));
        m_state->color->write(bytesOf(color.contiguous()));
    } else {
        m_state->file.write(bytesOf(color.contiguous()));
    }
    const auto values = ranges.contiguous();
    m_state->ranges.insert(m_state->ranges.end(), values.const_data_ptr<float>(),
                           values.const_data_ptr<float>() + values.numel());
    ++m_state->count;
}

void PreparedWriter::finish(const PreparedEnding& ending, const nlohmann::json& info)
{
    auto& s = *m_state;
    const auto n = s.count;
    if (s.layout.hasDepth) {
        s.enter(prepared::kDepth, "U16", {n, 1, s.layout.height, s.layout.width});
        s.color->copyTo(s.file);
    }
    s.enter(prepared::kColor, "U8", {n, s.layout.colorChannels, s.layout.height, s.layout.width});
    s.file.write(bytesOf(s.ranges));
    s.enter(prepared::kRanges, "F32", {n, s.layout.colorChannels + (s.layout.hasDepth ? 1 : 0), 2});
    s.file.write(bytesOf(ending.sides));
    s.enter(prepared::kSide, "U8", {n});
    if (!ending.labels.empty()) {
        s.file.write(bytesOf(ending.labels));
        s.enter(prepared::kLabels, "I64", {n});
    }
    if (std::ranges::all_of(ending.intrinsics, [](const auto& k) { return k.has_value(); })) {
        std::vector<float> all;
        for (const auto& k : ending.intrinsics) {
            for (const double value : *k)
                all.push_back(static_cast<float>(value));
        }
        s.file.write(bytesOf(all));
        s.enter(prepared::kIntrinsics, "F32", {n, 4});
    }
    std::string text;
    for (const auto& name : ending.names)
        text += name + "\n";
    s.writeText(prepared::kNames, text);
    text.clear();
    for (const auto& [name, sentence, leftOut] : ending.problems)
        text += nlohmann::json{{"name", name}, {"sentence", sentence}, {"left_out", leftOut}}.dump(
                    -1, ' ', false, nlohmann::json::error_handler_t::replace) +
                "\n";
    s.writeText(prepared::kProblems, text);
    s.writeText(prepared::kInfo, info.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));

    std::string header = s.header.dump();
    if (header.size() + 8 > kHeaderBytes)
        throw Error(ErrorCode::Internal, "The header of a prepared file became too long: report this.");
    header.resize(kHeaderBytes - 8, ' ');
    const std::uint64_t length = header.size();
    s.file.writeAt(0, std::as_bytes(std::span(&length, 1)));
    s.file.writeAt(8, std::as_bytes(std::span(header.data(), header.size())));
    s.file.commit();
}

}  // namespace elbo
