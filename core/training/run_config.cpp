// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_config.h"

#include "core/base/device.h"
#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/data/data_fields.h"
#include "core/data/registry.h"
#include "core/models/model_table.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace elbo {

namespace {

constexpr std::string_view kDataPrefix = "data.";
constexpr std::string_view kModelPrefix = "model.";
constexpr std::string_view kTrainingPrefix = "training.";

void append(std::vector<std::string>& to, std::vector<std::string> sentences)
{
    to.insert(to.end(), sentences.begin(), sentences.end());
}

/// The sentence that says why this device cannot be used; empty when it can.
std::string deviceProblem(const std::string& key)
{
    try {
        static_cast<void>(chooseDevice(key));
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

/// Of `crop_size`; empty when it can be used.
std::string windowProblem(const RunConfig& config)
{
    const auto text = config.text("crop_size");
    if (text.empty())
        return {};
    if (!findModelInfo(config.model.key).estimatesDepth)
        return "A VAE takes images of one size alone: leave crop_size empty, or use crop.";
    try {
        if (parseImageSize(text))
            return {};
    } catch (const Error&) {  // the sentence is about the data's size
    }
    return "crop_size must be a side such as 416 or two sides such as 544x416 (8 to 2048 pixels), not \"" +
           text + "\".";
}

std::string joined(const std::vector<std::string>& sentences)
{
    std::string text;
    for (const auto& sentence : sentences)
        text += (text.empty() ? "" : " ") + sentence;
    return text;
}

/// The table's fields, each under `prefix` when an earlier table has a field of that name.
void appendFields(std::vector<Field>& to, std::span<const Field> table, std::string_view prefix)
{
    const auto before = std::vector<Field>(to);
    for (auto field : table) {
        if (findField(before, field.name) != nullptr)
            field.name = std::string(prefix) + field.name;
        to.push_back(std::move(field));
    }
}

/// One of the three parts of a RunConfig: its table and its values.
struct Part {
    std::string_view prefix;
    std::span<const Field> table;
    FieldValues* values;
};

/// In the order in which a bare name is looked up.
std::array<Part, 3> partsOf(RunConfig& config)
{
    return {Part{kTrainingPrefix, trainingFields(), &config.training.fields},
            Part{kModelPrefix, findModelInfo(config.model.key).fields, &config.model.fields},
            Part{kDataPrefix, findDataSet(config.data.key).fields, &config.data.fields}};
}

/// Nearest of the part that is named, or of all of them; without a near one all there are.
[[noreturn]] void failUnknown(RunConfig& config, std::string_view name)
{
    const auto start = "There is no setting \"" + std::string(name) + "\" for the model " + config.model.key +
                       " and the data set " + config.data.key;
    std::vector<std::string> names;
    for (const auto& part : partsOf(config)) {
        if (!name.starts_with(part.prefix))
            continue;
        for (const auto& field : part.table)
            names.push_back(std::string(part.prefix) + field.name);
    }
    if (names.empty()) {
        for (const auto& field : joinedFields(config))
            names.push_back(field.name);
    }
    if (const auto hint = nearestHint(name, names); !hint.empty())
        throw Error(ErrorCode::BadSetting, start + hint + ": `list fields` shows those there are.");
    throw Error(ErrorCode::BadSetting, start + ": choose one of " + listed(names) + ".");
}

/// Reads one part of a run's JSON; a part that cannot be used becomes a sentence.
template <typename Read>
void readPart(const nlohmann::json& json, const char* key, std::vector<std::string>& sentences,
              const Read& read)
{
    const auto found = json.find(key);
    if (found == json.end())
        return;
    try {
        read(*found);
    } catch (const Error& error) {
        sentences.emplace_back(error.what());
    }
}

}  // namespace

std::int64_t RunConfig::integer(std::string_view trainingField) const
{
    return training.fields.integer(trainingFields(), trainingField);
}

double RunConfig::real(std::string_view trainingField) const
{
    return training.fields.real(trainingFields(), trainingField);
}

bool RunConfig::boolean(std::string_view trainingField) const
{
    return training.fields.boolean(trainingFields(), trainingField);
}

std::string RunConfig::text(std::string_view trainingField) const
{
    return training.fields.text(trainingFields(), trainingField);
}

std::vector<std::string> problems(const RunConfig& config)
{
    auto sentences = problems(config.data);
    append(sentences, problems(config.model));
    append(sentences, fieldProblems(trainingFields(), config.training.fields));
    if (sentences.empty()) {
        const auto window = windowProblem(config);
        if (!window.empty())
            sentences.push_back(window);
        const auto sentence = deviceProblem(config.text("device"));
        if (!sentence.empty())
            sentences.push_back(sentence);
    }
    return sentences;
}

std::vector<Field> joinedFields(const RunConfig& config)
{
    std::vector<Field> fields;
    appendFields(fields, trainingFields(), kTrainingPrefix);
    appendFields(fields, findModelInfo(config.model.key).fields, kModelPrefix);
    appendFields(fields, findDataSet(config.data.key).fields, kDataPrefix);
    return fields;
}

void setField(RunConfig& config, std::string_view name, std::string_view value)
{
    for (const auto& part : partsOf(config)) {
        const auto bare = name.starts_with(part.prefix) ? name.substr(part.prefix.size()) : name;
        const auto* field = findField(part.table, bare);
        if (field == nullptr)
            continue;
        const auto parsed = parseFieldValue(*field, value);
        const auto sentence = fieldProblem(*field, parsed);
        if (!sentence.empty())
            throw Error(ErrorCode::BadSetting, sentence);
        part.values->set(field->name, parsed);
        if (part.prefix == kDataPrefix)
            makePathsWhole(config.data);
        return;
    }
    failUnknown(config, name);
}

nlohmann::json toJson(const RunConfig& config)
{
    return {{"preset", config.preset},
            {"data", toJson(config.data)},
            {"model", toJson(config.model)},
            {"training", fieldValuesToJson(trainingFields(), config.training.fields)}};
}

RunConfig runConfigFromJson(const nlohmann::json& json)
{
    if (!json.is_object())
        throw Error(ErrorCode::BadSetting,
                    "The run's settings are not a JSON object: give a file that Elbo wrote.");
    RunConfig config;
    std::vector<std::string> sentences;
    for (const auto& [key, value] : json.items()) {
        if (key != "preset" && key != "data" && key != "model" && key != "training")
            sentences.push_back("The run's settings have no part \"" + key + "\"" +
                                nearestHint(key, {"preset", "data", "model", "training"}) +
                                ": use preset, data, model and training.");
    }
    readPart(json, "preset", sentences, [&](const nlohmann::json& part) {
        if (!part.is_string())
            throw Error(ErrorCode::BadSetting,
                        "The preset of the run's settings must be a text: give its name, or leave it out.");
        config.preset = part.get<std::string>();
    });
    readPart(json, "data", sentences,
             [&](const nlohmann::json& part) { config.data = dataConfigFromJson(part); });
    readPart(json, "model", sentences,
             [&](const nlohmann::json& part) { config.model = modelConfigFromJson(part); });
    readPart(json, "training", sentences, [&](const nlohmann::json& part) {
        config.training.fields = fieldValuesFromJson(trainingFields(), part);
    });
    if (!sentences.empty())
        throw Error(ErrorCode::BadSetting, joined(sentences));
    return config;
}

}  // namespace elbo
