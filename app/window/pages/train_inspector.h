// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/run_plan.h"
#include "core/training/history.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <QtWidgets/QWidget>

#include <map>
#include <string>
#include <vector>

class QLabel;

namespace elbo {

class ReadOuts;
class RunControls;
class RunForm;

/// Right side of the Train page: what to train, the buttons, the estimate, then where the run is.
class TrainInspector : public QWidget {
    Q_OBJECT

public:
    explicit TrainInspector(QWidget* parent = nullptr);

    [[nodiscard]] RunForm* form() const { return m_form; }
    [[nodiscard]] RunControls* controls() const { return m_controls; }
    /// Puts the queue of runs below the buttons.
    void setQueue(QWidget* queue);

    void setPlan(const RunPlan& plan);
    /// What the run would take, or why that is not known; its place stays the same whatever it says.
    /// @param warning  what there is not enough of; may be empty
    void setEstimate(const QString& sentence, const QString& warning = {});
    /// Why there is no plan; empty while it is being made.
    void setPlanProblem(const QString& sentence);
    void setTerms(const std::vector<TermDescription>& terms);
    /// The run in view; null goes back to the form alone.
    void setRun(const RunInfo* run);
    void setStatus(const TrainingStatus& status);
    void clearNumbers();
    void append(const History& records);

private:
    void showRun(const RunInfo& run);
    void showRows(const std::vector<TermDescription>& terms);
    void showOnlyTermsOf(const std::map<std::string, double>& values);

    RunForm* m_form = nullptr;
    RunControls* m_controls = nullptr;
    QWidget* m_planPart = nullptr;
    ReadOuts* m_plan = nullptr;
    QLabel* m_estimate = nullptr;
    QLabel* m_planNote = nullptr;
    QWidget* m_runPart = nullptr;
    ReadOuts* m_progress = nullptr;
    ReadOuts* m_terms = nullptr;
    QLabel* m_about = nullptr;  ///< data and device: long names wrap instead of widening the page
    QLabel* m_ending = nullptr;
    std::vector<TermDescription> m_termList;  ///< all that the model can report
    std::size_t m_rowTerms = 0;               ///< of them shown
};

}  // namespace elbo
