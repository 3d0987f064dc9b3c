// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QLineF>
#include <QtCore/QPointF>
#include <QtCore/QRectF>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtGui/QColor>
#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

namespace elbo {

/// What is written and marked over a picture of clouds, in device-independent pixels of the view.
struct CloudMarks {
    struct Label {
        QRectF pane;
        QString text;  ///< at its top left corner
        bool operator==(const Label&) const = default;
    };
    struct Measure {
        QLineF line;
        QRectF pane;
        QString text;  ///< at the line's middle
        bool operator==(const Measure&) const = default;
    };
    struct Mark {
        QPointF place;
        QRectF pane;  ///< nothing is drawn outside
        QString text;
        bool operator==(const Mark&) const = default;
    };
    std::vector<Label> labels;
    std::vector<QLineF> borders;  ///< between panes
    std::vector<Mark> marks;
    std::vector<Measure> measures;
    QStringList readOut;     ///< lines at the bottom right
    QColor readOutColor;     ///< of the point that the lines tell of; invalid: none
    QString scaleMap;        ///< key of the colour map; empty: no scale
    QStringList scaleTexts;  ///< low, middle, high
    QString scaleTitle;
    QString note;  ///< in the middle, in place of clouds
    QColor background;
    bool operator==(const CloudMarks&) const = default;
};

/// Draws them: over the view, and into the pictures that it exports.
void paintMarks(QPainter& painter, const QSizeF& size, const CloudMarks& marks, const QFont& font);

/// A layer over the canvas. Drawn by Qt apart from the points, so that no shading touches the text.
class PointCloudOverlay : public QWidget {
    Q_OBJECT

public:
    explicit PointCloudOverlay(QWidget* parent);
    void setMarks(const CloudMarks& marks);
    [[nodiscard]] const CloudMarks& marks() const { return m_marks; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    CloudMarks m_marks;
};

}  // namespace elbo
