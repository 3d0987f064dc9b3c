// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/run_popup.h"

#include "app/window/session/job.h"
#include "app/window/session/run_titles.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/training/live_status.h"
#include "widgets/run_list.h"
#include "widgets/theme.h"

#include <QtGui/QScreen>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace elbo {

namespace {

constexpr int kRefreshMs = 2000;

/// The test values of a run's last epoch.
struct LastTest {
    explicit LastTest(const std::filesystem::path& file) : reader(file) {}
    HistoryReader reader;  ///< so that each look reads only what was appended since the one before
    std::map<std::string, double> values;
};

void readLastTest(LastTest& last, RunRow& row)
{
    bool restarted = false;
    const auto news = last.reader.readNew(restarted);
    if (restarted) {
        last.values.clear();
    }
    if (!news.epochs.empty()) {
        last.values = news.epochs.back().test;
    }
    const auto value = [&](const char* key) {
        const auto found = last.values.find(key);
        return found == last.values.end() ? std::nullopt : std::optional(found->second);
    };
    row.testMse = value("mse");
    row.testElbo = value("elbo");
}

}  // namespace

/// What is known of the runs from one look to the next: used by one job at a time.
struct RunPopup::Seen {
    std::map<std::filesystem::path, LastTest> histories;
    std::set<std::string> problems;  ///< said before
};

struct RunPopup::Found {
    std::vector<RunRow> rows;
    std::vector<std::string> problems;  ///< not said before
};

/// Reads the last epoch of each run too: for a worker thread.
RunPopup::Found RunPopup::readRuns(const std::filesystem::path& folder, Seen& seen, const JobContext& context)
{
    Found found;
    std::vector<std::string> problems;
    for (const auto& run : listRuns(folder, &problems)) {
        throwIfStopped(context.stop);
        RunRow row;
        row.id = toQt(plainPath(run.folder));
        row.name = toQt(run.name);
        row.data = toQt(run.dataTitle);
        row.model = modelTitle(run.config.model.key);
        row.state = rowState(run.state);
        row.epochs = run.epochsDone;
        row.bestOnTest = run.bestChosenOnTest;
        row.createdUtc = toQt(run.createdUtc);
        row.toolTip = toQt(run.ending);
        if (run.state == RunState::Running) {
            row.elsewhere = true;  // unless this window trains it, which it knows
            const auto live = readLiveStatus(run.folder);
            if (live && live->state == LiveState::Paused) {
                row.state = RunRowState::Paused;
            }
        }
        try {
            const auto file = run.folder / "history.jsonl";
            readLastTest(seen.histories.try_emplace(file, file).first->second, row);
        } catch (const Error& error) {
            row.toolTip = toQt(std::string(error.what()));  // the run is listed all the same
        }
        found.rows.push_back(std::move(row));
    }
    for (auto& problem : problems) {
        if (seen.problems.insert(problem).second) {
            found.problems.push_back(std::move(problem));
        }
    }
    return found;
}

RunPopup::RunPopup(Workspace& workspace, QWidget* parent)
    : QFrame(parent, Qt::Popup), m_workspace(workspace), m_seen(std::make_shared<Seen>())
{
    setObjectName(QStringLiteral("runPopup"));
    setFrameShape(QFrame::StyledPanel);
    m_list = new RunList;
    m_list->setObjectName(QStringLiteral("runList"));
    m_list->setFocusProxy(m_list->findChild<QTableView*>());  // the arrows and Enter choose a run at once
    m_list->setEmptyText(tr("No run yet: start one on the Train page."));
    auto* other = new QPushButton(theme::icon(QStringLiteral("open")), tr("Open another run folder..."));
    other->setObjectName(QStringLiteral("openOtherRun"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::kControlGap, theme::kControlGap, theme::kControlGap,
                               theme::kControlGap);
    layout->setSpacing(theme::kControlGap);
    layout->addWidget(m_list, 1);
    layout->addWidget(other);
    resize(860, 380);
    m_timer.setInterval(kRefreshMs);
    connect(&m_timer, &QTimer::timeout, this, &RunPopup::refresh);
    connect(m_list, &RunList::opened, this, [this](const QString& id) {
        hide();
        Q_EMIT runChosen(id);
    });
    connect(m_list, &RunList::menuWanted, this, [this](const QString& id, QMenu* menu) {
        auto* action =
            menu->addAction(theme::icon(QStringLiteral("export")), tr("Export as HDF5..."), this, [this, id] {
                hide();
                Q_EMIT exportWanted(id);
            });
        action->setObjectName(QStringLiteral("exportRun"));
    });
    connect(other, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT openOtherWanted();
    });
}

void RunPopup::popup(const QPoint& globalPosition)
{
    const auto room = screen()->availableGeometry();
    const int width = std::min(860, room.width() - 2 * theme::kPanelGap);
    resize(width, std::min(380, room.height() / 2));
    move(std::clamp(globalPosition.x(), room.left(), room.right() - width), globalPosition.y());
    m_opening = true;
    refresh();
    m_timer.start();
    show();
    m_list->setFocus(Qt::PopupFocusReason);
}

void RunPopup::hideEvent(QHideEvent* event)
{
    m_timer.stop();
    QFrame::hideEvent(event);
}

void RunPopup::refresh()
{
    if (m_reading) {
        return;
    }
    m_reading = true;
    auto* job = runJob(
        m_workspace.listQueue(), tr("Listing the runs"), this,
        [folder = m_workspace.settings().runsFolder, seen = m_seen](JobContext& context) {
            return readRuns(folder, *seen, context);
        },
        [this](Found found) {
            for (auto& row : found.rows) {
                const auto* training = m_workspace.training();
                if (training != nullptr && row.id == toQt(training->runFolder())) {
                    row.elsewhere = false;
                    row.state = training->status().paused ? RunRowState::Paused : row.state;
                } else if (row.elsewhere) {
                    row.toolTip = tr("It goes on without this window: open it to follow, pause or stop it.");
                }
            }
            m_list->model()->setRuns(std::move(found.rows));
            if (std::exchange(m_opening, false)) {  // later the person may have gone on to another row
                m_list->setCurrent(toQt(m_workspace.runFolder()));
            }
            for (const auto& problem : found.problems) {
                m_workspace.say(toQt(problem));
            }
        });
    connect(job, &Job::failed, &m_workspace,
            [workspace = &m_workspace](const Failure& failure) { workspace->complain(failure); });
    connect(job, &Job::ended, this, [this] { m_reading = false; });
}

}  // namespace elbo
