// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/resources.h"
#include "widgets/run_list.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTableView>

using namespace elbo;

namespace {

RunRow row(const char* id, const char* data, const char* created)
{
    RunRow run;
    run.id = QLatin1String(id);
    run.name = QStringLiteral("run ") + run.id;
    run.data = QLatin1String(data);
    run.model = QStringLiteral("RGB-D VAE");
    run.createdUtc = QLatin1String(created);
    return run;
}

}  // namespace

class RunListTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void theModelKeepsTheRulesOfModels()
    {
        RunListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRuns({row("a", "rooms", "1"), row("b", "rooms", "2"), row("c", "mnist", "3")});
        auto changed = row("b", "rooms", "2");
        changed.state = RunRowState::Running;
        changed.testMse = 4411.5;
        model.updateRun(changed);
        model.updateRun(row("d", "rooms", "4"));
        model.removeRun(QStringLiteral("a"));
        model.removeRun(QStringLiteral("unknown"));
        QCOMPARE(model.rowCount(), 3);
        model.setRuns({row("c", "mnist", "3"), row("e", "rooms", "5")});
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.run(QStringLiteral("e")) != nullptr);
        QVERIFY(model.run(QStringLiteral("b")) == nullptr);
    }

    void aRunOfAnotherProcessIsToldApart()
    {
        RunListModel model;
        auto run = row("a", "rooms", "1");
        run.state = RunRowState::Paused;
        run.elsewhere = true;
        model.setRuns({run});
        QCOMPARE(model.index(0, RunListModel::State).data().toString(), QStringLiteral("paused elsewhere"));
        run.elsewhere = false;
        model.updateRun(run);
        QCOMPARE(model.index(0, RunListModel::State).data().toString(), QStringLiteral("paused"));
    }

    void anUnchangedRunSaysNothing()
    {
        RunListModel model;
        model.setRuns({row("a", "rooms", "1")});
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setRuns({row("a", "rooms", "1")});
        QCOMPARE(changed.size(), 0);
        QCOMPARE(reset.size(), 0);
        auto next = row("a", "rooms", "1");
        next.epochs = 2;
        model.updateRun(next);
        QCOMPARE(changed.size(), 1);
    }

    void cellsShowNumbersAndStates()
    {
        RunListModel model;
        auto run = row("a", "rooms", "1");
        run.state = RunRowState::Failed;
        run.testMse = 4411.5;
        run.bestOnTest = true;
        model.setRuns({run});
        const auto cell = [&model](int column, int role = Qt::DisplayRole) {
            return model.index(0, column).data(role);
        };
        QCOMPARE(cell(RunListModel::Mse).toString(), QStringLiteral("4,411.5"));
        QCOMPARE(cell(RunListModel::Elbo).toString(), QString());
        QCOMPARE(cell(RunListModel::State).toString(), QStringLiteral("failed"));
        QVERIFY(!cell(RunListModel::State, Qt::DecorationRole).value<QIcon>().isNull());
        QVERIFY(
            cell(RunListModel::Mse, Qt::ToolTipRole).toString().contains(QStringLiteral("chosen on test")));
        QVERIFY(!model.index(5, 0).data().isValid());
    }

    void newestFirstFilteredAndOpened()
    {
        RunList list;
        list.resize(700, 300);
        list.model()->setRuns({row("a", "rooms", "2026-11-01"), row("b", "mnist", "2026-11-03"),
                               row("c", "rooms", "2026-11-02")});
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        auto* table = list.findChild<QTableView*>(QStringLiteral("run-table"));
        const auto shown = [table] {
            QStringList ids;
            for (int i = 0; i < table->model()->rowCount(); ++i) {
                ids << table->model()->index(i, 0).data(RunListModel::IdRole).toString();
            }
            return ids.join(QLatin1Char(' '));
        };
        QCOMPARE(shown(), QStringLiteral("b c a"));
        QTest::keyClicks(list.findChild<QLineEdit*>(QStringLiteral("run-filter")), QStringLiteral("ROOMS"));
        QCOMPARE(shown(), QStringLiteral("c a"));
        QSignalSpy current(&list, &RunList::currentChanged);
        QSignalSpy opened(&list, &RunList::opened);
        list.setCurrent(QStringLiteral("a"));
        QCOMPARE(list.current(), QStringLiteral("a"));
        QCOMPARE(current.last().first().toString(), QStringLiteral("a"));
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(opened.first().first().toString(), QStringLiteral("a"));
        // A row that changes or comes leaves the choice alone.
        list.model()->updateRun(row("d", "rooms", "2026-11-09"));
        QCOMPARE(list.current(), QStringLiteral("a"));
    }

    void runsWithoutNumbersSortLast()
    {
        RunList list;
        auto good = row("good", "rooms", "1");
        good.testMse = 10.0;
        auto poor = row("poor", "rooms", "2");
        poor.testMse = 900.0;
        list.model()->setRuns({row("none", "rooms", "3"), poor, good});
        auto* table = list.findChild<QTableView*>(QStringLiteral("run-table"));
        table->sortByColumn(RunListModel::Mse, Qt::AscendingOrder);
        QCOMPARE(table->model()->index(0, 0).data(RunListModel::IdRole).toString(), QStringLiteral("good"));
        QCOMPARE(table->model()->index(2, 0).data(RunListModel::IdRole).toString(), QStringLiteral("none"));
    }
};

QTEST_MAIN(RunListTest)
#include "tst_run_list.moc"
