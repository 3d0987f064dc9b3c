// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/pages/page.h"
#include "app/window/session/run_plan.h"

#include <QtCore/QPointer>
#include <QtCore/QTimer>

namespace elbo {

class Job;
class QueuePanel;
struct RunEstimate;
class TrainInspector;
class TrainView;

/// Choose model and settings, start, watch it learn, steer it.
class TrainPage : public Page {
    Q_OBJECT

public:
    TrainPage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent = nullptr);

    /// "Train on this": the form for a new run on the set in use.
    void prepareRun();
    /// The form for a new run with the settings of the run in view, its data set included.
    void newRun();
    /// The form for a new run with these settings.
    void newRunLike(const RunConfig& config);
    void saveState() override;

Q_SIGNALS:
    /// Images of the set in use, by index, to be reconstructed by the run in view.
    void reconstructWanted(const std::vector<std::int64_t>& indices);

private:
    void connectWorkspace();
    void formChanged();
    void plan();
    void planned(const RunPlan& plan);
    void estimate();
    void estimated(const RunEstimate& estimate);
    void stopEstimate();
    void chooseInitialFile();
    void chooseInitialRun();
    void setInitial(const std::filesystem::path& weights);
    void showRun();
    void showInfo();
    void updateControls();
    void start();
    void chooseRun();
    void sendToReconstruct(const std::vector<std::string>& names);
    void loadTerms(const ModelConfig& model);
    void setTerms(const std::vector<TermDescription>& terms);
    void append(const History& records);

    TrainView* m_view = nullptr;
    TrainInspector* m_inspector = nullptr;
    QueuePanel* m_queue = nullptr;
    QTimer m_planSoon;
    QPointer<Job> m_planning;
    QTimer m_estimateSoon;
    QPointer<Job> m_estimating;
    std::filesystem::path m_initial;  ///< weights that the next run begins with; empty: the seed
    QString m_initialText;            ///< what they are, once they were looked at
    QString m_planProblem;
    History m_waiting;                 ///< records of the run in view that came before its terms were known
    std::optional<RunConfig> m_shown;  ///< settings of the run in view, as the form shows them
    std::string m_termsOf;             ///< model whose terms are shown
};

}  // namespace elbo
