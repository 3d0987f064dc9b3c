// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fetch.h"

#include "core/base/error.h"

#include <curl/curl.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr long kConnectSeconds = 15;
constexpr long kSilentSeconds = 30;  ///< below 100 bytes a second for so long: the server is given up
constexpr std::uint64_t kProgressBytes = 1U << 16U;  ///< between two reports

/// A part of a file, locked against a second process while it is open.
class PartFile {
public:
    explicit PartFile(fs::path path) : m_path(std::move(path))
    {
        m_file = ::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (m_file < 0)
            throw fileError(errno, "create", m_path.string());
        if (::flock(m_file, LOCK_EX | LOCK_NB) != 0) {
            ::close(m_file);
            throw Error(ErrorCode::Busy, "Another process is fetching into " + m_path.parent_path().string() +
                                             ": wait until it is done.");
        }
    }
    ~PartFile() { ::close(m_file); }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    [[nodiscard]] std::uint64_t size() const
    {
        struct stat status{};
        if (::fstat(m_file, &status) != 0)
            throw fileError(errno, "read", m_path.string());
        return static_cast<std::uint64_t>(status.st_size);
    }
    void clear()
    {
        if (::ftruncate(m_file, 0) != 0)
            throw fileError(errno, "write", m_path.string());
    }
    /// @return 0, or the errno of what failed: for a callback that must not throw
    int append(const char* bytes, std::size_t count)
    {
        if (::lseek(m_file, 0, SEEK_END) < 0)
            return errno;
        while (count > 0) {
            const auto written = ::write(m_file, bytes, count);
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                return errno;
            bytes += written;
            count -= static_cast<std::size_t>(written);
        }
        return 0;
    }
    void renameTo(const fs::path& target)
    {
        if (::fsync(m_file) != 0)
            throw fileError(errno, "write", m_path.string());
        if (::rename(m_path.c_str(), target.c_str()) != 0)
            throw fileError(errno, "write", target.string());
    }
    void remove() { (void)::unlink(m_path.c_str()); }  // what stays of a refused part is checked again
    [[nodiscard]] const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
    int m_file = -1;
};

/// Hexadecimal SHA-256 of a file; nothing when it cannot be read.
std::optional<std::string> sha256Of(const fs::path& path, const std::stop_token& stop)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return std::nullopt;
    const std::unique_ptr<const int, decltype([](const int* open) { ::close(*open); })> closer(&file);
    const std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX* context) { EVP_MD_CTX_free(context); })>
        context(EVP_MD_CTX_new());
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    std::vector<char> piece(1U << 16U);
    while (good) {
        throwIfStopped(stop);
        const auto count = ::read(file, piece.data(), piece.size());
        if (count < 0)
            return std::nullopt;
        if (count == 0)
            break;
        good = EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(count)) == 1;
    }
    if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1)
        throw Error(ErrorCode::Internal,
                    "The checksum of " + path.string() + " could not be computed: OpenSSL refuses SHA-256.");
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        text += kDigits[digest.at(i) >> 4U];
        text += kDigits[digest.at(i) & 15U];
    }
    return text;
}

bool isRight(const fs::path& path, const FetchFile& file, const std::stop_token& stop)
{
    std::error_code ignored;  // absent and unreadable: it is fetched
    return fs::is_regular_file(path, ignored) && fs::file_size(path, ignored) == file.bytes &&
           sha256Of(path, stop) == file.sha256;
}

/// How one try at one server ended.
struct Attempt {
    CURLcode code = CURLE_OK;
    long status = 0;       ///< HTTP's; 0: none came
    int writeError = 0;    ///< errno of the disk
    bool tooLong = false;  ///< more bytes came than the file has
    bool rangeRefused = false;
    std::string message;
};

class Transfer {
public:
    Transfer(PartFile& part, const FetchFile& file, std::uint64_t before, std::uint64_t total,
             const FetchHooks& hooks)
        : m_part(part), m_file(file), m_before(before), m_total(total), m_hooks(hooks)
    {
    }

    Attempt run(const std::string& url)
    {
        m_attempt = {};
        m_have = m_part.size();
        tell();
        const std::unique_ptr<CURL, decltype([](CURL* handle) { curl_easy_cleanup(handle); })> curl(
            curl_easy_init());
        if (!curl)
            throw std::bad_alloc();
        std::array<char, CURL_ERROR_SIZE> message{};
        set(curl.get(), url);
        curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, message.data());
        m_attempt.code = curl_easy_perform(curl.get());
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &m_attempt.status);
        throwIfStopped(m_hooks.stop);
        m_attempt.rangeRefused = m_attempt.code == CURLE_RANGE_ERROR || m_attempt.status == 416;
        m_attempt.message = message[0] != '\0' ? message.data() : curl_easy_strerror(m_attempt.code);
        return m_attempt;
    }

private:
    void set(CURL* curl, const std::string& url)
    {
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl, CURLOPT_USERAGENT, "elbo");
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
        curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
#if LIBCURL_VERSION_NUM >= 0x075500
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
        curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 100L);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
        if (m_have > 0)
            curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(m_have));
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::write);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::isStopped);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
    }

    static std::size_t write(const char* bytes, std::size_t one, std::size_t count, void* self)
    {
        auto& transfer = *static_cast<Transfer*>(self);
        const auto size = one * count;
        if (size > transfer.m_file.bytes - transfer.m_have) {
            transfer.m_attempt.tooLong = true;
            return 0;
        }
        transfer.m_attempt.writeError = transfer.m_part.append(bytes, size);
        if (transfer.m_attempt.writeError != 0)
            return 0;
        transfer.m_have += size;
        if (transfer.m_have >= transfer.m_told + kProgressBytes)
            transfer.tell();
        return size;
    }

    static int isStopped(void* self, curl_off_t /*total*/, curl_off_t /*now*/, curl_off_t /*up*/,
                         curl_off_t /*sent*/)
    {
        return static_cast<Transfer*>(self)->m_hooks.stop.stop_requested() ? 1 : 0;
    }

    void tell()
    {
        m_told = m_have;
        if (m_hooks.progress)
            m_hooks.progress({"Fetching files", static_cast<std::int64_t>(m_before + m_have),
                              static_cast<std::int64_t>(m_total)});
    }

    PartFile& m_part;
    const FetchFile& m_file;
    std::uint64_t m_before;  ///< bytes of the files before this one
    std::uint64_t m_total;
    const FetchHooks& m_hooks;
    std::uint64_t m_have = 0;
    std::uint64_t m_told = 0;
    Attempt m_attempt;
};

/// No server answered at all.
bool isUnreachable(const Attempt& attempt)
{
    return attempt.status == 0 &&
           (attempt.code == CURLE_COULDNT_RESOLVE_HOST || attempt.code == CURLE_COULDNT_RESOLVE_PROXY ||
            attempt.code == CURLE_COULDNT_CONNECT || attempt.code == CURLE_OPERATION_TIMEDOUT);
}

/// What kept the mirrors from giving a file, gathered to one sentence.
class Refusals {
public:
    void add(const std::string& url, const Attempt& attempt)
    {
        m_detail += url + ": " + attempt.message + "\n";
        m_allUnreachable = m_allUnreachable && isUnreachable(attempt);
        if (attempt.tooLong)
            m_wrongFile = true;
        m_last = attempt.tooLong         ? "sent more than the file has"
                 : attempt.status >= 400 ? "answered " + std::to_string(attempt.status)
                 : attempt.code == CURLE_PARTIAL_FILE || attempt.code == CURLE_RECV_ERROR ||
                         attempt.code == CURLE_GOT_NOTHING
                     ? "cut the connection"
                     : "failed (" + attempt.message + ")";
        m_server = url;
    }
    void addWrong(const std::string& url)
    {
        m_detail += url + ": wrong checksum\n";
        m_allUnreachable = false;
        m_wrongFile = true;
        m_last = "sent another file: its checksum is wrong";
        m_server = url;
    }

    [[nodiscard]] Error error(const std::string& name) const
    {
        if (m_allUnreachable)
            return {
                ErrorCode::NotFound,
                "Could not fetch " + name +
                    ": no server could be reached; check the network and fetch again, which goes on where "
                    "it stopped.",
                m_detail};
        return {m_wrongFile ? ErrorCode::BadFile : ErrorCode::NotFound,
                "Could not fetch " + name + ": " + m_server + " " + m_last +
                    "; fetch again later, or put the file there yourself.",
                m_detail};
    }

private:
    std::string m_detail;
    std::string m_last;
    std::string m_server;
    bool m_allUnreachable = true;
    bool m_wrongFile = false;
};

/// From one mirror: whether the file is whole and right then.
bool fetchFrom(const std::string& url, PartFile& part, const FetchFile& file, Transfer& transfer,
               Refusals& refusals, const FetchHooks& hooks)
{
    // Again from the start once, when what was there does not go together with what this server has.
    for (int round = 0; round < 2; ++round) {
        if (part.size() > file.bytes)
            part.clear();
        const bool resumed = part.size() > 0;
        if (part.size() < file.bytes) {
            const auto attempt = transfer.run(url);
            if (attempt.writeError != 0)
                throw fileError(attempt.writeError, "write", part.path().string());
            if (resumed && (attempt.rangeRefused || attempt.tooLong)) {
                part.clear();
                continue;
            }
            if (attempt.tooLong)
                part.clear();
            if (attempt.code != CURLE_OK) {
                refusals.add(url, attempt);
                return false;
            }
        }
        if (part.size() == file.bytes && sha256Of(part.path(), hooks.stop) == file.sha256)
            return true;
        part.clear();
        if (!resumed)
            break;
    }
    refusals.addWrong(url);
    return false;
}

}  // namespace

void fetchFiles(const FetchSet& set, const fs::path& folder, const FetchHooks& hooks)
{
    static std::once_flag started;
    std::call_once(started, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
            throw Error(ErrorCode::Internal,
                        "The network library could not be started: start the program again.");
    });
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        throw fileError(failed.value(), "create", folder.string());
    std::uint64_t total = 0;
    for (const auto& file : set.files)
        total += file.bytes;
    std::uint64_t before = 0;
    for (const auto& file : set.files) {
        throwIfStopped(hooks.stop);
        const auto target = folder / file.name;
        if (!isRight(target, file, hooks.stop)) {
            PartFile part(folder / (file.name + ".part"));
            Transfer transfer(part, file, before, total, hooks);
            Refusals refusals;
            const bool came = std::ranges::any_of(set.mirrors, [&](const std::string& mirror) {
                return fetchFrom(mirror + file.name, part, file, transfer, refusals, hooks);
            });
            if (!came) {
                if (part.size() == 0)
                    part.remove();
                throw refusals.error(file.name);
            }
            part.renameTo(target);
        }
        before += file.bytes;
    }
    if (hooks.progress)
        hooks.progress(
            {"Fetching files", static_cast<std::int64_t>(total), static_cast<std::int64_t>(total)});
}

}  // namespace elbo
