// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/prepared_cache.h"

#include "core/base/settings.h"
#include "core/data/load.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace elbo {

namespace fs = std::filesystem;

namespace {

/// Deletes a file unless a process has it mapped (it then holds a shared lock). @return it is gone
bool deleteUnused(const fs::path& file)
{
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool unused = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    const bool gone = unused && unlink(file.c_str()) == 0;
    close(descriptor);
    return gone;
}

/// The process id in NAME.part-PID-N; 0 for another name.
pid_t writerOf(const std::string& name)
{
    constexpr std::string_view kMark = ".part-";
    const auto mark = name.rfind(kMark);
    pid_t writer = 0;
    if (mark != std::string::npos)
        std::from_chars(name.data() + mark + kMark.size(), name.data() + name.size(), writer);
    return writer;
}

}  // namespace

fs::path preparedCacheFolder()
{
    return cacheFolder() / "prepared";
}

void removeAbandonedParts(const fs::path& folder)
{
    std::error_code ignored;  // what cannot be listed or removed stays: it costs space, nothing else
    for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
         entry.increment(ignored)) {
        const auto writer = writerOf(entry->path().filename().string());
        if (writer > 0 && kill(writer, 0) != 0 && errno == ESRCH) {
            std::error_code kept;
            fs::remove(entry->path(), kept);
        }
    }
}

void markUsed(const fs::path& file)
{
    std::error_code ignored;  // a cache that cannot be written only loses its order
    fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
}

void trimPreparedCache(std::uint64_t limitBytes)
{
    struct Stored {
        fs::path file;
        std::uint64_t bytes = 0;
        fs::file_time_type used;
    };
    removeAbandonedParts(preparedCacheFolder());
    std::vector<Stored> files;
    std::uint64_t total = 0;
    std::error_code ignored;  // a file that vanishes meanwhile was trimmed by another process
    for (fs::directory_iterator entry(preparedCacheFolder(), ignored), end; !ignored && entry != end;
         entry.increment(ignored)) {
        std::error_code gone;
        const auto bytes = entry->file_size(gone);
        const auto used = entry->last_write_time(gone);
        if (gone || entry->path().extension() != ".safetensors")
            continue;
        files.push_back({entry->path(), bytes, used});
        total += bytes;
    }
    std::sort(files.begin(), files.end(), [](const Stored& a, const Stored& b) { return a.used < b.used; });
    for (const auto& file : files) {
        if (total <= limitBytes)
            return;
        if (deleteUnused(file.file))
            total -= file.bytes;
    }
}

}  // namespace elbo
