// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/model_session.h"
#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "widgets/reconstruction_grid.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace elbo {

class DatasetView;
class Job;

/// The images on the Reconstruct page and what became of them: keeps the list, computes on the queue a few at
/// a time, and tells each change. Images of a set and pictures from files stand in one list.
class ReconstructionList : public QObject {
    Q_OBJECT

public:
    /// @param queue  outlives the list
    explicit ReconstructionList(JobQueue& queue, QObject* parent = nullptr);
    ~ReconstructionList() override;

    /// The network to use from now on; everything is computed anew. Empty: wait.
    void setModel(std::shared_ptr<const OpenedModel> model);
    void setOptions(const ReconstructionOptions& options);
    void addImages(std::shared_ptr<const DatasetView> data, const std::vector<std::int64_t>& indices);
    /// Pictures as a person dropped them; pairs are found by their names.
    void addPictures(const std::vector<std::filesystem::path>& files);
    /// Gives the depth image that a lone colour picture needs.
    void setDepth(std::int64_t id, const std::filesystem::path& depth);
    void remove(const std::vector<std::int64_t>& ids);
    void clear();

    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }
    [[nodiscard]] bool isBusy() const { return m_job != nullptr; }
    /// Those that are done, in the order of the list.
    [[nodiscard]] std::vector<Reconstruction> results() const;
    /// A colour picture that waits for its depth image.
    [[nodiscard]] std::optional<std::int64_t> firstWithoutDepth() const;
    [[nodiscard]] bool needsDepth(std::int64_t id) const;

Q_SIGNALS:
    void added(const elbo::ReconstructionItem& item);
    void changed(const elbo::ReconstructionItem& item);
    void removed(qint64 id);
    /// Numbers, emptiness or business changed.
    void updated();
    void failed(const elbo::Failure& failure);
    void messageCame(const QString& sentence);

private:
    struct Entry;
    struct Outcome;
    void add(Entry entry);
    void showWaiting(Entry& entry);
    void restart();
    void next();
    void take(const std::vector<Outcome>& outcomes);
    [[nodiscard]] Entry* find(std::int64_t id);
    [[nodiscard]] bool lacksDepth(const Entry& entry) const;
    [[nodiscard]] static std::vector<Outcome> compute(const OpenedModel& model,
                                                      const std::vector<Entry>& entries,
                                                      const ReconstructionOptions& options,
                                                      const JobContext& context);

    JobQueue& m_queue;
    std::shared_ptr<const OpenedModel> m_model;
    ReconstructionOptions m_options;
    std::vector<Entry> m_entries;
    std::int64_t m_nextId = 1;
    QPointer<Job> m_job;
};

}  // namespace elbo
