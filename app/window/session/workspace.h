// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/data_loader.h"
#include "app/window/session/devices.h"
#include "app/window/session/run_follower.h"
#include "app/window/session/training_job.h"
#include "app/window/session/window_state.h"
#include "core/base/job_queue.h"
#include "core/base/settings.h"
#include "core/training/run_config.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QString>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace elbo {

class Job;
class RemoteTraining;

/// A run that trains now.
struct LiveRun {
    std::filesystem::path folder;
    TrainingJob::State state = TrainingJob::State::Running;
    TrainingStatus status;
    bool here = true;  ///< false: another process trains it
};

/// Something that went wrong and what a person can do about it beside reading it.
struct Complaint {
    struct Action {
        QString title;
        std::function<void()> run;
    };
    Failure failure;
    std::vector<Action> actions;
};

/// What the pages share: the data set in use, the run in view, the run that trains, queues and settings.
/// Lives in the GUI thread; everything long goes to a queue and comes back as a signal.
class Workspace : public QObject {
    Q_OBJECT

public:
    explicit Workspace(QObject* parent = nullptr);
    ~Workspace() override;

    /// Short reading of files: histories, strips.
    [[nodiscard]] JobQueue& filesQueue() { return m_filesQueue; }
    /// The list of runs, which may be long: apart, so that live curves do not wait for it.
    [[nodiscard]] JobQueue& listQueue() { return m_listQueue; }
    /// The second compute thread: opening weights, reconstructing.
    [[nodiscard]] JobQueue& computeQueue() { return m_computeQueue; }
    /// Downloads, which wait for servers.
    [[nodiscard]] JobQueue& fetchQueue() { return m_fetchQueue; }
    /// Empty where this build cannot fetch. A test puts another in its place, which asks a server of its own.
    [[nodiscard]] const Fetcher& fetcher() const { return m_fetcher; }
    void setFetcher(Fetcher fetcher) { m_fetcher = std::move(fetcher); }
    /// Estimates of runs that are being thought of: of low priority.
    [[nodiscard]] JobQueue& estimateQueue() { return m_estimateQueue; }
    /// Files that take long to write.
    [[nodiscard]] JobQueue& exportQueue() { return m_exportQueue; }
    [[nodiscard]] WindowState& state() { return m_state; }
    [[nodiscard]] const Settings& settings() const { return m_settings; }
    /// Colour map of depth everywhere: "turbo" or "viridis"; remembered.
    [[nodiscard]] QString depthMap() const;
    void setDepthMap(const QString& key);
    /// Writes settings.json; a failure becomes a complaint. @return whether it was written
    bool changeSettings(const Settings& settings);

    /// The devices of this machine; empty until devicesKnown() (asking may start a GPU's driver, so a worker
    /// does).
    [[nodiscard]] const std::vector<DeviceChoice>& devices() const { return m_devices; }

    // The data set in use.
    void loadData(const DataConfig& config);
    void cancelLoading();
    /// Hands the set of that configuration to `then`, at once when it is the one in use, else when it is
    /// loaded. When loading fails, is cancelled or gives way to another set, `dropped` is called instead.
    using WithData = std::function<void(const LoadedData&)>;
    void useData(const DataConfig& config, WithData then, std::function<void()> dropped = {});
    [[nodiscard]] bool isLoadingData() const { return m_loading != nullptr; }
    [[nodiscard]] const DataConfig& loadingConfig() const { return m_loadingConfig; }
    [[nodiscard]] const std::optional<LoadedData>& data() const { return m_data; }

    // The run in view.
    void openRun(const std::filesystem::path& folder);
    void closeRun();
    [[nodiscard]] const std::filesystem::path& runFolder() const { return m_runFolder; }
    [[nodiscard]] const std::optional<RunInfo>& run() const { return m_run; }
    /// The run in view has weights on disk.
    [[nodiscard]] bool runHasWeights() const { return m_follower && m_follower->hasWeights(); }
    /// The run in view is of a depth network, not of a VAE.
    [[nodiscard]] bool runEstimatesDepth() const;

    // The run that trains.
    /// @param initialWeights  a weights file or a run folder; empty: from the seed
    /// @param show  brings the run into view when it begins
    void startTraining(const RunConfig& config, const std::filesystem::path& initialWeights = {},
                       bool show = true);
    /// Goes on with the run in view. @param epochs  new total (Extend)
    void resumeTraining(std::optional<std::int64_t> epochs);
    /// Goes on with a run that need not be in view. @param data  its data set
    void goOnTraining(const std::filesystem::path& folder, const DataConfig& data, bool show,
                      std::optional<std::int64_t> epochs = std::nullopt);
    [[nodiscard]] TrainingJob* training() const { return m_training; }
    [[nodiscard]] bool isTraining() const { return m_training != nullptr; }
    /// From the click on Start until the trainer runs: data may be loading.
    [[nodiscard]] bool isPreparingRun() const { return m_preparing; }
    /// The run in view is the one that trains here.
    [[nodiscard]] bool isViewingTraining() const;

    // Runs that train here or elsewhere.
    /// The run in view, when one of them.
    [[nodiscard]] std::optional<LiveRun> viewedLiveRun() const;
    /// The run of this window, else the one in view.
    [[nodiscard]] std::optional<LiveRun> liveRun() const;
    /// Steers the run of this window, or the one in view that another process trains.
    void setRunPaused(const std::filesystem::path& folder, bool paused);
    void stopRun(const std::filesystem::path& folder);
    /// Stops and saves the run that trains here and lets a process of its own go on with it, so that the
    /// window can close. trainingEnded() comes first; when it was stopped, not complete, handOverEnded()
    /// follows.
    void handOver();
    /// From trainingEnded() to handOverEnded().
    [[nodiscard]] bool isHandingOver() const { return m_handingOver; }

    void say(const QString& sentence) { Q_EMIT messageCame(sentence); }
    void complain(const Failure& failure, std::vector<Complaint::Action> actions = {});
    /// Lets the status bar show a job of a page, with its bar and cancel.
    void show(Job* job) { Q_EMIT jobStarted(job); }

Q_SIGNALS:
    void devicesKnown();
    void dataLoading();
    void dataProgress(const elbo::Progress& progress);
    /// A new set is in use; dataChanged() follows.
    void dataLoaded();
    /// A set was loaded, or loading ended without one.
    void dataChanged();
    void runOpened();
    void runInfoChanged();
    void runRestarted();
    void runRecordsCame(const elbo::History& records);
    void runKeptChanged(const std::vector<std::int64_t>& epochs);
    /// The first weights of the run in view are on disk.
    void runWeightsCame();
    void trainingChanged();
    /// A run is about to train in that folder; nothing of it is written yet.
    void trainingStarting(const std::filesystem::path& folder);
    void trainingStatusChanged(const elbo::TrainingStatus& status);
    /// Of the run in view that another process trains.
    void remoteStatusChanged(const elbo::TrainingStatus& status);
    /// @param goesOn  false: it was cancelled, or failed, which was complained about before
    void handOverEnded(bool goesOn);
    /// A run of this window ended. @param saved  false: by a failure, which was complained about before
    void trainingEnded(bool saved);
    /// What a complaint offers beside trying again; the window has the dialogs for it.
    void runsFolderWanted();
    void otherRunWanted();
    void newSettingsWanted();
    void depthMapChanged(const QString& key);
    void messageCame(const QString& sentence);
    void complaintRaised(const elbo::Complaint& complaint);
    /// A job that the status bar should show.
    void jobStarted(elbo::Job* job);

private:
    void dataCame(LoadedData loaded);
    void stopWaitingForData();
    void runNotStarted();
    void launch(const std::filesystem::path& folder, bool show,
                const std::function<void(TrainingJob&)>& begin);
    void trainingFailed(const Failure& failure);
    void trainingOver(bool saved);
    void setPreparing(bool preparing);
    void connectFollower();
    void followElsewhere(const std::optional<LiveStatus>& live, bool requestWaiting);
    void forgetElsewhere();
    void goOnElsewhere(const std::filesystem::path& folder);
    void handedOver(bool goesOn);
    void resumeOrOpen(const std::filesystem::path& folder);

    Settings m_settings;
    WindowState m_state;
    std::vector<DeviceChoice> m_devices;
    std::optional<LoadedData> m_data;
    DataConfig m_loadingConfig;
    Job* m_loading = nullptr;
    WithData m_afterLoading;
    std::function<void()> m_loadingDropped;  ///< of whoever waits for the set that loads
    std::filesystem::path m_runFolder;
    std::optional<RunInfo> m_run;
    std::unique_ptr<RunFollower> m_follower;
    std::unique_ptr<RemoteTraining> m_remote;
    TrainingJob* m_training = nullptr;
    bool m_preparing = false;
    bool m_handOver = false;     ///< when the run has stopped
    bool m_handingOver = false;  ///< it is being started elsewhere
    Fetcher m_fetcher = dataFetcher();
    // Last, so that their threads end before what their jobs report to.
    JobQueue m_filesQueue;
    JobQueue m_listQueue;
    JobQueue m_computeQueue;
    JobQueue m_fetchQueue;
    JobQueue m_estimateQueue;
    JobQueue m_exportQueue;
    JobQueue m_dataQueue;
    JobQueue m_trainingQueue;
};

}  // namespace elbo
