// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/detached_process.h"

#include "core/base/progress.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace elbo {

namespace {

/// Where the started program finds the pipe to the one who waits: the first number after the standard
/// streams.
constexpr int kStarterDescriptor = 3;
/// Above every number that the started program's own streams are given.
constexpr int kOwnDescriptors = 10;
constexpr int kPollMs = 50;
constexpr auto kGrace = std::chrono::seconds(10);
constexpr std::size_t kLongestLine = 64 << 10;

/// A descriptor that is closed in the end.
class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return m_number; }
    void close()
    {
        if (m_number >= 0)
            ::close(m_number);
        m_number = -1;
    }

private:
    int m_number;
};

Error notStarted(const std::filesystem::path& program, int errnoValue)
{
    return {ErrorCode::HelperFailed,
            "The program " + program.string() + " could not be started: reinstall Elbo if it is not there.",
            std::generic_category().message(errnoValue)};
}

/// @param told  the write end of the pipe to this program
pid_t spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
            const std::filesystem::path& log, int told)
{
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0644);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, told, kStarterDescriptor);
    // A terminal, a display or a lock that it held would not be free when this program has gone.
    posix_spawn_file_actions_addclosefrom_np(&actions, kStarterDescriptor + 1);
    posix_spawnattr_t attributes{};
    posix_spawnattr_init(&attributes);
    // elbo-cli blocks the signals that stop it and waits for them: what it starts must not inherit that, nor
    // an ignored hang-up.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t usual;
    sigfillset(&usual);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t process = -1;
    const int error = posix_spawn(&process, program.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw notStarted(program, error);
    return process;
}

/// Asks it to end and waits for it; one that does not is killed.
void endProcess(pid_t process)
{
    kill(process, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + kGrace;
    while (waitpid(process, nullptr, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= deadline) {
            kill(process, SIGKILL);
            while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
            }
            return;
        }
        poll(nullptr, 0, 5);
    }
}

std::string endText(int status)
{
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit status " + std::to_string(WEXITSTATUS(status));
}

/// The first line that the program tells; empty when it ended without one. @throws Cancelled when stopped
std::string firstLine(int descriptor, const std::stop_token& stop)
{
    std::string text;
    while (text.find('\n') == std::string::npos && text.size() < kLongestLine) {
        throwIfStopped(stop);
        pollfd stream{descriptor, POLLIN, 0};
        if (poll(&stream, 1, kPollMs) <= 0)
            continue;
        std::array<char, 4096> buffer{};
        const auto count = ::read(descriptor, buffer.data(), buffer.size());
        if (count > 0)
            text.append(buffer.data(), static_cast<std::size_t>(count));
        else if (count == 0 || (errno != EINTR && errno != EAGAIN))
            return {};
    }
    return text.substr(0, text.find('\n'));
}

}  // namespace

int startDetached(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                  const std::filesystem::path& log, const std::stop_token& stop)
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        throw notStarted(program, errno);
    const Descriptor told(ends[0]);
    Descriptor given(ends[1]);
    Descriptor write(fcntl(given.number(), F_DUPFD_CLOEXEC, kOwnDescriptors));
    given.close();
    if (write.number() < 0)
        throw notStarted(program, errno);
    const auto process = spawn(program, arguments, log, write.number());
    write.close();
    std::string line;
    try {
        line = firstLine(told.number(), stop);
    } catch (const Cancelled&) {
        endProcess(process);
        throw;
    }
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.is_object() && json.value("event", "") == "begin")
        return static_cast<int>(process);
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    if (json.is_object() && json.value("event", "") == "error")
        throw Error(errorCodeFromString(json.value("code", "")), json.value("sentence", ""),
                    json.value("detail", ""));
    throw Error(
        ErrorCode::HelperFailed,
        program.filename().string() + " ended before it had begun: " + log.string() + " holds what it said.",
        endText(status));
}

Starter::Starter()
{
    struct stat about{};
    if (fstat(kStarterDescriptor, &about) != 0 || !S_ISFIFO(about.st_mode))
        return;
    m_descriptor = kStarterDescriptor;
    fcntl(m_descriptor, F_SETFD, FD_CLOEXEC);  // helpers would keep the pipe open
}

Starter::~Starter()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void Starter::begun()
{
    m_begun = true;
    tell(R"({"event":"begin"})");
}

void Starter::failed(const Failure& failure)
{
    tell(nlohmann::json{{"event", "error"},
                        {"code", toString(failure.code)},
                        {"sentence", failure.sentence},
                        {"detail", failure.detail}}
             .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void Starter::tell(const std::string& line)
{
    if (m_descriptor < 0)
        return;
    const auto text = line + "\n";
    // Whoever waited may have gone, which is no reason not to go on.
    for (std::size_t written = 0; written < text.size();) {
        const auto count = ::write(m_descriptor, text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        written += static_cast<std::size_t>(count);
    }
    ::close(std::exchange(m_descriptor, -1));
}

}  // namespace elbo
