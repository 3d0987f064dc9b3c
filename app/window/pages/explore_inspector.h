// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/pages/explore_axes.h"
#include "app/window/session/latent_session.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace elbo {

class HistogramView;
class LatentSliders;

/// Right side of the Explore page: the model, where to start, sliders, undo, the code as text.
class ExploreInspector : public QWidget {
    Q_OBJECT

public:
    /// @param session, map  outlive the inspector
    ExploreInspector(LatentSession& session, LatentMapSession& map, QWidget* parent = nullptr);

    /// What the model is; empty: none.
    void setModelTitle(const QString& title);

Q_SIGNALS:
    void openRunWanted();
    void openWeightsWanted();
    void saveImageWanted();
    void failed(const QString& sentence);

private:
    void addModelPart(QVBoxLayout& layout);
    void addStartPart(QVBoxLayout& layout);
    void addSliderPart(QVBoxLayout& layout);
    void addCodePart(QVBoxLayout& layout);
    void showSpace();
    void showAxes();
    void showCode();
    void paste();

    LatentSession& m_session;
    LatentMapSession& m_map;
    QLabel *m_modelNote = nullptr, *m_startNote = nullptr, *m_axesNote = nullptr;
    QSpinBox *m_image = nullptr, *m_seed = nullptr;
    QComboBox *m_class = nullptr, *m_axes = nullptr;
    QWidget* m_classLine = nullptr;
    QDoubleSpinBox* m_range = nullptr;
    LatentSliders* m_sliders = nullptr;
    QPushButton *m_undo = nullptr, *m_redo = nullptr;
    QWidget* m_parts = nullptr;  ///< everything that needs a model
    HistogramView* m_scree = nullptr;
    ExploreAxes m_shown;  ///< what the sliders move along
};

}  // namespace elbo
