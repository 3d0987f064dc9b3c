// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/estimator_options.h"
#include "app/cli/session.h"
#include "core/base/error.h"

#ifdef ELBO_WITH_IO
#include "core/io/depth_files.h"
#include "core/io/images.h"
#include "core/io/pair_folder.h"
#endif

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace elbo::cli {

namespace {

struct DepthArguments {
    EstimatorArguments estimator;
    std::vector<std::string> images;
    std::string out;
};

#ifdef ELBO_WITH_IO

void depthCommand(const DepthArguments& arguments, Session& session)
{
    const auto estimator = makeEstimator(arguments.estimator, session).estimator;
    std::set<std::string> used;
    std::string firstFailure;
    std::size_t failed = 0;
    for (const auto& image : arguments.images) {
        throwIfStopped(session.stop());
        try {
            const auto depth = estimator->estimate(readColor(image));
            const auto stem = uniqueFileStem(std::filesystem::path(image).stem().string(), used);
            for (const auto& file : writeDepth(arguments.out, stem, depth))
                std::printf("%s\n", file.c_str());
        } catch (const std::exception&) {
            // The others are worth having all the same, whatever failed: memory for one that is too large,
            // too.
            const auto failure = currentFailure();
            if (++failed == 1)
                firstFailure = failure.sentence;
            else
                session.say(failure.sentence);
        }
    }
    if (failed == 1)
        throw Error(ErrorCode::BadFile, firstFailure);
    if (failed > 1)
        throw Error(ErrorCode::BadFile, std::to_string(failed) + " of " +
                                            std::to_string(arguments.images.size()) +
                                            " pictures have no depth now; the first: " + firstFailure);
}

#else

void depthCommand(const DepthArguments& /*arguments*/, Session& /*session*/)
{
    throw Error(ErrorCode::Unsupported,
                "depth needs OpenCV, which this build was made without: build Elbo with the preset release.");
}

#endif

}  // namespace

void addDepth(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "depth", "Estimates depth from pictures: 16-bit millimetres, NumPy metres and a coloured picture");
    auto arguments = std::make_shared<DepthArguments>();
    addEstimatorOptions(*command, arguments->estimator);
    command->add_option("images", arguments->images, "Pictures")->required();
    command
        ->add_option("--out", arguments->out, "Folder for NAME.depth.png, NAME.depth.npy and NAME.depth.jpg")
        ->required();
    command->callback([&session, arguments] { depthCommand(*arguments, session); });
}

}  // namespace elbo::cli
