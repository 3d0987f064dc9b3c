// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/model_data.h"

#include "core/data/class_labels.h"
#include "core/models/model_table.h"

namespace elbo {

std::shared_ptr<const Dataset> dataForModel(const ModelConfig& model, std::shared_ptr<const Dataset> data,
                                            const std::vector<std::string>& classes)
{
    if (!findModelInfo(model.key).needsLabels)
        return data;
    return std::make_shared<const Dataset>(withClasses(*data, classes.empty() ? data->labelNames : classes));
}

}  // namespace elbo
