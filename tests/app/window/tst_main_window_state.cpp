// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/page.h"
#include "app/window/pages/run_form.h"
#include "app/window/session/text.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/field_form.h"

#include <QtCore/QSettings>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QSlider>
#include <QtWidgets/QSpinBox>

using elbo::tests::WindowFixture;

class MainWindowStateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDataSetAndItsGridComeBack()
    {
        auto home = std::make_shared<QTemporaryDir>();
        {
            WindowFixture first(home);
            first.loadRooms();
            ELBO_TRY_VERIFY(first.workspace().data().has_value());
            first.find<QComboBox>(QStringLiteral("gridContent"))->setCurrentIndex(2);
            first.find<QSlider>(QStringLiteral("gridZoom"))->setValue(96);
            QVERIFY(first.window().close());
        }
        WindowFixture second(home);
        ELBO_TRY_VERIFY(second.workspace().data().has_value());
        QVERIFY(second.workspace().data()->summary.config == WindowFixture::smallRooms());
        QCOMPARE(second.find<QComboBox>(QStringLiteral("gridContent"))->currentIndex(), 2);
        QCOMPARE(second.find<QSlider>(QStringLiteral("gridZoom"))->value(), 96);
    }

    void aSetThatHasGoneIsNotComplainedAbout()
    {
        auto home = std::make_shared<QTemporaryDir>();
        {
            WindowFixture first(home);
            const auto digits = first.path(QStringLiteral("digits"));
            first.workspace().loadData(WindowFixture::smallDigits(digits));
            ELBO_TRY_VERIFY(first.workspace().data().has_value());
            QVERIFY(first.window().close());
            std::filesystem::remove_all(digits);
        }
        WindowFixture second(home);
        second.loadRooms();
        ELBO_TRY_VERIFY(second.workspace().data().has_value());
        QVERIFY2(second.error().isEmpty(), qPrintable(second.error()));
        QVERIFY(second.workspace().data()->summary.config == WindowFixture::smallRooms());
    }

    void theFormOfTheTrainPageComesBack()
    {
        auto home = std::make_shared<QTemporaryDir>();
        auto run = WindowFixture::smallRun(7);
        run.training.fields.set("learning_rate", 0.0025);
        {
            WindowFixture first(home);
            QCOMPARE(first.window().findChild<elbo::RunForm*>()->config().preset,
                     std::string("quick/rgbd-vae"));
            first.window().findChild<elbo::RunForm*>()->setConfig(run);
            first.find<elbo::FieldForm>(QStringLiteral("runForm"))->setAdvancedShown(true);
            QVERIFY(first.window().close());
        }
        WindowFixture second(home);
        const auto config = second.window().findChild<elbo::RunForm*>()->config();
        QCOMPARE(config.preset, std::string());
        QCOMPARE(config.model.key, run.model.key);
        QCOMPARE(config.integer("epochs"), 7);
        QCOMPARE(config.real("learning_rate"), 0.0025);
        QVERIFY(second.find<elbo::FieldForm>(QStringLiteral("runForm"))->advancedShown());
    }

    void aFormOfAnotherProgramGivesTheQuickPreset()
    {
        auto home = std::make_shared<QTemporaryDir>();
        {
            const WindowFixture first(home);
        }
        {
            QSettings file(home->filePath(QStringLiteral("config/elbo/window.ini")), QSettings::IniFormat);
            file.setValue(QStringLiteral("train/form"), QStringLiteral("{\"model\": {\"key\": \"later\"}}"));
        }
        WindowFixture second(home);
        QCOMPARE(second.window().findChild<elbo::RunForm*>()->config().preset, std::string("quick/rgbd-vae"));
    }

    void meanOrSampleComesBack()
    {
        auto home = std::make_shared<QTemporaryDir>();
        {
            WindowFixture first(home);
            first.find<QAbstractButton>(QStringLiteral("useSample"))->click();
            first.find<QSpinBox>(QStringLiteral("seed"))->setValue(17);
            QVERIFY(first.window().close());
        }
        WindowFixture second(home);
        QVERIFY(second.find<QAbstractButton>(QStringLiteral("useSample"))->isChecked());
        QCOMPARE(second.find<QSpinBox>(QStringLiteral("seed"))->value(), 17);
        QVERIFY(second.find<QSpinBox>(QStringLiteral("seed"))->isEnabled());
    }

    /// A program that is killed has no chance to remember anything at its end.
    void pageAndRunAreKeptWithoutACleanEnd()
    {
        auto home = std::make_shared<QTemporaryDir>();
        std::filesystem::path folder;
        {
            WindowFixture first(home);
            first.workspace().startTraining(WindowFixture::smallRun(1));
            ELBO_TRY_VERIFY(first.workspace().run() &&
                            first.workspace().run()->state == elbo::RunState::Completed);
            folder = first.workspace().runFolder();
            first.window().showPage(QStringLiteral("reconstruct"));
        }  // never closed
        WindowFixture second(home);
        QCOMPARE(second.window().currentPage()->id(), QStringLiteral("reconstruct"));
        ELBO_TRY_COMPARE(second.workspace().runFolder(), folder);
    }
};

QTEST_MAIN(MainWindowStateTest)
#include "tst_main_window_state.moc"
