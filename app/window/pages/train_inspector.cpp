// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/train_inspector.h"

#include "app/window/frame/parts.h"
#include "app/window/pages/run_controls.h"
#include "app/window/pages/run_form.h"
#include "app/window/session/text.h"
#include "widgets/number_text.h"
#include "widgets/read_outs.h"
#include "widgets/theme.h"

#include <QtCore/QLocale>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

namespace {

/// Lines that are kept for the estimate, so that nothing moves when it comes.
constexpr int kEstimateLines = 3;

QString stateText(RunState state)
{
    switch (state) {
        case RunState::Running:
            return TrainInspector::tr("running");
        case RunState::Completed:
            return TrainInspector::tr("complete");
        case RunState::Stopped:
            return TrainInspector::tr("stopped");
        case RunState::Failed:
            return TrainInspector::tr("failed");
        case RunState::Interrupted:
            return TrainInspector::tr("interrupted");
    }
    return {};
}

}  // namespace

TrainInspector::TrainInspector(QWidget* parent) : QWidget(parent)
{
    m_form = new RunForm;
    m_controls = new RunControls;
    m_plan = new ReadOuts;
    m_plan->setObjectName(QStringLiteral("planNumbers"));
    m_plan->setRows({{QStringLiteral("parameters"), tr("Parameters"), {}, GoodDirection::None, {}},
                     {QStringLiteral("steps"), tr("Steps"), tr("an epoch"), GoodDirection::None, {}}});
    m_estimate = noteLabel({});
    m_estimate->setObjectName(QStringLiteral("estimate"));
    m_estimate->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_estimate->setAlignment(Qt::AlignTop);
    m_estimate->setMinimumHeight(kEstimateLines * m_estimate->fontMetrics().lineSpacing());
    m_estimate->setToolTip(
        tr("From two timed steps of such a run on this machine, while nothing else trains here."));
    m_planNote = noteLabel({});
    m_planNote->setObjectName(QStringLiteral("planProblem"));
    m_progress = new ReadOuts;
    m_progress->setObjectName(QStringLiteral("runProgress"));
    m_progress->setRows({{QStringLiteral("state"), tr("State"), {}, GoodDirection::None, {}},
                         {QStringLiteral("epoch"), tr("Epoch"), {}, GoodDirection::None, {}},
                         {QStringLiteral("step"), tr("Step"), {}, GoodDirection::None, {}},
                         {QStringLiteral("speed"), tr("Speed"), tr("images/s"), GoodDirection::None, {}},
                         {QStringLiteral("left"), tr("Time left"), {}, GoodDirection::None, {}},
                         {QStringLiteral("best"), tr("Best epoch"), {}, GoodDirection::None, {}}});
    m_terms = new ReadOuts;
    m_terms->setObjectName(QStringLiteral("runTerms"));
    m_about = noteLabel({});
    m_about->setObjectName(QStringLiteral("runAbout"));
    m_ending = noteLabel({});
    m_ending->setObjectName(QStringLiteral("runEnding"));

    auto* layout = inspectorLayout(this);
    layout->addWidget(m_controls);
    m_runPart = new QWidget;
    auto* run = new QVBoxLayout(m_runPart);
    run->setContentsMargins(0, 0, 0, theme::kStep);
    run->setSpacing(theme::kControlGap);
    run->addWidget(m_progress);
    run->addWidget(m_about);
    run->addWidget(m_ending);
    run->addWidget(sectionHeading(tr("Latest terms, an image")));
    run->addWidget(m_terms);
    layout->addWidget(m_runPart);
    layout->addWidget(sectionHeading(tr("Settings")));
    layout->addWidget(m_form);
    m_planPart = new QWidget;
    auto* plan = new QVBoxLayout(m_planPart);
    plan->setContentsMargins(0, theme::kStep, 0, 0);
    plan->setSpacing(theme::kControlGap);
    plan->addWidget(sectionHeading(tr("Estimate")));
    plan->addWidget(m_plan);
    plan->addWidget(m_planNote);
    plan->addWidget(m_estimate);
    layout->addWidget(m_planPart);
    layout->addStretch(1);
    setRun(nullptr);
    setPlanProblem({});
}

void TrainInspector::setQueue(QWidget* queue)
{
    auto* const column = static_cast<QVBoxLayout*>(layout());
    column->insertWidget(column->indexOf(m_controls) + 1, queue);
}

void TrainInspector::setPlan(const RunPlan& plan)
{
    m_plan->setText(QStringLiteral("parameters"),
                    QLocale(QLocale::English).toString(static_cast<qlonglong>(plan.parameters)));
    m_plan->setNumber(QStringLiteral("steps"), static_cast<double>(plan.stepsPerEpoch), 9);
    m_planNote->setText(tr("On %1.").arg(toQt(plan.device)));
    m_plan->setVisible(true);
    m_planNote->setVisible(true);
}

void TrainInspector::setEstimate(const QString& sentence, const QString& warning)
{
    m_estimate->setText(warning.isEmpty() ? sentence : sentence + QLatin1Char('\n') + warning);
}

void TrainInspector::setPlanProblem(const QString& sentence)
{
    m_plan->setVisible(false);
    m_estimate->clear();
    m_planNote->setText(sentence.isEmpty() ? tr("Load a data set to see how large the run will be.")
                                           : sentence);
    m_planNote->setVisible(true);
}

void TrainInspector::setTerms(const std::vector<TermDescription>& terms)
{
    m_termList = terms;
    showRows(terms);
}

void TrainInspector::showRows(const std::vector<TermDescription>& terms)
{
    m_rowTerms = terms.size();
    std::vector<ReadOutRow> rows;
    for (const auto& term : terms) {
        const auto good = term.higherIsBetter ? GoodDirection::Up : GoodDirection::Down;
        const auto key = toQt(term.key);
        rows.push_back({QStringLiteral("train-") + key,
                        tr("%1, training").arg(toQt(term.title)),
                        {},
                        good,
                        toQt(term.unit)});
        rows.push_back(
            {QStringLiteral("test-") + key, tr("%1, test").arg(toQt(term.title)), {}, good, toQt(term.unit)});
    }
    if (std::ranges::find(terms, "mse", &TermDescription::key) != terms.end()) {
        rows.push_back(
            {QStringLiteral("test-mse_mean"),
             tr("MSE of the mean, test"),
             {},
             GoodDirection::Down,
             tr("Sum of squares an image, reconstructed from the posterior mean instead of a sample")});
    }
    m_terms->setRows(std::move(rows));
}

void TrainInspector::setRun(const RunInfo* run)
{
    m_runPart->setVisible(run != nullptr);
    m_planPart->setVisible(run == nullptr);
    m_form->setReadOnly(run != nullptr);
    if (run != nullptr) {
        showRun(*run);
    }
}

void TrainInspector::showRun(const RunInfo& run)
{
    m_progress->setText(QStringLiteral("state"), stateText(run.state));
    m_progress->setText(QStringLiteral("epoch"),
                        tr("%1 of %2").arg(run.epochsDone).arg(run.config.integer("epochs")));
    m_progress->setText(QStringLiteral("best"), run.bestEpoch == 0 ? tr("none yet")
                                                : run.bestChosenOnTest
                                                    ? tr("%1, chosen on test").arg(run.bestEpoch)
                                                    : QString::number(run.bestEpoch));
    auto about = tr("%1: %2 training and %3 test images. On %4, %5.")
                     .arg(toQt(run.dataTitle))
                     .arg(run.trainImages)
                     .arg(run.testImages)
                     .arg(toQt(run.deviceTitle.empty() ? run.device : run.deviceTitle), toQt(run.precision));
    if (!run.initialWeights.empty()) {
        about += QLatin1Char(' ') + tr("Started from the weights of %1.").arg(toQt(run.initialWeights));
    }
    m_about->setText(about);
    if (run.state != RunState::Running) {
        m_progress->setText(QStringLiteral("left"), QString());
    }
    QString note = run.state == RunState::Running ? QString() : toQt(run.ending);
    if (!note.isEmpty()) {
        note[0] = note[0].toUpper();
    }
    if (!run.splitNote.empty()) {
        note += (note.isEmpty() ? QString() : QStringLiteral("\n")) + toQt(run.splitNote);
    }
    m_ending->setText(note);
    m_ending->setVisible(!note.isEmpty());
}

void TrainInspector::setStatus(const TrainingStatus& status)
{
    m_progress->setText(QStringLiteral("state"), status.paused ? tr("paused") : toQt(status.what));
    m_progress->setText(QStringLiteral("epoch"), tr("%1 of %2").arg(status.epoch).arg(status.epochs));
    m_progress->setText(QStringLiteral("step"),
                        tr("%1 of %2").arg(status.stepInEpoch).arg(status.stepsPerEpoch));
    if (status.imagesPerSecond > 0) {
        m_progress->setText(QStringLiteral("speed"), numberText(status.imagesPerSecond, 3));
        m_progress->setText(QStringLiteral("left"), durationText(status.secondsLeft));
    }
}

void TrainInspector::clearNumbers()
{
    m_progress->clearValues();
    m_terms->clearValues();
    if (m_rowTerms < m_termList.size()) {
        showRows(m_termList);
    }
}

void TrainInspector::showOnlyTermsOf(const std::map<std::string, double>& values)
{
    auto terms = m_termList;
    std::erase_if(terms, [&](const TermDescription& term) { return !values.contains(term.key); });
    if (!terms.empty() && terms.size() < m_rowTerms) {
        showRows(terms);
    }
}

void TrainInspector::append(const History& records)
{
    // A set without depth has no errors of colour and depth apart: no rows for them.
    if (!records.steps.empty() || !records.epochs.empty()) {
        showOnlyTermsOf(records.steps.empty() ? records.epochs.front().train : records.steps.front().train);
    }
    if (records.epochs.empty()) {
        return;
    }
    // Each epoch in turn, so that the arrows show the last change.
    const auto first = records.epochs.size() > 2 ? records.epochs.end() - 2 : records.epochs.begin();
    for (auto record = first; record != records.epochs.end(); ++record) {
        for (const auto& [key, value] : record->train) {
            m_terms->setNumber(QStringLiteral("train-") + toQt(key), value);
        }
        for (const auto& [key, value] : record->test) {
            m_terms->setNumber(QStringLiteral("test-") + toQt(key), value);
        }
    }
}

}  // namespace elbo
