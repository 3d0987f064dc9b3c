// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <QtCore/QString>
#include <QtCore/QTimer>
#include <QtGui/QImage>
#include <QtWidgets/QAbstractScrollArea>
#include <QtWidgets/QMenu>

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

class QPainter;

namespace elbo {

/// The pictures of one image; depth empty when there is none.
struct GridPicture {
    Image8 color;
    ImageF depth;
    float depthLow = 0.0F;  ///< range of the colour map
    float depthHigh = 1.0F;
};
/// What stands under and over an image.
struct GridCaption {
    QString name;
    QString label;    ///< "7", "kitchen"; may be empty
    QString toolTip;  ///< may be empty: index, name and label
};
/// Asked for what is visible only, in the GUI thread; must answer within a few milliseconds (prepared files
/// do).
using ImageProvider = std::function<GridPicture(std::int64_t index)>;
using CaptionProvider = std::function<GridCaption(std::int64_t index)>;

enum class GridContent { Pair, Color, Depth };

/// A scrolling grid of images that asks for the visible ones only and keeps them within a byte budget, so
/// that 70,000 scroll as smoothly as 70. Items are named by their index in the set, whatever is filtered.
class ImageGrid : public QAbstractScrollArea {
    Q_OBJECT

public:
    static constexpr int kMinimumSide = 32;
    static constexpr int kMaximumSide = 320;

    explicit ImageGrid(QWidget* parent = nullptr);
    ~ImageGrid() override;

    /// @param aspect  width / height of one picture
    void setSource(std::int64_t count, ImageProvider pictures, CaptionProvider captions, double aspect = 1.0);
    void clear();
    [[nodiscard]] std::int64_t count() const { return m_count; }
    void setContent(GridContent content);
    [[nodiscard]] GridContent content() const { return m_content; }
    void setDepthMap(const QString& key);
    /// Height of one picture in device-independent pixels; the image in the middle stays where it is.
    void setSide(int side);
    [[nodiscard]] int side() const { return m_side; }
    void setCacheBytes(std::size_t bytes);  ///< 48 MiB at first
    [[nodiscard]] std::size_t cachedBytes() const { return m_cachedBytes; }
    void setEmptyText(const QString& text);

    /// Shows these images only, in this order.
    void setFilter(std::vector<std::int64_t> indices);
    void clearFilter();
    [[nodiscard]] std::int64_t shownCount() const;

    /// Scrolls there and makes it current. False when it is filtered away or does not exist.
    bool jumpTo(std::int64_t index);
    [[nodiscard]] std::optional<std::int64_t> current() const { return m_current; }
    [[nodiscard]] std::vector<std::int64_t> selection() const;  ///< ascending
    void setSelection(const std::vector<std::int64_t>& indices);
    void clearSelection();
    [[nodiscard]] std::optional<std::int64_t> indexAt(const QPoint& viewportPosition) const;
    [[nodiscard]] QRect itemRect(std::int64_t index) const;  ///< in the viewport; null when filtered away

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void currentChanged(qint64 index);
    void selectionChanged();
    void activated(qint64 index);  ///< double click or Enter
    void menuWanted(qint64 index, QMenu* menu);
    void sideChanged(int side);  ///< Ctrl+wheel

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    /// Pictures as they are painted: at the size of the screen, so that painting is copying.
    struct Entry {
        QImage color;
        QImage depth;
        QString caption;
        std::size_t bytes = 0;
        std::list<std::int64_t>::iterator used;
    };
    struct Layout {
        int columns = 1;
        int cellWidth = 1;
        int columnStep = 1;  ///< columns are spread over the width
        int cellHeight = 1;
        int pictureWidth = 1;
        int captionHeight = 1;
        std::int64_t rows = 0;
    };
    [[nodiscard]] Layout layoutNow() const;
    [[nodiscard]] std::int64_t indexOf(std::int64_t position) const;
    [[nodiscard]] std::optional<std::int64_t> positionOf(std::int64_t index) const;
    [[nodiscard]] std::optional<std::int64_t> positionAt(const QPoint& viewportPosition) const;
    [[nodiscard]] QRect cellRect(std::int64_t position) const;
    [[nodiscard]] QString toolTipOf(std::int64_t index) const;
    void filterChanged();
    void updateScrollBars();
    void ensureVisible(std::int64_t position);
    [[nodiscard]] Entry* cached(std::int64_t index);
    Entry* load(std::int64_t index, const Layout& layout);
    void dropCache();
    void trim();
    void paintItem(QPainter& painter, std::int64_t index, const QRect& cell, const Layout& layout,
                   const Entry* entry);
    void moveCurrent(std::int64_t position, Qt::KeyboardModifiers modifiers);
    void choose(std::int64_t position, Qt::KeyboardModifiers modifiers);

    std::int64_t m_count = 0;
    ImageProvider m_pictures;
    CaptionProvider m_captions;
    double m_aspect = 1.0;
    GridContent m_content = GridContent::Pair;
    bool m_pairs = false;  ///< the set has depth: decided by its first picture
    QString m_depthMap;
    QString m_emptyText;
    int m_side = 96;
    std::optional<std::vector<std::int64_t>> m_filter;
    std::unordered_map<std::int64_t, std::int64_t> m_positions;  ///< of filtered indices
    std::optional<std::int64_t> m_current;
    std::int64_t m_anchor = 0;  ///< position where a range of the selection begins
    std::set<std::int64_t> m_selection;
    std::unordered_map<std::int64_t, Entry> m_cache;
    std::list<std::int64_t> m_recent;  ///< newest first
    std::size_t m_cachedBytes = 0;
    std::size_t m_cacheBytes = std::size_t{48} << 20U;
    QTimer m_more;  ///< paints again when a paint ran out of time
};

}  // namespace elbo
