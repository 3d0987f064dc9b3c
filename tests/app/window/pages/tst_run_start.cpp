// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/run_form.h"
#include "app/window/session/text.h"
#include "core/training/run_folder.h"
#include "tests/app/window/window_fixture.h"

#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>

using elbo::RunState;
using elbo::tests::WindowFixture;

namespace {

QString text(const WindowFixture& fixture, const char* label)
{
    return fixture.find<QLabel>(QString::fromLatin1(label))->text();
}

void prepare(WindowFixture& fixture, const elbo::RunConfig& run)
{
    fixture.loadRooms();
    ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
    fixture.window().showPage(QStringLiteral("train"));
    fixture.window().findChild<elbo::RunForm*>()->setConfig(run);
    ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("startRun"))->isEnabled());
}

bool isComplete(WindowFixture& fixture)
{
    return fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed;
}

/// Starts the run of the form and waits for its end; its folder.
std::filesystem::path train(WindowFixture& fixture)
{
    fixture.click(QStringLiteral("startRun"));
    if (!QTest::qWaitFor([&] { return isComplete(fixture); }, 60000)) {
        qWarning("the run did not end: %s", qPrintable(fixture.error()));
    }
    return fixture.workspace().runFolder();
}

void choose(WindowFixture& fixture, const char* action)
{
    auto* button = fixture.find<QAbstractButton>(QStringLiteral("startFromWeights"));
    QVERIFY(button->isVisible() && button->isEnabled());
    button->findChild<QMenu*>()->findChild<QAction*>(QString::fromLatin1(action))->trigger();
}

}  // namespace

/// What is said and chosen before Start.
class RunStartTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEstimateComesAndItsPlaceStays()
    {
        WindowFixture fixture;
        prepare(fixture, WindowFixture::smallRun(3));
        ELBO_TRY_VERIFY(text(fixture, "estimate").startsWith(QStringLiteral("Estimating")));
        const auto place = fixture.find<QLabel>(QStringLiteral("estimate"))->geometry();
        ELBO_TRY_VERIFY(text(fixture, "estimate").startsWith(QStringLiteral("FC-VAE at 32x32: about ")));
        QVERIFY(text(fixture, "estimate").contains(QStringLiteral("of memory")));
        QVERIFY(text(fixture, "estimate").endsWith(QStringLiteral("on disk.")));
        QCOMPARE(fixture.find<QLabel>(QStringLiteral("estimate"))->geometry(), place);
        QVERIFY(!fixture.workspace().isTraining());
        QVERIFY(!std::filesystem::exists(fixture.path(QStringLiteral("runs"))));
        // Another value: the old numbers go at once, and new ones come.
        fixture.window().findChild<elbo::RunForm*>()->setConfig(WindowFixture::smallRun(50));
        QVERIFY(!text(fixture, "estimate").contains(QStringLiteral("here")));
        ELBO_TRY_VERIFY(text(fixture, "estimate").contains(QStringLiteral("here")));
    }

    void startingEndsTheEstimate()
    {
        WindowFixture fixture;
        prepare(fixture, WindowFixture::smallRun(2));
        ELBO_TRY_VERIFY(text(fixture, "estimate").startsWith(QStringLiteral("Estimating")));
        fixture.click(QStringLiteral("startRun"));
        QVERIFY(text(fixture, "estimate").isEmpty());
        ELBO_TRY_VERIFY(isComplete(fixture));
        QVERIFY(text(fixture, "estimate").isEmpty());
    }

    void aRunStartsFromTheWeightsOfAnother()
    {
        WindowFixture fixture;
        prepare(fixture, WindowFixture::smallRun(2));
        const auto first = train(fixture);
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("newRun"))->isVisible());
        fixture.click(QStringLiteral("newRun"));
        fixture.answers().folder = elbo::toQt(first);
        choose(fixture, "initialRun");
        ELBO_TRY_COMPARE(
            text(fixture, "initialWeights"),
            QStringLiteral("Starts from %1: FC-VAE after 2 epochs.").arg(elbo::fileTitle(first)));
        // Cleared and chosen again, now as a file.
        fixture.click(QStringLiteral("clearInitial"));
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("initialWeights"))->isVisible());
        fixture.answers().files = QStringList{elbo::toQt(first / "weights/last.safetensors")};
        choose(fixture, "initialFile");
        ELBO_TRY_VERIFY(text(fixture, "initialWeights").contains(QStringLiteral("after 2 epochs")));
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("startRun"))->isEnabled());
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().runFolder() != first && isComplete(fixture));
        QCOMPARE(elbo::readRunInfo(fixture.workspace().runFolder()).initialWeights,
                 std::string("last.safetensors"));
        QVERIFY(text(fixture, "runAbout")
                    .contains(QStringLiteral("Started from the weights of last.safetensors.")));
        // The next one begins from its seed again.
        fixture.click(QStringLiteral("newRun"));
        QVERIFY(fixture.find<QWidget>(QStringLiteral("startFromWeights"))->isVisible());
    }

    void weightsThatDoNotFitKeepStartOff()
    {
        WindowFixture fixture;
        prepare(fixture, WindowFixture::smallRun(2));
        const auto first = train(fixture);
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("newRun"))->isVisible());
        fixture.click(QStringLiteral("newRun"));
        auto other = WindowFixture::smallRun(2);
        other.model.key = "rgbd-vae";
        fixture.window().findChild<elbo::RunForm*>()->setConfig(other);
        fixture.answers().folder = elbo::toQt(first);
        choose(fixture, "initialRun");
        ELBO_TRY_VERIFY(text(fixture, "controlsNote").contains(QStringLiteral("the run trains RGB-D VAE")));
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("startRun"))->isEnabled());
        fixture.click(QStringLiteral("clearInitial"));
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("startRun"))->isEnabled());
        QVERIFY(text(fixture, "controlsNote").isEmpty());
    }
};

QTEST_MAIN(RunStartTest)
#include "tst_run_start.moc"
