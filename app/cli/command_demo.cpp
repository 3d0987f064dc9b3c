// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/training_output.h"
#include "core/base/device.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/depth/estimator.h"
#include "core/depth/evaluate_depth.h"
#include "core/evaluation/evaluate.h"
#include "core/models/vae.h"
#include "core/training/run_config.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"
#include "core/training/weights.h"
#ifdef ELBO_WITH_IO
#include "app/cli/reconstruction_files.h"
#include "core/evaluation/contact_sheet.h"
#include "core/geometry/ply.h"
#include "core/io/depth_files.h"
#include "core/io/images.h"
#include "core/latent/decoding.h"
#include "core/latent/encoding.h"
#include "core/latent/interpolation.h"
#endif

#include <ATen/core/Tensor.h>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <memory>

namespace elbo::cli {

namespace {

struct DemoArguments {
    std::string out;  ///< empty: the runs folder of Settings
    double seconds = 60;
};

/// Ends the run when its time is over; Ctrl-C ends it as everywhere.
class TimedOutput : public TrainingOutput {
public:
    TimedOutput(Session& session, double seconds, std::stop_source& end)
        : TrainingOutput(session),
          m_end(end),
          m_deadline(std::chrono::steady_clock::now() +
                     std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                         std::chrono::duration<double>(seconds)))
    {
    }
    void onStatus(const TrainingStatus& status) override
    {
        TrainingOutput::onStatus(status);
        if (std::chrono::steady_clock::now() >= m_deadline)
            m_end.request_stop();
    }

private:
    std::stop_source& m_end;
    std::chrono::steady_clock::time_point m_deadline;
};

std::filesystem::path trainFor(double seconds, std::shared_ptr<const Dataset> data, const RunConfig& config,
                               const std::filesystem::path& out, Session& session)
{
    const auto folder = createRunFolder(out, config);
    std::stop_source end;
    const std::stop_callback interrupted(session.stop(), [&end] { end.request_stop(); });
    TimedOutput output(session, seconds, end);
    TrainingControl control;
    control.stop = end.get_token();
    trainRun(config, std::move(data), folder, output, control);
    throwIfStopped(session.stop());
    return folder;
}

#ifdef ELBO_WITH_IO

/// The way from the first of these images to the last, as a strip. @return the file
std::filesystem::path interpolate(const LoadedModel& loaded, const Dataset& data,
                                  const std::vector<std::int64_t>& images,
                                  const std::filesystem::path& folder)
{
    constexpr std::int64_t kSteps = 9;
    const auto codes = encodeImages(*loaded.model, data, {images.front(), images.back()});
    const auto way = pathThrough(codes.mean, kSteps, LatentPath::Linear);
    auto file = folder / "interpolation.png";
    writePng(file, contactSheet(shownCodes(*loaded.model, way, std::nullopt, shownRangesOf(loaded)), kSteps));
    return file;
}

/// Depth of a room as METER estimates it, and the room as a cloud of its true depth. @return the files
std::vector<std::filesystem::path> estimateRoom(const Dataset& data, std::int64_t index,
                                                const std::filesystem::path& folder)
{
    const auto color = originalColor(data, index);
    auto files = writeDepth(folder, "room",
                            makeDepthEstimator(depthEstimatorInfos().front().key, {})->estimate(color));
    const auto depth = toImage(originalDepth(data, index));
    const auto camera = data.intrinsics.select(0, index).to(at::kDouble).contiguous();
    const auto* values = camera.const_data_ptr<double>();
    const Intrinsics intrinsics{values[0],   values[1],    values[2], values[3],
                                depth.width, depth.height, false,     "rooms"};
    files.push_back(folder / "room.ply");
    writePly(files.back(),
             unproject({depth.width, depth.height, depth.values, toPicture(color).pixels, true}, intrinsics));
    return files;
}

#endif

void demo(const DemoArguments& arguments, Session& session)
{
    auto config = findPreset("quick/rgbd-vae").config;
    config.preset = "quick/rgbd-vae";
    session.say("Making synthetic rooms, the data set that Elbo brings along.");
    const auto data = session.load(config.data);
    const auto runs =
        arguments.out.empty() ? session.settings().runsFolder : std::filesystem::path(arguments.out);
    const auto folder = trainFor(arguments.seconds, data, config, runs, session);

    const auto loaded = loadModel(folder, "last", chooseDevice("auto"));
    EvaluationOptions options;
    options.trainedOn = loaded.trainedOn;
    const auto test = data->indices(SplitSide::Test);
    const auto evaluation = evaluate(*loaded.model, *data, test, options, session.progress(), session.stop());
    std::printf("%s\n", folder.c_str());
#ifdef ELBO_WITH_IO
    const std::vector<std::int64_t> eight(
        test.begin(), test.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(8, test.size())));
    const auto reconstructions = reconstruct(*loaded.model, *data, eight, {});
    const auto pictures = arguments.out.empty() ? folder : runs;
    for (const auto& target : {pictures / "reconstructions.png", pictures / "reconstructions"})
        for (const auto& file : writeReconstructions(reconstructions, target))
            std::printf("%s\n", file.c_str());
    std::printf("%s\n", interpolate(loaded, *data, eight, pictures).c_str());
    for (const auto& file : estimateRoom(*data, eight.front(), pictures))
        std::printf("%s\n", file.c_str());
#else
    session.say("This build has no OpenCV, so no pictures are written.");
#endif
    session.say("On " + std::to_string(evaluation.images) + " rooms that training did not see: MSE " +
                numberText(evaluation.mse) + " (mean image " + numberText(evaluation.meanImageMse) +
                "), ELBO " + numberText(evaluation.elbo) + " nats per image.");
    if (!(evaluation.mse < 0.5 * evaluation.meanImageMse))
        throw Error(ErrorCode::BadData,
                    "The demo has learned too little: its test MSE of " + numberText(evaluation.mse) +
                        " is not under half of the mean image's " + numberText(evaluation.meanImageMse) +
                        "; give it more --seconds.");
}

}  // namespace

void addDemo(CLI::App& app, Session& session)
{
    auto* command =
        app.add_subcommand("demo", "Makes rooms, trains a VAE on them and shows what it has learned");
    auto arguments = std::make_shared<DemoArguments>();
    command->add_option(
        "--out", arguments->out,
        "Folder for the run and the pictures; without it a run in the runs folder of Settings");
    command->add_option("--seconds", arguments->seconds, "Time to train")
        ->check(CLI::Range(1.0, 86400.0))
        ->capture_default_str();
    command->callback([&session, arguments] { demo(*arguments, session); });
}

}  // namespace elbo::cli
