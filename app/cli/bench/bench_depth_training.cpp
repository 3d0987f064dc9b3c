// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/output.h"
#include "app/cli/temporary_folder.h"
#include "core/base/device.h"
#include "core/data/preparation.h"
#include "core/data/registry.h"
#include "core/depth/estimator.h"
#include "core/depth/evaluate_depth.h"
#include "core/training/run_config.h"
#include "core/training/trainer.h"
#include "core/training/weights.h"

#include <ATen/Functions.h>

#include <chrono>
#include <memory>
#include <numeric>

namespace elbo::bench {

namespace {

constexpr std::int64_t kSeeds = 3;
/// Rooms of another seed than any that was trained on.
constexpr auto kUnseenSeed = "90001";
constexpr auto kUnseenRooms = "100";

std::shared_ptr<const Dataset> prepared(const DataConfig& config, const std::filesystem::path& file)
{
    prepareDataset(config, computeReaders(), file, {});
    return std::make_shared<const Dataset>(readPrepared(file));
}

/// What is known of depth without looking: its mean over the training images.
class MeanDepth : public DepthEstimator {
public:
    explicit MeanDepth(const Dataset& data)
    {
        double sum = 0;
        const auto indices = data.indices(SplitSide::Train);
        for (const auto index : indices)
            sum += originalDepth(data, index).mean().item<double>();
        m_metres = sum / static_cast<double>(indices.size());
    }
    at::Tensor estimate(const at::Tensor& color) override
    {
        return at::full({color.size(1), color.size(2)}, m_metres, at::kFloat);
    }
    [[nodiscard]] const std::string& note() const override { return m_note; }
    [[nodiscard]] std::int64_t parameterCount() const override { return 1; }

private:
    double m_metres = 0;
    std::string m_note;
};

double rmseOf(DepthEstimator& estimator, const Dataset& unseen, const std::stop_token& stop)
{
    std::vector<std::int64_t> all(static_cast<std::size_t>(unseen.size()));
    std::iota(all.begin(), all.end(), 0);
    return evaluateDepth(estimator, unseen, all, {}, {}, stop).means.rmse;
}

}  // namespace

std::vector<Result> benchDepthTraining(const Setting& setting)
{
    const cli::TemporaryFolder folder;
    std::vector<Result> lines;
    for (std::int64_t seed = 1; seed <= kSeeds; ++seed) {
        const auto number = std::to_string(seed);
        auto config = findPreset("quick/bts-mobilenetv2").config;
        setField(config, "training.seed", number);
        setField(config, "data.seed", number);
        setField(config, "device",
                 setting.device.is_cpu() ? "cpu" : "cuda:" + std::to_string(setting.device.index()));
        auto other = config;
        setField(other, "data.seed", kUnseenSeed);
        setField(other, "count", kUnseenRooms);
        const auto data = prepared(config.data, folder.path() / ("rooms-" + number));
        const auto unseen = prepared(other.data, folder.path() / ("unseen-" + number));
        const auto run = folder.path() / ("run-" + number);
        std::filesystem::create_directory(run);
        TrainingObserver quiet;
        TrainingControl control;
        control.stop = setting.stop;
        const auto start = std::chrono::steady_clock::now();
        if (trainRun(config, data, run, quiet, control) == TrainingEnd::Stopped)
            throw Cancelled();
        const std::chrono::duration<double, std::milli> whole = std::chrono::steady_clock::now() - start;
        const auto weights = depthWeightsFile(run);
        const auto network =
            makeDepthEstimator(weights.key, {.weights = weights.file, .maxDepth = *weights.maxDepth});
        MeanDepth baseline(*data);
        const auto rmse = rmseOf(*network, *unseen, setting.stop);
        const auto baselineRmse = rmseOf(baseline, *unseen, setting.stop);
        Result line;
        line.name = "bts-training seed " + number;
        line.medianMs = whole.count();
        line.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
        line.note = "RMSE on " + std::string(kUnseenRooms) + " rooms of another seed " +
                    cli::numberText(rmse) + " m; of the mean depth " + cli::numberText(baselineRmse) +
                    " m: " + cli::numberText(rmse / baselineRmse) + " of it";
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace elbo::bench
