// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace elbo {

/// What random numbers are for; part of the key, so that purposes never share numbers. Values are never
/// changed.
enum class RandomPurpose : std::uint32_t {
    Weights = 1,
    Shuffle = 2,
    TrainingNoise = 3,
    TestNoise = 4,
    Split = 5,
    Augmentation = 6,
    Scene = 7,
    Sampling = 8,
    Importance = 9,
    Binarise = 10,
    TestBinarise = 11,
};

/// Counter-based generator: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2,
/// 3"). The numbers are a function of (seed, purpose, epoch, position) alone: the same on every device,
/// thread count and process count. `epoch` is any 64-bit stream number (an epoch, a hash of a parameter's
/// name, a scene).
class RandomStream {
public:
    RandomStream(std::uint64_t seed, RandomPurpose purpose, std::uint64_t epoch = 0,
                 std::uint32_t position = 0);
    [[nodiscard]] std::uint32_t next();
    /// in [0, 1), 24 random bits, exact in float32
    [[nodiscard]] float uniform();
    /// in [0, bound), bound >= 1, without modulo bias
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    /// standard normal (Box-Muller in float64)
    [[nodiscard]] double normal();

private:
    std::array<std::uint32_t, 2> m_key{};
    std::array<std::uint32_t, 4> m_counter{};
    std::array<std::uint32_t, 4> m_block{};
    int m_used = 4;
    double m_spareNormal = 0.0;
    bool m_hasSpare = false;
};

/// FNV-1a, 64 bits: streams keyed by a name (golden/README's fnv1a64).
[[nodiscard]] std::uint64_t fnv1a64(std::string_view bytes);
[[nodiscard]] std::uint64_t splitmix64(std::uint64_t x);

/// Fisher-Yates permutation of 0..count-1.
[[nodiscard]] std::vector<std::int64_t> randomPermutation(std::uint64_t seed, RandomPurpose purpose,
                                                          std::uint64_t epoch, std::int64_t count);

/// Standard normal noise [rows, columns] float32 on the CPU; row i depends on (seed, purpose, epoch,
/// firstPosition + i) only.
[[nodiscard]] at::Tensor normalNoise(std::uint64_t seed, RandomPurpose purpose, std::uint64_t epoch,
                                     std::int64_t firstPosition, std::int64_t rows, std::int64_t columns);

}  // namespace elbo
