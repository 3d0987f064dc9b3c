// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/training/live_status.h"
#include "core/training/run_folder.h"
#include "core/training/run_lock.h"
#include "core/training/run_request.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

namespace elbo::cli {

namespace {

constexpr auto kLookEvery = std::chrono::milliseconds(50);
constexpr auto kPatience = std::chrono::seconds(10);

struct ControlArguments {
    std::string run;
    std::string action;
};

/// Waits until the process has taken the request. @throws Error(Busy) when it does not, Cancelled
void waitForAnswer(const std::filesystem::path& run, const std::string& id, const Session& session)
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (isRunLocked(run)) {
        throwIfStopped(session.stop());
        const auto status = readLiveStatus(run);
        if (status.has_value() && status->answered == id)
            return;
        if (std::chrono::steady_clock::now() >= deadline)
            throw Error(ErrorCode::Busy, "The process that trains " + run.string() +
                                             " does not answer: it may be of an earlier version, or held "
                                             "by the system; Ctrl-C or a signal stops it.");
        std::this_thread::sleep_for(kLookEvery);
    }
}

/// Waits until what was asked for is so, or the run has ended. @return "running", "paused", or how it ended
std::string waitForState(const std::filesystem::path& run, RunAction action, const Session& session)
{
    while (isRunLocked(run)) {
        throwIfStopped(session.stop());
        const auto status = readLiveStatus(run);
        const auto state = status.has_value() ? status->state : LiveState::Pausing;
        if ((action == RunAction::Pause && state == LiveState::Paused) ||
            (action == RunAction::Resume && state == LiveState::Running))
            return std::string(toString(state));
        std::this_thread::sleep_for(kLookEvery);
    }
    return std::string(toString(readRunInfo(run).state));
}

void control(const ControlArguments& arguments, Session& session)
{
    const std::filesystem::path run = readRunInfo(arguments.run).folder;
    const auto action = runActionFromString(arguments.action).value();  // CLI11 knows the names
    waitForAnswer(run, sendRunRequest(run, action), session);
    const auto state = waitForState(run, action, session);
    if (session.json)
        printJson({{"run", arguments.run}, {"action", arguments.action}, {"state", state}});
    else
        std::printf("%s\n", state.c_str());
}

}  // namespace

void addControl(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "control", "Pauses, resumes or stops a run that another process trains, and waits until it is so");
    auto arguments = std::make_shared<ControlArguments>();
    command->add_option("RUN", arguments->run, "Run folder")->required();
    command->add_option("ACTION", arguments->action, "pause, resume or stop")
        ->required()
        ->check(CLI::IsMember({"pause", "resume", "stop"}));
    command->add_flag("--json", session.json, "One JSON object on standard output");
    command->callback([&session, arguments] { control(*arguments, session); });
}

}  // namespace elbo::cli
