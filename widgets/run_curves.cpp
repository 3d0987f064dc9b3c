// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/run_curves.h"

#include "widgets/axis_ticker.h"
#include "widgets/custom_plot.h"
#include "widgets/plot_export.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <map>
#include <utility>

namespace elbo {

namespace {

/// The terms that people look at first, before those that one model alone reports.
constexpr const char* kFirstTerms[] = {"elbo", "log_likelihood", "kl", "mse", "mse_mean"};

QString termTitle(const QString& key)
{
    static const std::map<QString, const char*> titles{
        {QStringLiteral("elbo"), QT_TRANSLATE_NOOP("elbo::RunCurves", "ELBO, nats per image")},
        {QStringLiteral("log_likelihood"),
         QT_TRANSLATE_NOOP("elbo::RunCurves", "Log-likelihood, nats per image")},
        {QStringLiteral("kl"), QT_TRANSLATE_NOOP("elbo::RunCurves", "KL, nats per image")},
        {QStringLiteral("mse"), QT_TRANSLATE_NOOP("elbo::RunCurves", "MSE, sum per image")},
        {QStringLiteral("mse_mean"), QT_TRANSLATE_NOOP("elbo::RunCurves", "MSE from the posterior mean")},
    };
    const auto found = titles.find(key);
    return found == titles.end() ? key : RunCurves::tr(found->second);
}

}  // namespace

std::vector<double> epochPlaces(const History& history, CurveAxis axis)
{
    std::vector<double> places;
    double seconds = 0;
    for (const auto& epoch : history.epochs) {
        seconds += epoch.seconds;
        places.push_back(axis == CurveAxis::Epoch  ? static_cast<double>(epoch.epoch)
                         : axis == CurveAxis::Step ? static_cast<double>(epoch.step)
                                                   : seconds);
    }
    return places;
}

std::vector<double> stepPlaces(const History& history, CurveAxis axis)
{
    std::vector<double> places;
    std::size_t epoch = 0;
    double before = 0;  // seconds until the beginning of that epoch
    for (const auto& step : history.steps) {
        if (axis != CurveAxis::Time) {
            places.push_back(axis == CurveAxis::Epoch ? step.epochFraction : static_cast<double>(step.step));
            continue;
        }
        while (epoch < history.epochs.size() && history.epochs[epoch].step < step.step) {
            before += history.epochs[epoch++].seconds;
        }
        if (epoch == history.epochs.size()) {
            break;
        }
        const auto first = epoch == 0 ? 0 : history.epochs[epoch - 1].step;
        const auto share = static_cast<double>(step.step - first) /
                           static_cast<double>(std::max<std::int64_t>(1, history.epochs[epoch].step - first));
        places.push_back(before + share * history.epochs[epoch].seconds);
    }
    return places;
}

RunCurves::RunCurves(QWidget* parent) : QWidget(parent)
{
    m_term = new QComboBox;
    m_term->setObjectName(QStringLiteral("curveTerm"));
    m_term->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_axis = new QComboBox;
    m_axis->setObjectName(QStringLiteral("curveAxis"));
    m_axis->addItem(tr("by epoch"), static_cast<int>(CurveAxis::Epoch));
    m_axis->addItem(tr("by step"), static_cast<int>(CurveAxis::Step));
    m_axis->addItem(tr("by training time"), static_cast<int>(CurveAxis::Time));
    m_train = new QCheckBox(tr("Training curves too"));
    m_train->setObjectName(QStringLiteral("curveTrain"));
    m_log = new QCheckBox(tr("Logarithmic"));
    m_log->setObjectName(QStringLiteral("curveLog"));
    m_log->setToolTip(tr("For terms above 0 only"));
    auto* save = new QPushButton(theme::icon(QStringLiteral("save")), tr("Save plot..."));
    save->setObjectName(QStringLiteral("curveSave"));
    m_plot = new QCustomPlot;
    m_plot->setObjectName(QStringLiteral("curvePlot"));
    m_plot->setMinimumHeight(120);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->legend->setVisible(true);
    m_plot->setToolTip(tr("Wheel: zoom. Drag: move. Double click: show all of it."));
    auto* controls = new QHBoxLayout;
    controls->setSpacing(theme::kControlGap);
    for (auto* widget : std::initializer_list<QWidget*>{m_term, m_axis, m_train, m_log}) {
        controls->addWidget(widget);
    }
    controls->addStretch(1);
    controls->addWidget(save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::kControlGap, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addLayout(controls);
    layout->addWidget(m_plot, 1);
    connect(m_term, &QComboBox::currentIndexChanged, this, &RunCurves::draw);
    connect(m_axis, &QComboBox::currentIndexChanged, this, &RunCurves::draw);
    connect(m_train, &QCheckBox::toggled, this, &RunCurves::draw);
    connect(m_log, &QCheckBox::toggled, this, &RunCurves::draw);
    connect(save, &QPushButton::clicked, this, &RunCurves::saveWanted);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &RunCurves::draw);
    draw();
}

void RunCurves::setRuns(std::vector<CurveRun> runs)
{
    if (runs == m_runs) {
        return;  // what was zoomed stays
    }
    m_runs = std::move(runs);
    fillTerms();
    draw();
}

void RunCurves::fillTerms()
{
    QStringList keys;
    const auto add = [&](const QString& key) {
        if (!keys.contains(key)) {
            keys << key;
        }
    };
    QStringList reported;
    for (const auto& run : m_runs) {
        for (const auto& epoch : run.history->epochs) {
            for (const auto& [key, value] : epoch.test.empty() ? epoch.train : epoch.test) {
                if (const auto name = QString::fromStdString(key); !reported.contains(name)) {
                    reported << name;
                }
            }
        }
    }
    for (const auto* key : kFirstTerms) {
        if (reported.contains(QLatin1String(key))) {
            add(QLatin1String(key));
        }
    }
    for (const auto& key : reported) {
        add(key);
    }
    if (keys == terms()) {
        return;
    }
    const auto before = term();
    m_filling = true;
    m_term->clear();
    for (const auto& key : keys) {
        m_term->addItem(termTitle(key), key);
    }
    m_filling = false;
    setTerm(before);
}

QStringList RunCurves::terms() const
{
    QStringList keys;
    for (int i = 0; i < m_term->count(); ++i) {
        keys << m_term->itemData(i).toString();
    }
    return keys;
}

QString RunCurves::term() const
{
    return m_term->currentData().toString();
}

void RunCurves::setTerm(const QString& key)
{
    const auto place = m_term->findData(key);
    m_term->setCurrentIndex(place < 0 && m_term->count() > 0 ? 0 : place);
}

CurveAxis RunCurves::axis() const
{
    return static_cast<CurveAxis>(m_axis->currentData().toInt());
}

int RunCurves::pointsOf(int run) const
{
    const auto* graph = m_plot->graph(run);
    return graph == nullptr ? 0 : graph->dataCount();
}

void RunCurves::addCurve(std::size_t run)
{
    const auto key = term().toStdString();
    const auto& history = *m_runs[run].history;
    const auto places = epochPlaces(history, axis());
    QVector<double> x, y;
    for (std::size_t i = 0; i < history.epochs.size(); ++i) {
        const auto& epoch = history.epochs[i];
        const auto& terms = epoch.test.empty() ? epoch.train : epoch.test;
        if (const auto found = terms.find(key); found != terms.end()) {
            x << places[i];
            y << found->second;
        }
    }
    auto* graph = m_plot->addGraph();
    graph->setName(m_runs[run].name);
    graph->setPen(theme::runPen(palette(), run));
    if (x.size() == 1) {
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 6));
    }
    graph->setData(x, y, true);
}

void RunCurves::draw()
{
    if (m_filling) {
        return;
    }
    m_plot->clearGraphs();
    for (std::size_t run = 0; run < m_runs.size(); ++run) {
        addCurve(run);
    }
    for (std::size_t run = 0; m_train->isChecked() && run < m_runs.size(); ++run) {
        const auto key = term().toStdString();
        const auto& history = *m_runs[run].history;
        const auto places = stepPlaces(history, axis());
        QVector<double> x, y;
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (const auto found = history.steps[i].train.find(key); found != history.steps[i].train.end()) {
                x << places[i];
                y << found->second;
            }
        }
        auto* graph = m_plot->addGraph();
        auto pen = theme::runPen(palette(), run);
        auto color = pen.color();
        color.setAlphaF(0.35F);
        pen.setColor(color);
        pen.setWidthF(1);
        graph->setPen(pen);
        graph->setData(x, y, true);
        graph->removeFromLegend();
    }
    stylePlot(*m_plot, palette());
    const QString axes[] = {tr("epoch"), tr("step"), tr("training time, s")};
    m_plot->xAxis->setLabel(axes[static_cast<int>(axis())]);
    m_plot->yAxis->setLabel(m_term->currentText());
    m_plot->yAxis->setScaleType(m_log->isChecked() ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    m_plot->yAxis->setTicker(m_log->isChecked() ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                                : QSharedPointer<QCPAxisTicker>(new AxisTicker));
    m_plot->legend->setVisible(!m_runs.empty());
    m_plot->rescaleAxes();
    m_plot->yAxis->scaleRange(1.05, m_plot->yAxis->range().center());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void RunCurves::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_plot != nullptr) {
        draw();
    }
}

}  // namespace elbo
