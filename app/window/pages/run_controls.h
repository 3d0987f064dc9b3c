// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/training_job.h"

#include <QtWidgets/QWidget>

#include <optional>

class QLabel;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace elbo {

/// Start, Pause, Resume, Stop and Extend: exactly those that can be done now.
class RunControls : public QWidget {
    Q_OBJECT

public:
    explicit RunControls(QWidget* parent = nullptr);

    /// What decides which buttons there are.
    struct Situation {
        bool canStart = false;                       ///< a new run
        QString whyNot;                              ///< when it cannot start
        QString startsFrom;                          ///< weights that were chosen, in words; empty: none
        bool preparing = false;                      ///< Start was clicked, the data are loading
        bool viewing = false;                        ///< a run is in view
        bool otherRunTrains = false;                 ///< another run of this window trains
        std::optional<TrainingJob::State> training;  ///< of the run in view, when it trains
        bool elsewhere = false;                      ///< another process trains it
        RunState runState = RunState::Interrupted;
        std::int64_t epochsDone = 0;
        std::int64_t epochs = 0;
    };
    void setSituation(const Situation& situation);

Q_SIGNALS:
    void startWanted();
    void initialFileWanted();  ///< choose a file of weights that the run begins with
    void initialRunWanted();   ///< the same of a run folder
    void initialCleared();
    void pauseWanted(bool paused);
    void stopWanted();
    void resumeWanted();
    void extendWanted(qint64 epochs);
    /// Back to the form with the settings of the run in view.
    void newRunWanted();

private:
    void addInitialPart(QVBoxLayout& layout);
    void showTraining(const Situation& situation);
    void showEnded(const Situation& situation);

    QPushButton* m_start = nullptr;
    QPushButton* m_startFrom = nullptr;
    QWidget* m_initialLine = nullptr;
    QLabel* m_initial = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_resume = nullptr;
    QWidget* m_extendLine = nullptr;
    QSpinBox* m_extendEpochs = nullptr;
    QPushButton* m_extend = nullptr;
    QPushButton* m_new = nullptr;
    QLabel* m_note = nullptr;
    bool m_paused = false;
    std::int64_t m_extendFrom = -1;
};

}  // namespace elbo
