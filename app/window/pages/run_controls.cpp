// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/run_controls.h"

#include "app/window/frame/parts.h"
#include "widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>
#include <vector>

namespace elbo {

RunControls::RunControls(QWidget* parent) : QWidget(parent)
{
    m_start = primaryButton(tr("Start"), QStringLiteral("startRun"));
    m_pause = new QPushButton(tr("Pause"));
    m_pause->setObjectName(QStringLiteral("pauseRun"));
    m_stop = new QPushButton(tr("Stop"));
    m_stop->setObjectName(QStringLiteral("stopRun"));
    m_stop->setToolTip(tr("Saves what was learned; the run can be resumed exactly where it stopped."));
    m_resume = primaryButton(tr("Resume"), QStringLiteral("resumeRun"));
    m_extendEpochs = new QSpinBox;
    m_extendEpochs->setObjectName(QStringLiteral("extendEpochs"));
    m_extendEpochs->setGroupSeparatorShown(true);
    m_extendEpochs->setSuffix(tr(" epochs"));
    m_extend = new QPushButton(tr("Extend to"));
    m_extend->setObjectName(QStringLiteral("extendRun"));
    m_extend->setToolTip(tr("Goes on exactly where the run stopped, up to that many epochs."));
    m_new = new QPushButton(tr("New run with these settings"));
    m_new->setObjectName(QStringLiteral("newRun"));
    m_note = noteLabel({});
    m_note->setObjectName(QStringLiteral("controlsNote"));
    const std::vector<std::pair<QPushButton*, QString>> icons{
        {m_start, QStringLiteral("play")},    {m_pause, QStringLiteral("pause")},
        {m_stop, QStringLiteral("stop")},     {m_resume, QStringLiteral("play")},
        {m_extend, QStringLiteral("extend")}, {m_new, QStringLiteral("add")}};
    for (const auto& [button, name] : icons) {
        button->setIcon(theme::icon(name));
    }

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addWidget(m_start);
    addInitialPart(*layout);
    auto* line = new QHBoxLayout;
    line->setSpacing(theme::kControlGap);
    line->addWidget(m_pause);
    line->addWidget(m_stop);
    layout->addLayout(line);
    layout->addWidget(m_resume);
    m_extendLine = new QWidget;
    auto* extend = new QHBoxLayout(m_extendLine);
    extend->setContentsMargins(0, 0, 0, 0);
    extend->setSpacing(theme::kControlGap);
    extend->addWidget(m_extend);
    extend->addWidget(m_extendEpochs, 1);
    layout->addWidget(m_extendLine);
    layout->addWidget(m_new);
    layout->addWidget(m_note);

    connect(m_start, &QPushButton::clicked, this, &RunControls::startWanted);
    connect(m_pause, &QPushButton::clicked, this, [this] { Q_EMIT pauseWanted(!m_paused); });
    connect(m_stop, &QPushButton::clicked, this, &RunControls::stopWanted);
    connect(m_resume, &QPushButton::clicked, this, &RunControls::resumeWanted);
    connect(m_extend, &QPushButton::clicked, this, [this] { Q_EMIT extendWanted(m_extendEpochs->value()); });
    connect(m_new, &QPushButton::clicked, this, &RunControls::newRunWanted);
    setSituation({});
}

void RunControls::addInitialPart(QVBoxLayout& layout)
{
    m_startFrom = new QPushButton(tr("Start from weights..."));
    m_startFrom->setObjectName(QStringLiteral("startFromWeights"));
    m_startFrom->setToolTip(
        tr("The run begins with weights that were learned before and goes on to learn from this set."));
    auto* choices = new QMenu(m_startFrom);
    choices
        ->addAction(theme::icon(QStringLiteral("open")), tr("A weights file..."), this,
                    &RunControls::initialFileWanted)
        ->setObjectName(QStringLiteral("initialFile"));
    choices
        ->addAction(theme::icon(QStringLiteral("open")), tr("The last weights of a run..."), this,
                    &RunControls::initialRunWanted)
        ->setObjectName(QStringLiteral("initialRun"));
    m_startFrom->setMenu(choices);
    layout.addWidget(m_startFrom);
    m_initialLine = new QWidget;
    auto* line = new QHBoxLayout(m_initialLine);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(theme::kControlGap);
    m_initial = noteLabel({});
    m_initial->setObjectName(QStringLiteral("initialWeights"));
    auto* clear = new QToolButton;
    clear->setObjectName(QStringLiteral("clearInitial"));
    clear->setIcon(theme::icon(QStringLiteral("close")));
    clear->setAutoRaise(true);
    clear->setToolTip(tr("Begin from the seed instead"));
    clear->setAccessibleName(clear->toolTip());
    line->addWidget(m_initial, 1);
    line->addWidget(clear, 0, Qt::AlignTop);
    layout.addWidget(m_initialLine);
    connect(clear, &QToolButton::clicked, this, &RunControls::initialCleared);
}

void RunControls::setSituation(const Situation& situation)
{
    const bool setup = !situation.viewing;
    m_start->setVisible(setup);
    m_start->setEnabled(situation.canStart && !situation.preparing && !situation.otherRunTrains);
    m_start->setText(situation.preparing ? tr("Starting...") : tr("Start"));
    m_startFrom->setVisible(setup && situation.startsFrom.isEmpty());
    m_startFrom->setEnabled(!situation.preparing && !situation.otherRunTrains);
    m_initialLine->setVisible(setup && !situation.startsFrom.isEmpty());
    m_initial->setText(situation.startsFrom);
    m_pause->setVisible(situation.training.has_value());
    m_stop->setVisible(situation.training.has_value());
    m_resume->setVisible(false);
    m_extendLine->setVisible(false);
    m_new->setVisible(situation.viewing && (!situation.training || situation.elsewhere));
    QString note;
    if (situation.otherRunTrains) {
        note =
            setup ? tr("Another run is training in this window: stop it first, or add this one to the queue.")
                  : tr("Another run is training in this window: stop it first.");
    } else if (setup) {
        note = situation.whyNot;
    }
    if (situation.training) {
        showTraining(situation);
        if (situation.elsewhere) {
            note =
                tr("This run goes on without this window, in a process of its own. Its curves are followed "
                   "as they grow.");
        }
    } else if (situation.viewing) {
        if (situation.runState == RunState::Running) {
            note = tr("Another program is training this run; its curves are followed as they grow.");
        } else {
            showEnded(situation);
        }
    }
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void RunControls::showTraining(const Situation& situation)
{
    using State = TrainingJob::State;
    const auto state = *situation.training;
    m_paused = state == State::Paused || state == State::Pausing;
    m_pause->setText(state == State::Pausing ? tr("Pausing...") : m_paused ? tr("Resume") : tr("Pause"));
    m_pause->setIcon(theme::icon(m_paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setEnabled(state == State::Running || state == State::Paused);
    m_stop->setEnabled(state != State::Stopping && state != State::Ended);
    m_stop->setText(state == State::Stopping ? tr("Stopping...") : tr("Stop"));
}

void RunControls::showEnded(const Situation& situation)
{
    const bool free = !situation.otherRunTrains && !situation.preparing;
    const bool unfinished = situation.epochsDone < situation.epochs;
    m_resume->setVisible(unfinished);
    m_resume->setEnabled(free);
    m_resume->setText(situation.preparing ? tr("Starting...") : tr("Resume"));
    m_extendLine->setVisible(true);
    m_extend->setEnabled(free);
    if (m_extendFrom != situation.epochs) {  // a value the person typed stays
        m_extendFrom = situation.epochs;
        const auto most = std::int64_t{1000000};
        m_extendEpochs->setRange(static_cast<int>(std::min(situation.epochs + 1, most)),
                                 static_cast<int>(most));
        m_extendEpochs->setValue(static_cast<int>(std::min(situation.epochs * 2, most)));
    }
}

}  // namespace elbo
