// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for elbo-cli in tst_load: prepares rooms as it does, or fails in the way the number of rooms
// says.
#include "core/data/prepare_protocol.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <unistd.h>

int main(int count, char** arguments)
{
    // prepare --json --data SPEC --out FILE
    if (count != 7 || std::strcmp(arguments[1], "prepare") != 0 || std::strcmp(arguments[2], "--json") != 0)
        return 2;
    elbo::limitHelperMemory();
    const auto config = elbo::parseDataSpec(arguments[4]);
    const std::filesystem::path out = arguments[6];
    const auto spec = std::string(arguments[4]);
    std::printf(
        "a line of some library\n{\"event\":\"of another "
        "version\"}\n{\"event\":\"progress\",\"done\":0,\"total\":0}\n");
    std::fflush(stdout);
    if (spec.find("count=901") != std::string::npos) {
        signal(SIGSEGV, SIG_DFL);  // a sanitizer would answer it with an ordinary ending
        raise(SIGSEGV);
    }
    if (spec.find("count=902") != std::string::npos)
        raise(SIGKILL);
    if (spec.find("count=903") != std::string::npos) {
        std::ofstream(out.string() + ".part-" + std::to_string(getpid()) + "-0") << "unfinished";
        pause();
    }
    if (spec.find("count=904") != std::string::npos)
        return 0;  // without a file
    return elbo::runPrepareHelper(config, elbo::computeReaders(), out, {}, stdout);
}
