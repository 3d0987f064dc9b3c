// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/data/data_config.h"
#include "core/data/registry.h"
#include "core/depth/estimator.h"
#include "core/models/model_table.h"
#include "core/training/run_config.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace elbo::cli {

namespace {

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

json fieldJson(const Field& field, std::string_view owner)
{
    json item{{"name", field.name},
              {"owner", owner},
              {"label", field.label},
              {"help", field.help},
              {"unit", field.unit}};
    std::visit([&](const auto& value) { item["default"] = value; }, field.defaultValue);
    if (field.kind == FieldKind::Integer || field.kind == FieldKind::Real) {
        item["minimum"] = field.minimum;
        item["maximum"] = field.maximum;
    }
    if (field.kind == FieldKind::Choice)
        item["choices"] = field.choices;
    return item;
}

void listModels(const Session& session)
{
    auto items = json::array();
    Rows rows{{"KEY", "TITLE", "SOURCE"}};
    for (const auto& model : modelInfos()) {
        items.push_back({{"key", model.key},
                         {"title", model.title},
                         {"source", model.source},
                         {"kind", model.kind == ModelKind::Trained ? "trained" : "closed form"},
                         {"estimates_depth", model.estimatesDepth}});
        rows.push_back({model.key, model.title, model.source});
    }
    session.json ? printJson({{"models", items}}) : printTable(rows);
}

void listData(const Session& session)
{
    auto items = json::array();
    Rows rows{{"KEY", "TITLE", "READABLE HERE", "HELP"}};
    for (const auto& set : dataSets()) {
        const bool readable = set.key == "prepared" || session.readers().contains(set.key);
        items.push_back({{"key", set.key},
                         {"title", set.title},
                         {"source", set.source},
                         {"help", set.help},
                         {"readable", readable}});
        rows.push_back({set.key, set.title, readable ? "yes" : "no", set.help});
    }
    session.json ? printJson({{"data", items}}) : printTable(rows);
}

void listDepth(const Session& session)
{
    auto items = json::array();
    Rows rows{{"KEY", "TITLE", "SOURCE", "WEIGHTS"}};
    for (const auto& estimator : depthEstimatorInfos()) {
        items.push_back({{"key", estimator.key},
                         {"title", estimator.title},
                         {"source", estimator.source},
                         {"bundled", estimator.bundled}});
        rows.push_back({estimator.key, estimator.title, estimator.source,
                        estimator.bundled ? "come with Elbo" : "to be given"});
    }
    session.json ? printJson({{"depth", items}}) : printTable(rows);
}

void listPresets(const Session& session)
{
    auto items = json::array();
    Rows rows{{"NAME", "MODEL", "DATA", "TITLE"}};
    for (const auto& preset : presets()) {
        items.push_back({{"name", preset.name}, {"title", preset.title}, {"config", toJson(preset.config)}});
        rows.push_back({preset.name, preset.config.model.key, preset.config.data.key, preset.title});
    }
    session.json ? printJson({{"presets", items}}) : printTable(rows);
}

void listFields(const Session& session)
{
    auto items = json::array();
    Rows rows{{"FIELD", "OF", "DEFAULT", "HELP"}};
    const auto add = [&](std::span<const Field> fields, const std::string& owner) {
        for (const auto& field : fields) {
            items.push_back(fieldJson(field, owner));
            rows.push_back({field.name, owner, fieldValueText(field.defaultValue), field.help});
        }
    };
    for (const auto& set : dataSets())
        add(set.fields, "data " + set.key);
    for (const auto& model : modelInfos())
        add(model.fields, "model " + model.key);
    add(trainingFields(), "training");
    session.json ? printJson({{"fields", items}}) : printTable(rows);
}

}  // namespace

void addList(CLI::App& app, Session& session)
{
    auto* command =
        app.add_subcommand("list", "Lists models, data sets, depth estimators, presets or fields");
    command->add_flag("--json", session.json, "One JSON object on standard output");
    auto what = std::make_shared<std::string>();
    command->add_option("what", *what, "models | data | depth | presets | fields")
        ->required()
        ->check(CLI::IsMember({"models", "data", "depth", "presets", "fields"}));
    command->callback([&session, what] {
        if (*what == "models")
            listModels(session);
        else if (*what == "data")
            listData(session);
        else if (*what == "depth")
            listDepth(session);
        else if (*what == "presets")
            listPresets(session);
        else
            listFields(session);
    });
}

}  // namespace elbo::cli
