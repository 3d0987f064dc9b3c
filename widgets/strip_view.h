// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_folder.h"

#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidget>

#include <optional>
#include <utility>
#include <vector>

class QPainter;

namespace elbo {

/// The strip: fixed test images, truth above reconstruction; the colour columns, a gap, the same in depth.
/// Pictures are as large as the width allows and at least 48 px; grey sets and sets without depth use the
/// whole width for colour.
class StripView : public QWidget {
    Q_OBJECT

public:
    /// A picture of the strip; column -1: none.
    struct Spot {
        int row = -1;  ///< 0 truth, 1 reconstruction
        int column = -1;
        bool depth = false;
    };

    explicit StripView(QWidget* parent = nullptr);

    /// Depth of truth and reconstruction go through the map on one range: metres on that of all truths, so
    /// that one scale holds for the strip; relative depth each on that of its own truth. Of a depth network,
    /// which makes no colours, the error of its depth stands below the colours of the truth.
    void setStrip(const KeptStrip& strip);
    void clear();
    [[nodiscard]] bool empty() const { return m_columns.empty(); }
    [[nodiscard]] std::int64_t epoch() const { return m_strip.epoch; }
    void setDepthMap(const QString& key);
    void setEmptyText(const QString& text);
    /// Height of one picture.
    [[nodiscard]] int pictureSide() const;
    /// Where a picture is drawn. @param row 0 truth, 1 reconstruction
    [[nodiscard]] QRect pictureRect(int row, int column, bool depth) const;
    /// Columns shown: fewer than the strip has where 48 px would not fit.
    [[nodiscard]] int columnCount() const;
    [[nodiscard]] bool hasDepth() const { return m_hasDepth; }
    /// The largest error of a depth network's estimates, where the scale of their errors ends; else nothing.
    [[nodiscard]] std::optional<float> errorScale() const { return m_errorScale; }
    /// The picture as shown, and its name: "room-0007, truth"; null and empty beside one.
    [[nodiscard]] QImage picture(const Spot& spot) const;
    [[nodiscard]] QString nameOf(const Spot& spot) const;
    [[nodiscard]] const std::vector<std::string>& names() const { return m_strip.names; }
    /// The column that the keyboard is at.
    [[nodiscard]] int currentColumn() const { return m_current; }
    /// The ends of the depth scale below the strip; nothing while the depth is relative.
    [[nodiscard]] std::optional<std::pair<double, double>> depthScale() const { return m_depthScale; }
    /// The whole strip as a picture at the size of the data.
    [[nodiscard]] QImage sheet() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// A click on a column or Enter, index into the strip.
    void activated(int column);
    void menuWanted(const elbo::StripView::Spot& spot, QMenu* menu);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Column {
        QString name;
        QImage pictures[2][2];  ///< [truth, reconstruction][colour, depth]
    };
    /// Where everything lies, from the size of the widget.
    struct Places {
        int left = 0;    ///< of the first picture
        int height = 0;  ///< of one picture
        int width = 0;
        int columns = 0;
    };
    void render();
    void renderErrors();
    [[nodiscard]] QString rowName(int row) const;
    [[nodiscard]] Places places() const;
    [[nodiscard]] Spot hit(const QPoint& position) const;
    [[nodiscard]] int rowLabelWidth() const;
    [[nodiscard]] int captionHeight() const;
    void paintTexts(QPainter& painter, const Places& places) const;
    void paintDepthScale(QPainter& painter, const QRect& line) const;

    KeptStrip m_strip;
    std::vector<Column> m_columns;
    bool m_hasDepth = false;
    std::optional<std::pair<double, double>> m_depthScale;
    std::optional<float> m_errorScale;
    int m_current = 0;
    QString m_depthMap;
    QString m_emptyText;
};

}  // namespace elbo
