// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/comparison_session.h"

#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "app/window/session/workspace.h"
#include "core/training/run_lock.h"

#include <QtCore/QFile>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

constexpr int kRefreshMs = 2000;

struct Listed {
    std::vector<ListedRun> runs;
    std::vector<std::string> problems;
};

}  // namespace

ComparisonSession::ComparisonSession(Workspace& workspace, QObject* parent)
    : QObject(parent), m_workspace(workspace)
{
    m_timer.setInterval(kRefreshMs);
    connect(&m_timer, &QTimer::timeout, this, &ComparisonSession::refresh);
}

void ComparisonSession::setWatched(bool watched)
{
    if (watched) {
        refresh();
        m_timer.start();
    } else {
        m_timer.stop();
    }
}

void ComparisonSession::refresh()
{
    if (m_reading != nullptr) {
        return;
    }
    m_reading = runJob(
        m_workspace.listQueue(), tr("Listing the runs"), this,
        [folder = m_workspace.settings().runsFolder, listing = m_listing](JobContext& context) {
            Listed listed;
            listed.runs = listing->read(folder, listed.problems, context);
            return listed;
        },
        [this](Listed listed) {
            for (const auto& problem : listed.problems) {
                m_workspace.say(toQt(problem));
            }
            take(std::move(listed.runs));
        });
    connect(m_reading, &Job::failed, this, [this](const Failure& failure) { m_workspace.complain(failure); });
}

void ComparisonSession::take(std::vector<ListedRun> runs)
{
    m_runs = std::move(runs);
    m_listed = true;
    Q_EMIT runsChanged();
}

const ListedRun* ComparisonSession::run(const std::filesystem::path& folder) const
{
    const auto found = std::ranges::find_if(
        m_runs, [&](const ListedRun& run) { return plainPath(run.info.folder) == folder; });
    return found == m_runs.end() ? nullptr : &*found;
}

void ComparisonSession::choose(std::vector<std::filesystem::path> folders)
{
    if (folders == m_chosen) {
        return;
    }
    m_chosen = std::move(folders);
    delete m_picturing;
    if (m_pictures) {
        m_pictures.reset();
        Q_EMIT picturesChanged();
    }
    Q_EMIT chosenChanged();
}

std::vector<ConfigDifference> ComparisonSession::differences() const
{
    std::vector<RunConfig> configs;
    for (const auto& folder : m_chosen) {
        if (const auto* listed = run(folder)) {
            configs.push_back(listed->info.config);
        }
    }
    return configDifferences(configs);
}

void ComparisonSession::judge()
{
    if (m_judging != nullptr || m_chosen.empty()) {
        return;
    }
    m_judging = runJob(
        m_workspace.computeQueue(), tr("Judging runs on unseen images"), this,
        [folders = m_chosen](JobContext& context) { return judgeRuns(folders, context); },
        [this](const Judgement& judgement) { takeJudgement(judgement); });
    connect(m_judging, &Job::failed, this, [this](const Failure& failure) { m_workspace.complain(failure); });
    connect(m_judging, &Job::ended, this, [this] {
        m_judging.clear();
        Q_EMIT judgedChanged();
    });
    m_workspace.show(m_judging);
    Q_EMIT judgedChanged();
}

void ComparisonSession::takeJudgement(const Judgement& judgement)
{
    for (const auto& model : judgement.models) {
        const bool baseline = model.folder.empty();
        auto& known = baseline ? m_baselines : m_judged;
        const auto place = std::ranges::find_if(known, [&](const JudgedModel& one) {
            return baseline ? one.name == model.name && one.data == model.data : one.folder == model.folder;
        });
        if (place == known.end()) {
            known.push_back(model);
        } else {
            *place = model;
        }
    }
    for (const auto& problem : judgement.problems) {
        m_workspace.complain({ErrorCode::BadData, problem, {}});
    }
    if (judgement.sets > 1) {
        m_workspace.say(tr("These runs were judged on %1 different sets, so their figures do not compare.")
                            .arg(judgement.sets));
    }
}

const JudgedModel* ComparisonSession::judged(const std::filesystem::path& folder) const
{
    const auto found = std::ranges::find_if(
        m_judged, [&](const JudgedModel& one) { return plainPath(one.folder) == folder; });
    const auto* listed = run(folder);
    // A run that has learned since is another model.
    return found == m_judged.end() || (listed != nullptr && listed->info.epochsDone != found->epochs)
               ? nullptr
               : &*found;
}

void ComparisonSession::showPictures(std::vector<std::int64_t> places)
{
    delete m_picturing;
    if (m_chosen.empty()) {
        return;
    }
    m_picturing = runJob(
        m_workspace.computeQueue(), tr("Reconstructing with the chosen runs"), this,
        [folders = m_chosen, places = std::move(places)](JobContext& context) {
            return std::make_shared<const ComparedPictures>(comparePictures(folders, places, context));
        },
        [this](std::shared_ptr<const ComparedPictures> pictures) {
            for (const auto& problem : pictures->problems) {
                m_workspace.say(toQt(problem));
            }
            m_pictures = std::move(pictures);
        });
    connect(m_picturing, &Job::failed, this,
            [this](const Failure& failure) { m_workspace.complain(failure); });
    connect(m_picturing, &Job::ended, this, [this] {
        m_picturing.clear();
        Q_EMIT picturesChanged();
    });
    m_workspace.show(m_picturing);
}

void ComparisonSession::setNotes(const std::filesystem::path& folder, const RunNotes& notes)
{
    auto* job = runJob(
        m_workspace.filesQueue(), tr("Keeping the note"), this,
        [folder, notes](JobContext&) {
            writeRunNotes(folder, notes);
            return notes;
        },
        [this](const RunNotes&) {
            delete m_reading;  // it may have begun before the note was written
            refresh();
        });
    connect(job, &Job::failed, this, [this](const Failure& failure) { m_workspace.complain(failure); });
    for (auto& run : m_runs) {
        if (plainPath(run.info.folder) == folder) {
            run.info.notes = notes.notes;
            run.info.tags = notes.tags;
        }
    }
}

void ComparisonSession::moveToTrash(const std::filesystem::path& folder)
{
    auto* job = runJob(
        m_workspace.filesQueue(), tr("Moving a run to the trash"), this,
        [folder](JobContext&) {
            if (isRunLocked(folder)) {
                throw Error(ErrorCode::Busy,
                            folder.filename().string() +
                                " is being trained: stop it before it is moved to the trash.");
            }
            if (!QFile::moveToTrash(toQt(folder))) {
                throw Error(ErrorCode::NoPermission,
                            folder.string() +
                                " could not be moved to the trash: it stays where it "
                                "is, and can be deleted there by hand.");
            }
            return folder;
        },
        [this](const std::filesystem::path& gone) {
            m_workspace.say(tr("%1 was moved to the trash.").arg(fileTitle(gone)));
            if (m_workspace.runFolder() == gone) {
                m_workspace.closeRun();
            }
            std::erase_if(m_runs, [&](const ListedRun& run) { return plainPath(run.info.folder) == gone; });
            take(std::move(m_runs));
        });
    connect(job, &Job::failed, this, [this](const Failure& failure) { m_workspace.complain(failure); });
}

}  // namespace elbo
