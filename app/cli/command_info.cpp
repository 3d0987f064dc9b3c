// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/weights_info.h"
#include "core/base/error.h"
#include "core/data/data_config.h"
#include "core/data/dataset.h"
#include "core/data/prepared_file.h"
#include "core/store/safetensors.h"
#include "core/store/weights_file.h"
#include "core/training/run_folder.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <map>
#include <memory>

namespace elbo::cli {

namespace {

using nlohmann::json;

json dataInfo(const Dataset& data)
{
    std::map<std::string, std::int64_t> labels;
    if (data.labels.defined())
        for (std::int64_t index = 0; index < data.size(); ++index)
            if (const auto label = data.labels[index].item<std::int64_t>(); label >= 0)
                ++labels[data.labelNames.at(static_cast<std::size_t>(label))];
    auto problems = json::array();
    for (const auto& problem : data.problems)
        problems.push_back(
            {{"name", problem.name}, {"sentence", problem.sentence}, {"left_out", problem.leftOut}});
    const auto shape = data.shape();
    const auto count = [&data](SplitSide side) { return data.indices(side).size(); };
    return {{"kind", "data"},
            {"spec", dataSpec(data.config)},
            {"title", data.title},
            {"images", data.size()},
            {"channels", shape.channels},
            {"height", shape.height},
            {"width", shape.width},
            {"depth", shape.hasDepth},
            {"metres", data.metricDepth},
            {"train", count(SplitSide::Train)},
            {"test", count(SplitSide::Test)},
            {"validation", count(SplitSide::Validation)},
            {"split", data.splitKind},
            {"split_note", data.splitNote},
            {"labels", labels},
            {"fingerprint", data.fingerprint},
            {"problems", problems}};
}

json runInfoJson(const RunInfo& run)
{
    return {{"kind", "run"},
            {"name", run.name},
            {"state", toString(run.state)},
            {"ending", run.ending},
            {"model", run.config.model.key},
            {"parameters", run.parameters},
            {"data", run.dataSpec},
            {"train_images", run.trainImages},
            {"test_images", run.testImages},
            {"epochs", run.epochsDone},
            {"best_epoch", run.bestEpoch},
            {"best_chosen_on_test", run.bestChosenOnTest},
            {"device", run.device},
            {"device_title", run.deviceTitle},
            {"precision", run.precision},
            {"created", run.createdUtc},
            {"kept_epochs", keptEpochs(run.folder)},
            {"config", toJson(run.config)}};
}

json infoOf(const std::string& path, Session& session)
{
    if (std::filesystem::exists(std::filesystem::path(path) / "run.json"))
        return runInfoJson(readRunInfo(path));
    const std::filesystem::path file = path;
    if (isTorchFile(file))
        return weightsInfo(file);
    if (file.extension() == ".safetensors" && std::filesystem::is_regular_file(file)) {
        const auto metadata = readSafetensorsHeader(file).metadata;
        const auto format = metadata.find("format");
        if (format == metadata.end() || format->second != prepared::kFormat)
            return weightsInfo(file);
    }
    return dataInfo(*session.load(parseDataSpec(path)));
}

void printInfo(const json& info)
{
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : info.items()) {
        if (name == "tensors" || name == "problems") {
            rows.push_back({name, std::to_string(value.size())});
            for (const auto& item : value)
                rows.push_back({"  " + item.at("name").get<std::string>(),
                                name == "tensors"
                                    ? item.at("type").get<std::string>() + " " + item.at("shape").dump()
                                    : item.at("sentence").get<std::string>()});
        } else {
            rows.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
        }
    }
    printTable(rows);
}

}  // namespace

void addInfo(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("info", "What a data set, run folder or weights file is and holds");
    auto path = std::make_shared<std::string>();
    command->add_option("path", *path, "Path, or SPEC of a data set")->required();
    command->add_flag("--json", session.json, "One JSON object on standard output");
    command->callback([&session, path] {
        const auto info = infoOf(*path, session);
        session.json ? printJson(info) : printInfo(info);
    });
}

}  // namespace elbo::cli
