// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image_grid.h"

#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QEvent>
#include <QtGui/QPaintEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <limits>

namespace elbo {

namespace {

constexpr int kGap = theme::kControlGap;
constexpr int kPairGap = 2;
/// A paint loads pictures for this long and leaves the rest to the next one: scrolling stays smooth.
constexpr qint64 kLoadMs = 6;

/// The picture at the size it is painted with, as the screen wants its bytes.
QImage shrunk(const QImage& image, const QSize& size, double ratio)
{
    if (image.isNull()) {
        return {};
    }
    const auto wanted = (QSizeF(size) * ratio).toSize().expandedTo({1, 1});
    const auto fitted = image.size().scaled(wanted, Qt::KeepAspectRatio).expandedTo({1, 1});
    const bool magnified = fitted.width() >= 3 * image.width();
    auto result = image
                      .scaled(fitted, Qt::IgnoreAspectRatio,
                              magnified ? Qt::FastTransformation : Qt::SmoothTransformation)
                      .convertToFormat(QImage::Format_RGB32);
    result.setDevicePixelRatio(ratio);
    return result;
}

QString captionText(std::int64_t index, const GridCaption& caption)
{
    const auto number = QString::number(index);
    auto text = caption.name.isEmpty() || caption.name == number
                    ? number
                    : number + QStringLiteral("  ") + caption.name;
    if (!caption.label.isEmpty()) {
        text += QStringLiteral(" · ") + caption.label;
    }
    return text;
}

}  // namespace

ImageGrid::ImageGrid(QWidget* parent) : QAbstractScrollArea(parent), m_depthMap(QStringLiteral("turbo"))
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    setAccessibleName(tr("Images"));
    m_more.setSingleShot(true);
    m_more.setInterval(0);
    connect(&m_more, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
}

ImageGrid::~ImageGrid() = default;

void ImageGrid::setSource(std::int64_t count, ImageProvider pictures, CaptionProvider captions, double aspect)
{
    m_count = count;
    m_pictures = std::move(pictures);
    m_captions = std::move(captions);
    m_aspect = aspect > 0.0 ? aspect : 1.0;
    m_current.reset();
    m_selection.clear();
    m_anchor = 0;
    m_pairs = m_count > 0 && m_pictures && !m_pictures(0).depth.empty();
    clearFilter();
    dropCache();
    verticalScrollBar()->setValue(0);
    Q_EMIT selectionChanged();
}

void ImageGrid::clear()
{
    setSource(0, nullptr, nullptr);
}

void ImageGrid::setContent(GridContent content)
{
    if (content != m_content) {
        m_content = content;
        dropCache();
        updateScrollBars();
    }
}

void ImageGrid::setDepthMap(const QString& key)
{
    if (key != m_depthMap) {
        m_depthMap = key;
        dropCache();
    }
}

void ImageGrid::setSide(int side)
{
    side = std::clamp(side, kMinimumSide, kMaximumSide);
    if (side == m_side) {
        return;
    }
    // The image in the middle stays in the middle.
    const auto old = layoutNow();
    const auto half = viewport()->height() / 2;
    const auto row = (verticalScrollBar()->value() + half) / static_cast<double>(old.cellHeight);
    const auto position = static_cast<std::int64_t>(row) * old.columns;
    m_side = side;
    dropCache();
    updateScrollBars();
    const auto now = layoutNow();
    const auto newRow = static_cast<double>(position / now.columns) + row -
                        static_cast<double>(static_cast<std::int64_t>(row));
    verticalScrollBar()->setValue(static_cast<int>(newRow * now.cellHeight) - half);
    Q_EMIT sideChanged(side);
}

void ImageGrid::setCacheBytes(std::size_t bytes)
{
    m_cacheBytes = bytes;
    trim();
}

void ImageGrid::setEmptyText(const QString& text)
{
    m_emptyText = text;
    setAccessibleDescription(text);
    viewport()->update();
}

void ImageGrid::setFilter(std::vector<std::int64_t> indices)
{
    m_positions.clear();
    m_positions.reserve(indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) {
        m_positions.emplace(indices[i], static_cast<std::int64_t>(i));
    }
    m_filter = std::move(indices);
    filterChanged();
}

void ImageGrid::clearFilter()
{
    m_filter.reset();
    m_positions.clear();
    filterChanged();
}

void ImageGrid::filterChanged()
{
    const auto before = m_selection.size();
    std::erase_if(m_selection, [this](std::int64_t index) { return !positionOf(index).has_value(); });
    if (m_current.has_value() && !positionOf(*m_current).has_value()) {
        m_current.reset();
    }
    m_anchor = 0;
    updateScrollBars();
    if (m_current.has_value()) {
        ensureVisible(*positionOf(*m_current));
    } else {
        verticalScrollBar()->setValue(0);
    }
    viewport()->update();
    if (m_selection.size() != before) {
        Q_EMIT selectionChanged();
    }
}

std::int64_t ImageGrid::shownCount() const
{
    return m_filter.has_value() ? static_cast<std::int64_t>(m_filter->size()) : m_count;
}

std::int64_t ImageGrid::indexOf(std::int64_t position) const
{
    return m_filter.has_value() ? (*m_filter)[static_cast<std::size_t>(position)] : position;
}

std::optional<std::int64_t> ImageGrid::positionOf(std::int64_t index) const
{
    if (!m_filter.has_value()) {
        return index >= 0 && index < m_count ? std::optional(index) : std::nullopt;
    }
    const auto found = m_positions.find(index);
    return found == m_positions.end() ? std::nullopt : std::optional(found->second);
}

ImageGrid::Layout ImageGrid::layoutNow() const
{
    Layout layout;
    const bool pair = m_pairs && m_content == GridContent::Pair;
    layout.pictureWidth = std::max(1, static_cast<int>(m_side * m_aspect));
    layout.captionHeight = QFontMetrics(theme::noteFont(font())).height() + 2;
    layout.cellWidth = (pair ? 2 * layout.pictureWidth + kPairGap : layout.pictureWidth) + kGap;
    layout.cellHeight = m_side + layout.captionHeight + kGap;
    layout.columns = std::max(1, (viewport()->width() - kGap) / layout.cellWidth);
    layout.columnStep = std::max(layout.cellWidth, (viewport()->width() - kGap) / layout.columns);
    layout.rows = (shownCount() + layout.columns - 1) / layout.columns;
    return layout;
}

void ImageGrid::updateScrollBars()
{
    const auto layout = layoutNow();
    const auto total = layout.rows * layout.cellHeight + kGap;
    const auto view = viewport()->height();
    verticalScrollBar()->setPageStep(view);
    verticalScrollBar()->setSingleStep(std::max(1, layout.cellHeight / 3));
    verticalScrollBar()->setRange(
        0, static_cast<int>(std::clamp<std::int64_t>(total - view, 0, std::numeric_limits<int>::max())));
    viewport()->update();
}

QRect ImageGrid::cellRect(std::int64_t position) const
{
    const auto layout = layoutNow();
    const auto column = static_cast<int>(position % layout.columns);
    const auto top = position / layout.columns * layout.cellHeight - verticalScrollBar()->value() + kGap;
    return {kGap + column * layout.columnStep, static_cast<int>(top), layout.cellWidth - kGap,
            layout.cellHeight - kGap};
}

QRect ImageGrid::itemRect(std::int64_t index) const
{
    const auto position = positionOf(index);
    return position.has_value() ? cellRect(*position) : QRect();
}

std::optional<std::int64_t> ImageGrid::positionAt(const QPoint& viewportPosition) const
{
    const auto layout = layoutNow();
    const auto column = (viewportPosition.x() - kGap) / layout.columnStep;
    const auto y = viewportPosition.y() + verticalScrollBar()->value() - kGap;
    if (viewportPosition.x() < kGap || column >= layout.columns || y < 0) {
        return std::nullopt;
    }
    const auto position = static_cast<std::int64_t>(y / layout.cellHeight) * layout.columns + column;
    if (position >= shownCount() || !cellRect(position).contains(viewportPosition)) {
        return std::nullopt;
    }
    return position;
}

std::optional<std::int64_t> ImageGrid::indexAt(const QPoint& viewportPosition) const
{
    const auto position = positionAt(viewportPosition);
    return position.has_value() ? std::optional(indexOf(*position)) : std::nullopt;
}

ImageGrid::Entry* ImageGrid::cached(std::int64_t index)
{
    const auto found = m_cache.find(index);
    if (found == m_cache.end()) {
        return nullptr;
    }
    m_recent.splice(m_recent.begin(), m_recent, found->second.used);
    return &found->second;
}

ImageGrid::Entry* ImageGrid::load(std::int64_t index, const Layout& layout)
{
    const auto picture = m_pictures(index);
    const QSize size(layout.pictureWidth, m_side);
    const auto ratio = devicePixelRatioF();
    Entry entry;
    if (m_content != GridContent::Depth || picture.depth.empty()) {
        entry.color = shrunk(toQImage(picture.color), size, ratio);
    }
    if (m_content != GridContent::Color && !picture.depth.empty()) {
        entry.depth =
            shrunk(toQImage(picture.depth, m_depthMap, picture.depthLow, picture.depthHigh), size, ratio);
    }
    const auto caption = m_captions ? m_captions(index) : GridCaption{};
    entry.caption = QFontMetrics(theme::noteFont(font()))
                        .elidedText(captionText(index, caption), Qt::ElideRight, layout.cellWidth - kGap);
    entry.bytes =
        static_cast<std::size_t>(entry.color.sizeInBytes() + entry.depth.sizeInBytes()) + sizeof(Entry);
    m_recent.push_front(index);
    entry.used = m_recent.begin();
    m_cachedBytes += entry.bytes;
    return &m_cache.insert_or_assign(index, std::move(entry)).first->second;
}

void ImageGrid::dropCache()
{
    m_cache.clear();
    m_recent.clear();
    m_cachedBytes = 0;
    viewport()->update();
}

void ImageGrid::trim()
{
    while (m_cachedBytes > m_cacheBytes && !m_recent.empty()) {
        const auto oldest = m_cache.find(m_recent.back());
        m_cachedBytes -= oldest->second.bytes;
        m_cache.erase(oldest);
        m_recent.pop_back();
    }
}

void ImageGrid::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    const auto shown = shownCount();
    if (shown == 0) {
        painter.setPen(theme::noteText(palette()));
        const auto text = m_count == 0 ? m_emptyText : tr("No image passes the filter.");
        painter.drawText(viewport()->rect().adjusted(24, 0, -24, 0),
                         int(Qt::AlignCenter) | int(Qt::TextWordWrap), text);
        return;
    }
    const auto layout = layoutNow();
    const auto top = verticalScrollBar()->value() + event->rect().top() - kGap;
    const auto bottom = verticalScrollBar()->value() + event->rect().bottom();
    const auto first = std::max<std::int64_t>(0, top / layout.cellHeight) * layout.columns;
    const auto last = std::min(shown, (bottom / layout.cellHeight + 1) * std::int64_t{layout.columns});
    painter.setFont(theme::figureFont(theme::noteFont(font())));
    QElapsedTimer clock;
    clock.start();
    bool missing = false;
    for (auto position = first; position < last; ++position) {
        const auto index = indexOf(position);
        auto* entry = cached(index);
        // One is always loaded, however slow: every paint brings the picture further.
        if (entry == nullptr && !(missing = missing || clock.elapsed() >= kLoadMs)) {
            entry = load(index, layout);
        }
        paintItem(painter, index, cellRect(position), layout, entry);
    }
    trim();
    if (missing) {
        m_more.start();
    }
}

void ImageGrid::paintItem(QPainter& painter, std::int64_t index, const QRect& cell, const Layout& layout,
                          const Entry* entry)
{
    const bool selected = m_selection.contains(index);
    if (selected) {
        painter.fillRect(cell.adjusted(-3, -3, 3, 1), palette().color(QPalette::Highlight));
    }
    const auto drawAt = [&](const QRect& place, const QImage* picture) {
        const bool there = picture != nullptr && !picture->isNull();
        const auto size = there ? (QSizeF(picture->size()) / picture->devicePixelRatioF()).toSize() : QSize();
        if (!there || size.width() < place.width() || size.height() < place.height()) {
            painter.fillRect(place, theme::pictureGround(palette()));
        }
        if (there) {
            painter.drawImage(place.topLeft() + QPoint((place.width() - size.width()) / 2,
                                                       (place.height() - size.height()) / 2),
                              *picture);
        }
    };
    QRect place(cell.left(), cell.top(), layout.pictureWidth, m_side);
    const bool pair = m_pairs && m_content == GridContent::Pair;
    const bool depthOnly = m_content == GridContent::Depth && entry != nullptr && !entry->depth.isNull();
    drawAt(place, entry == nullptr ? nullptr : depthOnly ? &entry->depth : &entry->color);
    if (pair) {
        drawAt(place.translated(layout.pictureWidth + kPairGap, 0),
               entry == nullptr ? nullptr : &entry->depth);
    }
    if (entry != nullptr) {
        painter.setPen(selected ? palette().color(QPalette::HighlightedText) : theme::noteText(palette()));
        painter.drawText(QRect(cell.left(), cell.top() + m_side, cell.width(), layout.captionHeight),
                         Qt::AlignLeft | Qt::AlignVCenter, entry->caption);
    }
    if (m_current == index && hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cell.adjusted(-3, -3, 3, 1));
    }
}

QSize ImageGrid::sizeHint() const
{
    return {640, 480};
}

}  // namespace elbo
