// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointF>
#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtGui/QPolygonF>
#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

namespace elbo {

/// Points of a plane, up to some hundred thousand, drawn as small squares in their colours. The wheel zooms,
/// dragging moves, a double click shows all; a click takes the point under it, and with Shift held, or while
/// the lasso is on, dragging draws a lasso around a group.
class LatentScatter : public QWidget {
    Q_OBJECT

public:
    explicit LatentScatter(QWidget* parent = nullptr);

    /// Shows all of them; the selection is forgotten. @param points  without NaN
    void setPoints(std::vector<QPointF> points);
    [[nodiscard]] const std::vector<QPointF>& points() const { return m_points; }
    /// One for each point; empty: the text's colour for all.
    void setColors(std::vector<QRgb> colors);
    void setAxisNames(const QString& x, const QString& y);
    void setEmptyText(const QString& text);
    /// Where the present code lies; nothing takes the mark away.
    void setMark(std::optional<QPointF> mark);
    void setLasso(bool on) { m_lassoMode = on; }

    /// Points of the group, ascending.
    [[nodiscard]] const std::vector<int>& selection() const { return m_selection; }
    void setSelection(std::vector<int> selection);
    /// Those within a polygon in the widget's coordinates.
    [[nodiscard]] std::vector<int> within(const QPolygonF& polygon) const;

    /// What is shown of the plane; y grows upwards.
    [[nodiscard]] const QRectF& view() const { return m_view; }
    void setView(const QRectF& view);
    void fit();
    [[nodiscard]] QPointF toWidget(const QPointF& point) const;
    [[nodiscard]] QPointF toPlane(const QPointF& position) const;
    /// The point nearest to a place of the widget, at most some pixels away; -1 beside all.
    [[nodiscard]] int pointAt(const QPointF& position) const;
    /// What is seen, with a circle for each point.
    [[nodiscard]] QByteArray svg() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// -1 when the pointer leaves them.
    void hovered(int point, const QPoint& globalPosition);
    void clicked(int point);
    /// A click beside all points, in the plane.
    void placeClicked(const QPointF& place);
    void selectionChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    enum class Drag { None, Move, Lasso };
    void drawPoints(QImage& picture) const;
    void drawNames(QPainter& painter) const;

    std::vector<QPointF> m_points;
    std::vector<QRgb> m_colors;
    std::vector<int> m_selection;
    std::vector<char> m_selected;  ///< a flag a point; empty without a selection
    QString m_xName, m_yName, m_emptyText;
    std::optional<QPointF> m_mark;
    QRectF m_view{-1, -1, 2, 2};
    bool m_lassoMode = false;
    Drag m_drag = Drag::None;
    bool m_moved = false;  ///< since the press: then it is no click
    QPointF m_pressed;
    QRectF m_viewBefore;
    QPolygonF m_lasso;
    int m_hovered = -1;
};

}  // namespace elbo
