// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/run_form.h"
#include "app/window/session/text.h"
#include "core/base/atomic_file.h"
#include "core/training/queue_file.h"
#include "core/training/run_folder.h"
#include "core/training/run_paths.h"
#include "tests/app/window/window_fixture.h"
#include "tests/support/plain_user.h"

#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>

#include <algorithm>
#include <fstream>

using elbo::QueueState;
using elbo::RunState;
using elbo::tests::WindowFixture;
namespace fs = std::filesystem;

namespace {

constexpr int kEndless = 100000;

QListWidget* list(const WindowFixture& fixture)
{
    return fixture.find<QListWidget>(QStringLiteral("queueList"));
}

QStringList rows(const WindowFixture& fixture)
{
    QStringList found;
    for (int row = 0; row < list(fixture)->count(); ++row) {
        found << list(fixture)->item(row)->text();
    }
    return found;
}

QString text(const WindowFixture& fixture, const char* button)
{
    return fixture.find<QAbstractButton>(QString::fromLatin1(button))->text();
}

fs::path runsFolder(const WindowFixture& fixture)
{
    return fixture.path(QStringLiteral("runs"));
}

/// What queue.json says.
elbo::RunQueue stored(const WindowFixture& fixture)
{
    std::vector<std::string> problems;
    return elbo::readQueue(runsFolder(fixture), problems);
}

void prepare(WindowFixture& fixture, const elbo::RunConfig& run = WindowFixture::smallRun(2))
{
    fixture.loadRooms();
    ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
    fixture.window().showPage(QStringLiteral("train"));
    fixture.window().findChild<elbo::RunForm*>()->setConfig(run);
    ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("startRun"))->isEnabled());
}

/// Through the dialog, as a person does it.
void addSweep(WindowFixture& fixture, const char* field, const char* values)
{
    fixture.click(QStringLiteral("addSweep"));
    auto* dialog = fixture.find<QDialog>(QStringLiteral("sweepDialog"));
    QVERIFY(dialog != nullptr && dialog->isVisible());
    dialog->findChild<QComboBox*>(QStringLiteral("sweepField"))->setCurrentText(QString::fromLatin1(field));
    QTest::keyClicks(dialog->findChild<QLineEdit*>(QStringLiteral("sweepValues")),
                     QString::fromLatin1(values));
    auto* add = dialog->findChild<QAbstractButton*>(QStringLiteral("sweepAdd"));
    QVERIFY2(add->isEnabled(), qPrintable(dialog->findChild<QLabel*>(QStringLiteral("sweepNote"))->text()));
    QTest::mouseClick(add, Qt::LeftButton);
    QTRY_VERIFY(fixture.find<QDialog>(QStringLiteral("sweepDialog")) == nullptr);
}

/// A queue that an earlier window left in the runs folder.
std::shared_ptr<QTemporaryDir> homeWith(const elbo::RunQueue& queue)
{
    auto home = std::make_shared<QTemporaryDir>();
    elbo::writeQueue(elbo::toPath(home->filePath(QStringLiteral("runs"))), queue);
    return home;
}

elbo::QueueEntry waiting(const char* title, const elbo::RunConfig& config)
{
    elbo::QueueEntry entry;
    entry.title = title;
    entry.config = config;
    return entry;
}

}  // namespace

/// The queue of runs on the page Train.
class QueuePanelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsAreAddedMovedAndRemoved()
    {
        WindowFixture fixture;
        prepare(fixture);
        QVERIFY(fixture.find<QWidget>(QStringLiteral("queueEmpty"))->isVisible());
        QVERIFY(!list(fixture)->isVisible());
        for (int epochs = 2; epochs <= 4; ++epochs) {
            fixture.window().findChild<elbo::RunForm*>()->setConfig(WindowFixture::smallRun(epochs));
            fixture.click(QStringLiteral("addToQueue"));
        }
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("queueEmpty"))->isVisible());
        QCOMPARE(rows(fixture), (QStringList{QStringLiteral("FC-VAE on Synthetic rooms, 2 epochs - waits"),
                                             QStringLiteral("FC-VAE on Synthetic rooms, 3 epochs - waits"),
                                             QStringLiteral("FC-VAE on Synthetic rooms, 4 epochs - waits")}));
        QVERIFY(!fixture.workspace().isTraining());  // it waits for the click
        QCOMPARE(text(fixture, "queueGo"), QStringLiteral("Start queue"));
        list(fixture)->setCurrentRow(2);
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("queueDown"))->isEnabled());
        fixture.click(QStringLiteral("queueUp"));
        fixture.click(QStringLiteral("queueUp"));
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("queueUp"))->isEnabled());
        QVERIFY(rows(fixture).front().contains(QStringLiteral("4 epochs")));
        fixture.click(QStringLiteral("queueDown"));
        QVERIFY(rows(fixture)[1].contains(QStringLiteral("4 epochs")));
        // A drop moves the rows of the list's model.
        QVERIFY(list(fixture)->model()->moveRow({}, 2, {}, 0));
        QTRY_COMPARE(stored(fixture).entries.front().config.integer("epochs"), 3);
        QVERIFY(list(fixture)->model()->moveRow({}, 0, {}, 3));
        QTRY_COMPARE(stored(fixture).entries.back().config.integer("epochs"), 3);
        QVERIFY(rows(fixture).back().contains(QStringLiteral("3 epochs")));
        list(fixture)->setCurrentRow(1);
        fixture.click(QStringLiteral("queueRemove"));
        QCOMPARE(list(fixture)->count(), 2);
        const auto kept = stored(fixture);
        QCOMPARE(kept.entries.size(), 2U);
        QCOMPARE(kept.entries[0].config.integer("epochs"), 2);
        QCOMPARE(kept.entries[0].config.model.key, std::string("fc-vae"));
        QCOMPARE(kept.entries[0].config.data, WindowFixture::smallRooms());
        QCOMPARE(kept.entries[1].config.integer("epochs"), 3);
    }

    void aSweepTrainsOneRunAfterTheOther()
    {
        WindowFixture fixture;
        prepare(fixture);
        addSweep(fixture, "seed", "1..3");
        QCOMPARE(rows(fixture).size(), 3);
        QCOMPARE(rows(fixture).front(), QStringLiteral("seed=1 - waits"));
        fixture.click(QStringLiteral("queueGo"));
        ELBO_TRY_VERIFY(fixture.workspace().isTraining());
        QCOMPARE(text(fixture, "queueGo"), QStringLiteral("Pause queue"));
        ELBO_TRY_VERIFY(stored(fixture).count(QueueState::Done) == 3);
        auto runs = elbo::listRuns(runsFolder(fixture));
        QCOMPARE(runs.size(), 3U);
        std::ranges::sort(runs, {}, [](const auto& run) { return run.config.integer("seed"); });
        for (std::size_t i = 0; i < runs.size(); ++i) {
            QVERIFY(runs[i].state == RunState::Completed);
            QCOMPARE(runs[i].config.integer("seed"), static_cast<std::int64_t>(i + 1));
        }
        ELBO_TRY_COMPARE(rows(fixture).back(), QStringLiteral("seed=3 - complete"));
        ELBO_TRY_VERIFY(fixture.log().contains(QStringLiteral("The queue is done: 3 complete, 0 failed.")));
        QCOMPARE(fixture.error(), QString());
        // The last one is in view, and the queue is still there beside it; a double click shows another.
        QCOMPARE(fixture.workspace().runFolder(), stored(fixture).entries.back().runFolder);
        QVERIFY(list(fixture)->isVisible());
        Q_EMIT list(fixture)->itemActivated(list(fixture)->item(2));
        list(fixture)->setCurrentRow(0);
        Q_EMIT list(fixture)->itemActivated(list(fixture)->item(0));
        QTRY_COMPARE(fixture.workspace().runFolder(), stored(fixture).entries.front().runFolder);
        fixture.click(QStringLiteral("queueClear"));
        QCOMPARE(list(fixture)->count(), 0);
        QCOMPARE(elbo::listRuns(runsFolder(fixture)).size(), 3U);
    }

    void theDialogSaysWhatIsWrong()
    {
        WindowFixture fixture;
        prepare(fixture);
        fixture.click(QStringLiteral("addSweep"));
        auto* dialog = fixture.find<QDialog>(QStringLiteral("sweepDialog"));
        auto* field = dialog->findChild<QComboBox*>(QStringLiteral("sweepField"));
        auto* values = dialog->findChild<QLineEdit*>(QStringLiteral("sweepValues"));
        auto* note = dialog->findChild<QLabel*>(QStringLiteral("sweepNote"));
        auto* add = dialog->findChild<QAbstractButton*>(QStringLiteral("sweepAdd"));
        QVERIFY(!add->isEnabled());
        field->setFocus();
        QTest::keyClicks(field, QStringLiteral("Learning rate (learning_rate)"));
        values->setText(QStringLiteral("0.001, 5"));
        QVERIFY2(note->text().contains(QStringLiteral("learning_rate")), qPrintable(note->text()));
        QVERIFY(!add->isEnabled());
        values->setText(QStringLiteral("0.001, 0.002"));
        QVERIFY(add->isEnabled());
        QCOMPARE(note->text(), QStringLiteral("2 runs: learning_rate=0.001; learning_rate=0.002"));
        QTest::mouseClick(dialog->findChild<QAbstractButton*>(QStringLiteral("sweepAddField")),
                          Qt::LeftButton);
        const auto fields = dialog->findChildren<QComboBox*>(QStringLiteral("sweepField"));
        QCOMPARE(fields.size(), 2);
        fields[1]->setCurrentText(QStringLiteral("wings"));
        QVERIFY2(note->text().contains(QStringLiteral("wings")), qPrintable(note->text()));
        fields[1]->setCurrentText(QStringLiteral("beta"));
        dialog->findChildren<QLineEdit*>(QStringLiteral("sweepValues"))[1]->setText(QStringLiteral("1..4*2"));
        QCOMPARE(add->text(), QStringLiteral("Add 6 runs"));
        QTest::mouseClick(dialog->findChildren<QAbstractButton*>(QStringLiteral("sweepRemoveField"))[1],
                          Qt::LeftButton);
        QCOMPARE(add->text(), QStringLiteral("Add 2 runs"));
        QTest::mouseClick(dialog->findChild<QAbstractButton*>(QStringLiteral("sweepCancel")), Qt::LeftButton);
        QTRY_VERIFY(fixture.find<QDialog>(QStringLiteral("sweepDialog")) == nullptr);
        QVERIFY(rows(fixture).isEmpty());
        QVERIFY(!fs::exists(elbo::queueFile(runsFolder(fixture))));
    }

    void pausedNothingBeginsAfterTheRun()
    {
        WindowFixture fixture;
        prepare(fixture, WindowFixture::smallRun(40));
        addSweep(fixture, "seed", "1,2");
        fixture.click(QStringLiteral("queueGo"));
        ELBO_TRY_VERIFY(fixture.workspace().isTraining());
        fixture.click(QStringLiteral("queueGo"));
        QCOMPARE(text(fixture, "queueGo"), QStringLiteral("Continue queue"));
        QVERIFY(fixture.workspace().isTraining());  // that one goes on
        ELBO_TRY_VERIFY(stored(fixture).count(QueueState::Done) == 1);
        QTest::qWait(300);
        QVERIFY(!fixture.workspace().isTraining() && !fixture.workspace().isPreparingRun());
        fixture.click(QStringLiteral("queueGo"));
        ELBO_TRY_VERIFY(stored(fixture).count(QueueState::Done) == 2);
    }

    // Stopping by hand is meant for all: the queue pauses, and Continue resumes that very run.
    void stoppingPausesIt()
    {
        WindowFixture fixture;
        prepare(fixture, WindowFixture::smallRun(kEndless));
        addSweep(fixture, "seed", "1,2");
        fixture.click(QStringLiteral("queueGo"));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->epochsDone > 0);
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("queueRemove"))->isEnabled());
        const auto folder = fixture.workspace().runFolder();
        fixture.click(QStringLiteral("stopRun"));
        ELBO_TRY_VERIFY(!fixture.workspace().isTraining());
        QTRY_COMPARE(rows(fixture).front(), QStringLiteral("seed=1 - goes on from its last save"));
        QCOMPARE(text(fixture, "queueGo"), QStringLiteral("Continue queue"));
        QTest::qWait(300);
        QVERIFY(!fixture.workspace().isTraining());
        const auto before = elbo::readRunInfo(folder).epochsDone;
        fixture.click(QStringLiteral("queueGo"));
        ELBO_TRY_VERIFY(fixture.workspace().isTraining() &&
                        fixture.workspace().training()->runFolder() == folder);
        ELBO_TRY_VERIFY(elbo::readRunInfo(folder).epochsDone > before);
        QCOMPARE(elbo::listRuns(runsFolder(fixture)).size(), 1U);
    }

    void aFailureIsMarkedAndTheQueueGoesOn()
    {
        auto absent = WindowFixture::smallRun(2);
        absent.data = elbo::DataConfig{};
        absent.data.key = "rgbd-folder";
        absent.data.fields.set("path", std::string("/not/there"));
        elbo::RunQueue queue;
        queue.add(waiting("absent", absent));
        queue.add(waiting("good", WindowFixture::smallRun(2)));
        WindowFixture fixture(homeWith(queue));
        fixture.window().showPage(QStringLiteral("train"));
        QTRY_COMPARE(rows(fixture).size(), 2);
        fixture.click(QStringLiteral("queueGo"));
        ELBO_TRY_VERIFY(stored(fixture).count(QueueState::Done) == 1);
        const auto kept = stored(fixture);
        QVERIFY(kept.entries[0].state == QueueState::Failed);
        QVERIFY2(kept.entries[0].ending.find("/not/there") != std::string::npos,
                 kept.entries[0].ending.c_str());
        QVERIFY(list(fixture)->item(0)->toolTip().contains(QStringLiteral("/not/there")));
        QTRY_COMPARE(rows(fixture).front(), QStringLiteral("absent - failed"));
        QVERIFY(fixture.error().contains(QStringLiteral("/not/there")));
    }

    // What a killed window leaves behind: a run without an ending and a queue that says it trains.
    void aKilledQueueGoesOnAfterAClick()
    {
        const auto home = std::make_shared<QTemporaryDir>();
        {
            WindowFixture killed;
            prepare(killed, WindowFixture::smallRun(kEndless));
            addSweep(killed, "seed", "1,2");
            killed.click(QStringLiteral("queueGo"));
            ELBO_TRY_VERIFY(killed.workspace().run() && killed.workspace().run()->epochsDone > 2);
            QVERIFY(stored(killed).entries.front().state == QueueState::Running);
            fs::copy(runsFolder(killed), elbo::toPath(home->filePath(QStringLiteral("runs"))),
                     fs::copy_options::recursive);
        }
        WindowFixture fixture(home);
        fixture.window().showPage(QStringLiteral("train"));
        QTRY_COMPARE(rows(fixture), (QStringList{QStringLiteral("seed=1 - goes on from its last save"),
                                                 QStringLiteral("seed=2 - waits")}));
        QTest::qWait(300);
        QVERIFY(!fixture.workspace().isTraining() && !fixture.workspace().isPreparingRun());
        QCOMPARE(text(fixture, "queueGo"), QStringLiteral("Continue queue"));
        const auto folder = stored(fixture).entries.front().runFolder;
        QCOMPARE(folder.parent_path(), runsFolder(fixture));
        QVERIFY(elbo::readRunInfo(folder).state == RunState::Interrupted);
        const auto before = elbo::readRunInfo(folder).epochsDone;
        fixture.click(QStringLiteral("queueGo"));
        ELBO_TRY_VERIFY(fixture.workspace().isTraining());
        QCOMPARE(fixture.workspace().training()->runFolder(), folder);
        ELBO_TRY_VERIFY(elbo::readRunInfo(folder).epochsDone > before);
        QCOMPARE(elbo::listRuns(runsFolder(fixture)).size(), 1U);
    }

    // Somebody who writes the next run's settings is not torn away from them.
    void theFormStaysInView()
    {
        WindowFixture fixture;
        prepare(fixture, WindowFixture::smallRun(30));
        addSweep(fixture, "seed", "1,2");
        fixture.click(QStringLiteral("queueGo"));
        ELBO_TRY_VERIFY(fixture.workspace().run().has_value());  // a click shows what it started
        fixture.workspace().closeRun();
        ELBO_TRY_VERIFY(stored(fixture).count(QueueState::Done) == 2);
        QVERIFY(fixture.workspace().runFolder().empty());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("addToQueue"))->isVisible());
    }

    void aDamagedQueueIsSaidAndKept()
    {
        const auto home = std::make_shared<QTemporaryDir>();
        const auto folder = elbo::toPath(home->filePath(QStringLiteral("runs")));
        fs::create_directories(folder);
        std::ofstream(elbo::queueFile(folder)) << "no queue";
        WindowFixture fixture(home);
        QTRY_VERIFY(fixture.log().contains(QStringLiteral("queue.json cannot be used")));
        QCOMPARE(elbo::readTextFile(folder / "queue-damaged.json"), std::string("no queue"));
        prepare(fixture);
        fixture.click(QStringLiteral("addToQueue"));
        QCOMPARE(stored(fixture).entries.size(), 1U);
    }

    void aClosedFolderIsSaidWhenTheQueueIsUsed()
    {
        const elbo::tests::PlainUser user;
        if (!user.isPlain()) {
            QSKIP("the system does not let this program put its rights aside");
        }
        const auto home = std::make_shared<QTemporaryDir>();
        const auto folder = elbo::toPath(home->filePath(QStringLiteral("runs")));
        fs::create_directories(folder);
        fs::permissions(folder, fs::perms::none);
        WindowFixture fixture(home);
        prepare(fixture);
        QCOMPARE(fixture.error(), QString());
        fixture.click(QStringLiteral("addToQueue"));
        fs::permissions(folder, fs::perms::owner_all);
        QVERIFY2(fixture.error().contains(QStringLiteral("permission")), qPrintable(fixture.error()));
        QVERIFY(rows(fixture).isEmpty());
        fixture.click(QStringLiteral("addToQueue"));  // mended
        QCOMPARE(rows(fixture).size(), 1);
        QCOMPARE(stored(fixture).entries.size(), 1U);
    }

    void aNewerQueueIsNotWrittenOver()
    {
        const auto home = std::make_shared<QTemporaryDir>();
        const auto folder = elbo::toPath(home->filePath(QStringLiteral("runs")));
        const std::string newer = "{\"format\": \"elbo queue\", \"version\": 2, \"entries\": []}";
        fs::create_directories(folder);
        std::ofstream(elbo::queueFile(folder)) << newer;
        WindowFixture fixture(home);
        QTRY_VERIFY(fixture.error().contains(QStringLiteral("newer version")));
        prepare(fixture);
        fixture.click(QStringLiteral("addToQueue"));
        QVERIFY(fixture.error().contains(QStringLiteral("newer version")));
        QVERIFY(rows(fixture).isEmpty());
        QCOMPARE(elbo::readTextFile(elbo::queueFile(folder)), newer);
    }
};

QTEST_MAIN(QueuePanelTest)
#include "tst_queue_panel.moc"
