// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/reconstruct.h"
#include "widgets/theme.h"

#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtWidgets/QAbstractScrollArea>
#include <QtWidgets/QMenu>

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

class QPainter;
class QToolButton;

namespace elbo {

/// A column of the grid: waiting or unusable (placeholder), or truth and reconstruction.
struct ReconstructionItem {
    std::int64_t id = 0;  ///< given by the caller, unique
    QString name;
    std::optional<Reconstruction> result;
    QString placeholder;  ///< without a result: "needs depth: add its depth image", "waiting..."
    Image8 color;         ///< what is known of it without a result, may be empty
};

/// A column an image: truth above reconstruction, colour then depth, MSE, PSNR and SSIM under it. The spot
/// under the pointer is magnified in all four; dragging sideways over a picture wipes between truth and
/// reconstruction.
class ReconstructionGrid : public QAbstractScrollArea {
    Q_OBJECT

public:
    enum class Picture { TruthColor, Color, TruthDepth, Depth };

    explicit ReconstructionGrid(QWidget* parent = nullptr);
    ~ReconstructionGrid() override;

    void setItems(std::vector<ReconstructionItem> items);
    void addItem(const ReconstructionItem& item);
    /// Replaces the item of that id; nothing jumps.
    void updateItem(const ReconstructionItem& item);
    void removeItem(std::int64_t id);
    void clear();
    [[nodiscard]] const std::vector<ReconstructionItem>& items() const { return m_items; }
    void setDepthMap(const QString& key);
    /// Height of a picture, 64 to 512; 0, the first, fits a column into the view.
    void setSide(int side);
    [[nodiscard]] int side() const;  ///< as drawn now
    void setEmptyText(const QString& text);
    void setMagnifier(bool on);

    [[nodiscard]] std::vector<std::int64_t> selection() const;  ///< ids in the order shown
    void selectAll();
    void clearSelection();

    /// In the viewport. Null when the item has no such picture.
    [[nodiscard]] QRect pictureRect(std::int64_t id, Picture picture) const;
    [[nodiscard]] QRect columnRect(std::int64_t id) const;
    /// Share of the width, 0 to 1, that shows the truth while the wipe is dragged; empty else.
    [[nodiscard]] std::optional<double> wipe() const { return m_wipe; }
    /// The spot under the pointer in shares of a picture; empty when not over one.
    [[nodiscard]] std::optional<QPointF> spot() const { return m_spot; }
    /// The ends of the depth scale under that column; nothing without depth.
    [[nodiscard]] std::optional<std::pair<float, float>> depthRange(std::int64_t id) const;
    /// The picture as shown (depth through the map), for copying and saving.
    [[nodiscard]] QImage picture(std::int64_t id, Picture picture) const;
    /// "sofa, reconstruction, depth"
    [[nodiscard]] QString pictureName(std::int64_t id, Picture picture) const;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void selectionChanged();
    void removeWanted(const QList<qint64>& ids);  ///< Delete, or the context menu: the caller removes them
    void menuWanted(qint64 id, ReconstructionGrid::Picture picture, QMenu* menu);
    void activated(qint64 id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    static constexpr int kPictures = 4;
    static constexpr int kPairGap = 2;
    static constexpr int kColumnGap = theme::kPanelGap;
    static constexpr int kMargin = theme::kControlGap;
    static constexpr int kScaleThickness = 6;
    struct Drawn {
        QImage pictures[kPictures];                         ///< by Picture
        QString lines[4];                                   ///< name, MSE, PSNR, SSIM
        std::optional<std::pair<float, float>> depthRange;  ///< of the truth; nothing without depth
    };
    struct Hit {
        std::int64_t id = 0;
        int column = -1;
        std::optional<Picture> picture;
    };
    [[nodiscard]] Drawn draw(const ReconstructionItem& item) const;
    [[nodiscard]] bool anyDepth() const;
    [[nodiscard]] int gutter() const;
    [[nodiscard]] int columnWidth() const;
    [[nodiscard]] int textHeight() const;
    [[nodiscard]] int picturesHeight() const;
    [[nodiscard]] int scaleHeight() const;  ///< of the depth scale under the pictures
    [[nodiscard]] int columnOf(std::int64_t id) const;
    [[nodiscard]] QRect rectOf(int column, Picture picture) const;
    [[nodiscard]] QRect rectOfColumn(int column) const;
    [[nodiscard]] Hit hit(const QPoint& position) const;
    void itemsChanged();
    void keepPointed();
    void updateScrollBars();
    void updateRemoveButton(int column);
    void paintColumn(QPainter& painter, int column) const;
    void paintScale(QPainter& painter, int column) const;
    void paintPlaceholder(QPainter& painter, int column) const;
    void paintLens(QPainter& painter, int column, Picture picture) const;
    void paintWipe(QPainter& painter, int column) const;
    void paintGutter(QPainter& painter) const;
    void choose(std::int64_t id, Qt::KeyboardModifiers modifiers);
    [[nodiscard]] QList<qint64> chosenOr(std::int64_t id) const;
    [[nodiscard]] QString numbersOf(const QList<qint64>& ids) const;

    std::vector<ReconstructionItem> m_items;
    std::vector<Drawn> m_drawn;  ///< pictures of m_items, same order
    QString m_depthMap;
    QString m_emptyText;
    QToolButton* m_remove = nullptr;  ///< over the column under the pointer
    int m_side = 0;
    bool m_magnify = true;
    std::set<std::int64_t> m_selection;
    std::optional<std::int64_t> m_current;
    std::optional<double> m_wipe;
    std::optional<QPointF> m_spot;
    Hit m_pointed;  ///< under the pointer
    QPoint m_pressed;
    bool m_pressedOnPicture = false;
};

}  // namespace elbo
