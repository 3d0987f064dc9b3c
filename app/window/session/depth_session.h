// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/depth_scene.h"
#include "core/base/job_queue.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QString>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace elbo {

struct DepthLive;
class FrameReader;
class FrameSource;
class Job;
class PairFolder;

/// The pictures of the Depth 3-D page, one after the other or live, through estimator and VAE. Lives in the
/// GUI thread; the work is done by a queue of its own, one picture at a time, and what is asked last goes
/// first.
class DepthSession : public QObject {
    Q_OBJECT

public:
    explicit DepthSession(QObject* parent = nullptr);
    ~DepthSession() override;

    // Pictures.
    void addFiles(const std::vector<std::filesystem::path>& files);
    void clear();
    [[nodiscard]] const std::vector<DepthInput>& inputs() const { return m_inputs; }
    [[nodiscard]] int current() const { return m_current; }  ///< -1: none
    void setCurrent(int index);

    // How they are looked at; each asks for the present picture again.
    void setEstimator(const EstimatorChoice& choice);
    [[nodiscard]] const EstimatorChoice& estimator() const { return m_choice; }
    void setModel(std::shared_ptr<const OpenedModel> model);
    void setOptions(const DepthOptions& options);
    [[nodiscard]] const DepthOptions& options() const { return m_options; }
    /// Null before the first picture is done.
    [[nodiscard]] const std::shared_ptr<const DepthScene>& scene() const { return m_scene; }

    // A camera or a video.
    void startLive(std::shared_ptr<FrameSource> source);
    void startVideo(const std::filesystem::path& file);
    void startCamera(int index);
    void stopLive();
    void setPaused(bool paused);
    [[nodiscard]] bool isLive() const { return m_reader != nullptr; }
    [[nodiscard]] bool isPaused() const { return m_paused; }
    [[nodiscard]] QString liveTitle() const { return m_liveTitle; }
    [[nodiscard]] std::int64_t droppedFrames() const;
    /// Every frame that is shown goes into a new folder of pairs. @throws Error when it cannot be made
    void startRecording(const std::filesystem::path& folder);
    void stopRecording();
    [[nodiscard]] bool isRecording() const { return m_recording != nullptr; }

    // All pictures.
    /// Images, depth, clouds and a table of all pictures, into a folder.
    void saveAll(const std::filesystem::path& folder);
    /// A folder of pairs of colour and depth that can be trained on.
    void writePairs(const std::filesystem::path& folder);
    [[nodiscard]] bool canJoin() const;
    void joinFrames();

Q_SIGNALS:
    void inputsChanged();
    void busyChanged(bool busy);
    void sceneChanged();
    void liveChanged();
    void joined(std::shared_ptr<const elbo::PointCloud> cloud, int frames, double share);
    void saved(const QString& folder, int pictures, const QStringList& problems);
    void pairsWritten(const QString& folder, qint64 pairs);
    void said(const QString& sentence);
    void failed(const elbo::Failure& failure);
    void jobStarted(elbo::Job* job);

private:
    void process();
    void beginLive();
    void endLive();
    void sceneCame(std::shared_ptr<const DepthScene> scene);
    void deliverLive();
    [[nodiscard]] bool hasEstimator() const;
    Job* watch(Job* job);

    std::vector<DepthInput> m_inputs;
    int m_current = -1;
    EstimatorChoice m_choice;
    std::shared_ptr<const OpenedModel> m_model;
    DepthOptions m_options;
    std::shared_ptr<const DepthScene> m_scene;
    std::shared_ptr<std::shared_ptr<const OpenedEstimator>> m_opened;  ///< of the worker alone
    QPointer<Job> m_job;                                               ///< of the present picture
    QPointer<Job> m_liveJob;
    std::shared_ptr<FrameReader> m_reader;
    std::shared_ptr<DepthLive> m_live;  ///< shared with the worker while live
    QString m_liveTitle;
    bool m_paused = false;
    DepthInput m_frame;  ///< that the pause stopped at
    std::shared_ptr<PairFolder> m_recording;
    JobQueue m_queue;  ///< last, so that its thread ends before what its jobs report to
};

}  // namespace elbo
