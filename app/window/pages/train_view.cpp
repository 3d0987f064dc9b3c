// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/train_view.h"

#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/training/run_folder.h"
#include "widgets/empty_state.h"
#include "widgets/epoch_slider.h"
#include "widgets/plot_panel.h"
#include "widgets/strip_view.h"
#include "widgets/theme.h"

#include <QtGui/QResizeEvent>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <utility>

namespace elbo {

TrainView::TrainView(JobQueue& queue, QWidget* parent) : QWidget(parent), m_queue(queue)
{
    m_plots = new PlotGrid;
    m_plots->setObjectName(QStringLiteral("plots"));
    m_empty = new EmptyState(
        QStringLiteral("train"),
        tr("The curves of a run belong here: choose model and settings at the right and start one, or open "
           "one that has been trained."),
        tr("Start training"));
    m_empty->button()->setObjectName(QStringLiteral("emptyStart"));
    m_empty->setSecondButtonText(tr("Open a run..."));
    m_upper = new QStackedWidget;
    m_upper->addWidget(m_empty);
    m_upper->addWidget(m_plots);
    connect(m_empty, &EmptyState::clicked, this, &TrainView::startWanted);
    connect(m_empty, &EmptyState::secondClicked, this, &TrainView::openWanted);
    m_strip = new StripView;
    m_strip->setObjectName(QStringLiteral("strip"));
    m_slider = new EpochSlider;
    m_slider->setObjectName(QStringLiteral("epochSlider"));
    auto* below = new QWidget;
    auto* belowLayout = new QVBoxLayout(below);
    belowLayout->setContentsMargins(0, 0, 0, 0);
    belowLayout->setSpacing(theme::kStep);
    belowLayout->addWidget(m_strip, 1);
    belowLayout->addWidget(m_slider);

    m_splitter = new QSplitter(Qt::Vertical);
    m_splitter->setObjectName(QStringLiteral("plotsSplitter"));
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(theme::kPanelGap);
    m_splitter->addWidget(m_upper);
    m_splitter->addWidget(below);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setSizes({480, 220});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);

    connect(m_slider, &EpochSlider::epochChanged, this, [this](qint64 epoch) { showEpoch(epoch); });
    connect(m_strip, &StripView::menuWanted, this, [this](const StripView::Spot& spot, QMenu* menu) {
        fillStripMenu(m_strip->picture(spot), m_strip->nameOf(spot), spot.column, menu);
    });
    setRun({});
}

void TrainView::setTerms(const std::vector<TermDescription>& terms)
{
    std::vector<PlotTerm> plotted;
    for (const auto& term : terms) {
        if (term.plotted) {
            plotted.push_back({toQt(term.key), toQt(term.title), toQt(term.unit), term.higherIsBetter});
        }
    }
    if (plotted != m_plots->terms()) {
        m_plots->setTerms(std::move(plotted));
    }
}

void TrainView::setRun(const std::filesystem::path& folder)
{
    m_folder = folder;
    m_wanted.reset();
    m_plots->clear();
    m_strip->clear();
    m_slider->clear();
    m_plots->setEmptyText(tr("Waiting for the first steps..."));
    m_upper->setCurrentWidget(folder.empty() ? static_cast<QWidget*>(m_empty) : m_plots);
    m_strip->setEmptyText(
        folder.empty()
            ? tr("Eight test images appear here after the first epoch, truth above reconstruction.")
            : tr("The first reconstructions come after the first epoch."));
}

void TrainView::setCanStart(bool canStart)
{
    m_empty->button()->setEnabled(canStart);
}

void TrainView::setPlannedEpochs(std::int64_t epochs)
{
    m_plots->setPlannedEpochs(epochs);
    m_slider->setPlannedEpochs(epochs);
}

void TrainView::setBest(std::int64_t epoch, bool chosenOnTest)
{
    m_plots->setBestChosenOnTest(chosenOnTest);
    m_slider->setBest(epoch > 0 ? std::optional(epoch) : std::nullopt, chosenOnTest);
}

void TrainView::clearCurves()
{
    m_plots->clear();
}

void TrainView::append(const History& records)
{
    m_plots->appendHistory(records);
}

void TrainView::setKept(const std::vector<std::int64_t>& epochs)
{
    m_slider->setEpochs(epochs);
    if (const auto epoch = m_slider->currentEpoch(); epoch && m_strip->empty()) {
        showEpoch(*epoch);
    }
}

void TrainView::setDepthMap(const QString& key)
{
    m_strip->setDepthMap(key);
}

void TrainView::showEpoch(std::int64_t epoch)
{
    m_wanted = epoch;
    if (!m_reading) {
        readStrip();
    }
}

void TrainView::readStrip()
{
    const auto epoch = *std::exchange(m_wanted, std::nullopt);
    m_reading = true;
    auto* job = runJob(
        m_queue, tr("Reading kept pictures"), this,
        [folder = m_folder, epoch](JobContext&) { return std::pair(folder, readKeptStrip(folder, epoch)); },
        [this](const std::pair<std::filesystem::path, KeptStrip>& read) {
            if (read.first == m_folder) {
                m_strip->setStrip(read.second);
            }
        });
    connect(job, &Job::failed, this, &TrainView::failed);
    connect(job, &Job::ended, this, [this] {
        m_reading = false;
        if (m_wanted) {
            readStrip();
        }
    });
}

void TrainView::fillStripMenu(const QImage& picture, const QString& name, int column, QMenu* menu)
{
    const auto icon = theme::icon(QStringLiteral("save"));
    if (!picture.isNull()) {
        menu->addAction(icon, tr("Save picture as..."), this,
                        [this, picture, name] { Q_EMIT saveWanted(picture, name); });
    }
    menu->addAction(icon, tr("Save the whole strip as..."), this,
                    [this] { Q_EMIT saveWanted(m_strip->sheet(), tr("epoch %1").arg(m_strip->epoch())); });
    menu->addSeparator();
    const auto& names = m_strip->names();
    if (column >= 0 && column < static_cast<int>(names.size())) {
        const auto& one = names[static_cast<std::size_t>(column)];
        menu->addAction(tr("Send to Reconstruct"), this, [this, one] { Q_EMIT reconstructWanted({one}); });
    }
    menu->addAction(tr("Send all to Reconstruct"), this, [this, names] { Q_EMIT reconstructWanted(names); });
}

void TrainView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_plots->setTabbed(event->size().height() < PlotGrid::kTabsBelow);
}

}  // namespace elbo
