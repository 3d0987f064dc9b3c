// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/data/dataset.h"
#include "core/latent/decoding.h"
#include "core/latent/nearest_images.h"
#include "core/latent/sampling.h"
#include "core/models/vae.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>

namespace elbo::cli {

namespace {

struct SampleArguments {
    LatentArguments latent;
    std::string from = "prior";
    SampleSettings settings;
    std::int64_t components = 10;
    bool nearest = false;
};

at::Tensor drawn(LatentModel& model, const SampleArguments& arguments, Session& session)
{
    const auto source = parseSampleSource(arguments.from);
    if (source == SampleSource::Prior)
        return samplePrior(model.model().latentSize(), arguments.settings);
    const auto codes = model.trainingCodes();
    if (source == SampleSource::Gaussian)
        return sampleGaussian(fitGaussian(codes), arguments.settings);
    return sampleMixture(fitMixture(codes, arguments.components, arguments.settings.seed, session.stop()),
                         arguments.settings);
}

void reportNearest(LatentModel& model, const at::Tensor& z, std::optional<std::int64_t> shown,
                   Session& session)
{
    const auto& data = model.data();
    auto indices = data.indices(SplitSide::Train);
    if (indices.empty())
        indices = model.testImages();
    const auto unit = decodeCodes(model.model(), z, shown, session.stop());
    const auto nearest = nearestImages(unit, data, indices, session.progress(), session.stop());
    auto items = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows{{"SAMPLE", "NEAREST TRAINING IMAGE", "DISTANCE", "NAME"}};
    for (std::size_t i = 0; i < nearest.size(); ++i) {
        const auto& name = data.names.at(static_cast<std::size_t>(nearest[i].index));
        items.push_back(
            {{"sample", i}, {"index", nearest[i].index}, {"distance", nearest[i].distance}, {"name", name}});
        rows.push_back(
            {std::to_string(i), std::to_string(nearest[i].index), numberText(nearest[i].distance), name});
    }
    session.json ? printJson({{"nearest", items}}) : printTable(rows);
}

void sampleCommand(const SampleArguments& arguments, Session& session)
{
    LatentModel model(arguments.latent, session);
    LatentFiles files;
    files.z = drawn(model, arguments, session);
    const auto shown = model.shownClass(std::nullopt);
    files.images = model.decoded(files.z, shown);
    files.columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(files.images.size()))));
    files.stem = "sample";
    files.quiet = session.json;
    writeLatentFiles(files, arguments.latent.out);
    if (arguments.nearest)
        reportNearest(model, files.z, shown, session);
}

}  // namespace

void addSample(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("sample", "Decodes codes that are drawn at random");
    auto arguments = std::make_shared<SampleArguments>();
    addLatentOptions(*command, arguments->latent, "FILE.png: one sheet; DIR: a file each, z.csv and z.npy");
    command->add_option("--count", arguments->settings.count, "Samples")
        ->capture_default_str()
        ->check(CLI::Range(1, 10000));
    command
        ->add_option("--from", arguments->from,
                     "prior | gaussian | mixture (both fitted to the training images' codes)")
        ->capture_default_str()
        ->check(CLI::IsMember({"prior", "gaussian", "mixture"}));
    command->add_option("--components", arguments->components, "Of the mixture")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    command->add_option("--temperature", arguments->settings.temperature, "Factor of the standard deviations")
        ->capture_default_str();
    command->add_option("--seed", arguments->settings.seed, "Same seed, same samples")->capture_default_str();
    command->add_flag("--nearest", arguments->nearest,
                      "Tell the training image that each sample is nearest to");
    command->add_flag("--json", session.json, "With --nearest: one JSON object on standard output");
    command->callback([&session, arguments] { sampleCommand(*arguments, session); });
}

}  // namespace elbo::cli
