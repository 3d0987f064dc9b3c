// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/picture.h"

#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidget>

#include <functional>
#include <optional>

namespace elbo {

/// One picture on neutral grey, fitted, with a thin label under it; Copy, Save as... and what menuWanted
/// adds.
class PictureView : public QWidget {
    Q_OBJECT

public:
    explicit PictureView(QWidget* parent = nullptr);

    void setImage(const Image8& image);
    /// Values through a colour map in [low, high].
    void setValues(const ImageF& values, const QString& mapKey, float low, float high);
    void clear();
    void setLabel(const QString& label);
    [[nodiscard]] QString label() const { return m_label; }
    /// What stands there without a picture.
    void setEmptyText(const QString& text);
    /// File name offered by Save as...
    void setSuggestedName(const QString& name) { m_suggestedName = name; }
    /// Replaces QFileDialog, for tests.
    void setSaveQuestion(std::function<QString(QWidget*, const QString&)> question);
    [[nodiscard]] const QImage& picture() const { return m_image; }
    /// Where the picture is drawn.
    [[nodiscard]] QRect pictureRect() const;
    /// The picture's pixel under a point of the widget; nothing beside it.
    [[nodiscard]] std::optional<QPoint> pixelAt(const QPoint& position) const;

    void copyToClipboard() const;
    /// Asks for a name and writes it. Says failed() when that was not possible.
    void saveAs();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void menuWanted(QMenu* menu);
    /// The pixel under the pointer and its value: "0.52 m"; an empty text when the pointer left.
    void hovered(const QPoint& pixel, const QString& value);
    void failed(const QString& sentence);

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QImage m_image;
    ImageF m_values;  ///< empty when an Image8 is shown
    QString m_label;
    QString m_emptyText;
    QString m_suggestedName;
    std::function<QString(QWidget*, const QString&)> m_saveQuestion;
};

}  // namespace elbo
