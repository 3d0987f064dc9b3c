// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/torch_file.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    elbo::fuzz::expectReadOrRefused(data, size, [](const std::string& path) {
        // Every number is touched, so that one outside of its storage is noticed.
        for (const auto& [name, tensor] : elbo::readTorch(path).tensors) {
            const auto copy = tensor.contiguous();
            volatile std::uint8_t last = 0;
            const auto* bytes = static_cast<const std::uint8_t*>(copy.const_data_ptr());
            for (std::size_t i = 0; i < copy.nbytes(); ++i)
                last = bytes[i];
            static_cast<void>(last);
        }
    });
    return 0;
}
