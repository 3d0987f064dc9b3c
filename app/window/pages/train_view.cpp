// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/train_view.h"

#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/training/run_folder.h"
#include "widgets/epoch_slider.h"
#include "widgets/plot_panel.h"
#include "widgets/strip_view.h"
#include "widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QResizeEvent>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

#include <utility>

namespace elbo {

TrainView::TrainView(JobQueue& queue, QWidget* parent) : QWidget(parent), m_queue(queue)
{
    m_plots = new PlotGrid;
    m_plots->setObjectName(QStringLiteral("plots"));
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
    m_splitter->addWidget(m_plots);
    m_splitter->addWidget(below);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setSizes({480, 220});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);

    connect(m_slider, &EpochSlider::epochChanged, this, [this](qint64 epoch) { showEpoch(epoch); });
    connect(m_strip, &StripView::menuWanted, this, [this](int, QMenu* menu) { fillStripMenu(menu); });
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
    m_plots->setEmptyText(folder.empty() ? tr("The curves of the run appear here: click Start at the right.")
                                         : tr("Waiting for the first steps..."));
    m_strip->setEmptyText(
        folder.empty()
            ? tr("Eight test images appear here after the first epoch, truth above reconstruction.")
            : tr("The first reconstructions come after the first epoch."));
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

void TrainView::fillStripMenu(QMenu* menu)
{
    menu->addAction(tr("Copy the whole strip"), this,
                    [this] { QGuiApplication::clipboard()->setImage(m_strip->sheet()); });
}

void TrainView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_plots->setTabbed(event->size().height() < PlotGrid::kTabsBelow);
}

}  // namespace elbo
