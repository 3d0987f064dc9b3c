// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtGui/QImage>
#include <QtWidgets/QWidget>

#include <vector>

namespace elbo {

/// Pictures of one size in rows and columns, with a name before each row and below each column. A click or
/// Enter tells which one.
class PictureTable : public QWidget {
    Q_OBJECT

public:
    explicit PictureTable(QWidget* parent = nullptr);

    /// @param pictures  row by row, of one size @param columns  of each row, at least 1
    void setPictures(std::vector<QImage> pictures, int columns);
    void setNames(const QStringList& rows, const QStringList& columns);
    /// A line under each picture, row by row; empty: none.
    void setCaptions(const QStringList& captions);
    [[nodiscard]] const QStringList& captions() const { return m_captions; }
    [[nodiscard]] const QImage& picture(int index) const
    {
        return m_pictures[static_cast<std::size_t>(index)];
    }
    void setEmptyText(const QString& text);
    [[nodiscard]] int count() const { return static_cast<int>(m_pictures.size()); }
    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_columns == 0 ? 0 : (count() + m_columns - 1) / m_columns; }
    [[nodiscard]] QRect pictureRect(int index) const;
    /// The picture at a point of the widget, -1 beside them.
    [[nodiscard]] int indexAt(const QPoint& position) const;
    [[nodiscard]] int current() const { return m_current; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] int nameWidth() const;
    [[nodiscard]] int nameHeight() const;
    [[nodiscard]] int captionHeight() const;

    std::vector<QImage> m_pictures;
    int m_columns = 0;
    int m_current = 0;
    QStringList m_rowNames, m_columnNames, m_captions;
    QString m_emptyText;
};

}  // namespace elbo
