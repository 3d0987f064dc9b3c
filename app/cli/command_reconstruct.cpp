// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/estimator_options.h"
#include "app/cli/output.h"
#include "app/cli/reconstruction_files.h"
#include "app/cli/run_input.h"
#include "app/cli/session.h"
#include "core/base/device.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/image_source.h"
#include "core/evaluation/reconstruct.h"
#include "core/training/model_data.h"
#include "core/training/weights.h"
#ifdef ELBO_WITH_IO
#include "core/io/images.h"
#endif

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace elbo::cli {

namespace {

struct ReconstructArguments {
    std::string run;
    std::vector<std::string> images;
    std::vector<std::string> depths;
    std::optional<double> depthScale;
    std::string data;
    std::vector<std::int64_t> indices;
    std::string weights = "last";
    std::string device = "auto";
    bool sample = false;
    std::uint64_t seed = 1;
    std::string fit = "stretch";
    std::string asClass;    ///< name or index; empty: each image's own
    std::string estimator;  ///< for pictures without depth; empty: they are refused
    std::string out;
};

#ifdef ELBO_WITH_IO

std::vector<Reconstruction> reconstructDataset(const LoadedModel& loaded,
                                               const ReconstructArguments& arguments, Session& session)
{
    const auto data =
        dataForModel(loaded.config.model, session.load(dataOf(loaded, arguments.data)), loaded.labelNames);
    auto indices = arguments.indices;
    if (indices.empty()) {
        indices = data->indices(SplitSide::Test);
        indices.resize(std::min<std::size_t>(indices.size(), 8));
        if (indices.empty())
            throw Error(ErrorCode::BadData, "The data set " + data->title +
                                                " has no test images: name some of its images with --index.");
    }
    for (const auto index : indices)
        if (index < 0 || index >= data->size())
            throw Error(ErrorCode::BadSetting, "There is no image " + std::to_string(index) +
                                                   " in this set: its indices go from 0 to " +
                                                   std::to_string(data->size() - 1) + ".");
    return reconstruct(*loaded.model, *data, indices,
                       {arguments.sample, arguments.seed, Fit::Stretch, classOf(loaded, arguments.asClass)});
}

/// The depth of one image: --depth in the order of the images, else the file beside it by the names of
/// rgbd-folder.
/// Empty: its depth is to be estimated.
std::filesystem::path depthFileOf(const std::string& image, std::size_t position,
                                  const ReconstructArguments& arguments)
{
    if (position < arguments.depths.size())
        return arguments.depths[position];
    if (const auto beside = findDepthBeside(image))
        return *beside;
    if (!arguments.estimator.empty())
        return {};
    throw Error(
        ErrorCode::BadData,
        image +
            " needs depth, since the model reads colour and depth: add --depth FILE, put its depth image "
            "beside it (N.png beside N.jpg, depth/ beside rgb/), or have it estimated by --estimator "
            "meter-xxs.");
}

/// Loaded when the first picture needs it.
class LateEstimator {
public:
    LateEstimator(const ReconstructArguments& arguments, Session& session)
        : m_arguments(arguments), m_session(session)
    {
    }
    [[nodiscard]] at::Tensor estimate(const at::Tensor& color)
    {
        if (!m_estimator)
            m_estimator =
                makeEstimator({.key = m_arguments.estimator, .device = m_arguments.device}, m_session)
                    .estimator;
        return m_estimator->estimate(color);
    }

private:
    const ReconstructArguments& m_arguments;
    Session& m_session;
    std::unique_ptr<DepthEstimator> m_estimator;
};

Reconstruction reconstructFile(const LoadedModel& loaded, const std::string& image, std::size_t position,
                               const ReconstructArguments& arguments, LateEstimator& estimator)
{
    SourceImage source;
    bool metric = false;
    source.color = readColor(image, /*keepGrey=*/!loaded.shape.hasDepth);
    if (loaded.shape.hasDepth) {
        const auto scale = arguments.depthScale.has_value() ? arguments.depthScale : loaded.depthScale;
        if (const auto file = depthFileOf(image, position, arguments); file.empty()) {
            source.depth = estimator.estimate(source.color);
            metric = true;
        } else {
            const auto depth = readDepth(file, scale);
            source.depth = depth.depth;
            metric = depth.metric;
        }
    }
    const auto name = std::filesystem::path(image).stem().string();
    return reconstructSource(
        *loaded.model, source, loaded.storedUnchanged, name, metric,
        {arguments.sample, arguments.seed, parseFit(arguments.fit), classOf(loaded, arguments.asClass)});
}

void reconstructCommand(const ReconstructArguments& arguments, Session& session)
{
    if (arguments.depths.size() > arguments.images.size())
        throw Error(ErrorCode::BadSetting, "There are " + std::to_string(arguments.depths.size()) +
                                               " depth images for " +
                                               std::to_string(arguments.images.size()) +
                                               " pictures: give each picture one --depth at most.");
    const auto loaded = loadModel(arguments.run, arguments.weights, chooseDevice(arguments.device));
    std::vector<Reconstruction> results;
    if (arguments.images.empty())
        results = reconstructDataset(loaded, arguments, session);
    LateEstimator estimator(arguments, session);
    for (std::size_t position = 0; position < arguments.images.size(); ++position) {
        throwIfStopped(session.stop());
        results.push_back(
            reconstructFile(loaded, arguments.images[position], position, arguments, estimator));
    }
    for (const auto& file : writeReconstructions(results, arguments.out))
        std::printf("%s\n", file.c_str());
}

#else

void reconstructCommand(const ReconstructArguments& /*arguments*/, Session& /*session*/)
{
    throw Error(
        ErrorCode::Unsupported,
        "reconstruct needs OpenCV, which this build was made without: build Elbo with the preset release.");
}

#endif

}  // namespace

void addReconstruct(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("reconstruct", "Truth above reconstruction, as pictures and numbers");
    auto arguments = std::make_shared<ReconstructArguments>();
    command->add_option("run", arguments->run, "Run folder or weights file")->required();
    auto* images =
        command->add_option("images", arguments->images, "Pictures; without them, images of a data set");
    command->add_option("--depth", arguments->depths, "Depth of each picture, in their order");
    command
        ->add_option("--depth-scale", arguments->depthScale,
                     "Units a metre of the depth files; without it that of the images it was trained on")
        ->needs(images)
        ->check(CLI::PositiveNumber);
    command
        ->add_option(
            "--estimator", arguments->estimator,
            "Estimates the depth of pictures that come without any (list depth); with its own weights")
        ->needs(images);
    command->add_option("--data", arguments->data, "SPEC; without it the run's own set")->excludes(images);
    command
        ->add_option("--index", arguments->indices,
                     "Images of the set, 0,5,9; without it eight of its test side")
        ->delimiter(',');
    command->add_option("--weights", arguments->weights, "last | best | epoch:N of a run")
        ->capture_default_str();
    command->add_option("--device", arguments->device, "auto | cpu | cuda | cuda:N")->capture_default_str();
    command->add_flag("--sample", arguments->sample, "Decode a sample of the posterior instead of its mean");
    command->add_option("--seed", arguments->seed, "Of the sample")->capture_default_str();
    command
        ->add_option("--fit", arguments->fit,
                     "How pictures of other proportions are fitted: stretch | crop | pad; undone in what is "
                     "written")
        ->capture_default_str()
        ->check(CLI::IsMember({"stretch", "crop", "pad"}))
        ->needs(images);
    command->add_option("--class", arguments->asClass,
                        "For a model that is given the class: decode as this one, by name or index");
    command->add_option("--out", arguments->out, "FILE.png: one sheet; DIR: a file each and table.csv")
        ->required();
    // One value each: the picture that follows must not be taken for a depth of the one before.
    for (const auto* name : {"--depth", "--index"})
        command->get_option(name)->allow_extra_args(false);
    command->callback([&session, arguments] { reconstructCommand(*arguments, session); });
}

}  // namespace elbo::cli
