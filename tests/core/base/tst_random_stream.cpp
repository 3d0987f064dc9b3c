// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#include <algorithm>
#include <numeric>
#include <set>

using namespace elbo;

class RandomStreamTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // golden/README.md's check values.
    void hashesAreTheGoldenOnes()
    {
        QCOMPARE(fnv1a64("input"), 0x1ebbae8f5810b65bULL);
        const auto u = [](std::uint64_t i) {
            return static_cast<float>(splitmix64(fnv1a64("input") + i) >> 40) / 8388608.0F - 1.0F;
        };
        QCOMPARE(u(0), -0.80436337F);
        QCOMPARE(u(3), 0.70545554F);
    }

    // From an independent Philox that gives the published known answers (Random123, kat_vectors). A change of
    // these numbers would change every run and every room ever made: they are part of the format.
    void numbersNeverChange()
    {
        RandomStream stream(1, RandomPurpose::Weights, 2, 3);
        std::vector<std::uint32_t> numbers;
        for (int i = 0; i < 6; ++i)
            numbers.push_back(stream.next());
        const std::vector<std::uint32_t> expected{1897397992, 1454339707, 3269411511,
                                                  1812131386, 99379005,   3154450080};
        QCOMPARE(numbers, expected);
    }

    void everyPartOfTheKeyMatters()
    {
        const std::set<std::uint32_t> firsts{RandomStream(1, RandomPurpose::Weights, 0, 0).next(),
                                             RandomStream(2, RandomPurpose::Weights, 0, 0).next(),
                                             RandomStream(1, RandomPurpose::Shuffle, 0, 0).next(),
                                             RandomStream(1, RandomPurpose::Weights, 1, 0).next(),
                                             RandomStream(1, RandomPurpose::Weights, 1ULL << 40, 0).next(),
                                             RandomStream(1, RandomPurpose::Weights, 0, 1).next()};
        QCOMPARE(firsts.size(), std::size_t{6});
    }

    void belowIsUniform()
    {
        RandomStream stream(7, RandomPurpose::Shuffle);
        std::array<int, 6> counts{};
        for (int i = 0; i < 60000; ++i)
            ++counts[stream.below(6)];
        for (const int count : counts)
            QVERIFY2(std::abs(count - 10000) < 500, "more than five standard deviations off");
    }

    void normalHasMomentsOfTheStandardNormal()
    {
        const auto noise = normalNoise(3, RandomPurpose::TrainingNoise, 1, 0, 1000, 200).to(at::kDouble);
        QVERIFY(std::abs(noise.mean().item<double>()) < 0.01);
        QVERIFY(std::abs(noise.var().item<double>() - 1.0) < 0.02);
        QVERIFY(std::abs(noise.pow(4).mean().item<double>() - 3.0) < 0.1);
    }

    // Data-parallel runs and resumed epochs cut the same epoch into other batches.
    void noiseDependsOnPositionNotOnBatch()
    {
        const auto whole = normalNoise(3, RandomPurpose::TrainingNoise, 5, 0, 10, 33);
        const auto part = normalNoise(3, RandomPurpose::TrainingNoise, 5, 4, 3, 33);
        QVERIFY(at::equal(whole.slice(0, 4, 7), part));
    }

    void permutationHasEveryIndexOnce()
    {
        auto order = randomPermutation(1, RandomPurpose::Shuffle, 1, 1000);
        QVERIFY(order != randomPermutation(1, RandomPurpose::Shuffle, 2, 1000));
        QVERIFY(order == randomPermutation(1, RandomPurpose::Shuffle, 1, 1000));
        std::sort(order.begin(), order.end());
        std::vector<std::int64_t> all(1000);
        std::iota(all.begin(), all.end(), 0);
        QVERIFY(order == all);
        QVERIFY(randomPermutation(1, RandomPurpose::Shuffle, 1, 0).empty());
    }
};

QTEST_GUILESS_MAIN(RandomStreamTest)
#include "tst_random_stream.moc"
