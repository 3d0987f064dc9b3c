// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/data/dataset.h"
#include "core/training/trainer.h"

#include <QtCore/QTemporaryDir>

#include <ATen/Functions.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace elbo::tests {

/// How many images of each side a made set has.
struct MadeSizes {
    std::int64_t train = 22;
    std::int64_t test = 6;
    std::int64_t validation = 0;
    std::int64_t side = 8;  ///< pixels
};

/// A small RGB-D set with structure to learn: each image is a plane of its own slope and shade, exact from
/// its position.
inline std::shared_ptr<const Dataset> madeData(const MadeSizes& sizes = {})
{
    const auto count = sizes.train + sizes.test + sizes.validation;
    auto data = std::make_shared<Dataset>();
    data->config.key = "rooms";
    data->title = "Made planes";
    data->fingerprint = "made-" + std::to_string(count) + "-" + std::to_string(sizes.side);
    data->color = at::empty({count, 3, sizes.side, sizes.side}, at::kByte);
    auto depth = at::empty({count, 1, sizes.side, sizes.side}, at::kShort);
    data->ranges = at::empty({count, 4, 2}, at::kFloat);
    data->side = at::zeros({count}, at::kByte);
    data->intrinsics = at::tensor({10.0F, 11.0F, 4.0F, 3.5F}, at::kFloat).repeat({count, 1});
    data->metricDepth = true;
    data->splitKind = "seeded";
    auto colors = data->color.accessor<std::uint8_t, 4>();
    auto depths = depth.accessor<std::int16_t, 4>();
    auto ranges = data->ranges.accessor<float, 3>();
    for (std::int64_t i = 0; i < count; ++i) {
        RandomStream random(7, RandomPurpose::Scene, static_cast<std::uint64_t>(i));
        const auto slope = random.uniform();
        const auto shade = random.uniform();
        for (std::int64_t y = 0; y < sizes.side; ++y) {
            for (std::int64_t x = 0; x < sizes.side; ++x) {
                const auto plane = (slope * static_cast<float>(x) + (1 - slope) * static_cast<float>(y)) /
                                   static_cast<float>(sizes.side - 1);
                for (std::int64_t c = 0; c < 3; ++c)
                    colors[i][c][y][x] = static_cast<std::uint8_t>(255 * plane * (c == 0 ? shade : 1.0F));
                depths[i][0][y][x] = static_cast<std::int16_t>(1 + 30000 * plane);
            }
        }
        for (std::int64_t c = 0; c < 3; ++c) {
            ranges[i][c][0] = 0;
            ranges[i][c][1] = 255;
        }
        ranges[i][3][0] = 1;
        ranges[i][3][1] = static_cast<float>(2 + i % 3);
        data->side[i] = i < sizes.train ? 0 : (i < sizes.train + sizes.test ? 1 : 2);
        data->names.push_back("plane-" + std::to_string(i));
    }
    data->depth = depth.view(at::kUInt16);
    return data;
}

/// fc-vae in float32 on one thread; saved after every epoch.
inline RunConfig madeConfig(std::int64_t epochs, const std::string& model = "fc-vae")
{
    RunConfig config;
    config.model.key = model;
    if (model == "rgbd-vae") {  // 16 million weights would be saved after every epoch
        config.model.fields.set("encoder_filters", std::int64_t{8});
        config.model.fields.set("decoder_filters", std::int64_t{8});
        config.model.fields.set("latent_size", std::int64_t{16});
    }
    auto& fields = config.training.fields;
    fields.set("epochs", epochs);
    fields.set("batch_size", std::int64_t{5});
    fields.set("log_every_steps", std::int64_t{3});
    fields.set("device", std::string("cpu"));
    fields.set("precision", std::string("float32"));
    fields.set("threads", std::int64_t{1});
    fields.set("resume_seconds", 0.0);
    return config;
}

/// Collects what a run tells, and does something at a moment of it.
class Recording : public TrainingObserver {
public:
    std::function<void(const TrainingStatus&)> status;
    std::function<void(const StepRecord&)> step;
    std::function<void(const EpochRecord&)> epoch;
    RunInfo begun;
    std::vector<StepRecord> steps;
    std::vector<EpochRecord> epochs;
    std::vector<std::int64_t> kept;

    void onBegin(const RunInfo& run) override { begun = run; }
    void onStatus(const TrainingStatus& now) override
    {
        if (status)
            status(now);
    }
    void onStep(const StepRecord& record) override
    {
        steps.push_back(record);
        if (step)
            step(record);
    }
    void onEpoch(const EpochRecord& record) override
    {
        epochs.push_back(record);
        if (epoch)
            epoch(record);
    }
    void onKept(std::int64_t number) override { kept.push_back(number); }
};

/// History without the times, which differ from run to run.
inline History timeless(History history)
{
    for (auto& record : history.epochs)
        record.seconds = 0;
    return history;
}

}  // namespace elbo::tests
