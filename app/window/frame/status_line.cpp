// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/status_line.h"

#include "app/window/frame/parts.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtWidgets/QFrame>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace elbo {

namespace {

constexpr int kMemoryMs = 2000;
constexpr int kBarSteps = 1000;
constexpr int kShowMs = 150;  ///< shorter jobs are not shown: nothing blinks

QFrame* separator()
{
    auto* line = new QFrame;
    line->setFrameShape(QFrame::VLine);
    line->setFrameShadow(QFrame::Sunken);
    return line;
}

}  // namespace

StatusLine::StatusLine(Workspace& workspace, QWidget* parent) : QWidget(parent), m_workspace(workspace)
{
    setObjectName(QStringLiteral("statusLine"));
    m_device = new QLabel(tr("Looking for devices..."));
    m_device->setObjectName(QStringLiteral("statusDevice"));
    m_memory = new QLabel;
    m_memory->setObjectName(QStringLiteral("statusMemory"));
    m_memory->setToolTip(tr("Memory that this program holds"));
    m_memory->setFont(theme::figureFont(m_memory->font()));
    m_job = new QToolButton;
    m_job->setObjectName(QStringLiteral("statusJob"));
    m_job->setAutoRaise(true);
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("statusBar"));
    m_bar->setFixedWidth(160);
    m_bar->setMaximumHeight(16);
    m_bar->setTextVisible(false);
    m_cancel = new QToolButton;
    m_cancel->setObjectName(QStringLiteral("statusCancel"));
    m_cancel->setIcon(theme::icon(QStringLiteral("close")));
    m_cancel->setAutoRaise(true);
    m_message = new ElidedLabel;
    m_message->setObjectName(QStringLiteral("statusMessage"));

    // As tall with a job as without: nothing jumps when one begins.
    setFixedHeight(std::max(fontMetrics().height(), m_cancel->sizeHint().height()) + 2 * theme::kStep);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme::kPanelGap, 0, theme::kPanelGap, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addWidget(m_device);
    layout->addWidget(separator());
    layout->addWidget(m_memory);
    layout->addWidget(separator());
    layout->addWidget(m_job);
    layout->addWidget(m_bar);
    layout->addWidget(m_cancel);
    layout->addWidget(m_message, 1);

    m_memoryTimer.setInterval(kMemoryMs);
    connect(&m_memoryTimer, &QTimer::timeout, this, &StatusLine::showMemory);
    m_memoryTimer.start();
    connect(m_job, &QToolButton::clicked, this, &StatusLine::runClicked);
    connect(m_cancel, &QToolButton::clicked, this, &StatusLine::cancel);
    connect(&workspace, &Workspace::devicesKnown, this, &StatusLine::showDevice);
    connect(&workspace, &Workspace::runInfoChanged, this, &StatusLine::showDevice);
    connect(&workspace, &Workspace::trainingChanged, this, &StatusLine::showTraining);
    connect(&workspace, &Workspace::trainingStatusChanged, this, &StatusLine::showTraining);
    connect(&workspace, &Workspace::remoteStatusChanged, this, &StatusLine::showTraining);
    connect(&workspace, &Workspace::jobStarted, this, &StatusLine::follow);
    connect(&workspace, &Workspace::messageCame, m_message, &QLabel::setText);
    showMemory();
    updateJob();
}

void StatusLine::showDevice()
{
    const auto& run = m_workspace.run();
    if (m_workspace.isViewingTraining() && run && !run->device.empty()) {
        m_device->setText(tr("%1, %2").arg(toQt(run->deviceTitle.empty() ? run->device : run->deviceTitle),
                                           toQt(run->precision)));
        return;
    }
    if (m_workspace.devices().empty()) {
        return;
    }
    // What "auto" means: the first GPU, else the CPU.
    const auto& devices = m_workspace.devices();
    const auto& chosen = devices.size() > 1 ? devices[1] : devices[0];
    m_device->setText(tr("%1, %2").arg(
        toQt(chosen.title), chosen.fastBFloat16 ? QStringLiteral("bf16") : QStringLiteral("float32")));
}

void StatusLine::showMemory()
{
    const auto bytes = processMemory();
    m_memory->setText(bytes > 0 ? byteText(static_cast<double>(bytes)) : tr("n/a"));
}

void StatusLine::follow(Job* job)
{
    QTimer::singleShot(kShowMs, job, [this, job] {
        if (!job->isRunning()) {
            return;
        }
        const auto over = [this, job] {
            std::erase(m_jobs, job);
            showTraining();
        };
        m_jobs.push_back(job);
        connect(job, &Job::progressed, this, &StatusLine::updateJob);
        connect(job, &Job::cancelRequested, this, &StatusLine::updateJob);
        connect(job, &Job::ended, this, over);
        connect(job, &QObject::destroyed, this, over);
        updateJob();
    });
}

/// The latest of the jobs under way; null when only a run trains, or nothing does.
Job* StatusLine::shown() const
{
    return m_jobs.empty() ? nullptr : m_jobs.back();
}

void StatusLine::updateJob()
{
    const auto* job = shown();
    const bool loading = job != nullptr;
    const bool training = m_workspace.liveRun().has_value();
    m_job->setVisible(loading || training);
    m_bar->setVisible(loading || training);
    m_cancel->setVisible(loading || training);
    if (!loading) {
        return;
    }
    const auto& progress = job->progress();
    m_job->setText(job->isCancelRequested() ? tr("Stopping...") : job->title());
    m_cancel->setToolTip(tr("Cancel"));
    m_cancel->setEnabled(!job->isCancelRequested());
    m_bar->setRange(0, progress.total > 0 ? kBarSteps : 0);
    if (progress.total > 0) {
        m_bar->setValue(static_cast<int>(progress.done * kBarSteps / progress.total));
    }
}

void StatusLine::showTraining()
{
    updateJob();
    if (const auto live = m_workspace.liveRun(); live && shown() == nullptr) {
        showRun(*live);
    }
}

void StatusLine::showRun(const LiveRun& run)
{
    const auto& status = run.status;
    const bool stopping = run.state == TrainingJob::State::Stopping;
    QString text = fileTitle(run.folder);
    if (stopping) {
        text = tr("Stopping...");
    } else if (status.epochs > 0) {
        text = tr("%1: epoch %2 of %3").arg(text).arg(status.epoch).arg(status.epochs);
        if (status.paused) {
            text += tr(", paused");
        } else if (status.secondsLeft > 0) {
            text += tr(", %1 left").arg(durationText(status.secondsLeft));
        }
    }
    m_job->setText(text);
    m_cancel->setEnabled(!stopping);
    m_cancel->setToolTip(tr("Stop the run and save it"));
    const auto total = status.epochs * status.stepsPerEpoch;
    const auto done = (status.epoch - 1) * status.stepsPerEpoch + status.stepInEpoch;
    m_bar->setRange(0, total > 0 ? kBarSteps : 0);
    if (total > 0) {
        m_bar->setValue(static_cast<int>(std::clamp<std::int64_t>(done * kBarSteps / total, 0, kBarSteps)));
    }
}

void StatusLine::cancel()
{
    if (auto* job = shown()) {
        job->cancel();
    } else if (const auto live = m_workspace.liveRun()) {
        m_workspace.stopRun(live->folder);
    }
}

}  // namespace elbo
