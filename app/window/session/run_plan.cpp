// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/run_plan.h"

#include "app/window/session/dataset_view.h"
#include "app/window/session/devices.h"
#include "core/data/dataset.h"
#include "core/models/registry.h"
#include "core/training/trainer.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace elbo {

namespace {

/// ELBO first, then its two parts, then errors, as the plots are laid out; terms nobody listed keep their
/// order behind.
std::size_t shownPlace(std::string_view key)
{
    constexpr std::array<std::string_view, 6> order{"elbo", "log_likelihood", "kl",
                                                    "mse",  "mse_color",      "mse_depth"};  // of a VAE
    return static_cast<std::size_t>(std::ranges::find(order, key) - order.begin());
}

std::vector<TermDescription> describeTerms(const Trainable& model)
{
    std::vector<TermDescription> terms;
    for (const auto& term : model.terms()) {
        terms.push_back({term.key, term.title, term.unit, term.higherIsBetter, term.plotted});
    }
    std::ranges::stable_sort(terms, {}, [](const TermDescription& term) { return shownPlace(term.key); });
    return terms;
}

}  // namespace

RunPlan planRun(const RunConfig& config, const DatasetView& data, const std::filesystem::path& initialWeights)
{
    RunPlan plan;
    plan.device = describeDevice(config.text("device"), config.text("precision"));
    const auto& set = *data.dataset();
    const auto model = makeModel(config.model, set.shape());
    for (const auto& parameter : model->parameters()) {
        plan.parameters += parameter.numel();
        plan.weightBytes += static_cast<std::int64_t>(parameter.nbytes());
    }
    const auto images = static_cast<std::int64_t>(set.indices(SplitSide::Train).size());
    const auto batch = config.integer("batch_size");
    plan.stepsPerEpoch = (images + batch - 1) / batch;
    if (!initialWeights.empty()) {
        plan.initial = summariseWeights(initialWeights);
        TrainingOptions options;
        options.initialWeights = initialWeights;
        checkRun(config, set, options);
    }
    return plan;
}

std::vector<TermDescription> termsOf(const ModelConfig& config)
{
    // The smallest images that every model takes: the terms do not depend on the size.
    ImageShape shape;
    shape.height = 32;
    shape.width = 32;
    shape.classes = 10;
    return describeTerms(*makeModel(config, shape));
}

}  // namespace elbo
