// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/job.h"
#include "app/window/session/run_comparison.h"
#include "core/training/config_difference.h"
#include "core/training/run_notes.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QTimer>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace elbo {

class Workspace;

/// What the page Compare knows: the runs, those chosen of them, what judging them gave and the same images
/// through them. Lives in the GUI thread.
class ComparisonSession : public QObject {
    Q_OBJECT

public:
    /// @param workspace  outlives the session
    explicit ComparisonSession(Workspace& workspace, QObject* parent = nullptr);

    /// Reads the list again and again while it is watched.
    void setWatched(bool watched);
    void refresh();
    [[nodiscard]] bool isListed() const { return m_listed; }
    [[nodiscard]] const std::vector<ListedRun>& runs() const { return m_runs; }
    [[nodiscard]] const ListedRun* run(const std::filesystem::path& folder) const;

    /// In the order of their colours.
    void choose(std::vector<std::filesystem::path> folders);
    [[nodiscard]] const std::vector<std::filesystem::path>& chosen() const { return m_chosen; }
    /// Settings in which the chosen runs differ.
    [[nodiscard]] std::vector<ConfigDifference> differences() const;

    /// Judges the chosen runs on their unseen images, with principal components beside.
    void judge();
    [[nodiscard]] bool isJudging() const { return m_judging != nullptr; }
    /// Of that run; null when it was not judged with its last weights.
    [[nodiscard]] const JudgedModel* judged(const std::filesystem::path& folder) const;
    /// Principal components that were judged beside runs.
    [[nodiscard]] const std::vector<JudgedModel>& baselines() const { return m_baselines; }

    /// The same test images through the chosen runs; picturesChanged() follows.
    void showPictures(std::vector<std::int64_t> places);
    [[nodiscard]] const std::shared_ptr<const ComparedPictures>& pictures() const { return m_pictures; }

    /// Keeps what a person says of a run.
    void setNotes(const std::filesystem::path& folder, const RunNotes& notes);
    /// To the system's trash; refused for a run that is being trained.
    void moveToTrash(const std::filesystem::path& folder);

Q_SIGNALS:
    void runsChanged();
    void chosenChanged();
    void judgedChanged();
    void picturesChanged();

private:
    void take(std::vector<ListedRun> runs);
    void takeJudgement(const Judgement& judgement);

    Workspace& m_workspace;
    std::shared_ptr<RunListing> m_listing = std::make_shared<RunListing>();
    std::vector<ListedRun> m_runs;
    std::vector<std::filesystem::path> m_chosen;
    std::vector<JudgedModel> m_judged, m_baselines;
    std::shared_ptr<const ComparedPictures> m_pictures;
    QPointer<Job> m_reading, m_judging, m_picturing;
    QTimer m_timer;
    bool m_listed = false;
};

}  // namespace elbo
