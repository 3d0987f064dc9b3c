// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/detached_training.h"

#include "app/cli/launch.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/train_config.h"
#include "app/cli/training_output.h"
#include "core/base/detached_process.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/progress.h"
#include "core/training/detached_run.h"
#include "core/training/run_paths.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace elbo::cli {

namespace {

/// As the window trains: whoever works at the machine comes first.
constexpr int kNiceness = 10;

class DetachedOutput : public TrainingOutput {
public:
    DetachedOutput(Session& session, Starter& starter) : TrainingOutput(session), m_starter(starter) {}

    void onBegin(const RunInfo& run) override
    {
        TrainingOutput::onBegin(run);
        log(LogLevel::Info, "Process " + std::to_string(::getpid()) + " trains " + run.folder.string() + ".");
        m_starter.begun();
    }
    void onMessage(const std::string& sentence) override { log(LogLevel::Info, sentence); }

private:
    Starter& m_starter;
};

}  // namespace

void startDetachedTraining(const TrainArguments& arguments, Session& session)
{
    if (currentLaunch().size > 1)
        throw Error(ErrorCode::BadSetting,
                    "--detach starts one process of its own: start it without mpirun, or leave mpirun itself "
                    "in the background.");
    const auto process = goOnDetached(arguments.resume, arguments.epochs, session.stop());
    const auto log = RunPaths{std::filesystem::absolute(arguments.resume)}.detachedLog();
    if (session.json)
        printJson(
            {{"event", "detached"}, {"run", arguments.resume}, {"process", process}, {"log", log.string()}});
    else
        std::printf("%s\n", arguments.resume.c_str());
    session.say("Process " + std::to_string(process) +
                " goes on with the run: elbo-cli control RUN pause|resume|stop steers it, " + log.string() +
                " holds what it says.");
}

void trainDetached(const std::filesystem::path& runFolder, Session& session,
                   const std::function<void(TrainingOutput&)>& train)
{
    Starter starter;
    session.quiet = true;  // the history tells of every epoch; the log is for what it does not
    ::setpriority(PRIO_PROCESS, 0, kNiceness);
    DetachedOutput output(session, starter);
    try {
        train(output);
        log(LogLevel::Info, "The run is complete.");
    } catch (const Cancelled&) {
        log(LogLevel::Info, "The run was stopped.");
        throw;
    } catch (...) {
        const auto failure = currentFailure();
        if (!starter.hasBegun()) {
            leaveFailure(runFolder, failure);
            starter.failed(failure);
        }
        throw;
    }
}

}  // namespace elbo::cli
