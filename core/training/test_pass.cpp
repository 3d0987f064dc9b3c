// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/test_pass.h"

#include "core/data/binarise.h"
#include "core/nn/autocast.h"
#include "core/training/epoch_plan.h"
#include "core/training/evaluation_scope.h"
#include "core/training/term_sums.h"

#include <ATen/Functions.h>

#include <span>
#include <utility>

namespace elbo {

at::Tensor testTermsOf(Trainable& model, const std::vector<at::Tensor>& inputs, const c10::Device& device,
                       Precision precision)
{
    const Autocast autocast(device, precision);
    return model.testStep({inputs[0], inputs[1]}, inputs[2]);
}

std::map<std::string, double> runTestPass(Trainable& model, const DeviceData& data, const TestSide& side,
                                          const TestSettings& settings,
                                          const std::function<void(std::int64_t)>& beforeBatch)
{
    const EvaluationScope evaluating(model);
    const auto& device = data.device();
    const auto images = static_cast<std::int64_t>(side.indices.size());
    const BatchPlan plan(images, settings.batchSize);
    auto& group = settings.group == nullptr ? aloneGroup() : *settings.group;
    const auto indices = data.indices(side.indices);
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    for (std::int64_t step = group.rank(); step < plan.steps(); step += group.size())
        ranges.push_back(plan.range(step));
    data.expect(indices, ranges);
    NoiseBlocks noise({settings.seed, RandomPurpose::TestNoise, side.noiseStream, images, model.noiseSize()},
                      settings.batchSize, device);
    TermSums sums(model.testTerms(), device);
    for (std::int64_t step = 0; step < plan.steps(); ++step) {
        const auto [first, count] = plan.range(step);
        const auto turn = step % group.size();
        if (turn == 0)
            beforeBatch(first);
        if (turn != group.rank())
            continue;
        auto batch = data.batch(indices.narrow(0, first, count), model.valueRange(), settings.channelsLast);
        if (settings.binarise)
            batch.x = binarisedForTest(
                batch.x, std::span(side.indices)
                             .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
        const std::vector<at::Tensor> inputs{batch.x, batch.labels, noise.rows(first, count)};
        sums.add(settings.step != nullptr ? (*settings.step)(inputs)
                                          : testTermsOf(model, inputs, device, settings.precision),
                 count);
    }
    if (group.size() > 1) {
        const auto all = sums.sums().to(at::kCPU).clone();
        group.sum(all);
        sums.restore(all, images);
    }
    return sums.means();
}

}  // namespace elbo
