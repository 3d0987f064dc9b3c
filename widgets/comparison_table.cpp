// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/comparison_table.h"

#include "widgets/table_parts.h"
#include "widgets/theme.h"

#include <QtGui/QContextMenuEvent>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

namespace {

enum Role { IdRole = Qt::UserRole + 1, ValueRole };

/// Numbers by value, and what has none below everything else whichever way is sorted.
class Sorted : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override
    {
        const auto a = left.data(ValueRole), b = right.data(ValueRole);
        if (a.isValid() && b.isValid()) {
            return a.toDouble() < b.toDouble();
        }
        if (a.isValid() != b.isValid()) {
            return a.isValid() == (sortOrder() == Qt::AscendingOrder);
        }
        return left.data().toString().localeAwareCompare(right.data().toString()) < 0;
    }
};

/// A short piece of the line that the run has in plots.
QIcon swatch(const QPen& pen, const QFontMetrics& metrics)
{
    const QSize size(metrics.height() + theme::kControlGap, metrics.height());
    QPixmap picture(size * 2);
    picture.setDevicePixelRatio(2);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    auto thick = pen;
    thick.setWidthF(3);
    painter.setPen(thick);
    painter.drawLine(QPointF(0, size.height() / 2.0), QPointF(size.width(), size.height() / 2.0));
    return QIcon(picture);
}

}  // namespace

ComparisonTable::ComparisonTable(QWidget* parent) : QWidget(parent)
{
    m_filter = makeFilterLine(QStringLiteral("comparisonFilter"),
                              tr("Filter by anything that stands in the table, shown or not"));
    m_model = new QStandardItemModel(this);
    m_proxy = new Sorted(this);
    m_proxy->setSourceModel(m_model);
    m_proxy->setFilterKeyColumn(-1);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_view = new QTableView;
    m_view->setObjectName(QStringLiteral("comparisonView"));
    m_view->setModel(m_proxy);
    setTableLook(*m_view);
    m_view->setAccessibleName(tr("Runs"));
    auto* header = m_view->horizontalHeader();
    header->setSectionsMovable(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint& at) {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fillColumnMenu(*menu);
        menu->popup(header->mapToGlobal(at));
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addWidget(m_filter);
    layout->addWidget(m_view, 1);
    setFocusProxy(m_view);
    m_view->viewport()->installEventFilter(this);
    m_view->installEventFilter(this);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_proxy->setFilterFixedString(text);
        m_view->viewport()->update();
    });
    connect(m_model, &QStandardItemModel::itemChanged, this, &ComparisonTable::itemChanged);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { Q_EMIT currentChanged(idAt(index)); });
    connect(m_view, &QTableView::doubleClicked, this,
            [this](const QModelIndex& index) { Q_EMIT opened(idAt(index)); });
}

void ComparisonTable::setColumns(std::vector<TableColumn> columns)
{
    m_columns = std::move(columns);
    m_rows.clear();
    m_model->clear();
    m_model->setColumnCount(static_cast<int>(m_columns.size()));
    for (int i = 0; i < static_cast<int>(m_columns.size()); ++i) {
        const auto& column = m_columns[static_cast<std::size_t>(i)];
        auto* item = new QStandardItem(column.title);
        item->setToolTip(column.toolTip);
        item->setTextAlignment((column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        m_model->setHorizontalHeaderItem(i, item);
        m_view->setColumnHidden(i, i > 0 && !column.shown);
    }
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    m_view->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
}

void ComparisonTable::setRows(std::vector<TableRow> rows)
{
    if (rows == m_rows) {
        return;
    }
    const auto same = std::ranges::equal(rows, m_rows, {}, &TableRow::id, &TableRow::id);
    const auto before = current();
    const bool first = m_rows.empty();
    m_filling = true;
    m_rows = std::move(rows);
    // Rows that come and go do not change which run is selected, unless it is that one.
    const bool blocked = m_view->selectionModel()->blockSignals(true);
    if (!same) {
        m_model->setRowCount(0);
        m_model->setRowCount(static_cast<int>(m_rows.size()));
    }
    for (int row = 0; row < static_cast<int>(m_rows.size()); ++row) {
        fill(row, m_rows[static_cast<std::size_t>(row)]);
    }
    m_filling = false;
    QStringList kept;
    for (const auto& id : m_chosen) {
        if (std::ranges::any_of(m_rows, [&](const auto& row) { return row.id == id && row.canBeChosen; })) {
            kept << id;
        }
    }
    const bool changed = kept != m_chosen;
    m_chosen = kept;
    showSwatches();
    if (first) {
        m_view->resizeColumnsToContents();
        m_view->setColumnWidth(0, std::min(m_view->columnWidth(0), 320));
    }
    if (!same && !before.isEmpty()) {
        setCurrent(before);
    }
    m_view->selectionModel()->blockSignals(blocked);
    if (current() != before) {
        Q_EMIT currentChanged(current());
    }
    m_view->viewport()->update();
    if (changed) {
        Q_EMIT chosenChanged(m_chosen);
    }
}

void ComparisonTable::fill(int row, const TableRow& content)
{
    for (int i = 0; i < static_cast<int>(m_columns.size()); ++i) {
        const auto& column = m_columns[static_cast<std::size_t>(i)];
        const auto cell = content.cells.find(column.key);
        auto* item = m_model->item(row, i);
        if (item == nullptr) {
            item = new QStandardItem;
            m_model->setItem(row, i, item);
        }
        item->setText(cell == content.cells.end() ? QString() : cell->second.text);
        item->setData(content.id, IdRole);
        item->setData(
            cell == content.cells.end() || !cell->second.value ? QVariant() : QVariant(*cell->second.value),
            ValueRole);
        item->setToolTip(content.toolTip.toHtmlEscaped());
        item->setEditable(false);
        if (column.isNumber) {
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            item->setFont(theme::figureFont(font()));
        }
        if (i == 0 && content.canBeChosen) {
            item->setCheckable(true);
            item->setCheckState(m_chosen.contains(content.id) ? Qt::Checked : Qt::Unchecked);
        }
    }
}

void ComparisonTable::itemChanged(QStandardItem* item)
{
    if (m_filling || item->column() != 0 || !item->isCheckable()) {
        return;
    }
    const auto id = item->data(IdRole).toString();
    const bool wanted = item->checkState() == Qt::Checked;
    if (wanted == m_chosen.contains(id)) {
        return;
    }
    if (wanted) {
        m_chosen << id;
    } else {
        m_chosen.removeAll(id);
    }
    showSwatches();
    Q_EMIT chosenChanged(m_chosen);
}

void ComparisonTable::showSwatches()
{
    const bool before = std::exchange(m_filling, true);
    for (int row = 0; row < m_model->rowCount(); ++row) {
        auto* item = m_model->item(row, 0);
        const auto place = m_chosen.indexOf(item->data(IdRole).toString());
        item->setIcon(place < 0 ? QIcon()
                                : swatch(theme::runPen(palette(), static_cast<std::size_t>(place)),
                                         m_view->fontMetrics()));
    }
    m_filling = before;
}

void ComparisonTable::setChosen(const QStringList& ids)
{
    m_filling = true;
    m_chosen.clear();
    for (const auto& id : ids) {
        if (std::ranges::any_of(m_rows, [&](const auto& row) { return row.id == id && row.canBeChosen; })) {
            m_chosen << id;
        }
    }
    for (int row = 0; row < m_model->rowCount(); ++row) {
        auto* item = m_model->item(row, 0);
        if (item->isCheckable()) {
            item->setCheckState(m_chosen.contains(item->data(IdRole).toString()) ? Qt::Checked
                                                                                 : Qt::Unchecked);
        }
    }
    m_filling = false;
    showSwatches();
    Q_EMIT chosenChanged(m_chosen);
}

int ComparisonTable::rowCount() const
{
    return m_proxy->rowCount();
}

int ComparisonTable::columnOf(const QString& key) const
{
    const auto found = std::ranges::find(m_columns, key, &TableColumn::key);
    return found == m_columns.end() ? -1 : static_cast<int>(found - m_columns.begin());
}

QString ComparisonTable::text(const QString& id, const QString& column) const
{
    const auto place = columnOf(column);
    for (int row = 0; place >= 0 && row < m_model->rowCount(); ++row) {
        if (m_model->item(row, 0)->data(IdRole) == id) {
            return m_model->item(row, place)->text();
        }
    }
    return {};
}

QStringList ComparisonTable::order() const
{
    QStringList ids;
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        ids << idAt(m_proxy->index(row, 0));
    }
    return ids;
}

QString ComparisonTable::idAt(const QModelIndex& index) const
{
    return index.data(IdRole).toString();
}

QString ComparisonTable::current() const
{
    return idAt(m_view->currentIndex());
}

void ComparisonTable::setCurrent(const QString& id)
{
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        if (const auto index = m_proxy->index(row, 0); idAt(index) == id) {
            m_view->setCurrentIndex(index);
            return;
        }
    }
    m_view->setCurrentIndex({});
}

QStringList ComparisonTable::shownColumns() const
{
    QStringList keys;
    for (int i = 0; i < static_cast<int>(m_columns.size()); ++i) {
        if (!m_view->isColumnHidden(i)) {
            keys << m_columns[static_cast<std::size_t>(i)].key;
        }
    }
    return keys;
}

void ComparisonTable::setShownColumns(const QStringList& keys)
{
    for (int i = 1; i < static_cast<int>(m_columns.size()); ++i) {
        m_view->setColumnHidden(i, !keys.contains(m_columns[static_cast<std::size_t>(i)].key));
    }
}

void ComparisonTable::fillColumnMenu(QMenu& menu)
{
    for (int i = 1; i < static_cast<int>(m_columns.size()); ++i) {
        const auto& column = m_columns[static_cast<std::size_t>(i)];
        auto* action = menu.addAction(column.title);
        action->setObjectName(QStringLiteral("column-") + column.key);
        action->setToolTip(column.toolTip);
        action->setCheckable(true);
        action->setChecked(!m_view->isColumnHidden(i));
        connect(action, &QAction::toggled, this, [this, i](bool shown) {
            m_view->setColumnHidden(i, !shown);
            if (shown) {
                m_view->resizeColumnToContents(i);
            }
            Q_EMIT columnsChanged(shownColumns());
        });
    }
}

void ComparisonTable::setEmptyText(const QString& text)
{
    m_emptyText = text;
    m_view->viewport()->update();
}

bool ComparisonTable::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        const auto key = static_cast<QKeyEvent*>(event)->key();
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && !current().isEmpty()) {
            Q_EMIT opened(current());
            return true;
        }
    }
    if (watched == m_view->viewport() && event->type() == QEvent::ContextMenu) {
        auto* request = static_cast<QContextMenuEvent*>(event);
        const auto id = idAt(m_view->indexAt(request->pos()));
        if (!id.isEmpty()) {
            setCurrent(id);
            auto* menu = new QMenu(this);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            menu->setObjectName(QStringLiteral("comparisonMenu"));
            Q_EMIT menuWanted(id, menu);
            menu->popup(request->globalPos());
        }
        return true;
    }
    if (watched == m_view->viewport() && event->type() == QEvent::Paint && m_proxy->rowCount() == 0) {
        paintEmptyTable(*m_view, m_rows.empty() ? m_emptyText : tr("No run passes the filter."));
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ComparisonTable::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_model != nullptr) {
        showSwatches();
    }
}

}  // namespace elbo
