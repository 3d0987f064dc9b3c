// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/idx.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    for (const int dimensions : {1, 3}) {
        elbo::fuzz::expectReadOrRefused(data, size, [dimensions](const std::string& path) {
            if (elbo::readIdx(path, dimensions).dim() != dimensions)
                std::abort();
        });
    }
    return 0;
}
