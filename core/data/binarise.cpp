// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/binarise.h"

#include "core/base/random_stream.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace elbo {

namespace {

/// @param streamOf  the stream of image i of the batch
template <typename StreamOf>
at::Tensor binarised(const at::Tensor& x, const StreamOf& streamOf)
{
    const c10::AutoGradMode noGradient(false);
    auto draws = at::empty(x.sizes(), at::kFloat);
    auto* value = draws.data_ptr<float>();
    const auto values = x.numel() / std::max<std::int64_t>(1, x.size(0));
    for (std::int64_t i = 0; i < x.size(0); ++i) {
        RandomStream stream = streamOf(i);
        for (std::int64_t k = 0; k < values; ++k)
            *value++ = stream.uniform();
    }
    return draws.to(x.device()).lt(x).to(x.scalar_type()).contiguous(x.suggest_memory_format());
}

}  // namespace

at::Tensor binarisedForTraining(const at::Tensor& x, std::uint64_t seed, std::int64_t epoch,
                                std::int64_t first)
{
    return binarised(x, [&](std::int64_t i) {
        // Epoch and position together name the stream, as those of the augmentation.
        return RandomStream(
            seed, RandomPurpose::Binarise,
            splitmix64(static_cast<std::uint64_t>(epoch)) ^ static_cast<std::uint64_t>(first + i));
    });
}

at::Tensor binarisedForTest(const at::Tensor& x, std::span<const std::int64_t> indices)
{
    constexpr std::uint64_t kSeed = 1;
    return binarised(x, [&](std::int64_t i) {
        return RandomStream(kSeed, RandomPurpose::TestBinarise,
                            static_cast<std::uint64_t>(indices[static_cast<std::size_t>(i)]));
    });
}

}  // namespace elbo
