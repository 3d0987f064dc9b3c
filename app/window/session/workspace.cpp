// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/workspace.h"

#include "app/window/session/data_title.h"
#include "app/window/session/job.h"
#include "app/window/session/remote_training.h"
#include "app/window/session/text.h"
#include "core/models/model_table.h"

namespace elbo {

Workspace::Workspace(QObject* parent)
    : QObject(parent),
      m_filesQueue({.threadName = "elbo-files", .computeThreads = 1}),
      m_listQueue({.threadName = "elbo-runs", .computeThreads = 1}),
      m_computeQueue({.threadName = "elbo-compute", .computeThreads = 1}),
      m_fetchQueue({.threadName = "elbo-fetch", .computeThreads = 1}),
      m_estimateQueue({.threadName = "elbo-estimate", .lowPriority = true}),
      m_exportQueue({.threadName = "elbo-export", .computeThreads = 1}),
      m_dataQueue({.threadName = "elbo-data", .computeThreads = 1}),
      m_trainingQueue({.threadName = "elbo-train", .lowPriority = true})
{
    std::string problem;
    m_settings = loadSettings(&problem);
    if (!problem.empty()) {
        // Nobody listens yet: said when the event loop runs.
        QMetaObject::invokeMethod(
            this, [this, problem] { complain({ErrorCode::BadFile, problem, {}}); }, Qt::QueuedConnection);
    }
    runJob(
        m_computeQueue, tr("Looking for devices"), this, [](JobContext&) { return deviceChoices(); },
        [this](const std::vector<DeviceChoice>& devices) {
            m_devices = devices;
            Q_EMIT devicesKnown();
        });
}

Workspace::~Workspace()
{
    // Jobs are children and would die after the queues they refer to.
    delete m_training;
    m_remote.reset();
    m_follower.reset();
    qDeleteAll(findChildren<Job*>());
}

bool Workspace::changeSettings(const Settings& settings)
{
    try {
        saveSettings(settings);
    } catch (...) {
        complain(currentFailure());
        return false;
    }
    m_settings = settings;
    return true;
}

QString Workspace::depthMap() const
{
    const auto key = m_state.text(QStringLiteral("depthMap"));
    return key == QLatin1String("viridis") ? key : QStringLiteral("turbo");
}

void Workspace::setDepthMap(const QString& key)
{
    if (key != depthMap()) {
        m_state.setText(QStringLiteral("depthMap"), key);
        Q_EMIT depthMapChanged(depthMap());
    }
}

void Workspace::complain(const Failure& failure, std::vector<Complaint::Action> actions)
{
    Q_EMIT complaintRaised({failure, std::move(actions)});
}

void Workspace::loadData(const DataConfig& config)
{
    delete m_loading;  // a new choice replaces one that is still under way
    stopWaitingForData();
    m_loadingConfig = config;
    m_loading = runJob(
        m_dataQueue, tr("Loading %1").arg(dataTitle(config)), this,
        [config](JobContext& context) { return elbo::loadData(config, context); },
        [this](LoadedData loaded) { dataCame(std::move(loaded)); });
    connect(m_loading, &Job::progressed, this, &Workspace::dataProgress);
    connect(m_loading, &Job::cancelled, this, [this] {
        m_loading = nullptr;
        say(tr("Loading was cancelled."));
        stopWaitingForData();
        Q_EMIT dataChanged();
    });
    connect(m_loading, &Job::failed, this, [this, config](const Failure& failure) {
        m_loading = nullptr;
        complain(failure, {{tr("Retry"), [this, config] { loadData(config); }}});
        stopWaitingForData();
        Q_EMIT dataChanged();
    });
    Q_EMIT jobStarted(m_loading);
    Q_EMIT dataLoading();
}

void Workspace::stopWaitingForData()
{
    m_afterLoading = {};
    if (const auto dropped = std::exchange(m_loadingDropped, {})) {
        dropped();
    }
}

void Workspace::cancelLoading()
{
    if (m_loading != nullptr) {
        m_loading->cancel();
    }
}

void Workspace::dataCame(LoadedData loaded)
{
    m_loading = nullptr;
    m_data = std::move(loaded);
    m_state.addRecentData(toQt(m_data->summary.spec));
    m_state.setText(QStringLiteral("lastData"), toQt(m_data->summary.spec));
    say(tr("%1: %2 images.").arg(toQt(m_data->summary.title)).arg(m_data->summary.images));
    if (!m_data->summary.splitNote.empty()) {
        say(toQt(m_data->summary.splitNote));
    }
    // Taken first: whoever hears of the new set may load another.
    const auto then = std::exchange(m_afterLoading, {});
    m_loadingDropped = {};
    Q_EMIT dataLoaded();
    Q_EMIT dataChanged();
    if (then) {
        then(*m_data);
    }
}

void Workspace::useData(const DataConfig& config, WithData then, std::function<void()> dropped)
{
    if (m_data && !isLoadingData() && m_data->summary.config == config) {
        then(*m_data);
        return;
    }
    loadData(config);
    m_afterLoading = std::move(then);
    m_loadingDropped = std::move(dropped);
}

void Workspace::openRun(const std::filesystem::path& given)
{
    const auto folder = plainPath(given);
    if (folder == m_runFolder) {
        return;
    }
    m_runFolder = folder;
    m_run.reset();
    forgetElsewhere();
    m_follower = std::make_unique<RunFollower>(m_filesQueue, folder, nullptr);
    connectFollower();
    Q_EMIT runOpened();
    m_follower->start();
}

void Workspace::closeRun()
{
    m_follower.reset();
    m_runFolder.clear();
    m_run.reset();
    forgetElsewhere();
    Q_EMIT runOpened();
}

void Workspace::connectFollower()
{
    auto* follower = m_follower.get();
    connect(follower, &RunFollower::infoRead, this, [this](const RunInfo& run) {
        m_run = run;
        Q_EMIT runInfoChanged();
    });
    connect(follower, &RunFollower::restarted, this, &Workspace::runRestarted);
    connect(follower, &RunFollower::recordsCame, this, &Workspace::runRecordsCame);
    connect(follower, &RunFollower::keptChanged, this, &Workspace::runKeptChanged);
    connect(follower, &RunFollower::liveRead, this, &Workspace::followElsewhere);
    connect(follower, &RunFollower::weightsCame, this, &Workspace::runWeightsCame);
    connect(follower, &RunFollower::failed, this, [this, folder = m_runFolder](const Failure& failure) {
        complain(failure, {{tr("Retry"), [this, folder] { openRun(folder); }},
                           {tr("Choose folder..."), [this] { Q_EMIT otherRunWanted(); }}});
        // Not inside the follower's own signal: it dies by this.
        QMetaObject::invokeMethod(this, &Workspace::closeRun, Qt::QueuedConnection);
    });
}

bool Workspace::runEstimatesDepth() const
{
    const auto& models = modelInfos();
    return m_run && std::ranges::any_of(models, [this](const ModelInfo& model) {
               return model.estimatesDepth && model.key == m_run->config.model.key;
           });
}

bool Workspace::isViewingTraining() const
{
    return m_training != nullptr && m_training->runFolder() == m_runFolder;
}

void Workspace::setPreparing(bool preparing)
{
    if (m_preparing != preparing) {
        m_preparing = preparing;
        Q_EMIT trainingChanged();
    }
}

void Workspace::startTraining(const RunConfig& config, const std::filesystem::path& initialWeights, bool show)
{
    if (isTraining() || m_preparing) {
        return;
    }
    setPreparing(true);
    const auto then = [this, config, initialWeights, show](const LoadedData& loaded) {
        const auto data = loaded.view->dataset();
        auto* job = runJob(
            m_filesQueue, tr("Making the run folder"), this,
            [config, runs = m_settings.runsFolder](JobContext&) {
                return plainPath(createRunFolder(runs, config));
            },
            [this, config, data, initialWeights, show](const std::filesystem::path& folder) {
                launch(folder, show,
                       [&](TrainingJob& training) { training.start(config, data, initialWeights); });
            });
        connect(job, &Job::failed, this, [this, config, initialWeights](const Failure& failure) {
            setPreparing(false);
            complain(failure, {{tr("Retry"),
                                [this, config, initialWeights] { startTraining(config, initialWeights); }},
                               {tr("Choose folder..."), [this] { Q_EMIT runsFolderWanted(); }}});
        });
    };
    useData(config.data, then, [this] { runNotStarted(); });
}

void Workspace::resumeTraining(std::optional<std::int64_t> epochs)
{
    if (m_run) {
        goOnTraining(m_runFolder, m_run->config.data, true, epochs);
    }
}

void Workspace::goOnTraining(const std::filesystem::path& folder, const DataConfig& data, bool show,
                             std::optional<std::int64_t> epochs)
{
    if (isTraining() || m_preparing) {
        return;
    }
    setPreparing(true);
    const auto then = [this, epochs, folder = plainPath(folder), show](const LoadedData& loaded) {
        launch(folder, show, [&](TrainingJob& training) { training.resume(loaded.view->dataset(), epochs); });
    };
    useData(data, then, [this] { runNotStarted(); });
}

void Workspace::runNotStarted()
{
    setPreparing(false);
    say(tr("The run was not started: its data set was not loaded."));
}

void Workspace::launch(const std::filesystem::path& folder, bool show,
                       const std::function<void(TrainingJob&)>& begin)
{
    Q_EMIT trainingStarting(folder);
    m_training = new TrainingJob(m_trainingQueue, folder, this);
    connect(m_training, &TrainingJob::stateChanged, this, &Workspace::trainingChanged);
    connect(m_training, &TrainingJob::statusChanged, this, &Workspace::trainingStatusChanged);
    connect(m_training, &TrainingJob::messageCame, this, &Workspace::messageCame);
    // The folder holds run.json only once the trainer has begun.
    connect(m_training, &TrainingJob::began, this, [this, folder, show](const RunInfo& run) {
        if (m_runFolder != folder) {
            if (!show) {
                return;
            }
            openRun(folder);
        }
        m_run = run;
        Q_EMIT runInfoChanged();
    });
    const auto look = [this, folder] {
        if (m_follower && m_runFolder == folder) {
            m_follower->readSoon();
        }
    };
    connect(m_training, &TrainingJob::recordsCame, this, look);
    connect(m_training, &TrainingJob::epochKept, this, look);
    connect(m_training, &TrainingJob::finished, this, [this, folder](bool stopped) {
        say(stopped ? tr("The run was stopped and saved.") : tr("The run is complete."));
        if (std::exchange(m_handOver, false) && stopped) {
            goOnElsewhere(folder);
        }
        trainingOver(true);
    });
    connect(m_training, &TrainingJob::failed, this, &Workspace::trainingFailed);
    begin(*m_training);
    m_preparing = false;
    Q_EMIT trainingChanged();
}

void Workspace::resumeOrOpen(const std::filesystem::path& folder)
{
    if (m_runFolder == folder) {
        resumeTraining(std::nullopt);
    } else {
        openRun(folder);  // where the button for it is
    }
}

void Workspace::trainingFailed(const Failure& failure)
{
    m_handOver = false;
    std::vector<Complaint::Action> actions;
    if (failure.code == ErrorCode::NotFinite) {  // the same settings would fail again
        actions.push_back({tr("Change the settings..."), [this] { Q_EMIT newSettingsWanted(); }});
    } else if (m_training->hasBegun()) {
        actions.push_back({tr("Resume"), [this, folder = m_training->runFolder()] { resumeOrOpen(folder); }});
    }
    if (failure.code == ErrorCode::DiskFull || failure.code == ErrorCode::NoPermission) {
        actions.push_back({tr("Choose folder..."), [this] { Q_EMIT runsFolderWanted(); }});
    }
    // Before the run is over: a window that waits for the end to close must know.
    complain(failure, std::move(actions));
    trainingOver(false);
}

void Workspace::trainingOver(bool saved)
{
    m_training->deleteLater();
    m_training = nullptr;
    if (m_follower) {
        m_follower->readSoon();
    }
    Q_EMIT trainingChanged();
    Q_EMIT trainingEnded(saved);
}

}  // namespace elbo
