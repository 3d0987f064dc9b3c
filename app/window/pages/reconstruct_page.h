// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/pages/page.h"

#include <QtCore/QPointer>

class QStackedWidget;

namespace elbo {

class EmptyState;
class Job;
class ReconstructInspector;
class ReconstructionGrid;
class ReconstructionList;

/// Truth above reconstruction for images of a set and for a person's own pictures.
class ReconstructPage : public Page {
    Q_OBJECT

public:
    ReconstructPage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent = nullptr);

    /// A run folder or a weights file that the person chose: it stays when another run comes into view.
    void openModel(const std::filesystem::path& path);
    /// Colour pictures, with or without their depth images.
    void addPictures(const std::vector<std::filesystem::path>& files);
    /// Images of the set in use, by index.
    void addImages(const std::vector<std::int64_t>& indices);
    [[nodiscard]] bool hasModel() const { return m_model != nullptr; }
    [[nodiscard]] QString modelName() const;
    void saveState() override;

Q_SIGNALS:
    void modelChanged();
    /// Pictures whose depth shall be estimated.
    void depthWanted(const std::vector<std::filesystem::path>& files);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void connectInspector();
    void connectList();
    void open(const std::filesystem::path& path, bool byHand);
    void modelCame(OpenedModel model);
    void modelFailed(const Failure& failure, bool byHand);
    void chooseRun();
    void chooseWeights();
    void choosePictures();
    void chooseDepth(std::int64_t id);
    /// Calls `then` with the set that indices mean: the one in use when it fits the model, else the model's
    /// own.
    void withData(const Workspace::WithData& then);
    void addByText(const QString& text);
    void addTestImages();
    void save();
    void copyTable();
    void copyPicture();
    void followRun();
    void takeNewWeights();
    void updateView();

    std::shared_ptr<const OpenedModel> m_model;
    std::filesystem::path m_path;
    bool m_byHand = false;  ///< m_path was chosen by the person; else it is the run in view
    QPointer<Job> m_opening;
    bool m_openingByHand = false;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    ReconstructionGrid* m_grid = nullptr;
    ReconstructInspector* m_inspector = nullptr;
    ReconstructionList* m_list = nullptr;
};

}  // namespace elbo
