// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_sweep.h"

#include "app/cli/session.h"
#include "app/cli/sweep_table.h"
#include "app/cli/train_steps.h"
#include "app/cli/training_output.h"
#include "core/base/error.h"
#include "core/base/settings.h"
#include "core/data/dataset.h"
#include "core/training/queue_file.h"
#include "core/training/run_paths.h"
#include "core/training/sweep.h"

#include <algorithm>
#include <map>
#include <memory>
#include <system_error>

namespace elbo::cli {

namespace {

using DataOfEntries = std::map<std::int64_t, std::shared_ptr<const Dataset>>;

/// The runs of a sweep, kept in a file as they go on.
struct SweepQueue {
    RunQueue runs;
    std::filesystem::path folder;  ///< of queue.json and of the runs; empty: nothing is kept

    void save() const
    {
        if (!folder.empty())
            writeQueue(folder, runs);
    }
};

bool isLeft(const QueueEntry& entry)
{
    return entry.state == QueueState::Waiting || entry.state == QueueState::Running;
}

/// The data of each run that is left, equal ones once. What any run would be refused for is told before the
/// first one starts.
DataOfEntries checkedData(const RunQueue& runs, Session& session)
{
    DataOfEntries data;
    for (const auto& entry : runs.entries) {
        if (!isLeft(entry))
            continue;
        const auto same = std::ranges::find_if(runs.entries, [&](const QueueEntry& other) {
            return data.contains(other.id) && other.config.data == entry.config.data;
        });
        data[entry.id] = same == runs.entries.end() ? session.load(entry.config.data) : data.at(same->id);
        throwIfStopped(session.stop());
        TrainingOptions options;
        options.initialWeights = entry.initialWeights;
        checkRun(entry.config, *data[entry.id], options);
    }
    return data;
}

SweepResult resultOf(const QueueEntry& entry)
{
    SweepResult result{.values = entry.values, .run = readRunInfo(entry.runFolder), .last = {}, .seconds = 0};
    const auto file = RunPaths{entry.runFolder}.history();
    std::error_code ignored;  // a run that failed in its first step has none
    const auto history = std::filesystem::exists(file, ignored) ? readHistory(file) : History{};
    for (const auto& epoch : history.epochs)
        result.seconds += epoch.seconds;
    if (!history.epochs.empty())
        result.last = history.epochs.back();
    return result;
}

/// Makes the folder of an entry's run, or finds out how far the run has come there.
QueueStep prepare(QueueEntry& entry, const SweepQueue& queue, Session& session)
{
    if (entry.runFolder.empty()) {
        entry.runFolder = queue.folder.empty()
                              ? createRunFolder(session.settings().runsFolder, entry.config)
                              : emptyFolder(queue.folder / std::filesystem::path(entry.title).filename());
        return QueueStep::Begin;
    }
    const auto step = nextStep(entry);
    if (step == QueueStep::Elsewhere)
        throw Error(ErrorCode::Busy, entry.runFolder.string() +
                                         " is trained by another process: wait for its end, then go on.");
    return step;
}

/// Trains one run of a sweep, or the rest of it. A rate at which the loss is no longer finite is an answer to
/// what the sweep asks: it is told, and the sweep goes on.
/// @throws Cancelled, Error for anything else that ends a run
void trainEntry(QueueEntry& entry, QueueStep step, const std::shared_ptr<const Dataset>& data,
                Session& session)
{
    TrainingOutput output(session);
    TrainingControl control;
    control.stop = session.stop();
    TrainingOptions options;
    options.group = &session.group();
    options.initialWeights = entry.initialWeights;
    try {
        const auto end = step == QueueStep::Resume
                             ? resumeRun(entry.runFolder, data, std::nullopt, output, control, options)
                             : trainRun(entry.config, data, entry.runFolder, output, control, options);
        finishRun(end, entry.runFolder, session);
        entry.state = QueueState::Done;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotFinite)
            throw;
        session.say(error.what());
        printEnd(readRunInfo(entry.runFolder), session);
        entry.state = QueueState::Failed;
        entry.ending = error.what();
    }
}

void printResults(const RunQueue& runs, Session& session)
{
    std::vector<SweepResult> results;
    for (const auto& entry : runs.entries) {
        try {
            results.push_back(resultOf(entry));
        } catch (const Error& error) {  // its folder was deleted, or damaged, after it was trained
            session.say(error.what());
        }
    }
    printSweep(results, session.json);
    const auto failed = runs.count(QueueState::Failed);
    if (failed > 0)
        throw Error(ErrorCode::NotFinite, "The loss became infinite or NaN in " + std::to_string(failed) +
                                              " of " + std::to_string(runs.entries.size()) +
                                              " runs: give those a smaller learning rate.");
}

void goThrough(SweepQueue& queue, DataOfEntries data, Session& session)
{
    queue.save();
    for (std::size_t i = 0; i < queue.runs.entries.size(); ++i) {
        auto& entry = queue.runs.entries[i];
        if (!isLeft(entry))
            continue;
        session.say("Run " + std::to_string(i + 1) + " of " + std::to_string(queue.runs.entries.size()) +
                    ": " + entry.title);
        const auto step = prepare(entry, queue, session);
        // Said before the run begins: whatever ends this process, the next one finds the run.
        entry.state = QueueState::Running;
        queue.save();
        if (step == QueueStep::Finished)  // its process ended before it could say so
            entry.state = QueueState::Done;
        else
            trainEntry(entry, step, data.at(entry.id), session);
        queue.save();
        data.erase(entry.id);
    }
    printResults(queue.runs, session);
}

}  // namespace

void trainSweep(const TrainArguments& arguments, Session& session)
{
    SweepQueue queue;
    queue.runs.add(planSweep(configOf(arguments), arguments.sweep), arguments.init);
    // Relative paths would be others when the sweep goes on from another place.
    for (auto& entry : queue.runs.entries)
        if (!entry.initialWeights.empty())
            entry.initialWeights = std::filesystem::absolute(entry.initialWeights);
    auto data = checkedData(queue.runs, session);
    if (!arguments.out.empty())
        queue.folder = emptyFolder(arguments.out);
    goThrough(queue, std::move(data), session);
}

bool isSweepFolder(const std::filesystem::path& folder)
{
    std::error_code ignored;  // what cannot be looked at is said when it is opened as a run
    return std::filesystem::exists(queueFile(folder), ignored) &&
           !std::filesystem::exists(RunPaths{folder}.info(), ignored);
}

void resumeSweep(const TrainArguments& arguments, Session& session)
{
    if (arguments.epochs)
        throw Error(ErrorCode::BadSetting, "--epochs extends one run, and " + arguments.resume +
                                               " is a sweep: leave it out, or resume a run of the sweep.");
    SweepQueue queue;
    queue.folder = arguments.resume;
    std::vector<std::string> problems;
    queue.runs = readQueue(queue.folder, problems);
    for (const auto& problem : problems)
        session.say(problem);
    if (queue.runs.entries.empty())
        throw Error(ErrorCode::BadFile, queueFile(queue.folder).string() +
                                            " holds no run that can be trained: start the sweep again in a "
                                            "new folder.");
    auto data = checkedData(queue.runs, session);
    goThrough(queue, std::move(data), session);
}

}  // namespace elbo::cli
