// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/depth_scene.h"

#include <QtWidgets/QWidget>

#include <array>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSlider;

namespace elbo {

class PointCloudView;

/// How the clouds of the Depth 3-D page are drawn and looked at. What needs the clouds made anew (edges, true
/// depth, filling) is said by optionsChanged(); the rest goes to the view at once.
class CloudSettings : public QWidget {
    Q_OBJECT

public:
    /// @param view  outlives this
    explicit CloudSettings(PointCloudView& view, QWidget* parent = nullptr);

    /// Sets the fields of `options` that stand here.
    void addTo(DepthOptions& options) const;
    /// @param relative  its depth has no metres: a scale can be set
    void setTruth(bool there, bool relative, bool canJoin);
    void setSaveable(bool any);

Q_SIGNALS:
    void optionsChanged();
    void joinWanted();
    void exportCloudWanted(bool ascii, bool normals);
    void exportViewWanted(int factor);

private:
    void updateClip();

    PointCloudView& m_view;
    QComboBox *m_layout = nullptr, *m_coloring = nullptr, *m_background = nullptr, *m_filling = nullptr,
              *m_side = nullptr;
    QLabel *m_fillingLabel = nullptr, *m_scaleLabel = nullptr;
    QSlider* m_pointSize = nullptr;
    QCheckBox *m_lighting = nullptr, *m_orthographic = nullptr, *m_truth = nullptr;
    QDoubleSpinBox *m_edge = nullptr, *m_scale = nullptr, *m_near = nullptr, *m_far = nullptr;
    std::array<QDoubleSpinBox*, 4> m_box{};  ///< least X, most X, least Y, most Y
    QPushButton *m_join = nullptr, *m_exportCloud = nullptr, *m_exportView = nullptr;
};

}  // namespace elbo
