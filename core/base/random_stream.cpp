// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <thread>
#include <vector>

namespace elbo {

namespace {

using Word = std::uint32_t;

/// A thread is worth its start for so many numbers: about a millisecond.
constexpr std::int64_t kNoiseOfAThread = 32768;
constexpr std::int64_t kNoiseThreads = 8;

/// One Philox4x32-10 block. Source: Salmon, Moraes, Dror and Shaw 2011, section 5.
std::array<Word, 4> philox(std::array<Word, 4> counter, std::array<Word, 2> key)
{
    constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
    constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
    for (int round = 0; round < 10; ++round) {
        const auto product0 = kMultiplier0 * counter[0];
        const auto product1 = kMultiplier1 * counter[2];
        counter = {static_cast<Word>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<Word>(product1),
                   static_cast<Word>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<Word>(product0)};
        key[0] += 0x9E3779B9;
        key[1] += 0xBB67AE85;
    }
    return counter;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, RandomPurpose purpose, std::uint64_t epoch,
                           std::uint32_t position)
{
    const auto key = splitmix64(seed + splitmix64(static_cast<std::uint64_t>(purpose)));
    m_key = {static_cast<Word>(key), static_cast<Word>(key >> 32)};
    m_counter = {0, position, static_cast<Word>(epoch), static_cast<Word>(epoch >> 32)};
}

std::uint32_t RandomStream::next()
{
    if (m_used == 4) {
        m_block = philox(m_counter, m_key);
        ++m_counter[0];
        m_used = 0;
    }
    return m_block[static_cast<std::size_t>(m_used++)];
}

float RandomStream::uniform()
{
    return static_cast<float>(next() >> 8) * 0x1.0p-24F;
}

std::uint64_t RandomStream::below(std::uint64_t bound)
{
    // Numbers above the largest multiple of the bound are drawn again, so that every remainder is equally
    // likely.
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    while (true) {
        const std::uint64_t high = next();
        const std::uint64_t value = high << 32 | next();
        if (value < limit)
            return value % bound;
    }
}

double RandomStream::normal()
{
    if (m_hasSpare) {
        m_hasSpare = false;
        return m_spareNormal;
    }
    const double u = (static_cast<double>(next()) + 0.5) * 0x1.0p-32;  // never 0
    const double v = static_cast<double>(next()) * 0x1.0p-32;
    const double radius = std::sqrt(-2.0 * std::log(u));
    m_spareNormal = radius * std::sin(2.0 * std::numbers::pi * v);
    m_hasSpare = true;
    return radius * std::cos(2.0 * std::numbers::pi * v);
}

std::uint64_t fnv1a64(std::string_view bytes)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return hash;
}

std::uint64_t splitmix64(std::uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

std::vector<std::int64_t> randomPermutation(std::uint64_t seed, RandomPurpose purpose, std::uint64_t epoch,
                                            std::int64_t count)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    RandomStream stream(seed, purpose, epoch);
    for (std::size_t last = order.size(); last > 1; --last)
        std::swap(order[last - 1], order[stream.below(last)]);
    return order;
}

at::Tensor normalNoise(std::uint64_t seed, RandomPurpose purpose, std::uint64_t epoch,
                       std::int64_t firstPosition, std::int64_t rows, std::int64_t columns)
{
    auto noise = at::empty({rows, columns}, at::kFloat);
    auto* const values = noise.data_ptr<float>();
    const auto fill = [&](std::int64_t first, std::int64_t end) {
        auto* value = values + first * columns;
        for (auto row = first; row < end; ++row) {
            RandomStream stream(seed, purpose, epoch, static_cast<std::uint32_t>(firstPosition + row));
            for (std::int64_t column = 0; column < columns; ++column)
                *value++ = static_cast<float>(stream.normal());
        }
    };
    // Every row is a stream of its own: any number of threads makes the same numbers. A GPU waits for them.
    const auto threads =
        std::clamp<std::int64_t>(rows * columns / kNoiseOfAThread, 1,
                                 std::min<std::int64_t>(kNoiseThreads, std::thread::hardware_concurrency()));
    std::vector<std::jthread> helpers;
    for (std::int64_t i = 1; i < threads; ++i)
        helpers.emplace_back(
            [&fill, i, rows, threads] { fill(rows * i / threads, rows * (i + 1) / threads); });
    fill(0, rows / threads);
    helpers.clear();
    return noise;
}

}  // namespace elbo
