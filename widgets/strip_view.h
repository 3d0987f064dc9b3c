// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_folder.h"

#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidget>

#include <vector>

class QPainter;

namespace elbo {

/// The strip: fixed test images, truth above reconstruction; the colour columns, a gap, the same in depth.
/// Pictures are as large as the width allows and at least 48 px; grey sets and sets without depth use the
/// whole width for colour.
class StripView : public QWidget {
    Q_OBJECT

public:
    explicit StripView(QWidget* parent = nullptr);

    /// Depth of truth and reconstruction go through the map on the range of the truth.
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
    /// The whole strip as a picture at the size of the data.
    [[nodiscard]] QImage sheet() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// A click on a column, index into the strip.
    void activated(int column);
    void menuWanted(int column, QMenu* menu);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Column {
        QString name;
        QImage pictures[2][2];  ///< [truth, reconstruction][colour, depth]
    };
    struct Hit {
        int row = -1;
        int column = -1;
        bool depth = false;
    };
    /// Where everything lies, from the size of the widget.
    struct Places {
        int left = 0;    ///< of the first picture
        int height = 0;  ///< of one picture
        int width = 0;
        int columns = 0;
    };
    void render();
    [[nodiscard]] Places places() const;
    [[nodiscard]] Hit hit(const QPoint& position) const;
    [[nodiscard]] int rowLabelWidth() const;
    [[nodiscard]] int captionHeight() const;
    void paintTexts(QPainter& painter, const Places& places) const;

    KeptStrip m_strip;
    std::vector<Column> m_columns;
    bool m_hasDepth = false;
    QString m_depthMap;
    QString m_emptyText;
};

}  // namespace elbo
