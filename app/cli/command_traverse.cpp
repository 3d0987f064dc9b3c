// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_command.h"
#include "app/cli/session.h"
#include "core/latent/aggregate_posterior.h"
#include "core/latent/traversal.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace elbo::cli {

namespace {

struct TraverseArguments {
    LatentArguments latent;
    std::optional<std::int64_t> index;
    std::int64_t dims = 8;
    std::int64_t steps = 9;
    double range = 3;
};

void traverseCommand(const TraverseArguments& arguments, Session& session)
{
    LatentModel model(arguments.latent, session);
    const auto test = model.testImages();
    const auto index = arguments.index.value_or(test.front());
    const auto codes = encodeImages(model.model(), model.data(), test, session.progress(), session.stop());
    const auto posterior = aggregatePosterior(codes);
    // Of an image that was encoded among others: alone it would differ in the last bits, and the window, which
    // shows the same picture, does not encode it alone.
    const auto among = std::ranges::find(test, index);
    const auto z = among == test.end() ? model.codeOf(index) : codes.mean[among - test.begin()];
    auto dims = posterior.byKl;
    dims.resize(static_cast<std::size_t>(std::min(arguments.dims, posterior.size())));
    LatentFiles files;
    files.z = traverse(z, dims, arguments.steps, arguments.range);
    files.images = model.decoded(files.z, model.shownClass(index));
    files.columns = static_cast<int>(arguments.steps);
    files.stem = "traversal";
    writeLatentFiles(files, arguments.latent.out);
    std::string told;
    for (const auto dim : dims)
        told += (told.empty() ? "" : ", ") + std::to_string(dim);
    session.say("Rows, largest KL first: dimensions " + told + ".");
}

}  // namespace

void addTraverse(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "traverse", "Decodes an image's code with one dimension at a time set to other values");
    auto arguments = std::make_shared<TraverseArguments>();
    addLatentOptions(*command, arguments->latent,
                     "FILE.png: dimensions down, values across; DIR: a file each, z.csv and z.npy");
    command->add_option("--index", arguments->index,
                        "Image of the set; without it the first of its test side");
    command->add_option("--dims", arguments->dims, "Dimensions, those of the largest KL")
        ->capture_default_str()
        ->check(CLI::Range(1, 100000));
    command->add_option("--steps", arguments->steps, "Values of each")
        ->capture_default_str()
        ->check(CLI::Range(2, 1000));
    command->add_option("--range", arguments->range, "Largest value, standard deviations of the prior")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    command->callback([&session, arguments] { traverseCommand(*arguments, session); });
}

}  // namespace elbo::cli
