// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"
#include "tests/fuzz/fuzz_file.h"

/// What is accepted can be looked at: its shape, its sides, the values of its first images.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    elbo::fuzz::expectReadOrRefused(data, size, [](const std::string& path) {
        const auto set = elbo::readPrepared(path);
        static_cast<void>(set.shape());
        static_cast<void>(set.indices(elbo::SplitSide::Test));
        if (static_cast<std::int64_t>(set.names.size()) != set.size() ||
            elbo::imageValues(set, {0}).size(0) != 1)
            std::abort();
        if (set.labels.defined())
            static_cast<void>(set.labels.max().item<std::int64_t>());
    });
    return 0;
}
