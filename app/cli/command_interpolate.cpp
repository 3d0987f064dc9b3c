// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_command.h"
#include "app/cli/picture_input.h"
#include "app/cli/session.h"
#include "core/base/error.h"
#include "core/latent/interpolation.h"

#include <ATen/Functions.h>

#include <CLI/CLI.hpp>

#include <memory>

namespace elbo::cli {

namespace {

struct InterpolateArguments {
    LatentArguments latent;
    std::vector<std::string> images;
    std::optional<std::int64_t> from, to;
    std::int64_t steps = 9;
    std::string path = "linear";
    double framesPerSecond = 8;
};

/// The way points: pictures, else two images of the set.
at::Tensor pointsOf(LatentModel& model, const InterpolateArguments& arguments,
                    std::optional<std::int64_t>& first)
{
    std::vector<at::Tensor> codes;
    if (!arguments.images.empty()) {
        for (const auto& image : arguments.images)
            codes.push_back(codeOfPicture(model.loaded(), image, model.shownClass(std::nullopt)));
        return at::stack(codes);
    }
    const auto test = model.testImages();
    first = arguments.from.value_or(test.front());
    const auto last = arguments.to.value_or(test[std::min<std::size_t>(1, test.size() - 1)]);
    return at::stack({model.codeOf(*first), model.codeOf(last)});
}

void interpolateCommand(const InterpolateArguments& arguments, Session& session)
{
    if (arguments.images.size() == 1)
        throw Error(ErrorCode::BadSetting, "A way has two ends: give a second picture.");
    LatentModel model(arguments.latent, session);
    std::optional<std::int64_t> first;
    const auto points = pointsOf(model, arguments, first);
    LatentFiles files;
    files.z = pathThrough(points, arguments.steps, parseLatentPath(arguments.path));
    files.images = model.decoded(files.z, model.shownClass(first));
    files.columns = static_cast<int>(files.images.size());
    files.animated = true;
    files.framesPerSecond = arguments.framesPerSecond;
    files.stem = "step";
    writeLatentFiles(files, arguments.latent.out);
}

}  // namespace

void addInterpolate(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("interpolate", "Decodes the codes between two images");
    auto arguments = std::make_shared<InterpolateArguments>();
    addLatentOptions(*command, arguments->latent,
                     "FILE.png: a strip; FILE.gif or FILE.mp4: an animation; DIR: a file each, z.csv, z.npy");
    auto* images = command->add_option("images", arguments->images,
                                       "Pictures to go through, two or more, with their depth images beside "
                                       "them; without them images of the set");
    command->add_option("--from", arguments->from, "Image of the set; without it the first of its test side")
        ->excludes(images);
    command->add_option("--to", arguments->to, "Image of the set; without it the second of its test side")
        ->excludes(images);
    command->add_option("--steps", arguments->steps, "Pictures, both ends included")
        ->capture_default_str()
        ->check(CLI::Range(2, 10000));
    command->add_option("--path", arguments->path, "linear | spherical")
        ->capture_default_str()
        ->check(CLI::IsMember({"linear", "spherical"}));
    command->add_option("--fps", arguments->framesPerSecond, "Pictures a second of an animation")
        ->capture_default_str();
    command->callback([&session, arguments] { interpolateCommand(*arguments, session); });
}

}  // namespace elbo::cli
