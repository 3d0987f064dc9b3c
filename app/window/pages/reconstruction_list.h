// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/model_session.h"
#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "widgets/reconstruction_grid.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace elbo {

class DatasetView;
class Job;

/// The images on the Reconstruct page and what became of them: keeps the list, computes on the queue and
/// tells each change. Images of a set and pictures from files stand in one list.
class ReconstructionList : public QObject {
    Q_OBJECT

public:
    /// Added in one go: all of a large set would fill the memory.
    static constexpr std::int64_t kMostImages = 500;

    /// @param queue  outlives the list
    explicit ReconstructionList(JobQueue& queue, QObject* parent = nullptr);
    ~ReconstructionList() override;

    /// The network to use from now on; everything is computed anew. Empty: wait.
    void setModel(std::shared_ptr<const OpenedModel> model);
    void setOptions(const ReconstructionOptions& options);
    /// At most the first kMostImages of them; more are said to be left out.
    void addImages(std::shared_ptr<const DatasetView> data, std::vector<std::int64_t> indices);
    /// Pictures as a person dropped them; pairs are found by their names.
    void addPictures(const std::vector<std::filesystem::path>& files);
    /// Gives the depth image that a lone colour picture needs.
    void setDepth(std::int64_t id, const std::filesystem::path& depth);
    void remove(const std::vector<std::int64_t>& ids);
    void clear();
    /// Leaves the queue to another job, until resume() or setModel().
    void pause();
    void resume();

    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }
    [[nodiscard]] bool isBusy() const;
    /// Those that are done, in the order of the list.
    [[nodiscard]] ReconstructionResults results() const;
    /// A colour picture that waits for its depth image.
    [[nodiscard]] std::optional<std::int64_t> firstWithoutDepth() const;
    [[nodiscard]] bool needsDepth(std::int64_t id) const;
    /// The colour picture's file; empty for an image of a set.
    [[nodiscard]] std::filesystem::path fileOf(std::int64_t id) const;

Q_SIGNALS:
    void added(const elbo::ReconstructionItem& item);
    void changed(const elbo::ReconstructionItem& item);
    void removed(qint64 id);
    /// Numbers, emptiness or business changed.
    void updated();
    /// One for all images of an addition or a computation that cannot be used.
    void failed(const elbo::Failure& failure);
    /// Reading or computing began.
    void jobStarted(elbo::Job* job);

private:
    struct Entry;
    struct Outcome;
    struct Found;
    class Desk;
    void read(const QString& title, std::function<Found(JobContext&)> work);
    void add(Found found);
    void showWaiting(Entry& entry);
    void restart();
    void next();
    void interrupt();
    void take();
    void giveUpWaiting(const QString& why);
    void tellProblems(const std::vector<Failure>& problems, const QString& several);
    void tell(const Entry& entry);
    [[nodiscard]] Entry* find(std::int64_t id);
    [[nodiscard]] bool lacksDepth(const Entry& entry) const;
    [[nodiscard]] bool waits(const Entry& entry) const;
    static void compute(const OpenedModel& model, const std::vector<Entry>& entries,
                        const ReconstructionOptions& options, const JobContext& context, Desk& desk);

    JobQueue& m_queue;
    std::shared_ptr<const OpenedModel> m_model;
    ReconstructionOptions m_options;
    std::vector<Entry> m_entries;
    std::int64_t m_nextId = 1;
    QPointer<Job> m_job;
    std::shared_ptr<Desk> m_desk;  ///< where the job lays what it has done
    std::vector<Failure> m_failures;
    int m_reading = 0;
    bool m_paused = false;
};

}  // namespace elbo
