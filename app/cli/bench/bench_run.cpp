// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/bench/plain_rgbd_vae.h"
#include "app/cli/bench/rgbd_step.h"
#include "app/cli/output.h"
#include "app/cli/temporary_folder.h"
#include "core/base/device.h"
#include "core/data/preparation.h"
#include "core/data/registry.h"
#include "core/nn/initialisation.h"
#include "core/training/run_config.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

namespace elbo::bench {

namespace {

constexpr std::int64_t kEpochs = 200;
/// As many images as NYU Depth V2 has, split about as the official split does: 795 and 654.
constexpr auto kImages = "1449";
constexpr auto kTestFraction = "0.4514";
constexpr int kPlainRounds = 10;

/// Seconds of every epoch, as they pass.
class EpochClock : public TrainingObserver {
public:
    void onEpoch(const EpochRecord& /*record*/) override
    {
        const auto now = std::chrono::steady_clock::now();
        milliseconds.push_back(std::chrono::duration<double, std::milli>(now - m_last).count());
        m_last = now;
    }
    std::vector<double> milliseconds;

private:
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

RunConfig reportRun(const Setting& setting, std::string_view precision)
{
    auto config = findPreset("paper/rgbd-vae-nyu").config;
    config.data = {};
    config.data.key = "rooms";
    setField(config, "count", kImages);
    setField(config, "size", "128");
    setField(config, "test", kTestFraction);
    setField(config, "epochs", std::to_string(kEpochs));
    setField(config, "device",
             setting.device.is_cpu() ? "cpu" : "cuda:" + std::to_string(setting.device.index()));
    setField(config, "precision", precision);
    return config;
}

struct PlainTimes {
    double stepMs = 0;
    double testMs = 0;  ///< of a batch, forward alone
};

PlainTimes plainTimes(const Setting& setting)
{
    auto model = std::make_shared<PlainRgbdVae>();
    initialise(*model, 1);
    model->to(setting.device);
    PlainTraining training(model, kLearningRate);
    const auto x = batchValues(setting.device);
    const auto times = measureAlternating({[&] {
                                               (void)training.step(x);
                                               waitFor(setting.device);
                                           },
                                           [&] {
                                               const c10::AutoGradMode noGradient(false);
                                               (void)model->decode(model->encode(x).first);
                                               waitFor(setting.device);
                                           }},
                                          kPlainRounds, setting.stop);
    return {times[0].medianMs, times[1].medianMs};
}

}  // namespace

std::vector<Result> benchRun(const Setting& setting)
{
    const auto plain = plainTimes(setting);
    const cli::TemporaryFolder folder;
    const std::string precision(toString(choosePrecision("auto", setting.device)));
    const auto config = reportRun(setting, precision);
    const auto file = folder.path() / "rooms.safetensors";
    prepareDataset(config.data, computeReaders(), file, {});
    const auto data = std::make_shared<const Dataset>(readPrepared(file));
    const auto run = folder.path() / "run";
    std::filesystem::create_directory(run);
    EpochClock clock;
    TrainingControl control;
    control.stop = setting.stop;
    const auto start = std::chrono::steady_clock::now();
    if (trainRun(config, data, run, clock, control) == TrainingEnd::Stopped)
        throw Cancelled();
    const auto whole =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();

    const auto images = static_cast<std::int64_t>(data->indices(SplitSide::Train).size());
    const auto testImages = static_cast<std::int64_t>(data->indices(SplitSide::Test).size());
    const auto batches = [](std::int64_t count) {
        return static_cast<double>((count + kBatch - 1) / kBatch);
    };
    const auto plainWhole =
        static_cast<double>(kEpochs) * (batches(images) * plain.stepMs + batches(testImages) * plain.testMs);
    auto epochs = clock.milliseconds;
    std::ranges::sort(epochs);
    Result result;
    result.name = "run " + precision;
    result.medianMs = whole;
    result.imagesPerSecond = 1000.0 * static_cast<double>(kEpochs * images) / whole;
    result.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    result.ratioToPlain = plainWhole / whole;
    result.note = std::to_string(kEpochs) + " epochs of " + std::to_string(images) + " images and " +
                  std::to_string(testImages) + " test images, start and saving included; an epoch " +
                  cli::numberText(epochs[epochs.size() / 2]) + " ms; the plain form, from its step of " +
                  cli::numberText(plain.stepMs) + " ms: " + cli::numberText(plainWhole / 1000) + " s";
    return {result};
}

}  // namespace elbo::bench
