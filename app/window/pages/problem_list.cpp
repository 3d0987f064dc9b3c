// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/problem_list.h"

#include "app/window/session/text.h"
#include "widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStyle>
#include <QtWidgets/QStyledItemDelegate>

#include <algorithm>

namespace elbo {

namespace {

constexpr int kNameRole = Qt::UserRole;
constexpr int kReasonRole = Qt::UserRole + 1;

/// The name in the text's weight, the reason below it in the note size, wrapped.
class ProblemDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        auto ground = option;
        initStyleOption(&ground, index);
        ground.text.clear();
        const auto* style = option.widget->style();
        style->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const auto text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
        const auto area = option.rect.adjusted(theme::kStep, theme::kStep, -theme::kStep, 0);
        const QFontMetrics metrics(option.font);
        painter->save();
        painter->setFont(option.font);
        painter->setPen(text);
        painter->drawText(
            area, Qt::AlignLeft | Qt::AlignTop,
            metrics.elidedText(index.data(kNameRole).toString(), Qt::ElideMiddle, area.width()));
        painter->setFont(theme::noteFont(option.font));
        painter->setPen(selected ? text : theme::noteText(option.palette));
        painter->drawText(area.adjusted(0, metrics.height(), 0, 0),
                          int(Qt::AlignLeft) | int(Qt::TextWordWrap), index.data(kReasonRole).toString());
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const auto* list = qobject_cast<const QListWidget*>(option.widget);
        const auto width = (list != nullptr ? list->viewport()->width() : 280) - 2 * theme::kStep;
        const QFontMetrics note(theme::noteFont(option.font));
        const auto reason =
            note.boundingRect(QRect(0, 0, width, 1000), Qt::TextWordWrap, index.data(kReasonRole).toString());
        return {width, QFontMetrics(option.font).height() + reason.height() + 2 * theme::kStep};
    }
};

}  // namespace

ProblemList::ProblemList(QWidget* parent) : QListWidget(parent)
{
    setObjectName(QStringLiteral("dataProblems"));
    setAccessibleName(tr("Problems found"));
    setItemDelegate(new ProblemDelegate(this));
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setResizeMode(QListView::Adjust);
    setLayoutMode(QListView::Batched);  // a set may have thousands
    setMinimumHeight(144);
}

void ProblemList::setProblems(const std::vector<DatasetSummary::Problem>& problems)
{
    clear();
    for (const auto& problem : problems) {
        const auto reason = problem.leftOut ? tr("Left out: %1").arg(toQt(problem.sentence))
                                            : tr("Kept: %1").arg(toQt(problem.sentence));
        auto* item = new QListWidgetItem(tr("%1: %2").arg(toQt(problem.name), toQt(problem.sentence)), this);
        item->setData(kNameRole, toQt(problem.name));
        item->setData(kReasonRole, reason);
        item->setToolTip(toQt(problem.name));
    }
}

QString ProblemList::asText() const
{
    const auto chosen = selectedItems();
    QString text;
    for (int row = 0; row < count(); ++row) {
        const auto* one = item(row);
        if (chosen.isEmpty() || one->isSelected()) {
            text += one->data(kNameRole).toString() + QLatin1Char('\t') + one->data(kReasonRole).toString() +
                    QLatin1Char('\n');
        }
    }
    return text;
}

void ProblemList::copy() const
{
    QGuiApplication::clipboard()->setText(asText());
}

void ProblemList::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        return copy();
    }
    if (event->key() == Qt::Key_Escape && !selectedItems().isEmpty()) {
        return clearSelection();
    }
    QListWidget::keyPressEvent(event);
}

void ProblemList::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("problems-menu"));
    menu->addAction(theme::icon(QStringLiteral("copy")),
                    selectedItems().isEmpty() ? tr("Copy all") : tr("Copy"), this, &ProblemList::copy);
    menu->popup(event->globalPos());
}

}  // namespace elbo
