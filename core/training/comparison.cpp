// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/comparison.h"

#include "core/base/error.h"
#include "core/models/closed_form.h"
#include "core/models/registry.h"
#include "core/training/history.h"
#include "core/training/model_data.h"
#include "core/training/run_folder.h"
#include "core/training/run_model.h"
#include "core/training/run_paths.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace elbo {

namespace {

constexpr std::uint64_t kPcaSeed = 1;  ///< of what its solver draws on the way

ComparedModel judged(Vae& model, const Dataset& data, const EvaluationOptions& options,
                     const ProgressFunction& progress, const std::stop_token& stop)
{
    ComparedModel compared;
    compared.data = data.title;
    compared.fingerprint = data.fingerprint;
    compared.parameters = parameterCount(model);
    compared.latentSize = model.latentSize();
    compared.evaluation = evaluate(model, data, data.indices(SplitSide::Test), options, progress, stop);
    return compared;
}

}  // namespace

ComparedModel judge(const LoadedModel& loaded, const Dataset& data, const ProgressFunction& progress,
                    const std::stop_token& stop)
{
    EvaluationOptions options;
    options.trainedOn = loaded.trainedOn;
    auto compared = judged(*loaded.model, data, options, progress, stop);
    compared.key = loaded.config.model.key;
    compared.epochs = loaded.epoch;
    compared.path = loaded.runFolder.empty() ? loaded.file : loaded.runFolder;
    compared.name =
        loaded.runFolder.empty() ? loaded.file.stem().string() : readRunInfo(loaded.runFolder).name;
    if (!loaded.runFolder.empty()) {
        for (const auto& epoch : readHistory(RunPaths{loaded.runFolder}.history()).epochs)
            compared.seconds += epoch.seconds;
    }
    return compared;
}

ComparedModel judgePca(const Dataset& data, std::int64_t latentSize, const ProgressFunction& progress,
                       const std::stop_token& stop)
{
    const auto start = std::chrono::steady_clock::now();
    ModelConfig config{.key = "pca", .fields = {}};
    config.fields.set("latent_size", latentSize);
    const auto model = makeVae(config, data.shape());
    const auto train = data.indices(SplitSide::Train);
    const ImageBlocks images{.read =
                                 [&](std::int64_t first, std::int64_t count) {
                                     return imageValues(
                                         data, {train.begin() + first, train.begin() + first + count});
                                 },
                             .images = static_cast<std::int64_t>(train.size())};
    dynamic_cast<ClosedForm&>(*model).fit(images, kPcaSeed, progress, stop);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    auto compared = judged(*model, data, {}, progress, stop);
    compared.key = "pca";
    compared.name = "pca, " + std::to_string(latentSize) + " components";
    compared.epochs = 1;
    compared.seconds = taken.count();
    return compared;
}

void Comparison::add(const LoadedModel& loaded, const std::shared_ptr<const Dataset>& set,
                     const ProgressFunction& progress, const std::stop_token& stop)
{
    const auto data = dataForModel(loaded.config.model, set, loaded.labelNames);
    m_models.push_back(judge(loaded, *data, progress, stop));
    const auto size = m_models.back().latentSize;
    const bool known = std::ranges::any_of(m_baselines, [&](const auto& baseline) {
        return baseline.second == size && baseline.first->fingerprint == set->fingerprint;
    });
    if (!known && loaded.config.model.key != "pca")
        m_baselines.emplace_back(set, size);
}

void Comparison::addBaselines(const ProgressFunction& progress, const std::stop_token& stop)
{
    for (const auto& [set, size] : m_baselines)
        m_models.push_back(judgePca(*set, size, progress, stop));
}

std::size_t Comparison::sets() const
{
    std::set<std::string> fingerprints;
    for (const auto& model : m_models)
        fingerprints.insert(model.fingerprint);
    return fingerprints.size();
}

}  // namespace elbo
