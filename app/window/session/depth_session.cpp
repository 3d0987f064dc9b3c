// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/depth_session.h"

#include "app/window/session/depth_live.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/depth/estimator.h"
#include "core/io/frame_reader.h"

#include <utility>

namespace elbo {

DepthSession::DepthSession(QObject* parent)
    : QObject(parent),
      m_opened(std::make_shared<std::shared_ptr<const OpenedEstimator>>()),
      m_queue({.threadName = "elbo-depth"})
{
    m_choice.key = depthEstimatorInfos().front().key;
}

DepthSession::~DepthSession()
{
    // Jobs are children and would die after the queue they refer to.
    qDeleteAll(findChildren<Job*>());
}

Job* DepthSession::watch(Job* job)
{
    connect(job, &Job::failed, this, &DepthSession::failed);
    Q_EMIT jobStarted(job);
    return job;
}

void DepthSession::addFiles(const std::vector<std::filesystem::path>& files)
{
    struct Found {
        std::vector<DepthInput> inputs;
        std::vector<std::string> problems;
    };
    watch(runJob(
        m_queue, tr("Looking at the pictures"), this,
        [files](JobContext&) {
            Found found;
            found.inputs = depthInputs(files, found.problems);
            return found;
        },
        [this](Found found) {
            for (const auto& problem : found.problems) {
                Q_EMIT failed({ErrorCode::BadData, problem, {}});
            }
            if (found.inputs.empty()) {
                return;
            }
            stopLive();
            m_current = static_cast<int>(m_inputs.size());
            m_inputs.insert(m_inputs.end(), found.inputs.begin(), found.inputs.end());
            Q_EMIT inputsChanged();
            process();
        }));
}

void DepthSession::clear()
{
    stopLive();
    delete m_job;
    m_inputs.clear();
    m_current = -1;
    m_scene.reset();
    Q_EMIT inputsChanged();
    Q_EMIT busyChanged(false);
    Q_EMIT sceneChanged();
}

void DepthSession::setCurrent(int index)
{
    if (index == m_current || index < 0 || index >= static_cast<int>(m_inputs.size())) {
        return;
    }
    stopLive();
    m_current = index;
    Q_EMIT inputsChanged();
    process();
}

void DepthSession::setEstimator(const EstimatorChoice& choice)
{
    if (std::exchange(m_choice, choice) != choice) {
        process();
    }
}

void DepthSession::setModel(std::shared_ptr<const OpenedModel> model)
{
    m_model = std::move(model);
    process();
}

void DepthSession::setOptions(const DepthOptions& options)
{
    if (std::exchange(m_options, options) != options) {
        process();
    }
}

bool DepthSession::hasEstimator() const
{
    return !m_choice.weights.empty() || findDepthEstimatorInfo(m_choice.key).bundled;
}

void DepthSession::process()
{
    if (m_reader && !m_paused) {
        const std::lock_guard lock(m_live->mutex);  // the next frame takes it
        m_live->choice = m_choice;
        m_live->model = m_model;
        m_live->options = m_options;
        return;
    }
    const bool any = m_reader != nullptr || m_current >= 0;
    delete m_job;
    if (!any || !hasEstimator()) {
        Q_EMIT busyChanged(false);
        return;
    }
    const auto input = m_reader ? m_frame : m_inputs[static_cast<std::size_t>(m_current)];
    Q_EMIT busyChanged(true);
    m_job = runJob(
        m_queue, tr("Estimating depth of %1").arg(toQt(input.name)), this,
        [input, slot = m_opened, choice = m_choice, model = m_model,
         options = m_options](JobContext& context) {
            const auto estimator = estimatorOf(slot, choice);
            throwIfStopped(context.stop);
            return std::make_shared<const DepthScene>(
                depthScene(input, *estimator, model.get(), options, context.stop));
        },
        [this](std::shared_ptr<const DepthScene> scene) {
            Q_EMIT busyChanged(false);
            sceneCame(std::move(scene));
        });
    connect(m_job, &Job::failed, this, [this] { Q_EMIT busyChanged(false); });
    connect(m_job, &Job::cancelled, this, [this] { Q_EMIT busyChanged(false); });
    watch(m_job);
}

void DepthSession::sceneCame(std::shared_ptr<const DepthScene> scene)
{
    m_scene = std::move(scene);
    Q_EMIT sceneChanged();
}

}  // namespace elbo
