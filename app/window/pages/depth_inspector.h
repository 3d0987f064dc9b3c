// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/depth_scene.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <filesystem>
#include <optional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace elbo {

class CloudSettings;
class DepthSession;
class PointCloudView;
class ReadOuts;
struct PickedPoint;

/// Right side of the Depth 3-D page: source, estimator, VAE, intrinsics, cloud, picked points, numbers.
class DepthInspector : public QWidget {
    Q_OBJECT

public:
    /// @param session, clouds  outlive the inspector
    DepthInspector(DepthSession& session, PointCloudView& clouds, QWidget* parent = nullptr);

    /// What the VAE is; empty: none.
    void setModelTitle(const QString& title);
    [[nodiscard]] EstimatorChoice estimator() const;
    [[nodiscard]] DepthOptions options() const;
    /// Weights that the person opened: a file, or the folder of a run. The estimator becomes theirs.
    void setWeights(const std::filesystem::path& fileOrRun);
    /// The same for the run in view, which gives way to what the person chooses.
    void followWeights(const std::filesystem::path& run);
    [[nodiscard]] bool isChosenByHand() const { return m_byHand; }
    /// What stands in file names.
    void updateSource();
    void updateScene();

Q_SIGNALS:
    void openWanted();
    void videoWanted();
    void cameraWanted(int index);
    void clearWanted();
    void recordWanted(bool on);
    void estimatorWeightsWanted();
    void estimatorRunWanted();
    void estimatorChanged();
    void optionsChanged();
    void openRunWanted();
    void openModelWanted();
    void joinWanted();
    void exportCloudWanted(bool ascii, bool normals);
    void exportViewWanted(int factor);
    void saveWanted();
    void pairsWanted();
    void sendWanted();

private:
    void addSourcePart(QVBoxLayout& layout);
    void addEstimatorPart(QVBoxLayout& layout);
    void addModelPart(QVBoxLayout& layout);
    void addCameraPart(QVBoxLayout& layout);
    void addPicksPart(QVBoxLayout& layout);
    void addNumbersPart(QVBoxLayout& layout);
    void addSavePart(QVBoxLayout& layout);
    void fillCameras();
    void updateCamera();
    void updateWeights();
    void updatePicks();

    DepthSession& m_session;
    PointCloudView& m_clouds;
    std::filesystem::path m_weightsFile;
    bool m_byHand = false;  ///< the estimator or its weights
    QComboBox* m_pictures = nullptr;
    QPushButton *m_previous = nullptr, *m_next = nullptr, *m_clear = nullptr;
    QPushButton *m_pause = nullptr, *m_stop = nullptr, *m_record = nullptr, *m_camera = nullptr;
    QWidget *m_pictureLine = nullptr, *m_liveLine = nullptr;
    QLabel* m_liveNote = nullptr;
    QComboBox* m_estimator = nullptr;
    QLabel* m_weightsNote = nullptr;
    QCheckBox* m_flip = nullptr;
    QCheckBox* m_kitti = nullptr;
    QLabel* m_modelNote = nullptr;
    QComboBox* m_fit = nullptr;
    QComboBox* m_cameraKind = nullptr;
    QDoubleSpinBox* m_degrees = nullptr;
    QWidget *m_degreesLine = nullptr, *m_typedLine = nullptr;
    std::array<QDoubleSpinBox*, 4> m_typed{};
    QLabel* m_cameraNote = nullptr;
    CloudSettings* m_cloudSettings = nullptr;
    ReadOuts *m_picks = nullptr, *m_numbers = nullptr, *m_times = nullptr;
    QLabel* m_notes = nullptr;
    QPushButton *m_save = nullptr, *m_pairs = nullptr, *m_send = nullptr;
    bool m_filling = false;
};

}  // namespace elbo
