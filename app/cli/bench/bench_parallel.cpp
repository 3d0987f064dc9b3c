// SPDX-License-Identifier: GPL-3.0-or-later
// The training step that several processes share: mpirun -n N elbo-cli bench train-step-parallel.
#include "app/cli/bench/benchmarks.h"
#include "app/cli/bench/rgbd_step.h"
#include "app/cli/output.h"
#include "core/base/device.h"
#include "core/base/process_group.h"
#include "core/training/compute_threads.h"

#include <algorithm>

namespace elbo::bench {

namespace {

constexpr int kRounds = 5;

}  // namespace

std::vector<Result> benchParallelStep(const Setting& setting)
{
    const auto threads = std::max(1, usableCores() / setting.group.coreSharers());
    useComputeThreads(threads);
    RgbdStep step(setting, Precision::Float32, /*recorded=*/false);
    double waited = 0;
    double whole = 0;
    const auto time =
        measureAlternating(
            {[&] {
                const auto before = setting.group.waitedSeconds();
                const auto start = std::chrono::steady_clock::now();
                step();
                whole += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                waited += setting.group.waitedSeconds() - before;
            }},
            kRounds, setting.stop)
            .front();
    Result line;
    line.name = "train-step-parallel";
    line.medianMs = time.medianMs;
    line.spreadMs = time.spreadMs;
    line.imagesPerSecond = 1000.0 * kBatch / time.medianMs;
    line.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    line.waitingShare = waited / whole;
    line.note = std::to_string(setting.group.size()) + " processes of " + std::to_string(threads) +
                " threads, waiting for each other " + cli::numberText(100.0 * waited / whole) +
                " % of a step";
    return {line};
}

}  // namespace elbo::bench
