// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/strip_view.h"

#include "widgets/number_text.h"
#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QHelpEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace elbo {

namespace {

constexpr int kGap = 2;
constexpr int kGroupGap = theme::kPanelGap;
const Image8* at(const std::vector<Image8>& pictures, std::size_t i)
{
    return i < pictures.size() ? &pictures[i] : nullptr;
}

}  // namespace

StripView::StripView(QWidget* parent) : QWidget(parent), m_depthMap(QStringLiteral("turbo"))
{
    setMouseTracking(true);
    setAccessibleName(tr("Test images, truth above reconstruction"));
    auto policy = QSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setSizePolicy(policy);
}

void StripView::setStrip(const KeptStrip& strip)
{
    m_strip = strip;
    render();
}

void StripView::clear()
{
    m_strip = {};
    render();
}

void StripView::setDepthMap(const QString& key)
{
    if (key != m_depthMap) {
        m_depthMap = key;
        render();
    }
}

void StripView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void StripView::render()
{
    m_columns.clear();
    m_hasDepth = !m_strip.truthDepth.empty() && m_strip.truthDepth.size() == m_strip.depth.size();
    for (std::size_t i = 0; i < m_strip.truthColor.size(); ++i) {
        Column column;
        column.name = i < m_strip.names.size() ? QString::fromStdString(m_strip.names[i]) : QString();
        column.pictures[0][0] = toQImage(m_strip.truthColor[i]);
        if (const auto* color = at(m_strip.color, i)) {
            column.pictures[1][0] = toQImage(*color);
        }
        if (m_hasDepth && i < m_strip.depth.size()) {
            // One range for both, the truth's: a reconstruction that is too near must look too near.
            const auto range = finiteRange(m_strip.truthDepth[i]);
            column.pictures[0][1] = toQImage(m_strip.truthDepth[i], m_depthMap, range.low, range.high);
            column.pictures[1][1] = toQImage(m_strip.depth[i], m_depthMap, range.low, range.high);
        }
        m_columns.push_back(std::move(column));
    }
    update();
}

int StripView::rowLabelWidth() const
{
    return QFontMetrics(theme::noteFont(font())).height() + theme::kStep;
}

int StripView::captionHeight() const
{
    return QFontMetrics(theme::noteFont(font())).height() + 2;
}

StripView::Places StripView::places() const
{
    Places result;
    result.left = rowLabelWidth();
    result.columns = static_cast<int>(m_columns.size());
    if (m_columns.empty()) {
        return result;
    }
    const auto size = m_columns.front().pictures[0][0].size();
    const auto aspect = size.isEmpty() ? 1.0 : double(size.width()) / size.height();
    const int groups = m_hasDepth ? 2 : 1;
    const auto room = width() - result.left - (groups - 1) * kGroupGap;
    const auto widthFor = [&](int columns) { return room / (groups * columns) - kGap; };
    const auto smallest = static_cast<int>(theme::kPictureMinimum * std::max(1.0, aspect));
    while (result.columns > 1 && widthFor(result.columns) < smallest) {
        --result.columns;
    }
    const auto byWidth = static_cast<int>(widthFor(result.columns) / aspect);
    const auto byHeight = (height() - captionHeight() - kGap) / 2;
    result.height = std::max(theme::kPictureMinimum, std::min(byWidth, byHeight));
    result.width = static_cast<int>(result.height * aspect);
    return result;
}

int StripView::pictureSide() const
{
    return places().height;
}

int StripView::columnCount() const
{
    return places().columns;
}

QRect StripView::pictureRect(int row, int column, bool depth) const
{
    const auto place = places();
    const auto groupWidth = place.columns * (place.width + kGap) - kGap + kGroupGap;
    return {place.left + (depth ? groupWidth : 0) + column * (place.width + kGap),
            row * (place.height + kGap), place.width, place.height};
}

void StripView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    if (m_columns.empty()) {
        painter.setPen(theme::noteText(palette()));
        painter.drawText(rect(), int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
        return;
    }
    const auto place = places();
    for (int column = 0; column < place.columns; ++column) {
        for (int row = 0; row < 2; ++row) {
            for (int depth = 0; depth < (m_hasDepth ? 2 : 1); ++depth) {
                const auto target = pictureRect(row, column, depth == 1);
                const auto& picture = m_columns[static_cast<std::size_t>(column)].pictures[row][depth];
                if (picture.isNull()) {
                    painter.fillRect(target, theme::pictureGround(palette()));
                }
                drawPicture(painter, target, picture);
            }
        }
    }
    paintTexts(painter, place);
}

void StripView::paintTexts(QPainter& painter, const Places& places) const
{
    const auto note = theme::noteFont(font());
    painter.setFont(note);
    painter.setPen(theme::noteText(palette()));
    // Upright, so that eight columns twice fit beside an inspector at 1280 px.
    const QFontMetrics metrics(note);
    for (int row = 0; row < 2; ++row) {
        const auto first = pictureRect(row, 0, false);
        auto name = row == 0 ? tr("truth") : tr("reconstruction");
        if (metrics.horizontalAdvance(name) > first.height()) {
            name = tr("recon.");
        }
        painter.save();
        painter.translate(0, first.bottom() + 1);
        painter.rotate(-90);
        painter.drawText(QRect(0, 0, first.height(), places.left), Qt::AlignHCenter | Qt::AlignTop, name);
        painter.restore();
    }
    const auto caption = [&](bool depth, const QString& text) {
        const auto first = pictureRect(1, 0, depth);
        const auto last = pictureRect(1, places.columns - 1, depth);
        const QRect line(first.left(), first.bottom() + 2, last.right() - first.left() + 1, captionHeight());
        painter.drawText(line, Qt::AlignLeft | Qt::AlignTop,
                         QFontMetrics(note).elidedText(text, Qt::ElideRight, line.width()));
    };
    const bool grey = m_strip.truthColor.front().channels == 1;
    caption(false, grey ? tr("grey") : tr("colour"));
    if (m_hasDepth) {
        caption(true, m_strip.metric ? tr("depth, each on the range of its truth in metres")
                                     : tr("depth, relative, each on the range of its truth"));
    }
}

StripView::Hit StripView::hit(const QPoint& position) const
{
    const auto count = columnCount();
    for (int column = 0; column < count; ++column) {
        for (int row = 0; row < 2; ++row) {
            for (const bool depth : {false, true}) {
                if ((!depth || m_hasDepth) && pictureRect(row, column, depth).contains(position)) {
                    return {row, column, depth};
                }
            }
        }
    }
    return {};
}

void StripView::mouseReleaseEvent(QMouseEvent* event)
{
    const auto found = hit(event->position().toPoint());
    if (event->button() == Qt::LeftButton && found.column >= 0) {
        Q_EMIT activated(found.column);
    }
}

void StripView::contextMenuEvent(QContextMenuEvent* event)
{
    const auto found = hit(event->pos());
    if (m_columns.empty()) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("strip-menu"));
    if (found.column >= 0) {
        const auto picture =
            m_columns[static_cast<std::size_t>(found.column)].pictures[found.row][found.depth ? 1 : 0];
        menu->addAction(theme::icon(QStringLiteral("copy")), tr("Copy picture"), this,
                        [picture] { QGuiApplication::clipboard()->setImage(picture); });
    }
    menu->addAction(tr("Copy strip"), this, [this] { QGuiApplication::clipboard()->setImage(sheet()); });
    Q_EMIT menuWanted(found.column, menu);
    menu->popup(event->globalPos());
}

bool StripView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto& help = static_cast<const QHelpEvent&>(*event);
        const auto found = hit(help.pos());
        if (found.column < 0) {
            QToolTip::hideText();
            return true;
        }
        const auto name = m_columns[static_cast<std::size_t>(found.column)].name;
        auto text = tr("%1, %2").arg(name, found.row == 0 ? tr("truth") : tr("reconstruction"));
        if (found.depth) {
            const auto range = finiteRange(m_strip.truthDepth[static_cast<std::size_t>(found.column)]);
            text += m_strip.metric
                        ? tr("\ndepth %1 to %2 m")
                              .arg(numberText(double(range.low), 3), numberText(double(range.high), 3))
                        : tr("\ndepth, relative");
        }
        QToolTip::showText(help.globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

void StripView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) {
        update();
    }
}

QImage StripView::sheet() const
{
    if (m_columns.empty()) {
        return {};
    }
    const auto size = m_columns.front().pictures[0][0].size();
    const auto count = static_cast<int>(m_columns.size());
    const int groups = m_hasDepth ? 2 : 1;
    QImage sheet(groups * count * (size.width() + kGap) + (groups - 1) * kGroupGap, 2 * size.height() + kGap,
                 QImage::Format_RGB32);
    sheet.fill(theme::pictureGround(palette()));
    QPainter painter(&sheet);
    for (int column = 0; column < count; ++column) {
        for (int row = 0; row < 2; ++row) {
            for (int group = 0; group < groups; ++group) {
                const QPoint place(
                    column * (size.width() + kGap) + group * (count * (size.width() + kGap) + kGroupGap),
                    row * (size.height() + kGap));
                painter.drawImage(place, m_columns[static_cast<std::size_t>(column)].pictures[row][group]);
            }
        }
    }
    return sheet;
}

QSize StripView::sizeHint() const
{
    return {800, 2 * 96 + captionHeight()};
}

QSize StripView::minimumSizeHint() const
{
    const int groups = m_hasDepth ? 2 : 1;
    return {rowLabelWidth() + groups * 2 * (theme::kPictureMinimum + kGap) + kGroupGap,
            2 * theme::kPictureMinimum + kGap + captionHeight()};
}

}  // namespace elbo
