// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/pages/page.h"
#include "app/window/session/model_session.h"

#include <QtCore/QPointer>

#include <memory>

class QStackedWidget;

namespace elbo {

class DepthInspector;
class DepthSession;
class DepthView;
class EmptyState;
class Job;

/// A photograph becomes depth, the VAE's reconstruction of both, and point clouds.
class DepthPage : public Page {
    Q_OBJECT

public:
    DepthPage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent = nullptr);

    /// Pictures, folders of them, or a video.
    void openFiles(const std::vector<std::filesystem::path>& files);
    /// A run folder or weights of a VAE that the person chose: it stays when another run comes into view.
    void openModel(const std::filesystem::path& path);
    [[nodiscard]] DepthSession& session() { return *m_session; }
    [[nodiscard]] bool hasModel() const { return m_model != nullptr; }
    [[nodiscard]] QString modelName() const;

Q_SIGNALS:
    void modelChanged();
    void reconstructWanted(const std::vector<std::filesystem::path>& files);
    /// A folder of pairs was written to be trained on.
    void dataWanted(const QString& folder);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void connectInspector();
    void connectSession();
    void open(const std::filesystem::path& path, bool byHand);
    void followRun();
    void choosePictures();
    void chooseVideo();
    void chooseEstimatorWeights();
    void record(bool on);
    void exportClouds(bool ascii, bool normals);
    void exportView(int factor);
    void updateView();

    std::shared_ptr<const OpenedModel> m_model;
    std::filesystem::path m_path;  ///< of the model
    bool m_byHand = false;
    QPointer<Job> m_opening;
    bool m_wantPairsOpened = false;
    DepthSession* m_session = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    DepthView* m_view = nullptr;
    DepthInspector* m_inspector = nullptr;
};

}  // namespace elbo
