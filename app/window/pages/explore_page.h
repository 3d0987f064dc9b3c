// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/pages/page.h"

#include <QtCore/QPointer>

#include <filesystem>
#include <memory>

class QStackedWidget;

namespace elbo {

class EmptyState;
class ExploreInspector;
class ExploreView;
class Job;
class LatentMapSession;
class LatentSession;

/// Bends a latent code by hand: sliders, starts, a way between codes; the decoded image follows.
class ExplorePage : public Page {
    Q_OBJECT

public:
    ExplorePage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent = nullptr);

    /// A run folder or a weights file that the person chose: it stays when another run comes into view.
    void openModel(const std::filesystem::path& path);
    [[nodiscard]] bool hasModel() const { return m_model != nullptr; }
    [[nodiscard]] QString modelName() const;
    [[nodiscard]] LatentSession& session() { return *m_session; }
    [[nodiscard]] LatentMapSession& map() { return *m_map; }
    /// The code of the first picture (with its depth, where the model has depth) becomes the present one.
    void openPictures(const std::vector<std::filesystem::path>& files);

Q_SIGNALS:
    void modelChanged();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void open(const std::filesystem::path& path, bool byHand);
    void modelCame(OpenedModel model);
    /// Encodes images of the set in use when it fits the model, else of the model's own.
    void takeData();
    void followRun();
    void takeNewWeights();
    void chooseRun();
    void chooseWeights();
    void saveImage();
    void saveWay();
    void updateView();

    std::shared_ptr<const OpenedModel> m_model;
    std::filesystem::path m_path;
    bool m_byHand = false;     ///< m_path was chosen by the person; else it is the run in view
    bool m_needsData = false;  ///< a model came and its images are not encoded yet
    QPointer<Job> m_opening;
    LatentSession* m_session = nullptr;
    LatentMapSession* m_map = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    ExploreView* m_view = nullptr;
    ExploreInspector* m_inspector = nullptr;
};

}  // namespace elbo
