// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconstruction_grid.h"

#include "widgets/number_text.h"
#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr int kMinimum = 64;
constexpr int kMaximum = 512;
constexpr int kPairGap = 2;
constexpr int kColumnGap = theme::kPanelGap;
constexpr int kMargin = theme::kControlGap;

QString numberLine(const QString& name, const QString& value)
{
    return name + QLatin1Char('\t') + value;
}

}  // namespace

ReconstructionGrid::ReconstructionGrid(QWidget* parent)
    : QAbstractScrollArea(parent), m_depthMap(QStringLiteral("turbo"))
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    setAccessibleName(tr("Reconstructions"));
    m_remove = new QToolButton(viewport());
    m_remove->setObjectName(QStringLiteral("reconstruction-remove"));
    m_remove->setIcon(theme::icon(QStringLiteral("close")));
    m_remove->setToolTip(tr("Remove this image (Delete)"));
    m_remove->setAutoRaise(true);
    m_remove->setFocusPolicy(Qt::NoFocus);
    m_remove->setFixedSize(20, 20);
    m_remove->setIconSize({12, 12});
    m_remove->hide();
    connect(m_remove, &QToolButton::clicked, this, [this] {
        if (m_pointed.column >= 0) {
            Q_EMIT removeWanted({m_pointed.id});
        }
    });
}

ReconstructionGrid::~ReconstructionGrid() = default;

void ReconstructionGrid::setItems(std::vector<ReconstructionItem> items)
{
    m_items = std::move(items);
    m_drawn.clear();
    for (const auto& item : m_items) {
        m_drawn.push_back(draw(item));
    }
    itemsChanged();
}

void ReconstructionGrid::addItem(const ReconstructionItem& item)
{
    m_items.push_back(item);
    m_drawn.push_back(draw(item));
    itemsChanged();
}

void ReconstructionGrid::updateItem(const ReconstructionItem& item)
{
    if (const auto column = columnOf(item.id); column >= 0) {
        m_items[static_cast<std::size_t>(column)] = item;
        m_drawn[static_cast<std::size_t>(column)] = draw(item);
        itemsChanged();
    }
}

void ReconstructionGrid::removeItem(std::int64_t id)
{
    if (const auto column = columnOf(id); column >= 0) {
        m_items.erase(m_items.begin() + column);
        m_drawn.erase(m_drawn.begin() + column);
        itemsChanged();
    }
}

void ReconstructionGrid::clear()
{
    setItems({});
}

void ReconstructionGrid::setDepthMap(const QString& key)
{
    m_depthMap = key;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        m_drawn[i] = draw(m_items[i]);
    }
    viewport()->update();
}

void ReconstructionGrid::setSide(int side)
{
    m_side = side == 0 ? 0 : std::clamp(side, kMinimum, kMaximum);
    updateScrollBars();
}

void ReconstructionGrid::setEmptyText(const QString& text)
{
    m_emptyText = text;
    setAccessibleDescription(text);
    viewport()->update();
}

void ReconstructionGrid::setMagnifier(bool on)
{
    m_magnify = on;
    viewport()->update();
}

ReconstructionGrid::Drawn ReconstructionGrid::draw(const ReconstructionItem& item) const
{
    Drawn drawn;
    drawn.lines[0] = item.name;
    if (!item.result.has_value()) {
        drawn.pictures[0] = toQImage(item.color);
        return drawn;
    }
    const auto& result = *item.result;
    drawn.pictures[static_cast<int>(Picture::TruthColor)] = toQImage(result.truthColor);
    drawn.pictures[static_cast<int>(Picture::Color)] = toQImage(result.color);
    // One range for both depths, the truth's.
    const auto range = finiteRange(result.truthDepth);
    drawn.pictures[static_cast<int>(Picture::TruthDepth)] =
        toQImage(result.truthDepth, m_depthMap, range.low, range.high);
    drawn.pictures[static_cast<int>(Picture::Depth)] =
        toQImage(result.depth, m_depthMap, range.low, range.high);
    drawn.lines[1] = numberLine(tr("MSE"), numberText(result.mse));
    drawn.lines[2] = numberLine(tr("PSNR"), tr("%1 dB").arg(numberText(result.psnr, 3)));
    drawn.lines[3] = numberLine(tr("SSIM"), numberText(result.ssim, 3));
    return drawn;
}

void ReconstructionGrid::itemsChanged()
{
    const auto before = m_selection.size();
    std::erase_if(m_selection, [this](std::int64_t id) { return columnOf(id) < 0; });
    if (m_current.has_value() && columnOf(*m_current) < 0) {
        m_current.reset();
    }
    m_spot.reset();
    m_wipe.reset();
    m_pointed = {};
    m_remove->hide();
    updateScrollBars();
    if (m_selection.size() != before) {
        Q_EMIT selectionChanged();
    }
}

int ReconstructionGrid::columnOf(std::int64_t id) const
{
    const auto found = std::find_if(m_items.begin(), m_items.end(),
                                    [id](const ReconstructionItem& item) { return item.id == id; });
    return found == m_items.end() ? -1 : static_cast<int>(found - m_items.begin());
}

bool ReconstructionGrid::anyDepth() const
{
    return std::any_of(m_items.begin(), m_items.end(), [](const ReconstructionItem& item) {
        return item.result.has_value() && !item.result->truthDepth.empty();
    });
}

int ReconstructionGrid::gutter() const
{
    return QFontMetrics(theme::noteFont(font())).height() + 2 * theme::kStep;
}

int ReconstructionGrid::textHeight() const
{
    return QFontMetrics(font()).height() + 3 * QFontMetrics(theme::noteFont(font())).height() + theme::kStep;
}

int ReconstructionGrid::side() const
{
    if (m_side > 0) {
        return m_side;
    }
    const int rows = anyDepth() ? 4 : 2;
    const auto gaps = 2 * kMargin + (anyDepth() ? 2 * kPairGap + theme::kControlGap : kPairGap);
    return std::clamp((viewport()->height() - textHeight() - gaps) / rows, 72, 256);
}

int ReconstructionGrid::picturesHeight() const
{
    return anyDepth() ? 4 * side() + 2 * kPairGap + theme::kControlGap : 2 * side() + kPairGap;
}

int ReconstructionGrid::columnWidth() const
{
    double aspect = 1.0;
    for (const auto& drawn : m_drawn) {
        if (!drawn.pictures[0].isNull()) {
            aspect = std::max(aspect, double(drawn.pictures[0].width()) / drawn.pictures[0].height());
        }
    }
    // Wide enough for "MSE 12,345" whatever the pictures.
    const auto figures =
        QFontMetrics(theme::noteFont(font())).horizontalAdvance(QStringLiteral("PSNR  12.34 dB"));
    return std::max(static_cast<int>(side() * aspect), figures);
}

QRect ReconstructionGrid::rectOfColumn(int column) const
{
    const auto left =
        gutter() + kMargin + column * (columnWidth() + kColumnGap) - horizontalScrollBar()->value();
    return {left, kMargin - verticalScrollBar()->value(), columnWidth(), picturesHeight() + textHeight()};
}

QRect ReconstructionGrid::rectOf(int column, Picture picture) const
{
    const auto& image = m_drawn[static_cast<std::size_t>(column)].pictures[static_cast<int>(picture)];
    if (image.isNull()) {
        return {};
    }
    const auto area = rectOfColumn(column);
    int top = area.top();
    switch (picture) {
        case Picture::TruthColor:
            break;
        case Picture::Color:
            top += side() + kPairGap;
            break;
        case Picture::TruthDepth:
            top += 2 * side() + kPairGap + theme::kControlGap;
            break;
        case Picture::Depth:
            top += 3 * side() + 2 * kPairGap + theme::kControlGap;
            break;
    }
    return fittedRect(image.size(), QRect(area.left(), top, area.width(), side()));
}

QRect ReconstructionGrid::pictureRect(std::int64_t id, Picture picture) const
{
    const auto column = columnOf(id);
    return column < 0 ? QRect() : rectOf(column, picture);
}

QRect ReconstructionGrid::columnRect(std::int64_t id) const
{
    const auto column = columnOf(id);
    return column < 0 ? QRect() : rectOfColumn(column);
}

QImage ReconstructionGrid::picture(std::int64_t id, Picture picture) const
{
    const auto column = columnOf(id);
    return column < 0 ? QImage()
                      : m_drawn[static_cast<std::size_t>(column)].pictures[static_cast<int>(picture)];
}

void ReconstructionGrid::updateScrollBars()
{
    const auto count = static_cast<int>(m_items.size());
    const auto width =
        gutter() + 2 * kMargin + count * (columnWidth() + kColumnGap) - (count > 0 ? kColumnGap : 0);
    const auto height = m_items.empty() ? 0 : picturesHeight() + textHeight() + 2 * kMargin;
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(columnWidth() / 3);
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(side() / 3);
    viewport()->update();
}

void ReconstructionGrid::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(viewport());
    if (m_items.empty()) {
        painter.setPen(theme::noteText(palette()));
        painter.drawText(viewport()->rect().adjusted(24, 0, -24, 0),
                         int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
        return;
    }
    for (int column = 0; column < static_cast<int>(m_items.size()); ++column) {
        if (rectOfColumn(column).intersects(viewport()->rect())) {
            paintColumn(painter, column);
        }
    }
    paintGutter(painter);
}

void ReconstructionGrid::paintColumn(QPainter& painter, int column) const
{
    const auto& item = m_items[static_cast<std::size_t>(column)];
    const auto& drawn = m_drawn[static_cast<std::size_t>(column)];
    const auto area = rectOfColumn(column);
    const bool selected = m_selection.contains(item.id);
    if (selected) {
        auto color = palette().color(QPalette::Highlight);
        painter.fillRect(area.adjusted(-5, -5, 5, 3), color);
        painter.fillRect(area.adjusted(-2, -2, 2, 0), palette().color(QPalette::Base));
    }
    if (item.result.has_value()) {
        for (int i = 0; i < kPictures; ++i) {
            drawPicture(painter, rectOf(column, static_cast<Picture>(i)), drawn.pictures[i]);
        }
    } else {
        paintPlaceholder(painter, column);
    }
    const bool pointed = m_pointed.column == column && m_pointed.picture.has_value() && m_spot.has_value();
    if (pointed && m_wipe.has_value()) {
        paintWipe(painter, column);
    } else if (pointed && m_magnify && item.result.has_value()) {
        for (int i = 0; i < kPictures; ++i) {
            paintLens(painter, column, static_cast<Picture>(i));
        }
    }
    // The texts: name, then numbers aligned at both sides of the column.
    auto y = area.top() + picturesHeight() + theme::kStep;
    const auto note = theme::figureFont(theme::noteFont(font()));
    for (int line = 0; line < 4; ++line) {
        const auto lineFont = line == 0 ? font() : note;
        const QFontMetrics metrics(lineFont);
        const QRect place(area.left(), y, area.width(), metrics.height());
        y += metrics.height();
        painter.setFont(lineFont);
        painter.setPen(palette().color(QPalette::Text));
        const auto parts = drawn.lines[line].split(QLatin1Char('\t'));
        if (parts.size() == 2) {
            painter.drawText(place, Qt::AlignRight, parts[1]);
            painter.setPen(theme::noteText(palette()));
        }
        painter.drawText(place, Qt::AlignLeft, metrics.elidedText(parts[0], Qt::ElideMiddle, place.width()));
    }
}

void ReconstructionGrid::paintPlaceholder(QPainter& painter, int column) const
{
    const auto& item = m_items[static_cast<std::size_t>(column)];
    const auto area = rectOfColumn(column);
    QRect space(area.left(), area.top(), area.width(), picturesHeight());
    painter.fillRect(space, theme::pictureGround(palette()));
    if (const auto truth = rectOf(column, Picture::TruthColor); !truth.isNull()) {
        drawPicture(painter, truth, m_drawn[static_cast<std::size_t>(column)].pictures[0]);
        space.setTop(area.top() + side());
    }
    painter.setFont(font());
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(space.adjusted(theme::kStep, 0, -theme::kStep, 0),
                     int(Qt::AlignCenter) | int(Qt::TextWordWrap), item.placeholder);
}

/// The same spot of one picture, three times larger, around where the pointer is in this or its neighbour.
void ReconstructionGrid::paintLens(QPainter& painter, int column, Picture picture) const
{
    const auto target = rectOf(column, picture);
    const auto& image = m_drawn[static_cast<std::size_t>(column)].pictures[static_cast<int>(picture)];
    if (target.isEmpty() || image.isNull()) {
        return;
    }
    const QPointF center(target.left() + m_spot->x() * target.width(),
                         target.top() + m_spot->y() * target.height());
    const auto lensSide = std::min(target.width(), target.height()) * 0.5;
    QRectF lens(center.x() - lensSide / 2, center.y() - lensSide / 2, lensSide, lensSide);
    lens.moveLeft(std::clamp(lens.left(), double(target.left()), target.left() + target.width() - lensSide));
    lens.moveTop(std::clamp(lens.top(), double(target.top()), target.top() + target.height() - lensSide));
    const auto pixels = lensSide / target.width() * image.width() / 3.0;
    QRectF source(m_spot->x() * image.width() - pixels / 2, m_spot->y() * image.height() - pixels / 2, pixels,
                  pixels);
    source.moveLeft(std::clamp(source.left(), 0.0, image.width() - pixels));
    source.moveTop(std::clamp(source.top(), 0.0, image.height() - pixels));
    const bool smooth = lensSide / pixels * devicePixelRatioF() < 3.0;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth);
    painter.drawImage(lens, image, source);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setPen(QPen(Qt::white, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(lens.adjusted(0, 0, -1, -1));
    painter.setPen(QPen(Qt::black, 1));
    painter.drawRect(lens.adjusted(-1, -1, 0, 0));
}

/// In the picture that is dragged over: truth left of the line, reconstruction right of it.
void ReconstructionGrid::paintWipe(QPainter& painter, int column) const
{
    const bool depth = *m_pointed.picture == Picture::TruthDepth || *m_pointed.picture == Picture::Depth;
    const auto& pictures = m_drawn[static_cast<std::size_t>(column)].pictures;
    const auto target = rectOf(column, *m_pointed.picture);
    const auto& truth = pictures[static_cast<int>(depth ? Picture::TruthDepth : Picture::TruthColor)];
    const auto& reconstruction = pictures[static_cast<int>(depth ? Picture::Depth : Picture::Color)];
    const auto edge = target.left() + static_cast<int>(std::lround(*m_wipe * target.width()));
    painter.save();
    painter.setClipRect(QRect(target.topLeft(), QPoint(edge - 1, target.bottom())));
    drawPicture(painter, target, truth);
    painter.setClipRect(QRect(QPoint(edge, target.top()), target.bottomRight()));
    drawPicture(painter, target, reconstruction);
    painter.restore();
    painter.fillRect(QRect(edge - 1, target.top(), 3, target.height()), Qt::black);
    painter.fillRect(QRect(edge, target.top(), 1, target.height()), Qt::white);
}

/// The names of the rows, at the left edge whatever is scrolled.
void ReconstructionGrid::paintGutter(QPainter& painter) const
{
    painter.fillRect(QRect(0, 0, gutter(), viewport()->height()), palette().color(QPalette::Base));
    painter.setFont(theme::noteFont(font()));
    painter.setPen(theme::noteText(palette()));
    const QString names[] = {tr("truth"), tr("reconstruction"), tr("truth"), tr("reconstruction")};
    const auto area = rectOfColumn(0);
    const int tops[] = {0, side() + kPairGap, 2 * side() + kPairGap + theme::kControlGap,
                        3 * side() + 2 * kPairGap + theme::kControlGap};
    for (int row = 0; row < (anyDepth() ? 4 : 2); ++row) {
        painter.save();
        painter.translate(0, area.top() + tops[row] + side());
        painter.rotate(-90);
        const auto text = painter.fontMetrics().elidedText(names[row], Qt::ElideRight, side());
        painter.drawText(QRect(0, theme::kStep, side(), gutter()), Qt::AlignHCenter | Qt::AlignTop, text);
        painter.restore();
    }
}

QSize ReconstructionGrid::sizeHint() const
{
    return {640, 480};
}

}  // namespace elbo
