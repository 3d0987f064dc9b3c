// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtWidgets/QWidget>

namespace elbo {

/// Two pictures of one size over each other: the first left of an edge that is dragged, the second right of
/// it. The arrow keys move the edge, too.
class WipeView : public QWidget {
    Q_OBJECT

public:
    explicit WipeView(QWidget* parent = nullptr);

    void setPictures(const QImage& left, const QImage& right);
    void setNames(const QString& left, const QString& right);
    void setEmptyText(const QString& text);
    /// Share of the width that shows the first picture, 0 to 1.
    [[nodiscard]] double place() const { return m_place; }
    void setPlace(double place);
    [[nodiscard]] QRect pictureRect() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void placeChanged(double place);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void follow(const QMouseEvent& event);

    QImage m_left, m_right;
    QString m_leftName, m_rightName, m_emptyText;
    double m_place = 0.5;
};

}  // namespace elbo
