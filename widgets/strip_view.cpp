// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/strip_view.h"

#include "widgets/color_bar.h"
#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {

namespace {

constexpr int kGap = 2;
constexpr int kGroupGap = theme::kPanelGap;
constexpr int kScaleWidth = 220;  ///< of the depth scale with its numbers

const Image8* at(const std::vector<Image8>& pictures, std::size_t i)
{
    return i < pictures.size() ? &pictures[i] : nullptr;
}

/// From the nearest to the farthest of all pictures; nothing without a value.
std::optional<std::pair<double, double>> rangeOfAll(const std::vector<ImageF>& pictures)
{
    std::optional<std::pair<double, double>> all;
    for (const auto& picture : pictures) {
        for (const auto value : picture.values) {
            if (std::isfinite(value)) {
                const auto known = all.value_or(std::pair(double(value), double(value)));
                all = {std::min(known.first, double(value)), std::max(known.second, double(value))};
            }
        }
    }
    return all;
}

}  // namespace

StripView::StripView(QWidget* parent) : QWidget(parent), m_depthMap(QStringLiteral("turbo"))
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
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
    m_depthScale = m_hasDepth && m_strip.metric ? rangeOfAll(m_strip.truthDepth) : std::nullopt;
    m_current = std::clamp(m_current, 0, std::max(0, static_cast<int>(m_strip.truthColor.size()) - 1));
    for (std::size_t i = 0; i < m_strip.truthColor.size(); ++i) {
        Column column;
        column.name = i < m_strip.names.size() ? QString::fromStdString(m_strip.names[i]) : QString();
        column.pictures[0][0] = toQImage(m_strip.truthColor[i]);
        if (const auto* color = at(m_strip.color, i)) {
            column.pictures[1][0] = toQImage(*color);
        }
        if (m_hasDepth && i < m_strip.depth.size()) {
            // One range for both, the truth's: a reconstruction that is too near must look too near.
            auto range = finiteRange(m_strip.truthDepth[i]);
            if (m_depthScale) {
                range = {static_cast<float>(m_depthScale->first), static_cast<float>(m_depthScale->second)};
            }
            column.pictures[0][1] = toQImage(m_strip.truthDepth[i], m_depthMap, range.low, range.high);
            column.pictures[1][1] = toQImage(m_strip.depth[i], m_depthMap, range.low, range.high);
        }
        m_columns.push_back(std::move(column));
    }
    m_errorScale.reset();
    if (m_hasDepth && m_strip.color.empty()) {
        renderErrors();
    }
    update();
}

void StripView::renderErrors()
{
    std::vector<ImageF> errors;
    float largest = 0;
    for (std::size_t i = 0; i < m_strip.depth.size(); ++i) {
        auto error = m_strip.depth[i];
        const auto& truth = m_strip.truthDepth[i].values;
        for (std::size_t pixel = 0; pixel < error.values.size(); ++pixel) {
            auto& value = error.values[pixel];
            value = pixel < truth.size() ? std::abs(value - truth[pixel])
                                         : std::numeric_limits<float>::quiet_NaN();
            largest = std::isfinite(value) ? std::max(largest, value) : largest;
        }
        errors.push_back(std::move(error));
    }
    for (std::size_t i = 0; i < errors.size() && i < m_columns.size(); ++i) {
        m_columns[i].pictures[1][0] = toQImage(errors[i], QStringLiteral("magma"), 0, largest);
    }
    m_errorScale = largest;
}

QString StripView::rowName(int row) const
{
    if (row == 0) {
        return tr("truth");
    }
    return m_errorScale ? tr("estimate") : tr("reconstruction");
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
    if (hasFocus() && m_current < place.columns) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        for (int depth = 0; depth < (m_hasDepth ? 2 : 1); ++depth) {
            const auto both = pictureRect(0, m_current, depth == 1) | pictureRect(1, m_current, depth == 1);
            painter.drawRect(both.adjusted(0, 0, -1, -1));
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
        auto name = rowName(row);
        if (metrics.horizontalAdvance(name) > first.height()) {
            name = m_errorScale ? tr("est.") : tr("recon.");
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
    if (m_errorScale) {
        const auto unit = m_strip.metric ? tr("m") : tr("relative");
        caption(false, tr("colour; below it the error of depth, from black 0 to white %1 %2")
                           .arg(scaleTexts(0, *m_errorScale, {}).back().trimmed(), unit));
    } else {
        caption(false, grey ? tr("grey") : tr("colour"));
    }
    if (m_hasDepth) {
        const auto first = pictureRect(1, 0, true);
        const auto last = pictureRect(1, places.columns - 1, true);
        paintDepthScale(painter, QRect(first.left(), first.bottom() + 2, last.right() - first.left() + 1,
                                       captionHeight()));
    }
}

/// "depth  0.7 [====] 6.2 m" or "depth, relative, each on the range of its truth [====]".
void StripView::paintDepthScale(QPainter& painter, const QRect& line) const
{
    const auto metrics = painter.fontMetrics();
    const auto gap = theme::kStep;
    auto left = line.left();
    const auto write = [&](const QString& text) {
        const QRect place(left, line.top(), line.right() - left + 1, line.height());
        painter.drawText(place, Qt::AlignLeft | Qt::AlignTop,
                         metrics.elidedText(text, Qt::ElideRight, place.width()));
        left += metrics.horizontalAdvance(text) + gap;
    };
    QString end;
    if (m_depthScale) {
        const auto texts = scaleTexts(m_depthScale->first, m_depthScale->second, tr("m"));
        write(tr("depth"));
        left += gap;
        write(texts.front());
        end = texts.back();
    } else {
        write(tr("depth, relative, each on the range of its truth"));
    }
    const auto room = line.right() - left - (end.isEmpty() ? 0 : metrics.horizontalAdvance(end) + gap);
    const QRect bar(left, line.top() + metrics.height() / 4, std::min(room, kScaleWidth),
                    metrics.height() / 2 + 1);
    if (bar.width() >= 2 * metrics.height()) {
        painter.drawImage(bar, colorMapPicture(m_depthMap));
        left = bar.right() + gap;
    }
    write(end);
}

QImage StripView::picture(const Spot& spot) const
{
    return spot.column < 0 || spot.column >= static_cast<int>(m_columns.size())
               ? QImage()
               : m_columns[static_cast<std::size_t>(spot.column)].pictures[spot.row][spot.depth ? 1 : 0];
}

QString StripView::nameOf(const Spot& spot) const
{
    if (spot.column < 0 || spot.column >= static_cast<int>(m_columns.size())) {
        return {};
    }
    const auto name = m_columns[static_cast<std::size_t>(spot.column)].name;
    return tr("%1, %2").arg(
        name, m_errorScale && spot.row == 1 && !spot.depth ? tr("error of depth") : rowName(spot.row));
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
