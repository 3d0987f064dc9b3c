// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconstruction_grid.h"

#include "widgets/number_text.h"
#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr int kMinimum = 64;
constexpr int kMaximum = 512;

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
    if (!result.truthDepth.empty()) {
        drawn.depthRange = {range.low, range.high};
    }
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
    updateScrollBars();
    keepPointed();
    if (m_selection.size() != before) {
        Q_EMIT selectionChanged();
    }
}

/// Results come in while the user looks at another column: lens and wipe stay as long as their picture does.
void ReconstructionGrid::keepPointed()
{
    m_pointed.column = m_pointed.column < 0 ? -1 : columnOf(m_pointed.id);
    const bool there = m_pointed.column >= 0 && m_pointed.picture.has_value() &&
                       !rectOf(m_pointed.column, *m_pointed.picture).isNull();
    if (!there) {
        m_pressedOnPicture = m_pressedOnPicture && !m_wipe.has_value();
        m_spot.reset();
        m_wipe.reset();
        m_pointed.picture.reset();
    }
    if (m_pointed.column < 0) {
        m_pointed = {};
    }
    updateRemoveButton(m_pointed.column);
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

int ReconstructionGrid::scaleHeight() const
{
    const QFontMetrics note(theme::noteFont(font()));
    return anyDepth() ? theme::kStep + kScaleThickness + 2 + note.height() : 0;
}

int ReconstructionGrid::side() const
{
    if (m_side > 0) {
        return m_side;
    }
    const int rows = anyDepth() ? 4 : 2;
    const auto gaps = 2 * kMargin + (anyDepth() ? 2 * kPairGap + theme::kControlGap : kPairGap);
    return std::clamp((viewport()->height() - textHeight() - scaleHeight() - gaps) / rows, 72, 256);
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
    return {left, kMargin - verticalScrollBar()->value(), columnWidth(),
            picturesHeight() + scaleHeight() + textHeight()};
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

QString ReconstructionGrid::pictureName(std::int64_t id, Picture picture) const
{
    const auto column = columnOf(id);
    const auto name = column < 0 ? QString() : m_items[static_cast<std::size_t>(column)].name;
    switch (picture) {
        case Picture::TruthColor:
            return tr("%1, truth").arg(name);
        case Picture::Color:
            return tr("%1, reconstruction").arg(name);
        case Picture::TruthDepth:
            return tr("%1, truth, depth").arg(name);
        case Picture::Depth:
            return tr("%1, reconstruction, depth").arg(name);
    }
    return name;
}

std::optional<std::pair<float, float>> ReconstructionGrid::depthRange(std::int64_t id) const
{
    const auto column = columnOf(id);
    return column < 0 ? std::nullopt : m_drawn[static_cast<std::size_t>(column)].depthRange;
}

void ReconstructionGrid::updateScrollBars()
{
    const auto count = static_cast<int>(m_items.size());
    const auto width =
        gutter() + 2 * kMargin + count * (columnWidth() + kColumnGap) - (count > 0 ? kColumnGap : 0);
    const auto height = m_items.empty() ? 0 : picturesHeight() + scaleHeight() + textHeight() + 2 * kMargin;
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(columnWidth() / 3);
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(side() / 3);
    viewport()->update();
}

QSize ReconstructionGrid::sizeHint() const
{
    return {640, 480};
}

}  // namespace elbo
