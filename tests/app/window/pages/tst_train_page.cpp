// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/run_form.h"
#include "app/window/pages/train_page.h"
#include "app/window/session/text.h"
#include "core/training/run_folder.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/epoch_slider.h"
#include "widgets/field_form.h"
#include "widgets/plot_panel.h"
#include "widgets/read_outs.h"
#include "widgets/reconstruction_grid.h"
#include "widgets/strip_view.h"

#include <QtCore/QProcess>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSpinBox>

using elbo::RunState;
using elbo::tests::WindowFixture;
using State = elbo::TrainingJob::State;

namespace {

QWidget* button(const WindowFixture& fixture, const QString& name)
{
    return fixture.find<QWidget>(name);
}

/// Rooms loaded, the Train page shown, the form filled with a run of that many epochs.
void prepare(WindowFixture& fixture, int epochs)
{
    fixture.loadRooms();
    ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
    fixture.window().showPage(QStringLiteral("train"));
    fixture.window().findChild<elbo::RunForm*>()->setConfig(WindowFixture::smallRun(epochs));
    ELBO_TRY_VERIFY(button(fixture, QStringLiteral("startRun"))->isEnabled());
}

std::int64_t epochsIn(const WindowFixture& fixture, const QString& term)
{
    const auto* plot = fixture.find<elbo::PlotGrid>(QStringLiteral("plots"))->plot(term);
    return plot == nullptr ? 0 : static_cast<std::int64_t>(plot->test().size());
}

}  // namespace

class TrainPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRunTrainsAndIsShown()
    {
        WindowFixture fixture;
        prepare(fixture, 3);
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        for (const auto& term : {"elbo", "log_likelihood", "kl", "mse"}) {
            ELBO_TRY_COMPARE(epochsIn(fixture, QString::fromLatin1(term)), 3);
        }
        ELBO_TRY_VERIFY(!fixture.find<elbo::StripView>(QStringLiteral("strip"))->empty());
        const auto* slider = fixture.find<elbo::EpochSlider>(QStringLiteral("epochSlider"));
        QCOMPARE(slider->epochs().size(), std::size_t{3});
        const auto* terms = fixture.find<elbo::ReadOuts>(QStringLiteral("runTerms"));
        QVERIFY(!terms->valueText(QStringLiteral("test-elbo")).isEmpty());
        QVERIFY(!terms->valueText(QStringLiteral("test-mse_color")).isEmpty());
        QVERIFY(!terms->valueText(QStringLiteral("test-mse_depth")).isEmpty());
        QVERIFY(!fixture.workspace().isTraining());
    }

    void anEarlierEpochIsShownWhenTheSliderMoves()
    {
        WindowFixture fixture;
        prepare(fixture, 3);
        fixture.click(QStringLiteral("startRun"));
        auto* slider = fixture.find<elbo::EpochSlider>(QStringLiteral("epochSlider"));
        ELBO_TRY_COMPARE(slider->epochs().size(), std::size_t{3});
        const auto* strip = fixture.find<elbo::StripView>(QStringLiteral("strip"));
        ELBO_TRY_COMPARE(strip->epoch(), 3);
        slider->setCurrentEpoch(1);
        ELBO_TRY_COMPARE(strip->epoch(), 1);
    }

    void itPausesResumesAndStops()
    {
        WindowFixture fixture;
        prepare(fixture, 100000);
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().isTraining() &&
                        fixture.workspace().training()->state() == State::Running);
        fixture.click(QStringLiteral("pauseRun"));
        ELBO_TRY_VERIFY(fixture.workspace().training()->state() == State::Paused);
        const auto step = fixture.workspace().training()->status().step;
        fixture.click(QStringLiteral("pauseRun"));
        ELBO_TRY_VERIFY(fixture.workspace().training()->status().step > step);
        fixture.click(QStringLiteral("stopRun"));
        auto* stop = fixture.find<QAbstractButton>(QStringLiteral("stopRun"));
        QVERIFY(!stop->isEnabled());
        QCOMPARE(stop->text(), QStringLiteral("Stopping..."));
        ELBO_TRY_VERIFY(!fixture.workspace().isTraining());
        ELBO_TRY_VERIFY(fixture.workspace().run()->state == RunState::Stopped);
        QVERIFY(button(fixture, QStringLiteral("resumeRun"))->isVisible());
        // Resumed, it goes on with the step after the last one, in the same folder.
        const auto folder = fixture.workspace().runFolder();
        const auto epochs = fixture.workspace().run()->epochsDone;
        ELBO_TRY_VERIFY(button(fixture, QStringLiteral("resumeRun"))->isEnabled());
        fixture.click(QStringLiteral("resumeRun"));
        ELBO_TRY_VERIFY(fixture.workspace().isTraining() &&
                        fixture.workspace().training()->state() == State::Running);
        ELBO_TRY_VERIFY(fixture.workspace().training()->status().epoch > epochs);
        QVERIFY(fixture.workspace().training()->status().step > step);
        QCOMPARE(fixture.workspace().runFolder(), folder);
        QVERIFY(!button(fixture, QStringLiteral("resumeRun"))->isVisible());
        fixture.click(QStringLiteral("stopRun"));
        ELBO_TRY_VERIFY(!fixture.workspace().isTraining());
    }

    void aFinishedRunIsExtended()
    {
        WindowFixture fixture;
        prepare(fixture, 2);
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        fixture.find<QSpinBox>(QStringLiteral("extendEpochs"))->setValue(4);
        ELBO_TRY_VERIFY(button(fixture, QStringLiteral("extendRun"))->isEnabled());
        fixture.click(QStringLiteral("extendRun"));
        ELBO_TRY_COMPARE(fixture.workspace().run()->epochsDone, 4);
        ELBO_TRY_COMPARE(epochsIn(fixture, QStringLiteral("elbo")), 4);
    }

    void aWrongValueKeepsStartOff()
    {
        WindowFixture fixture;
        prepare(fixture, 3);
        const auto* form = fixture.find<elbo::FieldForm>(QStringLiteral("runForm"));
        auto* line =
            form->findChild<QWidget*>(QStringLiteral("field-learning_rate"))->findChild<QLineEdit*>();
        const auto* reason = form->findChild<QLabel*>(QStringLiteral("problem-learning_rate"));
        const auto* note = fixture.find<QLabel>(QStringLiteral("controlsNote"));
        for (const auto& wrong : {"2", "0", ""}) {
            line->selectAll();
            QTest::keyClick(line, Qt::Key_Delete);
            QTest::keyClicks(line, QString::fromLatin1(wrong));
            QVERIFY2(!button(fixture, QStringLiteral("startRun"))->isEnabled(), wrong);
            QVERIFY2(!reason->isHidden() && !reason->text().isEmpty(), wrong);
            QVERIFY2(note->isVisible() && !note->text().isEmpty(), wrong);
        }
        QTest::keyClicks(line, QStringLiteral("0.5"));
        ELBO_TRY_VERIFY(button(fixture, QStringLiteral("startRun"))->isEnabled());
        QVERIFY(reason->isHidden());
        QCOMPARE(fixture.window().findChild<elbo::RunForm*>()->config().real("learning_rate"), 0.5);
    }

    void aModelThatDoesNotFitTheImagesKeepsStartOff()
    {
        WindowFixture fixture;
        auto odd = WindowFixture::smallRooms();
        odd.fields.set("size", std::string("40"));  // no multiple of 32
        fixture.workspace().loadData(odd);
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        fixture.window().showPage(QStringLiteral("train"));
        auto run = WindowFixture::smallRun();
        run.model.key = "rgbd-vae";
        fixture.window().findChild<elbo::RunForm*>()->setConfig(run);
        ELBO_TRY_VERIFY(!button(fixture, QStringLiteral("startRun"))->isEnabled());
        const auto* problem = fixture.find<QLabel>(QStringLiteral("planProblem"));
        QTRY_VERIFY2(problem->text().contains(QStringLiteral("32")), qPrintable(problem->text()));
        QCOMPARE(fixture.find<QLabel>(QStringLiteral("controlsNote"))->text(), problem->text());
    }

    void aLossThatIsNotANumberStopsTheRunWithASentence()
    {
        WindowFixture fixture;
        auto run = WindowFixture::smallRun(200);
        run.training.fields.set("learning_rate", 1.0);
        run.training.fields.set("batch_size", std::int64_t{1});
        fixture.workspace().startTraining(run);
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY2(fixture.error().contains(QStringLiteral("learning rate")), qPrintable(fixture.error()));
        QVERIFY(!fixture.workspace().isTraining());
    }

    void anAbsentGpuIsSaid()
    {
        WindowFixture fixture;
        prepare(fixture, 3);
        auto run = WindowFixture::smallRun();
        run.training.fields.set("device", std::string("cuda:63"));
        fixture.window().findChild<elbo::RunForm*>()->setConfig(run);
        ELBO_TRY_VERIFY(!button(fixture, QStringLiteral("startRun"))->isEnabled());
        const auto* problem = fixture.find<QLabel>(QStringLiteral("planProblem"));
        QTRY_VERIFY2(problem->text().contains(QStringLiteral("cuda")), qPrintable(problem->text()));
        QCOMPARE(fixture.find<QLabel>(QStringLiteral("controlsNote"))->text(), problem->text());
    }

    void aNewRunWithTheseSettingsTrainsOnTheirData()
    {
        WindowFixture fixture;
        prepare(fixture, 1);
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        const auto first = fixture.workspace().runFolder();
        const auto* form = fixture.window().findChild<elbo::RunForm*>();
        // Another set, loaded while the run is in view, changes nothing about it.
        auto other = WindowFixture::smallRooms();
        other.fields.set("count", std::int64_t{30});
        fixture.workspace().loadData(other);
        ELBO_TRY_VERIFY(fixture.workspace().data()->summary.config == other);
        QVERIFY(form->config().data == WindowFixture::smallRooms());
        ELBO_TRY_VERIFY(button(fixture, QStringLiteral("newRun"))->isVisible());
        fixture.click(QStringLiteral("newRun"));
        QVERIFY(form->config().data == WindowFixture::smallRooms());
        const auto* note = fixture.find<QLabel>(QStringLiteral("planProblem"));
        QTRY_VERIFY2(note->text().contains(QStringLiteral("when the run starts")), qPrintable(note->text()));
        ELBO_TRY_VERIFY(button(fixture, QStringLiteral("startRun"))->isEnabled());
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().runFolder() != first &&
                        fixture.workspace().run()->state == RunState::Completed);
        QVERIFY(fixture.workspace().run()->config.data == WindowFixture::smallRooms());
        QVERIFY(fixture.workspace().data()->summary.config == WindowFixture::smallRooms());
    }

    void aGreySetHasNoRowsOfColourAndDepth()
    {
        WindowFixture fixture;
        auto run = WindowFixture::smallRun(2);
        run.data = WindowFixture::smallDigits(fixture.path(QStringLiteral("digits")));
        fixture.window().showPage(QStringLiteral("train"));
        fixture.workspace().startTraining(run);
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        const auto* terms = fixture.find<elbo::ReadOuts>(QStringLiteral("runTerms"));
        ELBO_TRY_VERIFY(!terms->valueText(QStringLiteral("test-mse")).isEmpty());
        QVERIFY(terms->findChild<QLabel*>(QStringLiteral("value-test-mse")) != nullptr);
        QTRY_VERIFY(terms->findChild<QLabel*>(QStringLiteral("value-test-mse_depth")) == nullptr);
        QVERIFY(terms->findChild<QLabel*>(QStringLiteral("value-train-mse_color")) == nullptr);
        // A run with depth has them again.
        fixture.workspace().closeRun();
        fixture.workspace().startTraining(WindowFixture::smallRun(2));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        ELBO_TRY_VERIFY(!terms->valueText(QStringLiteral("test-mse_depth")).isEmpty());
    }

    void aRunFolderThatCannotBeMadeIsSaid()
    {
        WindowFixture fixture;
        prepare(fixture, 3);
        auto settings = fixture.workspace().settings();
        settings.runsFolder = "/proc/no-runs-here";
        QVERIFY(fixture.workspace().changeSettings(settings));
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY(!fixture.workspace().isPreparingRun());
        QVERIFY(button(fixture, QStringLiteral("startRun"))->isEnabled());
    }

    void closingDuringARunAsksSavesAndLeavesNothingRunning()
    {
        WindowFixture fixture;
        prepare(fixture, 100000);
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().training() != nullptr &&
                        fixture.workspace().training()->state() == State::Running);
        fixture.answers().closeDuringRun = elbo::ClosingChoice::KeepOpen;
        QVERIFY(!fixture.window().close());
        QCOMPARE(fixture.answers().asked, 1);
        QVERIFY(fixture.workspace().isTraining());
        fixture.answers().closeDuringRun = elbo::ClosingChoice::StopAndClose;
        fixture.window().close();
        ELBO_TRY_VERIFY(!fixture.window().isVisible());
        QVERIFY(!fixture.workspace().isTraining());
        const auto runs = elbo::listRuns(fixture.workspace().settings().runsFolder);
        QCOMPARE(runs.size(), std::size_t{1});
        QVERIFY(runs.front().state == RunState::Stopped);
    }

    void aRunOfAnotherProcessIsFollowed()
    {
        WindowFixture fixture;
        const auto folder = fixture.path(QStringLiteral("theirs"));
        QProcess other;
        other.start(
            QStringLiteral(ELBO_PROGRAMS "/elbo-cli"),
            {QStringLiteral("train"), QStringLiteral("--data"),
             QStringLiteral("rooms:count=24,size=32,test=0.25"), QStringLiteral("--model"),
             QStringLiteral("fc-vae"), QStringLiteral("--epochs"), QStringLiteral("100000"),
             QStringLiteral("--set"), QStringLiteral("batch_size=6"), QStringLiteral("--device"),
             QStringLiteral("cpu"), QStringLiteral("--quiet"), QStringLiteral("--out"), elbo::toQt(folder)});
        ELBO_TRY_VERIFY(std::filesystem::exists(folder / "run.json"));
        fixture.window().openPaths({folder});
        ELBO_TRY_VERIFY(epochsIn(fixture, QStringLiteral("elbo")) > 0);
        const auto seen = epochsIn(fixture, QStringLiteral("elbo"));
        ELBO_TRY_VERIFY(epochsIn(fixture, QStringLiteral("elbo")) > seen);
        QVERIFY(fixture.workspace().run()->state == RunState::Running);
        ELBO_TRY_VERIFY(button(fixture, QStringLiteral("stopRun"))->isVisible());
        QVERIFY(!button(fixture, QStringLiteral("resumeRun"))->isVisible());
        // Without its writer it is an interrupted run, which can be resumed here.
        other.kill();
        QVERIFY(other.waitForFinished());
        ELBO_TRY_VERIFY(fixture.workspace().run()->state == RunState::Interrupted);
        QVERIFY(button(fixture, QStringLiteral("resumeRun"))->isVisible());
        QVERIFY(!button(fixture, QStringLiteral("stopRun"))->isVisible());
    }

    void aFinishedRunOpensInTheNextStart()
    {
        auto home = std::make_shared<QTemporaryDir>();
        QString name;
        {
            WindowFixture first(home);
            prepare(first, 2);
            first.click(QStringLiteral("startRun"));
            ELBO_TRY_VERIFY(first.workspace().run() && first.workspace().run()->state == RunState::Completed);
            name = elbo::toQt(first.workspace().run()->name);
            QVERIFY(first.window().close());
        }
        WindowFixture second(home);
        ELBO_TRY_VERIFY(second.workspace().run().has_value());
        QCOMPARE(elbo::toQt(second.workspace().run()->name), name);
        QCOMPARE(second.window().currentPage()->id(), QStringLiteral("train"));
        ELBO_TRY_COMPARE(epochsIn(second, QStringLiteral("mse")), 2);
    }

    void theEmptyPageOffersToStart()
    {
        WindowFixture fixture;
        prepare(fixture, 2);
        QVERIFY(button(fixture, QStringLiteral("emptyStart"))->isVisible());
        QVERIFY(!button(fixture, QStringLiteral("plots"))->isVisible());
        fixture.click(QStringLiteral("emptyStart"));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        QVERIFY(!button(fixture, QStringLiteral("emptyStart"))->isVisible());
        QVERIFY(button(fixture, QStringLiteral("plots"))->isVisible());
    }

    void theStripIsSavedAndSentToReconstruct()
    {
        WindowFixture fixture;
        prepare(fixture, 2);
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        auto* strip = fixture.find<elbo::StripView>(QStringLiteral("strip"));
        ELBO_TRY_VERIFY(!strip->empty());
        QMenu menu;
        Q_EMIT strip->menuWanted({0, 2, true}, &menu);
        QStringList texts;
        for (const auto* action : menu.actions()) {
            texts << action->text();
        }
        const auto trigger = [&](const char* text) {
            const auto place = texts.indexOf(QString::fromLatin1(text));
            QVERIFY2(place >= 0, text);
            menu.actions().at(place)->trigger();
        };
        const auto saved = fixture.path(QStringLiteral("strip.png"));
        fixture.answers().saveFile = elbo::toQt(saved);
        trigger("Save the whole strip as...");
        ELBO_TRY_VERIFY(std::filesystem::exists(saved));
        trigger("Send to Reconstruct");
        const auto* grid = fixture.find<elbo::ReconstructionGrid>(QStringLiteral("reconstructionGrid"));
        ELBO_TRY_COMPARE(grid->items().size(), std::size_t{1});
        QCOMPARE(fixture.window().currentPage()->id(), QStringLiteral("reconstruct"));
        QCOMPARE(grid->items().front().name.toStdString(), strip->names()[2]);
        ELBO_TRY_VERIFY(grid->items().front().result.has_value());
    }
};

QTEST_MAIN(TrainPageTest)
#include "tst_train_page.moc"
