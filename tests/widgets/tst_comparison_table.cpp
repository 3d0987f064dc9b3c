// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/comparison_table.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTableView>

using elbo::ComparisonTable;
using elbo::TableCell;
using elbo::TableRow;

namespace {

TableRow row(const QString& id, const QString& name, std::optional<double> mse, const QString& note = {},
             bool canBeChosen = true)
{
    TableRow made;
    made.id = id;
    made.cells[QStringLiteral("name")] = {name};
    if (mse) {
        made.cells[QStringLiteral("mse")] = {QString::number(*mse), mse};
    }
    made.cells[QStringLiteral("note")] = {note};
    made.canBeChosen = canBeChosen;
    return made;
}

std::unique_ptr<ComparisonTable> filled()
{
    auto table = std::make_unique<ComparisonTable>();
    table->setColumns({{QStringLiteral("name"), QStringLiteral("Run"), {}, false, true},
                       {QStringLiteral("mse"), QStringLiteral("MSE"), {}, true, true},
                       {QStringLiteral("note"), QStringLiteral("Note"), {}, false, false}});
    table->setRows({row(QStringLiteral("1"), QStringLiteral("first"), 10),
                    row(QStringLiteral("2"), QStringLiteral("second"), 9, QStringLiteral("hidden word")),
                    row(QStringLiteral("3"), QStringLiteral("third"), std::nullopt),
                    row(QStringLiteral("4"), QStringLiteral("pca"), 100, {}, false)});
    table->resize(600, 300);
    table->show();
    return table;
}

/// A click into the box of a row, where the style draws it.
void tick(const ComparisonTable& table, const QString& id)
{
    auto* view = table.view();
    const auto place = static_cast<int>(table.order().indexOf(id));
    const auto index = view->model()->index(place, 0);
    view->model()->setData(index, Qt::Checked, Qt::CheckStateRole);
}

}  // namespace

class ComparisonTableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // 9 stands before 10 and 100, and a run without the figure last both ways.
    void numbersSortByValueAndWhatHasNoneStandsLast()
    {
        const auto table = filled();
        table->view()->sortByColumn(1, Qt::AscendingOrder);
        QCOMPARE(table->order(), QStringList({QStringLiteral("2"), QStringLiteral("1"), QStringLiteral("4"),
                                              QStringLiteral("3")}));
        table->view()->sortByColumn(1, Qt::DescendingOrder);
        QCOMPARE(table->order(), QStringList({QStringLiteral("4"), QStringLiteral("1"), QStringLiteral("2"),
                                              QStringLiteral("3")}));
    }

    void theFilterLooksAtHiddenColumnsToo()
    {
        const auto table = filled();
        QTest::keyClicks(table->findChild<QLineEdit*>(QStringLiteral("comparisonFilter")),
                         QStringLiteral("WORD"));
        QCOMPARE(table->order(), QStringList{QStringLiteral("2")});
    }

    void boxesChooseInTheOrderOfTheTicks()
    {
        const auto table = filled();
        QSignalSpy changes(table.get(), &ComparisonTable::chosenChanged);
        tick(*table, QStringLiteral("2"));
        tick(*table, QStringLiteral("1"));
        QCOMPARE(table->chosen(), QStringList({QStringLiteral("2"), QStringLiteral("1")}));
        QCOMPARE(changes.size(), 2);
        // Those that are chosen show the colour that they have in plots; a baseline has no box.
        const auto* model = table->view()->model();
        QVERIFY(!model->index(0, 0).data(Qt::DecorationRole).value<QIcon>().isNull());
        QVERIFY(model->index(2, 0).data(Qt::DecorationRole).value<QIcon>().isNull());
        QVERIFY(!model->index(3, 0).data(Qt::CheckStateRole).isValid());
        table->setChosen({QStringLiteral("4"), QStringLiteral("3"), QStringLiteral("nobody")});
        QCOMPARE(table->chosen(), QStringList{QStringLiteral("3")});
    }

    void newFiguresLeaveWhatIsChosenAndSelected()
    {
        const auto table = filled();
        tick(*table, QStringLiteral("1"));
        table->setCurrent(QStringLiteral("2"));
        table->view()->sortByColumn(1, Qt::AscendingOrder);
        QSignalSpy changes(table.get(), &ComparisonTable::chosenChanged);
        table->setRows({row(QStringLiteral("0"), QStringLiteral("newer"), 1),
                        row(QStringLiteral("1"), QStringLiteral("first"), 8),
                        row(QStringLiteral("2"), QStringLiteral("second"), 9)});
        QCOMPARE(table->current(), QStringLiteral("2"));
        QCOMPARE(table->chosen(), QStringList{QStringLiteral("1")});
        QVERIFY(changes.isEmpty());
        QCOMPARE(table->text(QStringLiteral("1"), QStringLiteral("mse")), QStringLiteral("8"));
        QCOMPARE(table->order().first(), QStringLiteral("0"));
        // One that goes is not chosen any more.
        table->setRows({row(QStringLiteral("2"), QStringLiteral("second"), 9)});
        QVERIFY(table->chosen().isEmpty());
        QCOMPARE(changes.size(), 1);
    }

    void columnsAreChosenByTheMenu()
    {
        const auto table = filled();
        QCOMPARE(table->shownColumns(), QStringList({QStringLiteral("name"), QStringLiteral("mse")}));
        QSignalSpy changes(table.get(), &ComparisonTable::columnsChanged);
        QMenu menu;
        table->fillColumnMenu(menu);
        QCOMPARE(menu.actions().size(), 2);
        menu.actions().at(1)->trigger();
        QCOMPARE(changes.size(), 1);
        QCOMPARE(table->shownColumns().size(), 3);
        table->setShownColumns({QStringLiteral("note"), QStringLiteral("unknown")});
        QCOMPARE(table->shownColumns(), QStringList({QStringLiteral("name"), QStringLiteral("note")}));
    }

    void enterOpensTheRun()
    {
        const auto table = filled();
        table->setCurrent(QStringLiteral("3"));
        QSignalSpy opened(table.get(), &ComparisonTable::opened);
        QTest::keyClick(table->view(), Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.first().first().toString(), QStringLiteral("3"));
    }
};

QTEST_MAIN(ComparisonTableTest)
#include "tst_comparison_table.moc"
