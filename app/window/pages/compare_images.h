// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/run_comparison.h"
#include "widgets/picture.h"

#include <QtGui/QImage>
#include <QtWidgets/QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace elbo {

class PictureTable;
class WipeView;

/// The same test images through the chosen runs, a row each below the truth: pictures, depth or error maps
/// with a number under each, and two of them over each other.
class CompareImages : public QWidget {
    Q_OBJECT

public:
    explicit CompareImages(QWidget* parent = nullptr);

    void setPictures(std::shared_ptr<const ComparedPictures> pictures);
    void setDepthMap(const QString& key);
    /// What stands there without pictures.
    void setEmptyText(const QString& text);
    /// The table as one picture with the names; null without one.
    [[nodiscard]] QImage sheet() const;

Q_SIGNALS:
    /// Places in the list of test images.
    void picturesWanted(const std::vector<std::int64_t>& places);
    void failed(const QString& sentence);
    void saveWanted();

private:
    void ask();
    void fillChoices();
    void show();
    void showWipe();
    [[nodiscard]] std::vector<QImage> rowImages(std::size_t row) const;
    [[nodiscard]] QImage imageOf(std::size_t row, std::size_t column) const;

    std::shared_ptr<const ComparedPictures> m_pictures;
    ValueRange2 m_depthRange, m_colorErrorRange, m_depthErrorRange;  ///< of all rows: one scale for each kind
    QString m_depthMap = QStringLiteral("turbo");
    QLineEdit* m_places = nullptr;
    QComboBox *m_kind = nullptr, *m_left = nullptr, *m_right = nullptr;
    QPushButton* m_save = nullptr;
    QLabel* m_note = nullptr;
    PictureTable* m_table = nullptr;
    WipeView* m_wipe = nullptr;
    std::size_t m_column = 0;  ///< of the image in the wipe
};

}  // namespace elbo
