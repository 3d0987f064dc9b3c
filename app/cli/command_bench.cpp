// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/base/atomic_file.h"
#include "core/base/device.h"
#include "core/base/error.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace elbo::cli {

namespace {

using nlohmann::json;

struct BenchArguments {
    std::vector<std::string> names;
    std::string device = "cpu";
    std::string file;
};

json resultJson(const bench::Result& result)
{
    json item{{"name", result.name},          {"median_ms", result.medianMs},
              {"spread_ms", result.spreadMs}, {"images_per_s", result.imagesPerSecond},
              {"peak_mib", result.peakMib},   {"ratio_to_plain", nullptr}};
    if (result.ratioToPlain)
        item["ratio_to_plain"] = *result.ratioToPlain;
    if (result.waitingShare)
        item["waiting_share"] = *result.waitingShare;
    if (result.gflops)
        item["gflops"] = *result.gflops;
    if (!result.note.empty())
        item["note"] = result.note;
    return item;
}

std::vector<std::string> resultRow(const bench::Result& result)
{
    return {result.name,
            numberText(result.medianMs),
            numberText(result.spreadMs),
            numberText(result.imagesPerSecond),
            numberText(result.peakMib),
            result.ratioToPlain ? numberText(*result.ratioToPlain) : "-",
            result.gflops ? numberText(*result.gflops) : "-",
            result.note};
}

const bench::Entry& entryOf(const std::string& name)
{
    const auto& entries = bench::entries();
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&name](const bench::Entry& entry) { return entry.name == name; });
    if (found != entries.end())
        return *found;
    std::string names;
    for (const auto& entry : entries)
        names += (names.empty() ? "" : ", ") + std::string(entry.name);
    throw Error(ErrorCode::BadSetting,
                "There is no benchmark named \"" + name + "\": choose from " + names + ".");
}

void benchCommand(const BenchArguments& arguments, Session& session)
{
    session.joinGroup();
    auto& group = session.group();
    const auto device = chooseDevice(arguments.device);
    std::vector<const bench::Entry*> chosen;
    for (const auto& name : arguments.names)
        chosen.push_back(&entryOf(name));
    if (chosen.empty())
        for (const auto& entry : bench::entries())
            if (!entry.onlyByName && (entry.parallel || group.size() == 1))
                chosen.push_back(&entry);
    for (const auto* entry : chosen)
        if (!entry->parallel && group.size() > 1)
            throw Error(ErrorCode::BadSetting, "Several processes cannot measure " +
                                                   std::string(entry->name) +
                                                   " together: run it without mpirun.");

    const auto title = deviceInfo(device).title;
    auto items = json::array();
    std::vector<std::vector<std::string>> rows{
        {"NAME", "MEDIAN MS", "SPREAD", "IMAGES/S", "PEAK MIB", "RATIO TO PLAIN", "GFLOP/S", "NOTE"}};
    for (const auto* entry : chosen) {
        throwIfStopped(session.stop());
        session.say("Measuring " + std::string(entry->help) + " on " + title + ".");
        for (const auto& result : entry->run({device, session.stop(), group})) {
            items.push_back(resultJson(result));
            rows.push_back(resultRow(result));
        }
    }
    const json report{{"processor", availableDevices().front().title}, {"device", title}, {"results", items}};
    if (group.isFirst()) {
        if (!arguments.file.empty())
            writeTextFile(arguments.file, report.dump(2) + "\n");
        printTable(rows);
    }
    session.leaveGroup();
}

}  // namespace

void addBench(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("bench", "Speed, beside the plain form measured in the same run");
    auto arguments = std::make_shared<BenchArguments>();
    command->add_option("names", arguments->names,
                        "Benchmarks; without a name all but those that take minutes or gigabytes");
    command->add_option("--device", arguments->device, "cpu | cuda | cuda:N")->capture_default_str();
    command->add_option("--json", arguments->file, "Write the report to this file too");
    command->callback([&session, arguments] { benchCommand(*arguments, session); });
}

}  // namespace elbo::cli
