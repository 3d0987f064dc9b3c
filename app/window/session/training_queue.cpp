// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/training_queue.h"

#include "app/window/session/data_title.h"
#include "app/window/session/run_titles.h"
#include "app/window/session/text.h"
#include "app/window/session/workspace.h"
#include "core/training/queue_file.h"
#include "core/training/sweep.h"

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

/// "FC-VAE on Synthetic rooms, 30 epochs"
QString titleOf(const RunConfig& config)
{
    return TrainingQueue::tr("%1 on %2, %3 epochs")
        .arg(modelTitle(config.model.key), dataTitle(config.data))
        .arg(config.integer("epochs"));
}

/// What would meet the next run too: going on would only fail one after the other.
bool stopsAll(ErrorCode code)
{
    return code == ErrorCode::DiskFull || code == ErrorCode::NoPermission;
}

}  // namespace

TrainingQueue::TrainingQueue(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace)
{
    connect(&workspace, &Workspace::trainingStarting, this, [this](const std::filesystem::path& folder) {
        if (m_current != 0 && !m_begun) {
            m_begun = true;
            if (!change([&](RunQueue& runs) { runs.find(m_current)->runFolder = folder; })) {
                m_runs.find(m_current)->runFolder = folder;  // this window knows it in any case
            }
        }
    });
    connect(&workspace, &Workspace::trainingChanged, this, &TrainingQueue::looked);
    connect(&workspace, &Workspace::trainingEnded, this, &TrainingQueue::ended);
    connect(&workspace, &Workspace::complaintRaised, this, [this](const Complaint& complaint) {
        if (m_current != 0) {
            m_failure = complaint.failure;
        }
    });
    m_runs.paused = true;
    // Later: the window that shows what goes wrong with it is still being made.
    QMetaObject::invokeMethod(
        this,
        [this] {
            load();
            // A folder that may not be read is said when it is used: by whoever trains, or by the queue.
            if (m_unusable && m_unusable->code != ErrorCode::NoPermission) {
                m_workspace.complain(*m_unusable);
            }
        },
        Qt::QueuedConnection);
}

void TrainingQueue::load()
{
    m_folder = m_workspace.settings().runsFolder;
    m_unusable.reset();
    m_runs = {};
    try {
        std::vector<std::string> problems;
        m_runs = readQueue(m_folder, problems);
        for (const auto& problem : problems) {
            m_workspace.complain({ErrorCode::BadFile, problem, {}});
        }
    } catch (...) {
        m_unusable = currentFailure();
    }
    m_runs.paused = true;
    // What was under way when the last window ended comes first again.
    for (auto& entry : m_runs.entries) {
        if (entry.state == QueueState::Running) {
            entry.state = QueueState::Waiting;
            const auto waiting = std::ranges::find(m_runs.entries, QueueState::Waiting, &QueueEntry::state);
            m_runs.move(entry.id, static_cast<std::size_t>(waiting - m_runs.entries.begin()));
            break;  // a queue trains one run at a time
        }
    }
    Q_EMIT changed();
}

template <typename Change>
bool TrainingQueue::change(const Change& make)
{
    // Another folder of runs has a queue of its own; one that could not be read may have been mended.
    if (m_current == 0 && (m_unusable || m_folder != m_workspace.settings().runsFolder)) {
        load();
    }
    try {
        if (m_unusable) {
            throw Error(m_unusable->code, m_unusable->sentence, m_unusable->detail);
        }
        auto runs = m_runs;
        make(runs);
        writeQueue(m_folder, runs);
        m_runs = std::move(runs);
    } catch (...) {
        m_workspace.complain(currentFailure());
        return false;
    }
    Q_EMIT changed();
    return true;
}

void TrainingQueue::add(const RunConfig& config, const std::filesystem::path& initialWeights)
{
    QueueEntry entry;
    entry.title = titleOf(config).toStdString();
    entry.config = config;
    entry.initialWeights = initialWeights;
    if (change([&](RunQueue& runs) { runs.add(entry); })) {
        m_workspace.say(tr("%1 waits in the queue.").arg(toQt(entry.title)));
        advanceSoon();
    }
}

void TrainingQueue::addSweep(const Sweep& sweep, const std::filesystem::path& initialWeights)
{
    if (change([&](RunQueue& runs) { runs.add(sweep, initialWeights); })) {
        m_workspace.say(tr("The runs of a sweep wait in the queue: %1.").arg(sweep.runs.size()));
        advanceSoon();
    }
}

void TrainingQueue::move(std::int64_t id, std::size_t place)
{
    change([&](RunQueue& runs) { runs.move(id, place); });
}

void TrainingQueue::remove(std::int64_t id)
{
    change([&](RunQueue& runs) { runs.remove(id); });
}

void TrainingQueue::removeDone()
{
    change([](RunQueue& runs) { runs.removeDone(); });
}

void TrainingQueue::setPaused(bool paused)
{
    if (change([&](RunQueue& runs) { runs.paused = paused; }) && !paused) {
        m_show = true;
        advanceSoon();
    }
}

void TrainingQueue::advanceSoon()
{
    QMetaObject::invokeMethod(this, &TrainingQueue::advance, Qt::QueuedConnection);
}

void TrainingQueue::advance()
{
    if (m_current == 0 && m_folder != m_workspace.settings().runsFolder) {
        load();  // the queue of another folder of runs, which waits for the person
        return;
    }
    while (!m_runs.paused && m_current == 0 && !m_workspace.isTraining() && !m_workspace.isPreparingRun()) {
        const auto* const next = m_runs.next();
        if (next == nullptr) {
            change([](RunQueue& runs) { runs.paused = true; });
            m_workspace.say(tr("The queue is done: %1 complete, %2 failed.")
                                .arg(m_runs.count(QueueState::Done))
                                .arg(m_runs.count(QueueState::Failed)));
            return;
        }
        if (begin(*next)) {
            return;
        }
    }
}

bool TrainingQueue::begin(const QueueEntry& given)
{
    const auto entry = given;  // the queue changes below
    auto step = QueueStep::Begin;
    try {
        step = nextStep(entry);
    } catch (...) {
        const auto failure = currentFailure();
        m_workspace.complain(failure);
        settle(entry.id, QueueState::Failed, failure.sentence, false);
        return false;
    }
    if (step == QueueStep::Finished) {  // its window ended before it could say so
        settle(entry.id, QueueState::Done, {}, false);
        return false;
    }
    if (step == QueueStep::Elsewhere) {
        m_workspace.complain({ErrorCode::Busy,
                              tr("%1 is trained by another process: continue the queue when it has ended.")
                                  .arg(toQt(entry.title))
                                  .toStdString(),
                              {}});
        settle(entry.id, QueueState::Waiting, {}, true);
        return false;
    }
    m_failure.reset();
    m_begun = false;
    // Kept before it starts: whatever ends this window, the next one knows.
    if (!change([&](RunQueue& runs) { runs.find(entry.id)->state = QueueState::Running; })) {
        m_runs.paused = true;
        Q_EMIT changed();
        return false;
    }
    m_current = entry.id;
    if (step == QueueStep::Resume) {
        m_workspace.goOnTraining(entry.runFolder, entry.config.data, m_show);
    } else {
        m_workspace.startTraining(entry.config, entry.initialWeights, m_show);
    }
    return true;
}

void TrainingQueue::looked()
{
    if (m_workspace.isTraining() || m_workspace.isPreparingRun()) {
        return;
    }
    if (m_current == 0) {
        advanceSoon();  // a run that was started by hand is over
    } else if (!m_begun) {
        // It could not start; without a complaint, somebody cancelled the loading of its data.
        const auto failure = m_failure;
        const bool pause = !failure || stopsAll(failure->code);
        settle(m_current, pause ? QueueState::Waiting : QueueState::Failed,
               failure ? failure->sentence : std::string(), pause);
    }
}

void TrainingQueue::ended(bool saved)
{
    if (m_current == 0 || !m_begun) {
        return;
    }
    const auto* const entry = m_runs.find(m_current);
    // The next run comes into view where this one is watched, and not over anything else.
    m_show = m_workspace.runFolder() == plainPath(entry->runFolder);
    if (!saved) {
        const auto failure = m_failure.value_or(Failure{});
        const bool pause = stopsAll(failure.code);
        settle(m_current, pause ? QueueState::Waiting : QueueState::Failed, failure.sentence, pause);
        return;
    }
    try {
        const bool complete = nextStep(*entry) == QueueStep::Finished;
        settle(m_current, complete ? QueueState::Done : QueueState::Waiting, {}, !complete);
    } catch (...) {
        const auto failure = currentFailure();
        m_workspace.complain(failure);
        settle(m_current, QueueState::Failed, failure.sentence, false);
    }
}

void TrainingQueue::settle(std::int64_t id, QueueState state, const std::string& ending, bool pause)
{
    const auto make = [&](RunQueue& runs) {
        auto* const entry = runs.find(id);
        entry->state = state;
        entry->ending = ending;
        runs.paused = runs.paused || pause;
    };
    if (!change(make)) {
        make(m_runs);  // it happened, kept or not
        m_runs.paused = true;
    }
    m_current = 0;  // only now: change() must not look for another folder's queue in between
    Q_EMIT changed();
    if (pause && m_runs.next() != nullptr) {
        m_workspace.say(tr("The queue is paused; Continue goes on with it."));
    }
    advanceSoon();
}

}  // namespace elbo
