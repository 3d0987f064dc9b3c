// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/helper_process.h"

#include "core/base/error.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace elbo {

namespace {

constexpr std::size_t kErrorTail = 16 << 10;
constexpr int kPollMs = 50;
constexpr auto kGrace = std::chrono::milliseconds(200);

struct Pipe {
    int readEnd = -1;
    int writeEnd = -1;

    Pipe()
    {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            throw Error(ErrorCode::HelperFailed,
                        "The helper process could not be started: close other programs and try again.",
                        std::generic_category().message(errno));
        readEnd = ends[0];
        writeEnd = ends[1];
    }
    ~Pipe()
    {
        closeEnd(readEnd);
        closeEnd(writeEnd);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    static void closeEnd(int& end)
    {
        if (end >= 0)
            close(end);
        end = -1;
    }
};

/// A started child: waited for in any case, killed when it is left behind.
class Child {
public:
    Child(const std::filesystem::path& program, const std::vector<std::string>& arguments, Pipe& out,
          Pipe& err)
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
        posix_spawn_file_actions_adddup2(&actions, out.writeEnd, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, err.writeEnd, STDERR_FILENO);
        // elbo-cli blocks the signals that stop it and waits for them; its helper must not inherit that.
        posix_spawnattr_t attributes{};
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        const int error = posix_spawn(&m_pid, program.c_str(), &actions, &attributes, argv.data(), environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        if (error != 0)
            throw Error(ErrorCode::HelperFailed,
                        "The helper process " + program.string() +
                            " could not be started: reinstall Elbo if it is not there.",
                        std::generic_category().message(error));
        Pipe::closeEnd(out.writeEnd);
        Pipe::closeEnd(err.writeEnd);
    }
    ~Child()
    {
        if (!m_waited) {
            kill(m_pid, SIGKILL);
            wait();
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void terminate() const { kill(m_pid, SIGTERM); }
    /// @return true when it has ended
    bool hasEnded()
    {
        if (!m_waited && waitpid(m_pid, &m_status, WNOHANG) == m_pid)
            m_waited = true;
        return m_waited;
    }
    int wait()
    {
        while (!m_waited && waitpid(m_pid, &m_status, 0) < 0 && errno == EINTR) {
        }
        m_waited = true;
        return m_status;
    }

private:
    pid_t m_pid = -1;
    int m_status = 0;
    bool m_waited = false;
};

/// Reads what is there. @return false at the end of the stream
bool readSome(int descriptor, std::string& into)
{
    std::array<char, 4096> buffer{};
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0)
        into.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

void takeLines(std::string& text, const std::function<void(const std::string&)>& onLine)
{
    std::size_t start = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
        onLine(text.substr(start, end - start));
        start = end + 1;
    }
    text.erase(0, start);
}

void stopChild(Child& child)
{
    child.terminate();
    const auto deadline = std::chrono::steady_clock::now() + kGrace;
    while (!child.hasEnded() && std::chrono::steady_clock::now() < deadline)
        poll(nullptr, 0, 5);
}  // one that is still there is killed by ~Child

}  // namespace

HelperResult runHelper(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                       const std::function<void(const std::string& line)>& onLine,
                       const std::stop_token& stop)
{
    Pipe out;
    Pipe err;
    Child child(program, arguments, out, err);
    HelperResult result;
    std::string lines;
    bool outOpen = true;
    bool errOpen = true;
    while (outOpen || errOpen) {
        if (stop.stop_requested()) {
            stopChild(child);
            throw Cancelled();
        }
        // A closed stream's descriptor is given as -1, which poll leaves alone.
        std::array<pollfd, 2> streams{
            {{outOpen ? out.readEnd : -1, POLLIN, 0}, {errOpen ? err.readEnd : -1, POLLIN, 0}}};
        if (poll(streams.data(), streams.size(), kPollMs) <= 0)
            continue;
        if (streams[0].revents != 0) {
            outOpen = readSome(out.readEnd, lines);
            takeLines(lines, onLine);
        }
        if (streams[1].revents != 0) {
            errOpen = readSome(err.readEnd, result.errorTail);
            if (result.errorTail.size() > kErrorTail)
                result.errorTail.erase(0, result.errorTail.size() - kErrorTail);
        }
    }
    if (!lines.empty())
        onLine(lines);
    const int status = child.wait();
    // Ctrl-C at a terminal reaches the child too: what it then leaves undone is no failure of its own.
    throwIfStopped(stop);
    if (WIFSIGNALED(status))
        result.signal = WTERMSIG(status);
    else
        result.exitStatus = WEXITSTATUS(status);
    return result;
}

std::filesystem::path helperProgram()
{
    const auto self = std::filesystem::read_symlink("/proc/self/exe");
    if (self.filename() == "elbo-cli")
        return self;
    auto program = self.parent_path() / "elbo-cli";
    if (!std::filesystem::exists(program))
        throw Error(ErrorCode::HelperFailed, "Elbo's helper program " + program.string() +
                                                 " is not there: build or install Elbo again.");
    return program;
}

}  // namespace elbo
