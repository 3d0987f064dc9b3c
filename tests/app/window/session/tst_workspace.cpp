// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/run_form.h"
#include "app/window/session/text.h"
#include "core/training/run_folder.h"
#include "tests/app/window/window_fixture.h"
#include "tests/support/plain_user.h"
#include "widgets/message_bar.h"

#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLabel>

#include <csignal>

#include <sys/resource.h>

using elbo::RunState;
using elbo::tests::WindowFixture;
using State = elbo::TrainingJob::State;

namespace {

/// No file may grow above that size while it lives, as on a full disk.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes)
    {
        m_signal = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        auto small = m_before;
        small.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_signal);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_before{};
    void (*m_signal)(int) = nullptr;
};

/// The button of the error bar with that title.
QAbstractButton* action(const WindowFixture& fixture, const QString& title)
{
    const auto buttons =
        fixture.find<elbo::MessageBar>(QStringLiteral("messageBar"))->findChildren<QAbstractButton*>();
    for (auto* button : buttons) {
        if (button->text() == title) {
            return button;
        }
    }
    return nullptr;
}

bool runs(WindowFixture& fixture)
{
    return fixture.workspace().isTraining() && fixture.workspace().training()->state() == State::Running;
}

}  // namespace

class WorkspaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anotherSetLoadedMeanwhileEndsThePreparationOfARun()
    {
        WindowFixture fixture;
        fixture.window().showPage(QStringLiteral("train"));
        auto run = WindowFixture::smallRun();
        run.data.fields.set("count", std::int64_t{20000});
        fixture.workspace().startTraining(run);
        QVERIFY(fixture.workspace().isPreparingRun());
        const auto* start = fixture.find<QAbstractButton>(QStringLiteral("startRun"));
        QCOMPARE(start->text(), QStringLiteral("Starting..."));
        fixture.loadRooms();
        QVERIFY(!fixture.workspace().isPreparingRun());
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        QVERIFY(!fixture.workspace().isTraining());
        ELBO_TRY_VERIFY(start->isEnabled());
        QCOMPARE(start->text(), QStringLiteral("Start"));
        QVERIFY2(fixture.log().contains(QStringLiteral("was not started")), qPrintable(fixture.log()));
    }

    void aCancelledLoadEndsThePreparationOfARun()
    {
        WindowFixture fixture;
        auto run = WindowFixture::smallRun();
        run.data.fields.set("count", std::int64_t{20000});
        fixture.workspace().startTraining(run);
        fixture.workspace().cancelLoading();
        ELBO_TRY_VERIFY(!fixture.workspace().isLoadingData());
        QVERIFY(!fixture.workspace().isPreparingRun());
    }

    void aSaveThatFailsWhileClosingIsSaidAndTheWindowStays()
    {
        // Before the fixture: its threads inherit the permissions.
        const elbo::tests::PlainUser user;
        if (!user.isPlain()) {
            QSKIP("the system does not let this program put its rights aside");
        }
        WindowFixture fixture;
        fixture.workspace().startTraining(WindowFixture::smallRun(100000));
        ELBO_TRY_VERIFY(runs(fixture));
        fixture.workspace().training()->setPaused(true);
        ELBO_TRY_VERIFY(fixture.workspace().training()->state() == State::Paused);
        const auto folder = fixture.workspace().training()->runFolder();
        const auto closed = std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec;
        for (const auto& inside : {folder, folder / "weights"}) {
            std::filesystem::permissions(inside, closed);
        }
        fixture.answers().closeDuringRun = elbo::ClosingChoice::StopAndClose;
        fixture.window().close();
        ELBO_TRY_VERIFY(!fixture.workspace().isTraining());
        QVERIFY(fixture.window().isVisible());
        QVERIFY2(fixture.error().contains(QStringLiteral("permission")), qPrintable(fixture.error()));
        QVERIFY(action(fixture, QStringLiteral("Resume")) != nullptr);
        for (const auto& inside : {folder, folder / "weights"}) {
            std::filesystem::permissions(inside, std::filesystem::perms::owner_all);
        }
        QVERIFY(fixture.window().close());  // nothing trains any more: the second time it goes
        QVERIFY(!fixture.window().isVisible());
    }

    void aFullDiskStopsTheRunAndItIsResumed()
    {
        WindowFixture fixture;
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        {
            const FullDisk full(20000);
            fixture.workspace().startTraining(WindowFixture::smallRun(2));
            ELBO_TRY_VERIFY(!fixture.error().isEmpty());
            QVERIFY2(fixture.error().contains(QStringLiteral("disk is full")), qPrintable(fixture.error()));
            QVERIFY(!fixture.workspace().isTraining());
            QVERIFY(action(fixture, QStringLiteral("Choose folder...")) != nullptr);
        }
        // The program goes on.
        fixture.workspace().closeRun();
        fixture.workspace().startTraining(WindowFixture::smallRun(2));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
    }

    void aRunsFolderWithoutPermissionOffersAnother()
    {
        const elbo::tests::PlainUser user;
        if (!user.isPlain()) {
            QSKIP("the system does not let this program put its rights aside");
        }
        WindowFixture fixture;
        const auto closed = fixture.path(QStringLiteral("closed"));
        std::filesystem::create_directories(closed);
        auto settings = fixture.workspace().settings();
        settings.runsFolder = closed;
        QVERIFY(fixture.workspace().changeSettings(settings));
        std::filesystem::permissions(closed, std::filesystem::perms::owner_read);
        fixture.workspace().startTraining(WindowFixture::smallRun(2));
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY2(fixture.error().contains(QStringLiteral("permission")), qPrintable(fixture.error()));
        QVERIFY(action(fixture, QStringLiteral("Retry")) != nullptr);
        const auto open = fixture.path(QStringLiteral("open"));
        fixture.answers().folder = elbo::toQt(open);
        auto* choose = action(fixture, QStringLiteral("Choose folder..."));
        QVERIFY(choose != nullptr);
        choose->click();
        QCOMPARE(elbo::toQt(fixture.workspace().settings().runsFolder), elbo::toQt(open));
        fixture.workspace().startTraining(WindowFixture::smallRun(2));
        ELBO_TRY_VERIFY(fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed);
        QCOMPARE(fixture.workspace().runFolder().parent_path(), open);
        std::filesystem::permissions(closed, std::filesystem::perms::owner_all);
    }

    void aRunThatCannotBeReadOffersAnother()
    {
        WindowFixture fixture;
        fixture.workspace().openRun(fixture.path(QStringLiteral("gone")));
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY(action(fixture, QStringLiteral("Retry")) != nullptr);
        QVERIFY(action(fixture, QStringLiteral("Choose folder...")) != nullptr);
        QTRY_VERIFY(fixture.workspace().runFolder().empty());
    }

    void settingsThatDivergeLeadBackToTheForm()
    {
        WindowFixture fixture;
        auto run = WindowFixture::smallRun(200);
        run.training.fields.set("learning_rate", 1.0);
        run.training.fields.set("batch_size", std::int64_t{1});
        fixture.workspace().startTraining(run);
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        auto* change = action(fixture, QStringLiteral("Change the settings..."));
        QVERIFY(change != nullptr);
        change->click();
        QVERIFY(fixture.workspace().runFolder().empty());
        QCOMPARE(fixture.window().findChild<elbo::RunForm*>()->config().real("learning_rate"), 1.0);
    }

    void aPathIsOneRunHoweverItIsSpelled()
    {
        WindowFixture fixture;
        fixture.workspace().startTraining(WindowFixture::smallRun(100000));
        ELBO_TRY_VERIFY(runs(fixture));
        const auto folder = fixture.workspace().runFolder();
        fixture.workspace().closeRun();
        QVERIFY(!fixture.workspace().isViewingTraining());
        fixture.workspace().openRun(folder / "weights" / ".." / "");
        QVERIFY(fixture.workspace().isViewingTraining());
        QCOMPARE(fixture.workspace().runFolder(), folder);
        fixture.workspace().training()->stop();
        ELBO_TRY_VERIFY(!fixture.workspace().isTraining());
    }
};

QTEST_MAIN(WorkspaceTest)
#include "tst_workspace.moc"
