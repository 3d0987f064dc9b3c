// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/safetensors.h"
#include "tests/fuzz/fuzz_file.h"

#include <cstring>

/// Read whole and mapped, a file must be refused alike or hold the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    elbo::fuzz::expectReadOrRefused(data, size, [](const std::string& path) {
        const auto read = elbo::readSafetensors(path);
        const auto mapped = elbo::mapSafetensors(path);
        if (read.tensors.size() != mapped.tensors.size())
            std::abort();
        for (std::size_t i = 0; i < read.tensors.size(); ++i) {
            const auto& a = read.tensors[i].tensor;
            const auto& b = mapped.tensors[i].tensor;
            if (a.nbytes() != b.nbytes() ||
                (a.nbytes() > 0 && std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()) != 0))
                std::abort();
        }
    });
    return 0;
}
