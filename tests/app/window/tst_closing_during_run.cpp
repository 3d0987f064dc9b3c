// SPDX-License-Identifier: GPL-3.0-or-later
// A window that is closed while its run goes on, the next one that follows it, and runs of other processes.
#include "app/window/frame/run_popup.h"
#include "app/window/pages/page.h"
#include "app/window/pages/run_form.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/training/live_status.h"
#include "core/training/run_info.h"
#include "core/training/run_lock.h"
#include "core/training/run_paths.h"
#include "core/training/run_request.h"
#include "tests/app/window/window_fixture.h"
#include "tests/core/training/run_comparison.h"
#include "widgets/plot_panel.h"
#include "widgets/read_outs.h"
#include "widgets/run_list.h"
#include "widgets/strip_view.h"

#include <QtCore/QProcess>
#include <QtCore/QTimer>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

#include <csignal>
#include <fstream>

using elbo::RunState;
using elbo::tests::WindowFixture;
using State = elbo::TrainingJob::State;

namespace {

/// Ends a run that a test left training in another process.
class Leftover {
public:
    explicit Leftover(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    ~Leftover()
    {
        int process = 0;
        if (elbo::isRunLocked(m_folder) && std::ifstream(m_folder / "lock") >> process &&
            process != QCoreApplication::applicationPid()) {
            ::kill(process, SIGKILL);
        }
    }
    Leftover(const Leftover&) = delete;
    Leftover& operator=(const Leftover&) = delete;

private:
    std::filesystem::path m_folder;
};

/// Clicks a button of the question as soon as it stands.
void answerTheQuestion(const QString& button)
{
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, button] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        if (box == nullptr || box->objectName() != QStringLiteral("closeDuringRun")) {
            return;
        }
        timer->deleteLater();
        auto* found = box->findChild<QPushButton*>(button);
        QVERIFY2(found != nullptr, qPrintable(button));
        QTest::mouseClick(found, Qt::LeftButton);
    });
    timer->start(20);
}

/// One thread: several wait for each other where other programs are busy too.
elbo::RunConfig runOf(int epochs)
{
    auto config = WindowFixture::smallRun(epochs);
    config.training.fields.set("threads", std::int64_t{1});
    return config;
}

/// Starts a run on the Train page; comes back when it trains.
void startRun(WindowFixture& fixture, const elbo::RunConfig& config)
{
    fixture.workspace().loadData(config.data);
    ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
    fixture.window().showPage(QStringLiteral("train"));
    fixture.window().findChild<elbo::RunForm*>()->setConfig(config);
    ELBO_TRY_VERIFY(fixture.find<QPushButton>(QStringLiteral("startRun"))->isEnabled());
    fixture.click(QStringLiteral("startRun"));
    ELBO_TRY_VERIFY(fixture.workspace().training() != nullptr &&
                    fixture.workspace().training()->state() == State::Running);
}

std::optional<State> viewedState(const WindowFixture& fixture)
{
    const auto live = const_cast<WindowFixture&>(fixture).workspace().viewedLiveRun();
    return live ? std::optional(live->state) : std::nullopt;
}

std::int64_t stepOf(const std::filesystem::path& folder)
{
    const auto live = elbo::readLiveStatus(folder);
    return live ? live->training.step : 0;
}

qsizetype epochsShown(const WindowFixture& fixture)
{
    const auto* plot = fixture.find<elbo::PlotGrid>(QStringLiteral("plots"))->plot(QStringLiteral("elbo"));
    return plot == nullptr ? 0 : static_cast<qsizetype>(plot->test().size());
}

QString buttonText(const WindowFixture& fixture, const char* name)
{
    return fixture.find<QPushButton>(QLatin1String(name))->text();
}

QString note(const WindowFixture& fixture)
{
    const auto* label = fixture.find<QLabel>(QStringLiteral("controlsNote"));
    return label->isVisible() ? label->text() : QString();
}

QString listedState(WindowFixture& fixture, const std::filesystem::path& folder)
{
    const auto* model = fixture.find<elbo::RunPopup>(QStringLiteral("runPopup"))->list()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const auto index = model->index(row, elbo::RunListModel::State);
        if (index.data(elbo::RunListModel::IdRole).toString() == elbo::toQt(folder)) {
            return index.data().toString();
        }
    }
    return {};
}

/// A folder that looks as if another process began to train in it; the test holds its lock.
std::filesystem::path theirRun(const WindowFixture& fixture)
{
    const auto folder =
        elbo::createRunFolder(fixture.path(QStringLiteral("runs")), WindowFixture::smallRun());
    elbo::RunInfo info;
    info.folder = folder;
    info.name = folder.filename().string();
    info.config = WindowFixture::smallRun();
    info.state = RunState::Running;
    elbo::writeRunInfo(info);
    return folder;
}

}  // namespace

class ClosingDuringRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theNextWindowFollowsPausesAndStops()
    {
        auto home = std::make_shared<QTemporaryDir>();
        std::filesystem::path folder;
        {
            WindowFixture first(home);
            startRun(first, runOf(1000000));
            folder = first.workspace().runFolder();
            first.answers().realClosing = true;
            answerTheQuestion(QStringLiteral("keepOpen"));
            QVERIFY(!first.window().close());
            QVERIFY(first.workspace().training()->state() == State::Running);
            answerTheQuestion(QStringLiteral("goOnWithout"));
            first.window().close();
            ELBO_TRY_VERIFY(!first.window().isVisible());
            QVERIFY2(first.error().isEmpty(), qPrintable(first.error()));
            QVERIFY(!first.workspace().isTraining());
        }
        const Leftover leftover(folder);
        QVERIFY(elbo::isRunLocked(folder));

        WindowFixture second(home);
        QCOMPARE(second.window().currentPage()->id(), QStringLiteral("train"));
        ELBO_TRY_COMPARE(second.workspace().runFolder(), folder);
        ELBO_TRY_VERIFY(viewedState(second) == State::Running);
        QVERIFY(second.workspace().run()->state == RunState::Running);
        QVERIFY(note(second).contains(QStringLiteral("without this window")));
        const auto seen = epochsShown(second);
        ELBO_TRY_VERIFY(epochsShown(second) > seen);
        ELBO_TRY_VERIFY(!second.find<elbo::StripView>(QStringLiteral("strip"))->empty());
        const auto* job = second.find<QToolButton>(QStringLiteral("statusJob"));
        ELBO_TRY_VERIFY(job->isVisible() && job->text().contains(QStringLiteral("epoch")));
        second.click(QStringLiteral("chip"));
        ELBO_TRY_COMPARE(listedState(second, folder), QStringLiteral("running elsewhere"));

        const auto* progress = second.find<elbo::ReadOuts>(QStringLiteral("runProgress"));
        second.find<elbo::RunPopup>(QStringLiteral("runPopup"))->hide();
        second.click(QStringLiteral("pauseRun"));
        QCOMPARE(buttonText(second, "pauseRun"), QStringLiteral("Pausing..."));
        ELBO_TRY_VERIFY(viewedState(second) == State::Paused);
        QCOMPARE(buttonText(second, "pauseRun"), QStringLiteral("Resume"));
        ELBO_TRY_COMPARE(progress->valueText(QStringLiteral("state")), QStringLiteral("paused"));
        QVERIFY(job->text().contains(QStringLiteral("paused")));
        QVERIFY(elbo::readLiveStatus(folder)->state == elbo::LiveState::Paused);
        second.click(QStringLiteral("chip"));
        ELBO_TRY_COMPARE(listedState(second, folder), QStringLiteral("paused elsewhere"));
        second.find<elbo::RunPopup>(QStringLiteral("runPopup"))->hide();

        const auto held = stepOf(folder);
        second.click(QStringLiteral("pauseRun"));
        ELBO_TRY_VERIFY(viewedState(second) == State::Running && stepOf(folder) > held);
        second.click(QStringLiteral("stopRun"));
        QCOMPARE(buttonText(second, "stopRun"), QStringLiteral("Stopping..."));
        ELBO_TRY_VERIFY(second.workspace().run()->state == RunState::Stopped);
        QCOMPARE(second.find<QLabel>(QStringLiteral("runEnding"))->text(),
                 QStringLiteral("Stopped by request"));
        ELBO_TRY_VERIFY(second.find<QPushButton>(QStringLiteral("resumeRun"))->isVisible());
        ELBO_TRY_VERIFY(!elbo::isRunLocked(folder));
        ELBO_TRY_VERIFY(!job->isVisible());
        // What it learned is saved, and this window can go on with it.
        QVERIFY(second.workspace().run()->epochsDone > 0);
        ELBO_TRY_COMPARE(epochsShown(second), second.workspace().run()->epochsDone);
        ELBO_TRY_VERIFY(second.find<QPushButton>(QStringLiteral("resumeRun"))->isEnabled());
        second.click(QStringLiteral("resumeRun"));
        ELBO_TRY_VERIFY(second.workspace().isTraining() &&
                        second.workspace().training()->state() == State::Running);
        second.click(QStringLiteral("stopRun"));
        ELBO_TRY_VERIFY(!second.workspace().isTraining());
    }

    void theWeightsAreThoseOfAnUnbrokenRun()
    {
        WindowFixture fixture;
        const auto config = runOf(60);
        fixture.workspace().startTraining(config);
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        const auto unbroken = fixture.workspace().runFolder();
        fixture.workspace().closeRun();
        startRun(fixture, config);
        const auto folder = fixture.workspace().runFolder();
        const Leftover leftover(folder);
        fixture.answers().closeDuringRun = elbo::ClosingChoice::GoOnWithout;
        fixture.window().close();
        ELBO_TRY_VERIFY(!fixture.window().isVisible());
        ELBO_TRY_VERIFY(!elbo::isRunLocked(folder));
        QVERIFY(std::filesystem::exists(elbo::RunPaths{folder}.detachedLog()));
        QVERIFY(elbo::readRunInfo(folder).state == RunState::Completed);
        QCOMPARE(elbo::tests::runDifference(unbroken, folder), QString());
    }

    void aRunThatCannotGoOnKeepsTheWindowOpen()
    {
        auto home = std::make_shared<QTemporaryDir>();
        QString sentence;
        {
            WindowFixture first(home);
            const auto digits = first.path(QStringLiteral("digits"));
            auto config = runOf(1000000);
            config.data = WindowFixture::smallDigits(digits);
            startRun(first, config);
            std::filesystem::remove_all(digits);
            first.answers().closeDuringRun = elbo::ClosingChoice::GoOnWithout;
            QVERIFY(!first.window().close());
            ELBO_TRY_VERIFY(!first.error().isEmpty());
            sentence = first.error();
            QVERIFY2(sentence.contains(QStringLiteral("digits")), qPrintable(sentence));
            QVERIFY(first.window().isVisible());
            QVERIFY(!first.workspace().isTraining());
            ELBO_TRY_VERIFY(first.workspace().run()->state == RunState::Failed);
            ELBO_TRY_VERIFY(first.find<QPushButton>(QStringLiteral("resumeRun"))->isEnabled());
            QVERIFY(first.window().close());  // nothing trains any more
        }
        WindowFixture second(home);
        ELBO_TRY_VERIFY(second.workspace().run().has_value());
        QCOMPARE(second.find<QLabel>(QStringLiteral("runEnding"))->text().section(QLatin1Char('\n'), 0, 0),
                 sentence);
    }

    void aHandOverThatIsCancelledLeavesTheRunStopped()
    {
        WindowFixture fixture;
        startRun(fixture, runOf(1000000));
        const auto folder = fixture.workspace().runFolder();
        const Leftover leftover(folder);
        connect(&fixture.workspace(), &elbo::Workspace::jobStarted, &fixture.workspace(),
                [&](elbo::Job* job) {
                    if (!fixture.workspace().isHandingOver()) {
                        return;  // the Reconstruct page reads weights
                    }
                    QVERIFY(!fixture.window().close());  // it waits
                    job->cancel();
                });
        QSignalSpy ended(&fixture.workspace(), &elbo::Workspace::handOverEnded);
        fixture.answers().closeDuringRun = elbo::ClosingChoice::GoOnWithout;
        fixture.window().close();
        ELBO_TRY_COMPARE(ended.size(), 1);
        QCOMPARE(ended.front().front().toBool(), false);
        QVERIFY(fixture.window().isVisible());
        QVERIFY(!elbo::isRunLocked(folder));
        QVERIFY(elbo::readRunInfo(folder).state == RunState::Stopped);
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
        QCOMPARE(fixture.answers().asked, 1);
        ELBO_TRY_VERIFY(fixture.find<QPushButton>(QStringLiteral("resumeRun"))->isEnabled());
    }

    /// The window of one process and the command line of another steer the same run.
    void aRunOfTheCommandLineIsSteered()
    {
        WindowFixture fixture;
        const auto folder = fixture.path(QStringLiteral("theirs"));
        const Leftover leftover(folder);
        QProcess other;
        other.start(
            QStringLiteral(ELBO_PROGRAMS "/elbo-cli"),
            QStringLiteral("train --quiet --data rooms:count=24,size=32,test=0.25 --model fc-vae --epochs "
                           "1000000 --set batch_size=6 --set threads=1 --device cpu "
                           "--out")
                    .split(QLatin1Char(' ')) +
                QStringList{elbo::toQt(folder)});
        ELBO_TRY_VERIFY(stepOf(folder) > 0);
        fixture.window().showPage(QStringLiteral("train"));
        fixture.window().openPaths({folder});
        ELBO_TRY_VERIFY(viewedState(fixture) == State::Running);
        fixture.click(QStringLiteral("pauseRun"));
        ELBO_TRY_VERIFY(viewedState(fixture) == State::Paused);
        static_cast<void>(elbo::sendRunRequest(folder, elbo::RunAction::Resume));
        ELBO_TRY_VERIFY(viewedState(fixture) == State::Running);
        fixture.click(QStringLiteral("statusCancel"));
        QVERIFY(other.waitForFinished(60000));
        QCOMPARE(other.exitCode(), 130);
        ELBO_TRY_VERIFY(fixture.workspace().run()->state == RunState::Stopped);
    }

    void theRunOfThisWindowHearsRequestsToo()
    {
        WindowFixture fixture;
        startRun(fixture, runOf(1000000));
        const auto folder = fixture.workspace().runFolder();
        static_cast<void>(elbo::sendRunRequest(folder, elbo::RunAction::Pause));
        ELBO_TRY_VERIFY(fixture.workspace().training()->state() == State::Paused);
        QCOMPARE(buttonText(fixture, "pauseRun"), QStringLiteral("Resume"));
        static_cast<void>(elbo::sendRunRequest(folder, elbo::RunAction::Resume));
        ELBO_TRY_VERIFY(fixture.workspace().training()->state() == State::Running);
        QCOMPARE(buttonText(fixture, "pauseRun"), QStringLiteral("Pause"));
        QVERIFY(note(fixture).isEmpty());
        static_cast<void>(elbo::sendRunRequest(folder, elbo::RunAction::Stop));
        ELBO_TRY_VERIFY(!fixture.workspace().isTraining());
        ELBO_TRY_VERIFY(fixture.workspace().run()->state == RunState::Stopped);
        QCOMPARE(fixture.workspace().run()->ending, std::string("stopped by request"));
    }

    void aProcessThatTellsNothingIsFollowedOnly()
    {
        WindowFixture fixture;
        const auto folder = theirRun(fixture);
        const elbo::RunLock lock(folder);
        fixture.window().showPage(QStringLiteral("train"));
        fixture.workspace().openRun(folder);
        ELBO_TRY_VERIFY(fixture.workspace().run().has_value());
        QVERIFY(note(fixture).contains(QStringLiteral("Another program")));
        QVERIFY(!fixture.find<QPushButton>(QStringLiteral("stopRun"))->isVisible());
        QVERIFY(!fixture.find<QPushButton>(QStringLiteral("resumeRun"))->isVisible());
        // As soon as it tells how far it is it can be steered.
        elbo::writeLiveStatus(folder,
                              {elbo::LiveState::Running, {}, {1, 3, 2, 3, 2, 10, 5, false, "training"}});
        ELBO_TRY_VERIFY(fixture.find<QPushButton>(QStringLiteral("stopRun"))->isVisible());
    }

    void aRequestThatIsLostIsSaid()
    {
        WindowFixture fixture;
        const auto folder = theirRun(fixture);
        const elbo::RunLock lock(folder);
        elbo::writeLiveStatus(folder,
                              {elbo::LiveState::Running, {}, {1, 3, 2, 3, 2, 10, 5, false, "training"}});
        fixture.window().showPage(QStringLiteral("train"));
        fixture.workspace().openRun(folder);
        ELBO_TRY_VERIFY(viewedState(fixture) == State::Running);
        fixture.click(QStringLiteral("pauseRun"));
        QVERIFY(viewedState(fixture) == State::Pausing);
        ELBO_TRY_VERIFY(elbo::isRunRequestWaiting(folder));
        std::filesystem::remove(elbo::RunPaths{folder}.request());
        ELBO_TRY_VERIFY(viewedState(fixture) == State::Running);
        QVERIFY(fixture.log().contains(QStringLiteral("did not take the request")));
        // A folder that cannot be written is complained about.
        std::filesystem::create_directory(elbo::RunPaths{folder}.request());
        fixture.click(QStringLiteral("stopRun"));
        QVERIFY(viewedState(fixture) == State::Stopping);
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("request.json")));
        QVERIFY(viewedState(fixture) == State::Running);
    }
};

QTEST_MAIN(ClosingDuringRunTest)
#include "tst_closing_during_run.moc"
