// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/class_labels.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <algorithm>

namespace elbo {
namespace {

/// No SplitSide: such an image is neither trained nor tested on.
constexpr std::int64_t kNoSide = 255;

/// For each label index of the set that of its name among the classes, -1 without; the last stands for -1.
at::Tensor translation(const std::vector<std::string>& names, const std::vector<std::string>& classes)
{
    std::vector<std::int64_t> indices;
    for (const auto& name : names) {
        const auto found = std::ranges::find(classes, name);
        indices.push_back(found == classes.end() ? -1 : found - classes.begin());
    }
    indices.push_back(-1);
    return at::tensor(indices, at::kLong);
}

}  // namespace

Dataset withClasses(const Dataset& data, const std::vector<std::string>& classes)
{
    if (!data.labels.defined() || data.labelNames.empty() || classes.empty())
        throw Error(
            ErrorCode::BadData,
            "The set " + data.title +
                " has no labels, which this model needs: give a CSV file with the columns image and label "
                "as labels=FILE, or choose another model.");
    Dataset result = data;
    const auto table = translation(data.labelNames, classes);
    // -1 reads the last entry.
    const auto places = data.labels.remainder(static_cast<std::int64_t>(data.labelNames.size()) + 1);
    result.labels = table.index_select(0, places);
    result.labelNames = classes;
    const auto unknown = result.labels.lt(0);
    const auto count = unknown.sum().item<std::int64_t>();
    if (count == 0)
        return result;
    if (count == data.size())
        throw Error(ErrorCode::BadData,
                    "No image of " + data.title + " is of a class that the model knows (such as \"" +
                        classes.front() +
                        "\"): choose the set it was trained on, or one with the same labels.");
    result.side = data.side.masked_fill(unknown, kNoSide);
    result.splitNote += (result.splitNote.empty() ? "" : " ") + std::to_string(count) + " of " +
                        std::to_string(data.size()) +
                        " images have no label that the model knows and are left out.";
    return result;
}

}  // namespace elbo
