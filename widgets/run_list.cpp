// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/run_list.h"

#include "widgets/table_parts.h"
#include "widgets/theme.h"

#include <QtCore/QItemSelectionModel>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

RunList::RunList(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    m_filter = makeFilterLine(QStringLiteral("run-filter"), tr("Filter by name, data, model or state"));
    m_model = new RunListModel(this);
    m_proxy = new QSortFilterProxyModel(this);
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(RunListModel::SortRole);
    m_proxy->setFilterKeyColumn(-1);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_view = new QTableView(this);
    m_view->setObjectName(QStringLiteral("run-table"));
    m_view->setModel(m_proxy);
    setTableLook(*m_view);
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_view->horizontalHeader()->setSectionResizeMode(RunListModel::Data, QHeaderView::Stretch);
    m_view->sortByColumn(RunListModel::Name, Qt::DescendingOrder);
    m_view->setAccessibleName(tr("Runs"));
    setFocusProxy(m_view);
    layout->addWidget(m_filter);
    layout->addWidget(m_view, 1);
    m_view->viewport()->installEventFilter(this);
    m_view->installEventFilter(this);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_proxy->setFilterFixedString(text);
        m_view->viewport()->update();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                Q_EMIT currentChanged(index.data(RunListModel::IdRole).toString());
            });
    connect(m_view, &QTableView::doubleClicked, this,
            [this](const QModelIndex& index) { Q_EMIT opened(index.data(RunListModel::IdRole).toString()); });
}

void RunList::setCurrent(const QString& id)
{
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        if (const auto index = m_proxy->index(row, 0); index.data(RunListModel::IdRole) == id) {
            m_view->selectRow(row);
            m_view->scrollTo(index);
            return;
        }
    }
    m_view->clearSelection();
    m_view->setCurrentIndex({});
}

QString RunList::current() const
{
    return m_view->currentIndex().data(RunListModel::IdRole).toString();
}

void RunList::setEmptyText(const QString& text)
{
    m_emptyText = text;
    m_view->viewport()->update();
}

bool RunList::eventFilter(QObject* watched, QEvent* event)
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
        const auto id = m_view->indexAt(request->pos()).data(RunListModel::IdRole).toString();
        if (!id.isEmpty()) {
            auto* menu = new QMenu(this);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            menu->setObjectName(QStringLiteral("run-menu"));
            menu->addAction(theme::icon(QStringLiteral("open")), tr("Open"), this,
                            [this, id] { Q_EMIT opened(id); });
            Q_EMIT menuWanted(id, menu);
            menu->popup(request->globalPos());
        }
        return true;
    }
    if (watched == m_view->viewport() && event->type() == QEvent::Paint && m_proxy->rowCount() == 0) {
        paintEmptyTable(*m_view, m_model->runs().empty() ? m_emptyText : tr("No run passes the filter."));
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace elbo
