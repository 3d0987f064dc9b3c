// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/latent_command.h"

#include "app/cli/run_input.h"
#include "app/cli/session.h"
#include "core/base/device.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/latent/decoding.h"
#include "core/models/vae.h"
#include "core/training/model_data.h"

#include <CLI/CLI.hpp>

#include <numeric>

namespace elbo::cli {

void addLatentOptions(CLI::App& command, LatentArguments& arguments, const std::string& outHelp)
{
    command.add_option("run", arguments.run, "Run folder or weights file")->required();
    command.add_option("--data", arguments.data, "SPEC; without it the run's own set");
    command.add_option("--weights", arguments.weights, "last | best | epoch:N of a run")
        ->capture_default_str();
    command.add_option("--device", arguments.device, "auto | cpu | cuda | cuda:N")->capture_default_str();
    command.add_option("--class", arguments.asClass,
                       "For a model that is given the class: decode as this one, by name or index");
    command.add_option("--out", arguments.out, outHelp)->required();
}

LatentModel::LatentModel(const LatentArguments& arguments, Session& session)
    : m_arguments(arguments),
      m_session(session),
      m_loaded(loadModel(arguments.run, arguments.weights, chooseDevice(arguments.device)))
{
}

const Dataset& LatentModel::data()
{
    if (!m_data)
        m_data = dataForModel(m_loaded.config.model, m_session.load(dataOf(m_loaded, m_arguments.data)),
                              m_loaded.labelNames);
    return *m_data;
}

std::vector<std::int64_t> LatentModel::testImages()
{
    auto indices = data().indices(SplitSide::Test);
    if (indices.empty()) {
        indices.resize(static_cast<std::size_t>(data().size()));
        std::iota(indices.begin(), indices.end(), 0);
    }
    if (indices.empty())
        throw Error(ErrorCode::BadData,
                    "The data set " + data().title + " has no images: choose another one.");
    return indices;
}

at::Tensor LatentModel::codeOf(std::int64_t index)
{
    if (index < 0 || index >= data().size())
        throw Error(ErrorCode::BadSetting, "There is no image " + std::to_string(index) +
                                               " in this set: its indices go from 0 to " +
                                               std::to_string(data().size() - 1) + ".");
    return encodeImages(model(), data(), {index}, {}, m_session.stop()).mean[0];
}

LatentCodes LatentModel::trainingCodes()
{
    auto indices = data().indices(SplitSide::Train);
    if (indices.empty())
        indices = testImages();
    return encodeImages(model(), data(), indices, m_session.progress(), m_session.stop());
}

std::optional<std::int64_t> LatentModel::shownClass(std::optional<std::int64_t> image)
{
    if (const auto given = classOf(m_loaded, m_arguments.asClass))
        return given;
    if (!model().needsLabels())
        return std::nullopt;
    if (image)
        return data().labels[*image].item<std::int64_t>();
    throw Error(ErrorCode::BadSetting,
                "This model decodes as a class: name one with --class (`elbo-cli info RUN` lists them).");
}

std::vector<ShownImage> LatentModel::decoded(const at::Tensor& z, std::optional<std::int64_t> shown)
{
    return shownCodes(model(), z, shown, shownRangesOf(m_loaded), m_session.stop());
}

}  // namespace elbo::cli
