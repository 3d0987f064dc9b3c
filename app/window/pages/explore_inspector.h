// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

class LatentSliders;

/// Right side of the Explore page: the model, where to start, sliders, undo, the code as text.
class ExploreInspector : public QWidget {
    Q_OBJECT

public:
    /// @param session  outlives the inspector
    explicit ExploreInspector(LatentSession& session, QWidget* parent = nullptr);

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
    [[nodiscard]] bool byDirections() const;
    /// Where the present code lies along each axis that is shown.
    [[nodiscard]] std::vector<double> valuesOf(const LatentCode& code) const;
    /// The present code with one axis at that value.
    [[nodiscard]] LatentCode moved(int axis, double value) const;
    void showSpace();
    void showAxes();
    void showCode();
    void paste();

    LatentSession& m_session;
    QLabel *m_modelNote = nullptr, *m_startNote = nullptr, *m_axesNote = nullptr;
    QSpinBox *m_image = nullptr, *m_seed = nullptr;
    QComboBox *m_class = nullptr, *m_axes = nullptr;
    QWidget* m_classLine = nullptr;
    QDoubleSpinBox* m_range = nullptr;
    LatentSliders* m_sliders = nullptr;
    QPushButton *m_undo = nullptr, *m_redo = nullptr;
    QWidget* m_parts = nullptr;         ///< everything that needs a model
    std::vector<std::int64_t> m_order;  ///< dimension or direction of each slider
};

}  // namespace elbo
