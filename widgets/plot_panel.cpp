// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_panel.h"

#include "widgets/theme.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr int kFrameMs = 33;  ///< at most 30 drawings a second
constexpr double kRightPadding = 0.02;

}  // namespace

PlotGrid::PlotGrid(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(QStringLiteral("plot-tabs"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->hide();
    layout->addWidget(m_tabs);
    m_grid = new QGridLayout;
    m_grid->setSpacing(theme::kPanelGap);
    layout->addLayout(m_grid, 1);

    m_corner = new QWidget(this);
    auto* corner = new QHBoxLayout(m_corner);
    corner->setContentsMargins(0, 0, 0, 0);
    corner->setSpacing(theme::kStep);
    const auto addButton = [&](const char* name, const char* icon, const QString& tip) {
        auto* button = new QToolButton(m_corner);
        button->setObjectName(QLatin1String(name));
        button->setIcon(theme::icon(QLatin1String(icon)));
        button->setAutoRaise(true);
        button->setToolTip(tip);
        button->setAccessibleName(tip);
        corner->addWidget(button);
        return button;
    };
    m_reset = addButton("plots-reset", "fit", tr("Show the whole run (Home)"));
    m_back = addButton("plots-back", "grid", tr("Show all plots (Escape)"));
    connect(m_reset, &QToolButton::clicked, this, &PlotGrid::fit);
    connect(m_back, &QToolButton::clicked, this, [this] { enlarge(-1); });

    m_empty = new QLabel(this);
    m_empty->setObjectName(QStringLiteral("plots-empty"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_empty->setAutoFillBackground(true);
    m_empty->setBackgroundRole(QPalette::Base);
    m_empty->setMargin(theme::kPanelGap);
    connect(m_tabs, &QTabBar::currentChanged, this, &PlotGrid::arrange);
    m_timer.setSingleShot(true);
    m_timer.setInterval(kFrameMs);
    connect(&m_timer, &QTimer::timeout, this, &PlotGrid::flush);
    updateCorner();
}

void PlotGrid::setTerms(std::vector<PlotTerm> terms)
{
    if (terms == m_terms) {
        return;
    }
    m_terms = std::move(terms);
    for (auto* plot : m_plots) {
        delete plot;
    }
    m_plots.clear();
    m_enlarged = -1;
    {
        const QSignalBlocker quiet(m_tabs);
        while (m_tabs->count() > 0) {
            m_tabs->removeTab(0);
        }
        for (const auto& term : m_terms) {
            auto* plot = new TermPlot(this);
            plot->setTerm(term);
            connectPlot(plot);
            m_plots.push_back(plot);
            m_tabs->addTab(term.title);
        }
    }
    clear();
    arrange();
}

void PlotGrid::connectPlot(TermPlot* plot)
{
    connect(plot, &TermPlot::cursorMoved, this, [this](double epoch) {
        setCursorEverywhere(epoch);
        Q_EMIT cursorMoved(epoch);
    });
    connect(plot, &TermPlot::cursorLeft, this, [this] {
        if (m_cursor.has_value()) {
            setCursorEverywhere(std::nullopt);
            Q_EMIT cursorLeft();
        }
    });
    connect(plot, &TermPlot::xZoomed, this, &PlotGrid::userZoomed);
    connect(plot, &TermPlot::yZoomed, this, &PlotGrid::schedule);
    connect(plot, &TermPlot::xFitWanted, this, [this] {
        m_whole = m_follow = true;
        schedule();
    });
    connect(plot, &TermPlot::enlargeWanted, this, [this, plot] {
        const auto at = std::find(m_plots.begin(), m_plots.end(), plot);
        enlarge(m_enlarged >= 0 ? -1 : static_cast<int>(at - m_plots.begin()));
    });
    connect(plot, &TermPlot::menuWanted, this, [this, plot](QMenu* menu) { Q_EMIT menuWanted(plot, menu); });
}

TermPlot* PlotGrid::plot(const QString& key) const
{
    const auto found = std::find_if(m_plots.begin(), m_plots.end(),
                                    [&key](const TermPlot* plot) { return plot->term().key == key; });
    return found == m_plots.end() ? nullptr : *found;
}

void PlotGrid::appendStep(const StepRecord& record)
{
    m_stepsSeen = true;
    for (auto* plot : m_plots) {
        append(plot, record);
    }
    schedule();
}

void PlotGrid::append(TermPlot* plot, const StepRecord& record)
{
    const auto found = record.train.find(plot->term().key.toStdString());
    if (found != record.train.end()) {
        plot->appendTrain(record.epochFraction, found->second);
    }
}

void PlotGrid::appendEpoch(const EpochRecord& record)
{
    const auto epoch = static_cast<double>(record.epoch);
    for (auto* plot : m_plots) {
        const auto key = plot->term().key.toStdString();
        // A run without step lines still shows the means of its epochs.
        if (const auto found = record.train.find(key); !m_stepsSeen && found != record.train.end()) {
            plot->appendTrain(epoch, found->second);
        }
        if (const auto found = record.test.find(key); found != record.test.end()) {
            plot->appendTest(epoch, found->second);
        }
    }
    if (record.best) {
        m_bestEpoch = record.epoch;
    }
    schedule();
}

void PlotGrid::appendHistory(const History& history)
{
    for (const auto& record : history.steps) {
        appendStep(record);
    }
    for (const auto& record : history.epochs) {
        appendEpoch(record);
    }
}

void PlotGrid::clear()
{
    for (auto* plot : m_plots) {
        plot->clear();
    }
    m_bestEpoch.reset();
    m_cursor.reset();
    m_stepsSeen = false;
    m_follow = m_whole = true;
    schedule();
}

void PlotGrid::setPlannedEpochs(std::int64_t epochs)
{
    m_planned = epochs;
}

void PlotGrid::setBestChosenOnTest(bool onTest)
{
    m_bestOnTest = onTest;
    schedule();
}

void PlotGrid::setEmptyText(const QString& text)
{
    m_empty->setText(text);
}

void PlotGrid::fit()
{
    m_follow = m_whole = true;
    for (auto* plot : m_plots) {
        plot->fitY();
    }
    schedule();
}

double PlotGrid::lastX() const
{
    double last = 0.0;
    for (const auto* plot : m_plots) {
        for (const auto* points : {&plot->train(), &plot->test()}) {
            if (!points->empty()) {
                last = std::max(last, points->point(points->size() - 1).x);
            }
        }
    }
    return last;
}

void PlotGrid::userZoomed(double low, double high)
{
    const auto last = lastX();
    // The axis can be moved a little beyond the run, not lost in the empty.
    const auto width = high - low;
    const auto end = std::max(last, static_cast<double>(m_planned)) * 1.05 + 1e-6;
    if (width >= end) {
        low = 0.0;
        high = end;
    } else if (low < 0.0) {
        low = 0.0;
        high = width;
    } else if (high > end) {
        high = end;
        low = end - width;
    }
    m_follow = high >= last;
    m_whole = m_follow && low <= 0.0;
    setXEverywhere(low, high);
    schedule();
}

void PlotGrid::setXEverywhere(double low, double high)
{
    for (auto* plot : m_plots) {
        plot->setXRange(low, high);
    }
}

void PlotGrid::follow()
{
    if (m_plots.empty()) {
        return;
    }
    const auto last = lastX();
    if (m_whole) {
        setXEverywhere(0.0, last > 0.0 ? last * (1.0 + kRightPadding) : 1.0);
    } else if (m_follow) {
        const auto [low, high] = m_plots.front()->xRange();
        const auto end = last + kRightPadding * (high - low);
        setXEverywhere(end - (high - low), end);
    }
}

void PlotGrid::setCursorEverywhere(std::optional<double> epoch)
{
    m_cursor = epoch;
    for (auto* plot : m_plots) {
        plot->setCursor(epoch);
    }
    schedule();
}

void PlotGrid::schedule()
{
    if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void PlotGrid::flush()
{
    m_timer.stop();
    follow();
    const auto visible = shown();
    int margin = 0;
    bool any = false;
    const auto best =
        m_bestEpoch.has_value() ? std::optional(static_cast<double>(*m_bestEpoch)) : std::nullopt;
    for (auto* plot : visible) {
        plot->setBest(best, m_bestOnTest ? tr("best, chosen on test") : tr("best"));
        plot->prepare();
        margin = std::max(margin, plot->neededLeftMargin());
        any = any || !plot->train().empty() || !plot->test().empty();
    }
    for (auto* plot : visible) {
        plot->setLeftMargin(margin);
        plot->draw();
    }
    m_empty->setVisible(!any && !m_empty->text().isEmpty());
    updateCorner();
}

/// The cross-hair by the keyboard: from epoch to epoch.
void PlotGrid::moveCursor(int by)
{
    const auto last = std::floor(lastX());
    const auto now = m_cursor.has_value() ? std::round(*m_cursor) + by : last;
    setCursorEverywhere(std::clamp(now, 0.0, last));
}

void PlotGrid::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
        case Qt::Key_Left:
            moveCursor(-1);
            return;
        case Qt::Key_Right:
            moveCursor(1);
            return;
        case Qt::Key_Home:
            fit();
            return;
        case Qt::Key_Plus:
        case Qt::Key_Minus:
            if (!m_plots.empty()) {
                const auto [low, high] = m_plots.front()->xRange();
                const auto center = m_cursor.value_or(high);
                const auto factor = event->key() == Qt::Key_Plus ? 0.7 : 1.0 / 0.7;
                userZoomed(center + (low - center) * factor, center + (high - center) * factor);
            }
            return;
        case Qt::Key_Escape:
            if (std::any_of(m_plots.begin(), m_plots.end(),
                            [](TermPlot* plot) { return plot->cancelDrag(); })) {
                return;
            }
            if (m_cursor.has_value() || m_enlarged >= 0) {
                setCursorEverywhere(std::nullopt);
                enlarge(-1);
                return;
            }
            break;
        default:
            break;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace elbo
