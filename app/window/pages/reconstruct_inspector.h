// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/model_session.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QSpinBox;
class QVBoxLayout;

namespace elbo {

class ReadOuts;

/// Right side of the Reconstruct page: run or weights, images, mean or sample, averages, save.
class ReconstructInspector : public QWidget {
    Q_OBJECT

public:
    explicit ReconstructInspector(QWidget* parent = nullptr);

    /// Null: nothing is open.
    void setModel(const OpenedModel* model);
    void setOpening(bool opening);
    /// Which set "by index" takes from, as its title; empty: none can be used.
    void setDataTitle(const QString& title);
    void setResults(const ReconstructionResults& results, bool anyImages, bool depthMissing);
    [[nodiscard]] ReconstructionOptions options() const;
    void setOptions(const ReconstructionOptions& options);
    [[nodiscard]] QString weights() const;  ///< "last", "best"

Q_SIGNALS:
    void openWanted();
    void openFolderWanted();
    void weightsChanged();
    void picturesWanted();
    void depthWanted();
    /// Text of the index line, "0, 5, 9-12".
    void indicesWanted(const QString& text);
    void testImagesWanted();
    void optionsChanged();
    void saveWanted();
    void copyTableWanted();
    void copyPictureWanted();
    void clearWanted();

private:
    void setClasses(const std::vector<std::string>& classes);
    void addModelPart(QVBoxLayout& layout);
    void addImagesPart(QVBoxLayout& layout);
    void addOptionsPart(QVBoxLayout& layout);
    void addResultsPart(QVBoxLayout& layout);

    ReadOuts* m_model = nullptr;
    QLabel* m_modelNote = nullptr;
    QComboBox* m_weights = nullptr;
    QWidget* m_weightsLine = nullptr;
    QPushButton* m_depth = nullptr;
    QLabel* m_dataNote = nullptr;
    QLineEdit* m_indices = nullptr;
    QPushButton* m_addIndices = nullptr;
    QPushButton* m_testImages = nullptr;
    QRadioButton* m_mean = nullptr;
    QRadioButton* m_sample = nullptr;
    QSpinBox* m_seed = nullptr;
    QComboBox* m_fit = nullptr;
    QComboBox* m_class = nullptr;
    QWidget* m_classLine = nullptr;
    ReadOuts* m_averages = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_copyTable = nullptr;
    QPushButton* m_copyPicture = nullptr;
    QPushButton* m_clear = nullptr;
};

}  // namespace elbo
