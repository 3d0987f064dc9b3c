// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/read_outs.h"

#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>

#include <algorithm>

namespace elbo {

namespace {

const QString kNone = QStringLiteral("–");
constexpr int kLongText = 24;  ///< letters that fit beside a name at the inspector's least width

}  // namespace

ReadOuts::ReadOuts(QWidget* parent) : QWidget(parent)
{
    m_layout = new QGridLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(theme::kControlGap);
    m_layout->setVerticalSpacing(theme::kStep);
    m_layout->setColumnStretch(0, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void ReadOuts::setRows(std::vector<ReadOutRow> rows)
{
    for (auto& row : m_rows) {
        for (auto* label : {row.name, row.value, row.arrow, row.unit}) {
            delete label;
        }
    }
    m_rows.clear();
    int line = 0;
    for (auto& described : rows) {
        Row row;
        row.name = new QLabel(described.name, this);
        row.value = new QLabel(kNone, this);
        row.value->setObjectName(QStringLiteral("value-") + described.key);
        row.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        row.value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        row.value->setAccessibleName(described.name);
        row.arrow = new QLabel(this);
        row.arrow->setObjectName(QStringLiteral("arrow-") + described.key);
        row.unit = new QLabel(described.unit, this);
        for (auto* label : {row.name, row.value, row.unit}) {
            label->setToolTip(described.toolTip);
            // The menu of all rows, not the one of a single label.
            label->setContextMenuPolicy(Qt::NoContextMenu);
        }
        m_layout->addWidget(row.name, line, 0);
        m_layout->addWidget(row.value, line, 1);
        m_layout->addWidget(row.arrow, line, 2);
        m_layout->addWidget(row.unit, line, 3);
        row.row = std::move(described);
        m_rows.push_back(std::move(row));
        ++line;
    }
    applyTheme();
}

ReadOuts::Row* ReadOuts::find(const QString& key)
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [&key](const Row& row) { return row.row.key == key; });
    return found == m_rows.end() ? nullptr : &*found;
}

void ReadOuts::setNumber(const QString& key, std::optional<double> value, int digits)
{
    auto* row = find(key);
    if (row == nullptr) {
        return;
    }
    row->change = 0;
    if (value.has_value() && row->number.has_value() && *value != *row->number) {
        row->change = *value > *row->number ? 1 : -1;
    }
    row->number = value;
    row->value->setText(value.has_value() ? numberText(*value, digits) : kNone);
    showArrow(*row);
}

void ReadOuts::setText(const QString& key, const QString& text)
{
    if (auto* row = find(key)) {
        row->number.reset();
        row->change = 0;
        // A long value takes a second line rather than widening the panel beyond its place.
        row->value->setWordWrap(text.size() > kLongText);
        row->value->setText(text.isEmpty() ? kNone : text);
        showArrow(*row);
    }
}

void ReadOuts::clearValues()
{
    for (const auto& row : m_rows) {
        setText(row.row.key, {});
    }
}

void ReadOuts::showArrow(Row& row) const
{
    row.arrow->setText(row.change > 0   ? QStringLiteral("▲")
                       : row.change < 0 ? QStringLiteral("▼")
                                        : QString());
    row.arrow->setToolTip(row.change > 0 ? tr("rose") : row.change < 0 ? tr("fell") : QString());
    auto color = theme::noteText(palette());
    if (row.row.good != GoodDirection::None && row.change != 0) {
        const bool better = (row.change > 0) == (row.row.good == GoodDirection::Up);
        color = better ? theme::goodText(palette()) : theme::warningText(palette());
    }
    auto colors = palette();
    colors.setColor(QPalette::WindowText, color);
    row.arrow->setPalette(colors);
}

QString ReadOuts::valueText(const QString& key) const
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [&key](const Row& row) { return row.row.key == key; });
    return found == m_rows.end() ? QString() : found->value->text();
}

QString ReadOuts::table() const
{
    QString text;
    for (const auto& row : m_rows) {
        text += row.row.name + QLatin1Char('\t') + row.value->text() + QLatin1Char('\t') + row.row.unit +
                QLatin1Char('\n');
    }
    return text;
}

void ReadOuts::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("read-outs-menu"));
    for (const auto& row : m_rows) {
        if (const auto line = row.name->geometry().united(row.unit->geometry());
            line.contains(event->pos())) {
            menu->addAction(theme::icon(QStringLiteral("copy")), tr("Copy %1").arg(row.row.name), this,
                            [value = row.value->text()] { QGuiApplication::clipboard()->setText(value); });
        }
    }
    menu->addAction(tr("Copy all"), this, [this] { QGuiApplication::clipboard()->setText(table()); });
    menu->popup(event->globalPos());
}

void ReadOuts::applyTheme()
{
    auto colors = palette();
    colors.setColor(QPalette::WindowText, theme::noteText(palette()));
    const auto note = theme::noteFont(font());
    int arrowWidth = 0;
    for (auto& row : m_rows) {
        row.name->setPalette(colors);
        row.unit->setPalette(colors);
        row.unit->setFont(note);
        row.arrow->setFont(note);
        row.value->setFont(theme::figureFont(font()));
        arrowWidth = QFontMetrics(note).horizontalAdvance(QStringLiteral("▲"));
        // Room of its own, so that nothing jumps when the first arrow comes.
        row.arrow->setFixedWidth(arrowWidth);
        showArrow(row);
    }
}

void ReadOuts::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        applyTheme();
    }
}

}  // namespace elbo
