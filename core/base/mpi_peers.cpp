// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/mpi_peers.h"

#include "core/base/random_stream.h"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include <sched.h>
#include <unistd.h>

namespace elbo {

namespace {

std::uint64_t machineId()
{
    std::string text;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> text;
    std::error_code ignored;  // without /proc every process is watched by messages, as over a network
    text += std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
    return fnv1a64(text.empty() ? "process " + std::to_string(::getpid()) : text);
}

std::uint64_t coresId()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    static_cast<void>(::sched_getaffinity(0, sizeof set, &set));
    std::string cores;
    for (int core = 0; core < CPU_SETSIZE; ++core)
        cores += CPU_ISSET(core, &set) ? '1' : '0';
    return fnv1a64(cores);
}

}  // namespace

MpiPeer thisPeer()
{
    return {.process = ::getpid(), .machine = machineId(), .cores = coresId()};
}

bool isGone(std::int64_t process)
{
    if (::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH)
        return true;
    std::ifstream status("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(status, text);
    const auto name = text.rfind(')');  // the program's name may hold anything; its state follows
    return name != std::string::npos && text.size() > name + 2 &&
           std::string_view("ZX").find(text[name + 2]) != std::string_view::npos;
}

}  // namespace elbo
