// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/train_page.h"

#include "app/window/frame/dialogs.h"
#include "app/window/pages/queue_panel.h"
#include "app/window/pages/run_controls.h"
#include "app/window/pages/run_form.h"
#include "app/window/pages/train_inspector.h"
#include "app/window/pages/train_view.h"
#include "app/window/session/data_title.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/training/estimate.h"
#include "widgets/number_text.h"

#include <QtWidgets/QSplitter>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {
constexpr int kPlanDelayMs = 200;      ///< after the last change of the form
constexpr int kEstimateDelayMs = 800;  ///< after the plan: two steps keep every core busy
const auto kFormKey = QStringLiteral("train/form");
const auto kAdvancedKey = QStringLiteral("train/advanced");
}  // namespace

TrainPage::TrainPage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent)
    : Page(workspace, dialogs, QStringLiteral("train"), tr("Train"), Chip::Run, parent)
{
    m_view = new TrainView(workspace.filesQueue());
    m_inspector = new TrainInspector;
    m_queue = new QueuePanel(workspace, {.config = [this] { return m_inspector->form()->config(); },
                                         .initialWeights = [this] { return m_initial; }});
    m_inspector->setQueue(m_queue);
    setParts(m_view, m_inspector);
    rememberSplitter(m_view->splitter(), QStringLiteral("plots"));
    m_planSoon.setSingleShot(true);
    m_planSoon.setInterval(kPlanDelayMs);
    connect(&m_planSoon, &QTimer::timeout, this, &TrainPage::plan);
    m_estimateSoon.setSingleShot(true);
    m_estimateSoon.setInterval(kEstimateDelayMs);
    connect(&m_estimateSoon, &QTimer::timeout, this, &TrainPage::estimate);
    connect(m_inspector->form(), &RunForm::changed, this, &TrainPage::formChanged);
    auto* controls = m_inspector->controls();
    connect(controls, &RunControls::startWanted, this, &TrainPage::start);
    connect(controls, &RunControls::initialFileWanted, this, &TrainPage::chooseInitialFile);
    connect(controls, &RunControls::initialRunWanted, this, &TrainPage::chooseInitialRun);
    connect(controls, &RunControls::initialCleared, this, [this] { setInitial({}); });
    connect(controls, &RunControls::newRunWanted, this, &TrainPage::newRun);
    connect(controls, &RunControls::pauseWanted, this,
            [this](bool paused) { this->workspace().setRunPaused(this->workspace().runFolder(), paused); });
    connect(controls, &RunControls::stopWanted, this,
            [this] { this->workspace().stopRun(this->workspace().runFolder()); });
    connect(controls, &RunControls::resumeWanted, this,
            [this] { this->workspace().resumeTraining(std::nullopt); });
    connect(controls, &RunControls::extendWanted, this,
            [this](qint64 epochs) { this->workspace().resumeTraining(epochs); });
    connect(m_view, &TrainView::failed, this,
            [this](const Failure& failure) { this->workspace().complain(failure); });
    connect(m_view, &TrainView::startWanted, this, &TrainPage::start);
    connect(m_view, &TrainView::openWanted, this, &TrainPage::chooseRun);
    connect(m_view, &TrainView::saveWanted, this, &TrainPage::savePicture);
    connect(m_view, &TrainView::reconstructWanted, this, &TrainPage::sendToReconstruct);
    connectWorkspace();
    m_inspector->form()->restore(workspace.state().text(kFormKey));
    m_inspector->form()->setAdvancedShown(workspace.state().number(kAdvancedKey, 0) != 0);
    showRun();
}

void TrainPage::connectWorkspace()
{
    auto& shared = workspace();
    connect(&shared, &Workspace::devicesKnown, this,
            [this] { m_inspector->form()->setDevices(this->workspace().devices()); });
    connect(&shared, &Workspace::dataLoaded, this, [this] {
        if (this->workspace().runFolder().empty()) {  // a run in view shows its own data
            m_inspector->form()->setData(this->workspace().data()->summary.config);
        }
    });
    connect(&shared, &Workspace::dataLoading, this, &TrainPage::updateControls);
    connect(&shared, &Workspace::dataChanged, this, &TrainPage::updateControls);
    connect(&shared, &Workspace::depthMapChanged, m_view, &TrainView::setDepthMap);
    m_view->setDepthMap(shared.depthMap());
    connect(&shared, &Workspace::runOpened, this, &TrainPage::showRun);
    connect(&shared, &Workspace::runInfoChanged, this, &TrainPage::showInfo);
    connect(&shared, &Workspace::runRestarted, this, [this] {
        m_waiting = {};
        m_view->clearCurves();
        m_inspector->clearNumbers();
        showInfo();
    });
    connect(&shared, &Workspace::runRecordsCame, this, &TrainPage::append);
    connect(&shared, &Workspace::runKeptChanged, this,
            [this](const std::vector<std::int64_t>& epochs) { m_view->setKept(epochs); });
    connect(&shared, &Workspace::trainingChanged, this, [this] {
        if (this->workspace().isTraining() || this->workspace().isPreparingRun()) {
            stopEstimate();  // the run has the machine to itself
        } else if (this->workspace().runFolder().empty()) {
            m_planSoon.start();
        }
        updateControls();
    });
    connect(&shared, &Workspace::trainingStatusChanged, this, [this](const TrainingStatus& status) {
        const auto& run = this->workspace().run();
        if (this->workspace().isViewingTraining() && run) {
            m_inspector->setStatus(status);
        }
    });
    connect(&shared, &Workspace::remoteStatusChanged, m_inspector, &TrainInspector::setStatus);
}

void TrainPage::saveState()
{
    Page::saveState();
    auto& state = workspace().state();
    state.setText(kFormKey, m_inspector->form()->state());
    state.setNumber(kAdvancedKey, m_inspector->form()->advancedShown() ? 1 : 0);
}

void TrainPage::prepareRun()
{
    if (workspace().isTraining()) {
        return;
    }
    workspace().closeRun();
}

void TrainPage::formChanged()
{
    stopEstimate();
    if (workspace().runFolder().empty()) {
        m_planSoon.start();
    }
    updateControls();
}

void TrainPage::plan()
{
    m_planSoon.stop();
    stopEstimate();
    delete m_planning;
    m_planProblem.clear();
    const auto config = m_inspector->form()->config();
    loadTerms(config.model);
    const auto& loaded = workspace().data();
    const auto problem = m_inspector->form()->problem();
    if (!loaded || !problem.isEmpty()) {
        m_inspector->setPlanProblem(loaded ? problem : QString());
        return;
    }
    if (loaded->summary.config != config.data) {
        m_inspector->setPlanProblem(tr("%1 is loaded when the run starts.").arg(dataTitle(config.data)));
        return;
    }
    m_planning = runJob(
        workspace().filesQueue(), tr("Estimating"), this,
        [config, view = loaded->view, initial = m_initial](JobContext&) {
            return planRun(config, *view, initial);
        },
        [this](const RunPlan& plan) { planned(plan); });
    connect(m_planning, &Job::failed, this, [this](const Failure& failure) {
        m_planProblem = toQt(failure.sentence);
        m_inspector->setPlanProblem(m_planProblem);
        updateControls();
    });
}

void TrainPage::planned(const RunPlan& plan)
{
    m_inspector->setPlan(plan);
    if (plan.initial) {
        const auto& weights = *plan.initial;
        m_initialText = weights.epoch > 0
                            ? tr("Starts from %1: %2 after %3 epochs.")
                                  .arg(fileTitle(m_initial), toQt(weights.modelTitle))
                                  .arg(weights.epoch)
                            : tr("Starts from %1: %2.").arg(fileTitle(m_initial), toQt(weights.modelTitle));
    }
    if (workspace().isTraining() || workspace().isPreparingRun()) {
        m_inspector->setEstimate(tr("Time and memory are estimated when no other run trains."));
    } else {
        m_inspector->setEstimate(tr("Estimating time, memory and disk space..."));
        m_estimateSoon.start();
    }
    updateControls();
}

void TrainPage::estimate()
{
    const auto& loaded = workspace().data();
    if (!loaded || workspace().isTraining() || workspace().isPreparingRun()) {
        return;
    }
    m_estimating = runJob(
        workspace().estimateQueue(), tr("Estimating"), this,
        [config = m_inspector->form()->config(), view = loaded->view, initial = m_initial,
         runs = workspace().settings().runsFolder](JobContext& context) {
            TrainingOptions options;
            options.initialWeights = initial;
            return estimateRun(config, view->dataset(), options,
                               {.progress = context.progress, .stop = context.stop, .runsFolder = runs});
        },
        [this](const RunEstimate& estimate) { estimated(estimate); });
    connect(m_estimating, &Job::failed, this,
            [this](const Failure& failure) { m_inspector->setEstimate(toQt(failure.sentence)); });
}

void TrainPage::estimated(const RunEstimate& estimate)
{
    const auto memory = byteText(static_cast<double>(estimate.memory.total()));
    const auto disk = byteText(static_cast<double>(estimate.disk.total()));
    const auto what =
        tr("%1 at %2x%3").arg(toQt(estimate.modelTitle)).arg(estimate.width).arg(estimate.height);
    QStringList warnings;
    for (const auto& warning : estimate.warnings) {
        warnings << toQt(warning);
    }
    m_inspector->setEstimate(estimate.time
                                 ? tr("%1: about %2 here, %3 of memory, %4 on disk.")
                                       .arg(what, roughDurationText(estimate.time->run), memory, disk)
                                 : tr("%1: %2 of memory, %3 on disk.").arg(what, memory, disk),
                             warnings.join(QLatin1Char('\n')));
}

void TrainPage::stopEstimate()
{
    m_estimateSoon.stop();
    delete m_estimating;
    m_inspector->setEstimate({});
}

void TrainPage::chooseInitialFile()
{
    askForWeights(tr("Start from weights"), [this](const std::filesystem::path& file) { setInitial(file); });
}

void TrainPage::chooseInitialRun()
{
    const auto folder = dialogs().chooseFolder(this, tr("Start from the last weights of a run"));
    if (!folder.isEmpty()) {
        setInitial(plainPath(toPath(folder)));
    }
}

void TrainPage::setInitial(const std::filesystem::path& weights)
{
    m_initial = weights;
    m_initialText = weights.empty() ? QString() : tr("Starts from %1.").arg(fileTitle(weights));
    formChanged();
}

void TrainPage::loadTerms(const ModelConfig& model)
{
    if (model.key == m_termsOf) {
        return;
    }
    runJob(
        workspace().filesQueue(), tr("Reading the terms"), this,
        [key = model.key](JobContext&) { return std::pair(key, termsOf({key, {}})); },
        [this](const std::pair<std::string, std::vector<TermDescription>>& read) {
            if (read.first != m_termsOf) {
                m_termsOf = read.first;
                setTerms(read.second);
            }
        });
}

void TrainPage::setTerms(const std::vector<TermDescription>& terms)
{
    m_view->setTerms(terms);
    m_inspector->setTerms(terms);
    append(std::exchange(m_waiting, {}));
}

void TrainPage::append(const History& records)
{
    const auto& run = workspace().run();
    if (!run || run->config.model.key != m_termsOf) {
        // The plots are made from the terms: without them the records would have nowhere to go.
        m_waiting.steps.insert(m_waiting.steps.end(), records.steps.begin(), records.steps.end());
        m_waiting.epochs.insert(m_waiting.epochs.end(), records.epochs.begin(), records.epochs.end());
        return;
    }
    m_view->append(records);
    m_inspector->append(records);
}

void TrainPage::showRun()
{
    m_waiting = {};
    m_view->setRun(workspace().runFolder());
    m_inspector->clearNumbers();
    m_inspector->setRun(nullptr);
    m_shown.reset();
    if (workspace().runFolder().empty()) {
        const auto& loaded = workspace().data();
        m_inspector->form()->setData(loaded ? std::optional(loaded->summary.config) : std::nullopt);
        m_view->setPlannedEpochs(0);
        m_view->setBest(0, false);
        formChanged();
    }
    updateControls();
}

void TrainPage::showInfo()
{
    const auto& run = workspace().run();
    if (!run) {
        return;
    }
    loadTerms(run->config.model);
    if (m_shown != run->config) {  // an epoch changes the numbers, not the form
        m_shown = run->config;
        m_inspector->form()->setData(run->config.data);
        m_inspector->form()->setConfig(run->config);
    }
    m_inspector->setRun(&*run);
    if (const auto live = workspace().viewedLiveRun(); live && live->status.epochs > 0) {
        m_inspector->setStatus(live->status);
    }
    m_view->setPlannedEpochs(run->config.integer("epochs"));
    m_view->setBest(run->bestEpoch, run->bestChosenOnTest);
    updateControls();
}

void TrainPage::updateControls()
{
    RunControls::Situation situation;
    const auto& run = workspace().run();
    const auto problem = m_inspector->form()->problem();
    situation.viewing = !workspace().runFolder().empty();
    situation.whyNot = problem.isEmpty() ? m_planProblem : problem;
    situation.canStart = situation.whyNot.isEmpty() && !workspace().isLoadingData();
    situation.startsFrom = m_initialText;
    situation.preparing = workspace().isPreparingRun();
    if (const auto live = workspace().viewedLiveRun()) {
        situation.training = live->state;
        situation.elsewhere = !live->here;
    }
    situation.otherRunTrains = workspace().isTraining() && !workspace().isViewingTraining();
    if (run) {
        situation.runState = run->state;
        situation.epochsDone = run->epochsDone;
        situation.epochs = run->config.integer("epochs");
    }
    m_inspector->controls()->setSituation(situation);
    m_queue->setSetup(!situation.viewing, situation.whyNot);
    m_view->setCanStart(situation.canStart && !situation.preparing && !situation.otherRunTrains);
}

void TrainPage::start()
{
    const auto config = m_inspector->form()->config();
    m_planSoon.stop();
    stopEstimate();
    workspace().startTraining(config, m_initial);
    // The next run begins from its seed again, unless told.
    m_initial.clear();
    m_initialText.clear();
}

void TrainPage::chooseRun()
{
    askForRun(tr("Open a run"), [this](const std::filesystem::path& run) { workspace().openRun(run); });
}

/// The strip knows its images by name; their places are in the set that the run learns.
void TrainPage::sendToReconstruct(const std::vector<std::string>& names)
{
    const auto& run = workspace().run();
    if (!run) {
        return;
    }
    workspace().useData(run->config.data, [this, names](const LoadedData& loaded) {
        std::vector<std::int64_t> indices;
        for (const auto index : loaded.view->testIndices()) {
            if (std::ranges::find(names, loaded.view->item(index).name) != names.end()) {
                indices.push_back(index);
            }
        }
        if (!indices.empty()) {
            Q_EMIT reconstructWanted(indices);
        }
    });
}

void TrainPage::newRun()
{
    const auto& run = workspace().run();
    newRunLike(run ? run->config : m_inspector->form()->config());
}

void TrainPage::newRunLike(const RunConfig& config)
{
    workspace().closeRun();
    m_inspector->form()->setConfig(config);
    m_inspector->form()->setData(config.data);  // not whatever is loaded
}

}  // namespace elbo
