// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidget>

#include <map>
#include <optional>
#include <utility>
#include <vector>

class QLineEdit;
class QStandardItem;
class QStandardItemModel;
class QTableView;

namespace elbo {

struct TableColumn {
    QString key;
    QString title;          ///< translated
    QString toolTip;        ///< translated: unit, which way is better
    bool isNumber = false;  ///< right-aligned, sorted by value
    bool shown = true;      ///< until the person chooses
};

/// What stands in a cell: text, and for numbers the value to sort by. Without a value it sorts last.
struct TableCell {
    QString text;
    std::optional<double> value = {};
    bool operator==(const TableCell&) const = default;
};

struct TableRow {
    QString id;                          ///< unique
    std::map<QString, TableCell> cells;  ///< by the column's key
    QString toolTip;
    bool canBeChosen = true;  ///< false: shown beside the others (a baseline), without a box
    bool operator==(const TableRow&) const = default;
};

/// A table that is sorted by a click on a heading and filtered by a line above it, whose columns are chosen
/// by a menu on the headings, and whose rows have a box in the first column. The rows chosen by it carry the
/// colour that they have in plots.
class ComparisonTable : public QWidget {
    Q_OBJECT

public:
    explicit ComparisonTable(QWidget* parent = nullptr);

    void setColumns(std::vector<TableColumn> columns);
    /// The whole table; what was chosen, current, sorted and scrolled stays.
    void setRows(std::vector<TableRow> rows);
    [[nodiscard]] int rowCount() const;  ///< that pass the filter
    /// Text of a cell of the row with that id; empty without one.
    [[nodiscard]] QString text(const QString& id, const QString& column) const;
    /// Ids as they stand from above, those that pass the filter.
    [[nodiscard]] QStringList order() const;

    /// In the order in which they were chosen.
    [[nodiscard]] const QStringList& chosen() const { return m_chosen; }
    void setChosen(const QStringList& ids);
    [[nodiscard]] QString current() const;
    void setCurrent(const QString& id);
    [[nodiscard]] QStringList shownColumns() const;
    /// Keys; unknown ones are left out. The first column always stays.
    void setShownColumns(const QStringList& keys);
    /// Adds an entry with a box for each column but the first.
    void fillColumnMenu(QMenu& menu);
    void setEmptyText(const QString& text);
    [[nodiscard]] QTableView* view() const { return m_view; }

Q_SIGNALS:
    void chosenChanged(const QStringList& ids);
    void currentChanged(const QString& id);
    void opened(const QString& id);  ///< double click or Enter
    void menuWanted(const QString& id, QMenu* menu);
    void columnsChanged(const QStringList& keys);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void fill(int row, const TableRow& content);
    void itemChanged(QStandardItem* item);
    void showSwatches();
    [[nodiscard]] int columnOf(const QString& key) const;
    [[nodiscard]] QString idAt(const QModelIndex& index) const;

    std::vector<TableColumn> m_columns;
    std::vector<TableRow> m_rows;
    QStringList m_chosen;
    QString m_emptyText;
    QLineEdit* m_filter = nullptr;
    QStandardItemModel* m_model = nullptr;
    QSortFilterProxyModel* m_proxy = nullptr;
    QTableView* m_view = nullptr;
    bool m_filling = false;
};

}  // namespace elbo
