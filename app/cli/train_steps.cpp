// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_steps.h"

#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <system_error>

namespace elbo::cli {

std::filesystem::path emptyFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw fileError(error.value(), "create", folder.string());
    if (!std::filesystem::is_empty(folder))
        throw Error(ErrorCode::BadSetting,
                    "The folder " + folder.string() +
                        " is not empty: name a new one for the run, or go on with --resume.");
    return folder;
}

TrainingOptions optionsOf(const TrainArguments& arguments, Session& session)
{
    TrainingOptions options;
    options.group = &session.group();
    options.initialWeights = arguments.init;
    return options;
}

void printEnd(const RunInfo& info, Session& session)
{
    if (session.json)
        printJson({{"event", "end"},
                   {"run", info.folder.string()},
                   {"state", toString(info.state)},
                   {"epochs", info.epochsDone},
                   {"best_epoch", info.bestEpoch},
                   {"best_chosen_on_test", info.bestChosenOnTest},
                   {"device", info.device},
                   {"precision", info.precision}});
    else
        std::printf("%s\n", info.folder.c_str());
    std::fflush(stdout);
}

void finishRun(TrainingEnd end, const std::filesystem::path& folder, Session& session)
{
    if (session.group().isFirst())
        printEnd(readRunInfo(folder), session);
    session.leaveGroup();
    if (end == TrainingEnd::Stopped)
        throw Cancelled();
}

}  // namespace elbo::cli
