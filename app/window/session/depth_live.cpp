// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/depth_live.h"

#include "app/window/session/depth_session.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/io/frame_reader.h"
#include "core/io/pair_folder.h"

#include <QtCore/QMetaObject>

#include <utility>

namespace elbo {

std::shared_ptr<const OpenedEstimator> estimatorOf(const EstimatorSlot& slot, const EstimatorChoice& choice)
{
    if (*slot == nullptr || (*slot)->choice != choice) {
        *slot = std::make_shared<const OpenedEstimator>(openEstimator(choice));
    }
    return *slot;
}

namespace {

/// Takes the newest frame again and again. @param tell  wakes the GUI thread for live.newest
void runLive(FrameReader& reader, DepthLive& live, const EstimatorSlot& slot, const JobContext& context,
             const std::function<void()>& tell)
{
    while (auto frame = reader.take(context.stop)) {
        std::unique_lock lock(live.mutex);
        const auto choice = live.choice;
        const auto model = live.model;
        const auto options = live.options;
        const auto recording = live.recording;
        lock.unlock();
        DepthInput input;
        input.name = "frame " + std::to_string(frame->index);
        input.frame = std::move(frame->color);
        auto scene = std::make_shared<const DepthScene>(
            depthScene(input, *estimatorOf(slot, choice), model.get(), options, context.stop));
        if (recording) {
            recording->add("frame-" + std::to_string(frame->index), scene->color, scene->estimated,
                           scene->intrinsics);
        }
        lock.lock();
        live.newest = std::move(scene);
        if (!std::exchange(live.delivering, true)) {
            tell();
        }
    }
    throwIfStopped(context.stop);
}

}  // namespace

void DepthSession::startVideo(const std::filesystem::path& file)
{
    watch(runJob(
        m_queue, tr("Opening %1").arg(fileTitle(file)), this,
        [file](JobContext&) { return std::shared_ptr<FrameSource>(openVideo(file)); },
        [this](std::shared_ptr<FrameSource> source) { startLive(std::move(source)); }));
}

void DepthSession::startCamera(int index)
{
    watch(runJob(
        m_queue, tr("Opening the camera"), this,
        [index](JobContext&) { return std::shared_ptr<FrameSource>(openCamera(index)); },
        [this](std::shared_ptr<FrameSource> source) { startLive(std::move(source)); }));
}

void DepthSession::startLive(std::shared_ptr<FrameSource> source)
{
    stopLive();
    delete m_job;
    m_liveTitle = toQt(source->title());
    m_reader = std::make_shared<FrameReader>(std::move(source));
    m_live = std::make_shared<DepthLive>();
    m_paused = false;
    beginLive();
}

void DepthSession::beginLive()
{
    std::unique_lock lock(m_live->mutex);
    m_live->newest.reset();  // of before a pause
    m_live->delivering = false;
    m_live->choice = m_choice;
    m_live->model = m_model;
    m_live->options = m_options;
    m_live->recording = m_recording;
    lock.unlock();
    const QPointer<DepthSession> self(this);
    m_liveJob = runJob(
        m_queue, tr("Depth of %1, live").arg(m_liveTitle), this,
        [reader = m_reader, live = m_live, slot = m_opened, self](JobContext& context) {
            runLive(*reader, *live, slot, context, [self] {
                // The session outlives its queue's thread, which runs this.
                QMetaObject::invokeMethod(self.data(), &DepthSession::deliverLive, Qt::QueuedConnection);
            });
            return true;
        },
        [this](bool) {
            deliverLive();
            Q_EMIT said(tr("%1 has ended.").arg(m_liveTitle));
            endLive();
        });
    connect(m_liveJob, &Job::failed, this, &DepthSession::endLive);
    connect(m_liveJob, &Job::cancelled, this, &DepthSession::endLive);
    watch(m_liveJob);
    Q_EMIT busyChanged(false);
    Q_EMIT liveChanged();
}

void DepthSession::deliverLive()
{
    if (!m_live || m_paused) {  // what the worker was at when the pause came is not shown
        return;
    }
    std::unique_lock lock(m_live->mutex);
    m_live->delivering = false;
    auto scene = std::exchange(m_live->newest, nullptr);
    lock.unlock();
    if (scene) {
        sceneCame(std::move(scene));
    }
}

void DepthSession::endLive()
{
    m_reader.reset();
    m_live.reset();
    m_paused = false;
    stopRecording();
    Q_EMIT liveChanged();
}

void DepthSession::stopLive()
{
    if (m_reader) {
        delete m_liveJob;
        endLive();
    }
}

void DepthSession::setPaused(bool paused)
{
    if (!m_reader || paused == m_paused || (paused && !m_scene)) {
        return;
    }
    m_reader->setPaused(paused);
    if (paused) {
        delete m_liveJob;
        deliverLive();
        m_paused = true;
        m_frame = m_scene->input;
        Q_EMIT liveChanged();
    } else {
        delete m_job;
        m_paused = false;
        beginLive();
    }
}

std::int64_t DepthSession::droppedFrames() const
{
    return m_reader ? m_reader->dropped() : 0;
}

void DepthSession::startRecording(const std::filesystem::path& folder)
{
    m_recording = std::make_shared<PairFolder>(folder);
    if (m_live) {
        const std::lock_guard lock(m_live->mutex);
        m_live->recording = m_recording;
    }
    Q_EMIT liveChanged();
}

void DepthSession::stopRecording()
{
    if (!m_recording) {
        return;
    }
    if (m_live) {
        const std::lock_guard lock(m_live->mutex);
        m_live->recording.reset();
    }
    const auto recording = std::exchange(m_recording, nullptr);
    Q_EMIT pairsWritten(toQt(recording->folder()), recording->size());
    Q_EMIT liveChanged();
}

}  // namespace elbo
