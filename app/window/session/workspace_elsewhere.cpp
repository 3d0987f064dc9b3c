// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that other processes train: steered when they are in view, and one of this window that is handed over.
#include "app/window/session/job.h"
#include "app/window/session/remote_training.h"
#include "app/window/session/text.h"
#include "app/window/session/workspace.h"
#include "core/training/detached_run.h"

namespace elbo {

std::optional<LiveRun> Workspace::viewedLiveRun() const
{
    if (isViewingTraining()) {
        return LiveRun{m_runFolder, m_training->state(), m_training->status(), true};
    }
    if (m_remote) {
        return LiveRun{m_runFolder, m_remote->state(), m_remote->status(), false};
    }
    return std::nullopt;
}

std::optional<LiveRun> Workspace::liveRun() const
{
    if (m_training != nullptr) {
        return LiveRun{m_training->runFolder(), m_training->state(), m_training->status(), true};
    }
    return viewedLiveRun();
}

void Workspace::setRunPaused(const std::filesystem::path& folder, bool paused)
{
    if (m_training != nullptr && m_training->runFolder() == folder) {
        m_training->setPaused(paused);
    } else if (m_remote && m_remote->runFolder() == folder) {
        m_remote->setPaused(paused);
    }
}

void Workspace::stopRun(const std::filesystem::path& folder)
{
    if (m_training != nullptr && m_training->runFolder() == folder) {
        m_training->stop();
    } else if (m_remote && m_remote->runFolder() == folder) {
        m_remote->stop();
    }
}

void Workspace::followElsewhere(const std::optional<LiveStatus>& live, bool requestWaiting)
{
    if (!live || isViewingTraining()) {
        forgetElsewhere();
        return;
    }
    if (m_remote) {
        m_remote->take(*live, requestWaiting);
    } else {
        m_remote = std::make_unique<RemoteTraining>(m_filesQueue, m_runFolder, *live, this);
        auto* remote = m_remote.get();
        connect(remote, &RemoteTraining::stateChanged, this, &Workspace::trainingChanged);
        connect(remote, &RemoteTraining::statusChanged, this, &Workspace::remoteStatusChanged);
        connect(remote, &RemoteTraining::asked, this, [this] { m_follower->readSoon(); });
        connect(remote, &RemoteTraining::unanswered, this,
                [this] { say(tr("The process that trains the run did not take the request: try again.")); });
        connect(remote, &RemoteTraining::failed, this, [this](const Failure& failure) { complain(failure); });
        Q_EMIT trainingChanged();
        Q_EMIT remoteStatusChanged(remote->status());
    }
    if (m_remote->isAsking()) {
        m_follower->readSoon();
    }
}

void Workspace::forgetElsewhere()
{
    if (m_remote) {
        m_remote.release()->deleteLater();  // it may be the one that speaks
        Q_EMIT trainingChanged();
    }
}

void Workspace::handOver()
{
    if (m_training != nullptr) {
        m_handOver = true;
        m_training->stop();
    }
}

void Workspace::goOnElsewhere(const std::filesystem::path& folder)
{
    m_handingOver = true;
    setPreparing(true);
    auto* job = runJob(
        m_trainingQueue, tr("Starting the run without the window"), this,
        [folder](JobContext& context) { return goOnDetached(folder, std::nullopt, context.stop); },
        [this, folder](int process) {
            say(tr("%1 goes on without the window, in process %2.").arg(fileTitle(folder)).arg(process));
            openRun(folder);  // the next window begins where this one ends
            handedOver(true);
        });
    connect(job, &Job::failed, this, [this, folder](const Failure& failure) {
        complain(failure, {{tr("Resume"), [this, folder] { resumeOrOpen(folder); }}});
        handedOver(false);
    });
    connect(job, &Job::cancelled, this, [this] {
        say(tr("The run was stopped and saved; it does not go on without the window."));
        handedOver(false);
    });
    show(job);
}

void Workspace::handedOver(bool goesOn)
{
    m_handingOver = false;
    setPreparing(false);
    if (m_follower) {
        m_follower->readSoon();
    }
    Q_EMIT handOverEnded(goesOn);
}

}  // namespace elbo
