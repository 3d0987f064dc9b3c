// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidget>

#include <vector>

namespace elbo {

/// Pictures in a row, depth below colour where there is depth, with a mark at a place between the first and
/// the last. A click or a drag gives the place.
class PictureStrip : public QWidget {
    Q_OBJECT

public:
    explicit PictureStrip(QWidget* parent = nullptr);

    /// @param depth  of the same number, or empty; through the map over the range of all of them
    void setPictures(const std::vector<Image8>& color, const std::vector<ImageF>& depth, const QString& map);
    void setEmptyText(const QString& text);
    /// 0: the first picture, 1: the last.
    void setPlace(double place);
    [[nodiscard]] double place() const { return m_place; }
    [[nodiscard]] int count() const { return static_cast<int>(m_color.size()); }
    [[nodiscard]] const QImage& picture(int index) const { return m_color[static_cast<std::size_t>(index)]; }
    /// The strip at the size of the data.
    [[nodiscard]] QImage sheet() const;
    [[nodiscard]] QRect pictureRect(int index, bool depth) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void placeChosen(double place);
    void menuWanted(QMenu* menu);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void choose(const QPointF& position);

    std::vector<QImage> m_color, m_depth;
    QString m_emptyText;
    double m_place = 0;
};

}  // namespace elbo
