// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/data/data_config.h"
#include "core/data/preparation.h"
#include "core/data/prepare_protocol.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace elbo::cli {

namespace {

struct PrepareArguments {
    std::string spec;
    std::string out;
};

/// As the helper process of the window and of train: one event a line, a bounded memory, its own exit status.
[[noreturn]] void prepareAsHelper(const DataConfig& config, const PrepareArguments& arguments,
                                  Session& session)
{
    limitHelperMemory();
    const int status = runPrepareHelper(config, session.readers(), arguments.out, session.stop(), stdout);
    std::fflush(nullptr);
    std::_Exit(status);
}

void prepare(const PrepareArguments& arguments, Session& session)
{
    const auto config = parseDataSpec(arguments.spec);
    if (session.json)
        prepareAsHelper(config, arguments, session);
    PreparationHooks hooks;
    hooks.progress = session.progress();
    hooks.stop = session.stop();
    hooks.problem = [&session](const ImageProblem& problem) {
        session.say(problem.name + ": " + problem.sentence);
    };
    prepareDataset(config, session.readers(), arguments.out, hooks);
    std::printf("%s\n", arguments.out.c_str());
}

}  // namespace

void addPrepare(CLI::App& app, Session& session)
{
    auto* command =
        app.add_subcommand("prepare", "Reads, resizes and normalises a data set once, into one file");
    auto arguments = std::make_shared<PrepareArguments>();
    command->add_option("--data", arguments->spec, "SPEC: rooms:count=500, rgbd-folder:PATH, mnist:PATH ...")
        ->required();
    command->add_option("--out", arguments->out, "FILE.safetensors")->required();
    command->add_flag("--json", session.json, "Events on standard output, one JSON object a line");
    command->callback([&session, arguments] { prepare(*arguments, session); });
}

}  // namespace elbo::cli
