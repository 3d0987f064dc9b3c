// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/weights_summary.h"

#include "core/models/model_table.h"
#include "core/training/weights.h"
#include "core/training/weights_description.h"

namespace elbo {

namespace {

bool isLearned(const std::string& name)
{
    return !name.ends_with("running_mean") && !name.ends_with("running_var") &&
           !name.ends_with("num_batches_tracked");
}

}  // namespace

std::int64_t learnedNumbers(const WeightsHeader& header)
{
    std::int64_t numbers = 0;
    for (const auto& tensor : header.tensors) {
        if (!isLearned(tensor.name))
            continue;
        std::int64_t count = 1;
        for (const auto size : tensor.shape)
            count *= size;  // checked against the file when its header was read
        numbers += count;
    }
    return numbers;
}

WeightsSummary summariseWeights(const std::filesystem::path& runOrFile, const std::string& which)
{
    WeightsSummary summary;
    summary.file = weightsFile(runOrFile, which);
    const auto header = readWeightsHeader(summary.file);
    const auto description = describeFile(header, summary.file.string());
    summary.format = header.format;
    summary.place = header.place;
    summary.model = description.config.model.key;
    summary.modelTitle = findModelInfo(summary.model).title;
    summary.shape = description.shape;
    summary.parameters = learnedNumbers(header);
    summary.described = header.metadata.contains("elbo");
    summary.data = description.config.data;
    summary.epoch = description.epoch;
    summary.trainedImages = static_cast<std::int64_t>(description.trainedOn.size());
    return summary;
}

}  // namespace elbo
