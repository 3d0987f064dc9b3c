// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/depth_scene.h"

#include <QtWidgets/QWidget>

#include <array>
#include <memory>

class QMenu;
class QSplitter;

namespace elbo {

class ColorBar;
class PictureView;
class PointCloudView;

/// Main area of the Depth 3-D page: a row of pictures above two linked clouds.
class DepthView : public QWidget {
    Q_OBJECT

public:
    enum Picture { Color, Estimated, Truth, Difference, RebuiltColor, RebuiltDepth, kPictures };

    explicit DepthView(QWidget* parent = nullptr);

    /// Null: nothing is shown.
    void setScene(std::shared_ptr<const DepthScene> scene);
    /// In place of the scene's cloud, until the next scene.
    void setJoinedCloud(std::shared_ptr<const PointCloud> cloud, const QString& label);
    void setDepthMap(const QString& key);
    [[nodiscard]] PointCloudView& clouds() { return *m_clouds; }
    [[nodiscard]] QSplitter* splitter() { return m_splitter; }
    [[nodiscard]] PictureView& picture(Picture which) { return *m_pictures.at(which); }

Q_SIGNALS:
    void menuWanted(QMenu* menu);
    void failed(const QString& sentence);

private:
    void showPictures();
    void showDepth(Picture which, const ImageF& values, const QString& label);

    std::shared_ptr<const DepthScene> m_scene;
    QString m_depthMap = QStringLiteral("turbo");
    float m_low = 0, m_high = 1;  ///< metres, of all depth pictures
    std::array<QWidget*, kPictures> m_cells{};
    std::array<PictureView*, kPictures> m_pictures{};
    std::array<ColorBar*, kPictures> m_bars{};  ///< null for colours
    PointCloudView* m_clouds = nullptr;
    QSplitter* m_splitter = nullptr;
};

}  // namespace elbo
