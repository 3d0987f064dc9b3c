// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/launch.h"
#include "app/cli/session.h"
#include "app/cli/usage.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/progress.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <string>

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kStopped = 130;

void addCommands(CLI::App& app, elbo::cli::Session& session)
{
    using namespace elbo::cli;
    app.add_flag("--quiet,-q", session.quiet, "No progress on standard error");
    app.add_flag_callback(
        "--verbose", [] { elbo::setLogLevel(elbo::LogLevel::Debug); },
        "Details of a failure on standard error too");
    addList(app, session);
    addInfo(app, session);
    addPrepare(app, session);
    addTrain(app, session);
    addControl(app, session);
    addEvaluate(app, session);
    addCompare(app, session);
    addReconstruct(app, session);
    addSample(app, session);
    addInterpolate(app, session);
    addTraverse(app, session);
    addDepth(app, session);
    addEvaluateDepth(app, session);
    addCloud(app, session);
    addConvert(app, session);
    addReport(app, session);
    addFetch(app, session);
    addDemo(app, session);
    addSelftest(app, session);
    addBench(app, session);
    refuseEmptyValues(app);
}

/// Parses and runs; CLI11 calls the command's function inside parse(). Exit status as cli.md says.
int run(CLI::App& app, elbo::cli::Session& session, int argc, char** argv)
{
    try {
        app.parse(argc, argv);
        return kDone;
    } catch (const CLI::ParseError& error) {
        if (elbo::cli::currentLaunch().rank > 0)  // the first process says it
            return error.get_exit_code() == 0 ? kDone : kWrongUsage;
        if (const auto sentence = elbo::cli::unknownNameSentence(app, error, argc, argv); !sentence.empty()) {
            std::fprintf(stderr, "elbo-cli: %s\n", sentence.c_str());
            return kWrongUsage;
        }
        return app.exit(error) == 0 ? kDone : kWrongUsage;
    } catch (const elbo::Cancelled&) {
        if (session.announceEnding(nullptr))
            std::fputs("Stopped.\n", stderr);
        return kStopped;
    } catch (...) {
        const auto failure = elbo::currentFailure();
        if (!session.announceEnding(&failure))
            return kFailed;
        // Details first: the sentence that says what to do must be the last thing one reads.
        if (!failure.detail.empty())
            elbo::log(elbo::needsDetail(failure) ? elbo::LogLevel::Error : elbo::LogLevel::Debug,
                      failure.detail);
        std::fprintf(stderr, "elbo-cli: %s\n", failure.sentence.c_str());
        return kFailed;
    }
}

}  // namespace

int main(int argc, char** argv)
{
    // A limit on file sizes and a closed pipe are errors to report, not reasons to die.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    elbo::cli::catchInterrupts();
    CLI::App app("Train, judge and explore variational autoencoders of colour and depth images.", "elbo-cli");
    app.set_version_flag("--version", std::string(elbo::programVersion()) + " (LibTorch " +
                                          std::string(elbo::libTorchVersion()) + ")");
    app.require_subcommand(1);
    app.fallthrough();
    elbo::cli::Session session;
    addCommands(app, session);
    const auto status = run(app, session, argc, argv);
    session.endGroup(status);
    return status;
}
