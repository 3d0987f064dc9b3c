// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/bundled_weights.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include <unistd.h>

// The file as it is, between two names; the path comes from CMake, which builds this anew when it changes.
asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".globl elboMeterWeights\n"
    ".globl elboMeterWeightsEnd\n"
    "elboMeterWeights:\n"
    ".incbin \"" ELBO_METER_WEIGHTS
    "\"\n"
    "elboMeterWeightsEnd:\n"
    ".popsection\n");
extern "C" const std::byte elboMeterWeights[];
extern "C" const std::byte elboMeterWeightsEnd[];

namespace elbo {

WeightsFile bundledMeterWeights()
{
    // The reader of weights, which trusts nothing, reads files: these get one for as long as it takes.
    std::string name = (std::filesystem::temp_directory_path() / "elbo-meter-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0)
        throw fileError(errno, "create", name);
    ::close(descriptor);
    struct Removed {
        const std::string& name;
        ~Removed() { ::unlink(name.c_str()); }
    } removed{name};
    AtomicFile file(name);
    file.write(std::span(elboMeterWeights, elboMeterWeightsEnd));
    file.commit();
    return readWeights(name);
}

}  // namespace elbo
