// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/weights_info.h"

#include "core/data/data_config.h"
#include "core/models/published.h"
#include "core/store/weights_file.h"
#include "core/training/weights_description.h"
#include "core/training/weights_summary.h"

#include <c10/core/ScalarType.h>

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace elbo::cli {

namespace {

using nlohmann::json;

void addModel(json& info, const WeightsDescription& weights)
{
    const auto& shape = weights.shape;
    info["kind"] = "weights";
    info["model"] = weights.config.model.key;
    info["model_fields"] = toJson(weights.config.model).at("fields");
    info["channels"] = shape.channels;
    info["height"] = shape.height;
    info["width"] = shape.width;
    info["classes"] = shape.classes;
    info["depth"] = shape.hasDepth;
}

}  // namespace

json weightsInfo(const std::filesystem::path& file)
{
    const auto header = readWeightsHeader(file);
    auto tensors = json::array();
    std::map<std::string, std::int64_t> types;
    for (const auto& tensor : header.tensors) {
        tensors.push_back(
            {{"name", tensor.name}, {"type", c10::toString(tensor.type)}, {"shape", tensor.shape}});
        ++types[c10::toString(tensor.type)];
    }
    json info{
        {"kind", toString(header.format)},      {"file", file.string()}, {"format", toString(header.format)},
        {"parameters", learnedNumbers(header)}, {"types", types},        {"tensors", tensors}};
    if (!header.place.empty())
        info["place"] = header.place;
    if (header.metadata.contains("elbo")) {
        const auto weights = weightsDescription(header.metadata, file.string());
        addModel(info, weights);
        info["metres"] = weights.metricDepth;
        info["epoch"] = weights.epoch;
        info["step"] = weights.step;
        info["trained_on"] = weights.trainedOn.size();
        info["data"] = dataSpec(weights.config.data);
        info["config"] = toJson(weights.config);
        return info;
    }
    if (const auto published = recognisePublished(header.tensors))
        addModel(info, describePublished(*published));
    if (!header.metadata.empty())
        info["metadata"] = header.metadata;
    return info;
}

}  // namespace elbo::cli
