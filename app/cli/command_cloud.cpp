// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/estimator_options.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/base/error.h"
#include "core/geometry/intrinsics.h"

#ifdef ELBO_WITH_IO
#include "core/geometry/cloud_filter.h"
#include "core/geometry/ply.h"
#include "core/io/depth_files.h"
#include "core/io/exif.h"
#include "core/io/images.h"
#endif

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo::cli {

namespace {

struct CloudArguments {
    EstimatorArguments estimator;
    std::string color;
    std::string depth;
    std::optional<double> depthScale;
    std::string intrinsics;
    std::optional<double> angleOfView;
    double edge = 0.1;
    std::optional<double> near, far;
    bool normals = false;
    bool ascii = false;
    std::string out;
};

#ifdef ELBO_WITH_IO

/// "fx,fy,cx,cy", or a preset's name.
Intrinsics parsedIntrinsics(const std::string& text, int width, int height)
{
    std::vector<double> numbers;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        double value = 0;
        const auto [next, problem] = std::from_chars(at, end, value);
        if (problem != std::errc{} || (next != end && *next != ',')) {
            numbers.clear();
            break;
        }
        numbers.push_back(value);
        at = next == end ? end : next + 1;
    }
    if (numbers.size() == 4) {
        Intrinsics typed{numbers[0], numbers[1], numbers[2], numbers[3], width, height, false, "given"};
        check(typed);
        return typed;
    }
    if (!text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9')) &&
        text.find_first_not_of("0123456789.,-+eE ") == std::string::npos)
        throw Error(ErrorCode::BadSetting,
                    "Intrinsics are four numbers, fx,fy,cx,cy in pixels, not \"" + text + "\".");
    return resized(intrinsicsPreset(text), width, height);
}

Intrinsics intrinsicsOf(const CloudArguments& arguments, int width, int height, Session& session)
{
    if (!arguments.intrinsics.empty())
        return parsedIntrinsics(arguments.intrinsics, width, height);
    if (arguments.angleOfView)
        return intrinsicsOfView(*arguments.angleOfView, width, height);
    const auto known = knownIntrinsics(arguments.color, width, height);
    if (known.guessed)
        session.say(
            "Nothing tells the camera's intrinsics: an angle of view of 60 degrees is guessed, so lengths "
            "may be wrong; give --intrinsics or --fov.");
    else
        session.say("Intrinsics are from: " + known.source + ".");
    return known;
}

void cloudCommand(const CloudArguments& arguments, Session& session)
{
    if (arguments.depth.empty() == arguments.estimator.key.empty())
        throw Error(ErrorCode::BadSetting,
                    arguments.depth.empty() ? "The cloud needs depth: give --depth FILE or --estimator KEY."
                                            : "Give the cloud either --depth or --estimator, not both.");
    const auto color = readColor(arguments.color);
    const auto height = color.size(1), width = color.size(2);
    DepthFile depth;
    if (arguments.depth.empty()) {
        depth = {makeEstimator(arguments.estimator, session).estimator->estimate(color), true};
    } else {
        depth = readDepthFile(arguments.depth, arguments.depthScale);
        depth.depth = atColorSize(depth.depth, width, height, arguments.depth);
    }
    if (!depth.metric)
        session.say(
            "The depth is relative, without metres: lengths of the cloud have no unit; --depth-scale gives "
            "one.");
    throwIfStopped(session.stop());
    const auto camera = intrinsicsOf(arguments, static_cast<int>(width), static_cast<int>(height), session);
    DepthImage image{static_cast<int>(width), static_cast<int>(height), toImage(depth.depth).values,
                     toPicture(color).pixels, depth.metric};
    if (arguments.edge > 0)
        image = withoutEdges(image, static_cast<float>(arguments.edge));
    auto cloud = unproject(image, camera);
    if (arguments.near || arguments.far) {
        CloudBox box;
        box.low[2] = static_cast<float>(arguments.near.value_or(0));
        if (arguments.far)
            box.high[2] = static_cast<float>(*arguments.far);
        cloud = inside(cloud, box);
    }
    if (arguments.normals)
        cloud = withNormals(cloud);
    writePly(arguments.out, cloud, {.ascii = arguments.ascii});
    std::printf("%s\n", arguments.out.c_str());
    session.say(std::to_string(cloud.size()) + " points were written.");
}

#else

void cloudCommand(const CloudArguments& /*arguments*/, Session& /*session*/)
{
    throw Error(ErrorCode::Unsupported,
                "cloud needs OpenCV, which this build was made without: build Elbo with the preset release.");
}

#endif

}  // namespace

void addCloud(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("cloud", "Writes a picture and its depth as a point cloud");
    auto arguments = std::make_shared<CloudArguments>();
    command->add_option("--color", arguments->color, "Picture")->required();
    command->add_option("--depth", arguments->depth, "Its depth: 16-bit PNG, float TIFF or .npy");
    command->add_option("--depth-scale", arguments->depthScale, "Units a metre of the depth file")
        ->check(CLI::PositiveNumber);
    addEstimatorOptions(*command, arguments->estimator);
    command->add_option("--intrinsics", arguments->intrinsics,
                        "fx,fy,cx,cy in pixels of the picture, or a camera: \"NYU Depth V2\"");
    command->add_option("--fov", arguments->angleOfView, "Horizontal angle of view in degrees")
        ->excludes("--intrinsics");
    command
        ->add_option("--edge", arguments->edge,
                     "Relative jump of depth from which points between two surfaces are left out; 0: none")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1000.0));
    command->add_option("--near", arguments->near, "Nearest depth that is kept, metres");
    command->add_option("--far", arguments->far, "Farthest depth that is kept, metres");
    command->add_flag("--normals", arguments->normals, "Write normals too");
    command->add_flag("--ascii", arguments->ascii, "Write text instead of bytes");
    command->add_option("--out", arguments->out, "FILE.ply")->required();
    command->callback([&session, arguments] { cloudCommand(*arguments, session); });
}

}  // namespace elbo::cli
