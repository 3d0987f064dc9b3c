// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/table_parts.h"

#include "widgets/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTableView>

namespace elbo {

void setTableLook(QTableView& view)
{
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setAlternatingRowColors(true);
    view.setShowGrid(false);
    view.setWordWrap(false);
    view.setTabKeyNavigation(false);
    view.setTextElideMode(Qt::ElideMiddle);
    view.setSortingEnabled(true);
    view.verticalHeader()->hide();
    view.verticalHeader()->setDefaultSectionSize(view.fontMetrics().height() + theme::kControlGap);
    view.horizontalHeader()->setHighlightSections(false);
}

QLineEdit* makeFilterLine(const QString& objectName, const QString& placeholder)
{
    auto* line = new QLineEdit;
    line->setObjectName(objectName);
    line->setPlaceholderText(placeholder);
    line->setClearButtonEnabled(true);
    line->addAction(theme::icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    return line;
}

void paintEmptyTable(QTableView& view, const QString& sentence)
{
    QPainter painter(view.viewport());
    painter.setPen(theme::noteText(view.palette()));
    painter.drawText(view.viewport()->rect().adjusted(16, 0, -16, 0),
                     int(Qt::AlignCenter) | int(Qt::TextWordWrap), sentence);
}

}  // namespace elbo
