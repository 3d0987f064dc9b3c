// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/mat_file.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kHeaderBytes = 128;
constexpr std::uint32_t kMatrix = 14;
constexpr std::uint32_t kCompressed = 15;
constexpr std::size_t kPiece = std::size_t{1} << 16;

/// The beginning of an element: its kind, and how many bytes follow.
struct Tag {
    std::uint32_t kind = 0;
    std::uint64_t bytes = 0;
};

class Mat5Check {
public:
    Mat5Check(const fs::path& file, const ProgressFunction& progress)
        : m_path(file), m_progress(progress), m_in(file, std::ios::binary), m_size(fs::file_size(file))
    {
        m_in.seekg(126);
        m_swapped = m_in.get() == 'M';
    }

    void run()
    {
        std::uint64_t at = kHeaderBytes;
        if (at >= m_size)
            fail();
        while (at < m_size) {
            std::array<unsigned char, 8> bytes{};
            m_in.seekg(static_cast<std::streamoff>(at));
            if (!m_in.read(reinterpret_cast<char*>(bytes.data()), bytes.size()))
                fail();
            const auto tag = tagOf(bytes);
            at += bytes.size();
            if ((tag.kind != kMatrix && tag.kind != kCompressed) || tag.bytes == 0 || tag.bytes > m_size - at)
                fail();
            if (tag.kind == kCompressed)
                unpack(at, tag.bytes);
            at += tag.bytes;
        }
    }

private:
    [[noreturn]] void fail() const
    {
        throw Error(ErrorCode::BadFile,
                    m_path.string() + " is damaged or cut short: download or copy the file again.");
    }

    [[nodiscard]] Tag tagOf(const std::array<unsigned char, 8>& bytes) const
    {
        const auto word = [&](std::size_t first) {
            std::uint32_t value = 0;
            for (std::size_t i = 0; i < 4; ++i)
                value |= static_cast<std::uint32_t>(bytes.at(first + i)) << (8 * (m_swapped ? 3 - i : i));
            return value;
        };
        return {word(0), word(4)};
    }

    /// Unpacks an element and forgets it: zlib compares its check sum at the end.
    void unpack(std::uint64_t at, std::uint64_t bytes)
    {
        z_stream stream{};
        if (inflateInit(&stream) != Z_OK)
            throw std::bad_alloc();
        const struct End {
            z_stream* stream;
            ~End() { inflateEnd(stream); }
        } end{&stream};
        std::array<unsigned char, 8> first{};
        std::uint64_t unpacked = 0;
        int result = Z_OK;
        for (std::uint64_t done = 0; done < bytes && result == Z_OK;) {
            const auto count = std::min<std::uint64_t>(kPiece, bytes - done);
            if (!m_in.read(reinterpret_cast<char*>(m_packed.data()), static_cast<std::streamsize>(count)))
                fail();
            done += count;
            stream.next_in = m_packed.data();
            stream.avail_in = static_cast<uInt>(count);
            do {
                stream.next_out = m_out.data();
                stream.avail_out = static_cast<uInt>(m_out.size());
                result = inflate(&stream, Z_NO_FLUSH);
                const auto got = m_out.size() - stream.avail_out;
                if (unpacked < first.size())
                    std::memcpy(first.data() + unpacked, m_out.data(),
                                std::min<std::size_t>(got, first.size() - unpacked));
                unpacked += got;
            } while (result == Z_OK && stream.avail_out == 0);
            if (result == Z_BUF_ERROR)
                result = Z_OK;  // it wants more
            if (m_progress)
                m_progress({"Checking the file", static_cast<std::int64_t>(at + done),
                            static_cast<std::int64_t>(m_size)});
        }
        const auto inner = tagOf(first);
        if (result != Z_STREAM_END || inner.kind != kMatrix || inner.bytes + first.size() != unpacked)
            fail();
    }

    const fs::path& m_path;
    const ProgressFunction& m_progress;
    std::ifstream m_in;
    std::uint64_t m_size;
    bool m_swapped = false;
    std::array<unsigned char, kPiece> m_packed{};
    std::array<unsigned char, kPiece> m_out{};
};

}  // namespace

void checkMat5(const fs::path& file, const ProgressFunction& progress)
{
    Mat5Check(file, progress).run();
}

}  // namespace elbo
