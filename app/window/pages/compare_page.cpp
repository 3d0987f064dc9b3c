// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/compare_page.h"

#include "app/window/frame/dialogs.h"
#include "app/window/pages/compare_images.h"
#include "app/window/pages/compare_inspector.h"
#include "app/window/pages/compare_rows.h"
#include "app/window/report/report.h"
#include "app/window/session/comparison_session.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "widgets/comparison_table.h"
#include "widgets/custom_plot.h"
#include "widgets/empty_state.h"
#include "widgets/plot_export.h"
#include "widgets/rate_distortion_plot.h"
#include "widgets/run_curves.h"
#include "widgets/theme.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

const QString kColumnsKey = QStringLiteral("compare/columns");
constexpr int kFirstChosen = 4;

}  // namespace

ComparePage::ComparePage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent)
    : Page(workspace, dialogs, QStringLiteral("compare"), tr("Compare"), Chip::Run, parent)
{
    setObjectName(QStringLiteral("comparePage"));
    m_session = new ComparisonSession(workspace, this);
    makeTable();
    makeTabs();
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("compareRows"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(theme::kPanelGap);
    splitter->addWidget(m_table);
    splitter->addWidget(m_tabs);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({220, 420});
    m_empty = new EmptyState(QStringLiteral("compare"),
                             tr("Runs stand side by side here: train two models, then come back."),
                             tr("Train a model"));
    m_empty->setObjectName(QStringLiteral("compareEmpty"));
    m_empty->button()->setObjectName(QStringLiteral("compareEmptyAction"));
    connect(m_empty, &EmptyState::clicked, this, &ComparePage::trainWanted);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(splitter);
    m_inspector = new CompareInspector(*m_session);
    setParts(m_stack, m_inspector);
    rememberSplitter(splitter, QStringLiteral("rows"));
    connectInspector();
    connect(m_session, &ComparisonSession::runsChanged, this, &ComparePage::showRuns);
    connect(m_session, &ComparisonSession::judgedChanged, this, &ComparePage::showRuns);
    connect(m_session, &ComparisonSession::chosenChanged, this, &ComparePage::showChosen);
    connect(m_session, &ComparisonSession::picturesChanged, this,
            [this] { m_images->setPictures(m_session->pictures()); });
    connect(&workspace, &Workspace::depthMapChanged, m_images, &CompareImages::setDepthMap);
    m_images->setDepthMap(workspace.depthMap());
    showRuns();
    showChosen();
}

void ComparePage::makeTable()
{
    m_table = new ComparisonTable;
    m_table->setObjectName(QStringLiteral("comparisonTable"));
    m_table->setColumns(compareColumns());
    m_table->setEmptyText(tr("The runs are being listed."));
    if (const auto kept = workspace().state().text(kColumnsKey); !kept.isEmpty()) {
        m_table->setShownColumns(kept.split(QLatin1Char(',')));
    }
    connect(m_table, &ComparisonTable::columnsChanged, this, [this](const QStringList& keys) {
        workspace().state().setText(kColumnsKey, keys.join(QLatin1Char(',')));
    });
    connect(m_table, &ComparisonTable::chosenChanged, this, [this](const QStringList& ids) {
        std::vector<std::filesystem::path> folders;
        for (const auto& id : ids) {
            folders.push_back(toPath(id));
        }
        m_session->choose(std::move(folders));
    });
    connect(m_table, &ComparisonTable::currentChanged, this,
            [this](const QString& id) { m_inspector->setRun(toPath(id)); });
    connect(m_table, &ComparisonTable::opened, this, [this](const QString& id) {
        if (m_session->run(toPath(id)) != nullptr) {
            Q_EMIT runWanted(toPath(id));
        }
    });
    connect(m_table, &ComparisonTable::menuWanted, this, &ComparePage::fillMenu);
}

void ComparePage::makeTabs()
{
    m_curves = new RunCurves;
    m_curves->setObjectName(QStringLiteral("runCurves"));
    connect(m_curves, &RunCurves::saveWanted, this, [this] {
        saveDrawing(plotPicture(*m_curves->plot()), plotSvg(*m_curves->plot()), tr("curves"));
    });
    m_images = new CompareImages;
    m_images->setObjectName(QStringLiteral("compareImages"));
    connect(m_images, &CompareImages::picturesWanted, this, [this](const std::vector<std::int64_t>& places) {
        if (places != m_places) {
            m_places = places;
            m_picturesWanted = true;
            showTab();
        }
    });
    connect(m_images, &CompareImages::failed, this, [this](const QString& sentence) {
        workspace().complain({ErrorCode::BadSetting, sentence.toStdString(), {}});
    });
    connect(m_images, &CompareImages::saveWanted, this,
            [this] { savePicture(m_images->sheet(), tr("comparison")); });
    m_rate = new RateDistortionPlot;
    m_rate->setObjectName(QStringLiteral("rateDistortion"));
    connect(m_rate, &RateDistortionPlot::saveWanted, this, [this] {
        saveDrawing(plotPicture(*m_rate->plot()), plotSvg(*m_rate->plot()), tr("rate-distortion"));
    });
    m_differences = new QTableWidget;
    m_differences->setObjectName(QStringLiteral("configDifferences"));
    m_differences->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_differences->setAlternatingRowColors(true);
    m_differences->setAccessibleName(tr("Settings that differ"));
    m_tabs = new QTabWidget;
    m_tabs->setObjectName(QStringLiteral("compareTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_curves, tr("Curves"));
    m_tabs->addTab(m_images, tr("Images"));
    m_tabs->addTab(m_rate, tr("Rate-distortion"));
    m_tabs->addTab(m_differences, tr("Differences"));
    connect(m_tabs, &QTabWidget::currentChanged, this, &ComparePage::showTab);
}

void ComparePage::connectInspector()
{
    auto* menu = new QMenu(m_inspector->columnsButton());
    menu->setToolTipsVisible(true);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        m_table->fillColumnMenu(*menu);
    });
    m_inspector->columnsButton()->setMenu(menu);
    connect(m_inspector, &CompareInspector::judgeWanted, m_session, &ComparisonSession::judge);
    connect(m_inspector, &CompareInspector::openWanted, this,
            [this] { Q_EMIT runWanted(m_inspector->runFolder()); });
    connect(m_inspector, &CompareInspector::trainLikeWanted, this,
            [this] { trainLike(m_inspector->runFolder()); });
    connect(m_inspector, &CompareInspector::exportWanted, this,
            [this] { Q_EMIT exportWanted(m_inspector->runFolder()); });
    connect(m_inspector, &CompareInspector::trashWanted, this,
            [this] { m_session->moveToTrash(m_inspector->runFolder()); });
    connect(m_inspector, &CompareInspector::reportWanted, this, &ComparePage::report);
}

void ComparePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    m_session->setWatched(true);
}

void ComparePage::hideEvent(QHideEvent* event)
{
    m_session->setWatched(false);
    m_inspector->keepNotes();
    Page::hideEvent(event);
}

void ComparePage::saveState()
{
    m_inspector->keepNotes();
    Page::saveState();
}

void ComparePage::showRuns()
{
    m_table->setRows(compareRows(*m_session));
    m_stack->setCurrentIndex(m_session->isListed() && m_session->runs().empty() ? 0 : 1);
    if (m_session->isListed() && !std::exchange(m_chosenOnce, true)) {
        QStringList newest;
        for (const auto& run : m_session->runs()) {
            if (newest.size() < kFirstChosen && run.info.epochsDone > 0) {
                newest << toQt(plainPath(run.info.folder));
            }
        }
        m_table->setChosen(newest);
    }
    showCurves();
    showRate();
}

void ComparePage::showChosen()
{
    m_picturesWanted = true;
    showCurves();
    showRate();
    showDifferences();
    showTab();
}

void ComparePage::showCurves()
{
    std::vector<CurveRun> runs;
    for (const auto& folder : m_session->chosen()) {
        if (const auto* run = m_session->run(folder)) {
            runs.push_back({toQt(folder), toQt(run->info.name), run->history});
        }
    }
    m_curves->setRuns(std::move(runs));
}

void ComparePage::showRate()
{
    std::vector<RatePoint> points;
    const auto at =
        [](const std::map<std::string, double>& terms) -> std::optional<std::pair<double, double>> {
        const auto rate = terms.find("kl"), distortion = terms.find("mse");
        return rate == terms.end() || distortion == terms.end()
                   ? std::nullopt
                   : std::optional(std::pair(rate->second, distortion->second));
    };
    std::size_t place = 0;
    for (const auto& folder : m_session->chosen()) {
        const auto pen = theme::runPen(palette(), place++);
        const auto* run = m_session->run(folder);
        if (run == nullptr) {
            continue;
        }
        RatePoint point{.name = toQt(run->info.name), .pen = pen};
        for (const auto& epoch : run->history->epochs) {
            if (const auto found = at(epoch.test.empty() ? epoch.train : epoch.test)) {
                point.way.push_back(*found);
            }
        }
        if (!point.way.empty()) {
            std::tie(point.rate, point.distortion) = point.way.back();
            points.push_back(std::move(point));
        }
    }
    for (const auto& baseline : m_session->baselines()) {
        if (const auto found = at(baseline.figures); found && !points.empty()) {
            points.push_back({.name = toQt(baseline.name),
                              .pen = QPen(theme::noteText(palette())),
                              .rate = found->first,
                              .distortion = found->second});
        }
    }
    m_rate->setEmptyText(m_session->chosen().empty()
                             ? tr("Tick runs in the table to see what their codes cost and leave wrong.")
                             : tr("The chosen runs have no KL and MSE yet."));
    m_rate->setPoints(std::move(points));
}

void ComparePage::showDifferences()
{
    const auto differences = m_session->differences();
    QStringList columns;
    for (const auto& folder : m_session->chosen()) {
        columns << fileTitle(folder);
    }
    m_differences->clear();
    m_differences->setColumnCount(static_cast<int>(columns.size()));
    m_differences->setHorizontalHeaderLabels(columns);
    m_differences->setRowCount(std::max<int>(1, static_cast<int>(differences.size())));
    if (differences.empty()) {
        m_differences->setColumnCount(1);
        m_differences->setHorizontalHeaderLabels({tr("Settings")});
        m_differences->setVerticalHeaderLabels({QString()});
        m_differences->setItem(
            0, 0,
            new QTableWidgetItem(columns.size() < 2 ? tr("Tick two runs or more in the table.")
                                                    : tr("These runs have the same settings.")));
    }
    QStringList names;
    for (int row = 0; row < static_cast<int>(differences.size()); ++row) {
        const auto& difference = differences[static_cast<std::size_t>(row)];
        names << toQt(difference.unit.empty() ? difference.label
                                              : difference.label + " (" + difference.unit + ")");
        for (int column = 0; column < static_cast<int>(difference.values.size()); ++column) {
            const auto& value = difference.values[static_cast<std::size_t>(column)];
            auto* item = new QTableWidgetItem(value.empty() ? QStringLiteral("\u2013") : toQt(value));
            item->setToolTip(toQt(difference.name));
            m_differences->setItem(row, column, item);
        }
    }
    if (!differences.empty()) {
        m_differences->setVerticalHeaderLabels(names);
    }
    m_differences->resizeColumnsToContents();
}

void ComparePage::showTab()
{
    m_images->setEmptyText(m_session->chosen().empty()
                               ? tr("Tick runs in the table to see the same images through all of them.")
                               : tr("The chosen runs reconstruct the same test images..."));
    if (m_tabs->currentWidget() == m_images && isVisible() && !m_session->chosen().empty() &&
        std::exchange(m_picturesWanted, false)) {
        m_session->showPictures(m_places);
    }
}

void ComparePage::fillMenu(const QString& id, QMenu* menu)
{
    const auto folder = toPath(id);
    const auto* run = m_session->run(folder);
    if (run == nullptr) {
        menu->addAction(tr("Principal components are computed, not trained."))->setEnabled(false);
        return;
    }
    menu->addAction(theme::icon(QStringLiteral("open")), tr("Open"), this,
                    [this, folder] { Q_EMIT runWanted(folder); });
    menu->addAction(theme::icon(QStringLiteral("train")), tr("Train again like this"), this,
                    [this, folder] { trainLike(folder); });
    menu->addAction(theme::icon(QStringLiteral("export")), tr("Export as HDF5..."), this,
                    [this, folder] { Q_EMIT exportWanted(folder); });
    auto* trash = menu->addAction(theme::icon(QStringLiteral("delete")), tr("Move to trash"), this,
                                  [this, folder] { m_session->moveToTrash(folder); });
    trash->setEnabled(run->info.state != RunState::Running);
}

void ComparePage::trainLike(const std::filesystem::path& folder)
{
    if (const auto* run = m_session->run(folder)) {
        Q_EMIT trainLikeWanted(run->info.config);
    }
}

void ComparePage::report()
{
    const auto chosen = dialogs().chooseFolder(this, tr("Where the report is written"));
    if (chosen.isEmpty()) {
        return;
    }
    const auto out = toPath(chosen);
    auto* job = runJob(
        workspace().computeQueue(), tr("Making the report"), this,
        [runs = m_session->chosen(), out](JobContext& context) {
            prepareReportFolder(out);
            return gatherReport(runs, {}, context);
        },
        [this, out](const Report& report) {
            try {
                const auto result = writeReport(report, out);
                for (const auto& sentence : result.missing) {
                    workspace().say(toQt(sentence));
                }
                workspace().say(tr("The report was written: %1.").arg(toQt(result.page)));
            } catch (...) {
                workspace().complain(currentFailure());
            }
        });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        workspace().complain(failure, {{tr("Write elsewhere..."), [this] { this->report(); }}});
    });
    workspace().show(job);
}

}  // namespace elbo
