// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_config.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace elbo {

struct Sweep;

enum class QueueState { Waiting, Running, Done, Failed };
[[nodiscard]] std::string_view toString(QueueState state);

/// A run that is to be trained, is trained or was.
struct QueueEntry {
    std::int64_t id = 0;  ///< unique in the queue, never given again
    std::string title;    ///< "learning_rate=0.01,beta=2", or what the run is
    /// What tells it from the other runs of its sweep: fields and values in their order. Empty for a run of
    /// its own.
    std::vector<std::pair<std::string, std::string>> values = {};
    RunConfig config;
    std::filesystem::path initialWeights = {};  ///< empty: from the seed
    QueueState state = QueueState::Waiting;
    std::filesystem::path runFolder = {};  ///< empty before it was begun
    std::string ending = {};               ///< the sentence of a failure
    bool operator==(const QueueEntry&) const = default;
};

/// Runs that are trained one after the other. A plain value; queue_file.h keeps it.
struct RunQueue {
    std::vector<QueueEntry> entries;
    bool paused = false;  ///< nothing new begins
    std::int64_t nextId = 1;
    bool operator==(const RunQueue&) const = default;

    /// At the end, waiting. @return its id
    std::int64_t add(QueueEntry entry);
    /// Every run of a sweep, in its order.
    void add(const Sweep& sweep, const std::filesystem::path& initialWeights = {});
    [[nodiscard]] QueueEntry* find(std::int64_t id);
    [[nodiscard]] const QueueEntry* find(std::int64_t id) const;
    /// Puts an entry at that place of the list as it is without it; beyond the end means the end.
    /// @throws Error(NotFound) when there is no such entry
    void move(std::int64_t id, std::size_t place);
    /// Its run folder stays. @throws Error(NotFound), Error(Busy) for the one that trains
    void remove(std::int64_t id);
    /// Takes away what was trained; failures stay until they are removed.
    void removeDone();
    /// What is to be trained now, paused or not: the entry that was running when its process ended, else the
    /// first that waits; null when there is none.
    [[nodiscard]] const QueueEntry* next() const;
    [[nodiscard]] std::size_t count(QueueState state) const;
};

/// What an entry needs, after its run folder.
enum class QueueStep {
    Begin,      ///< nothing of the run is there
    Resume,     ///< it was interrupted, stopped or failed: it goes on from its last save
    Finished,   ///< it is complete
    Elsewhere,  ///< a process trains it now
};
/// Reads run.json of the entry's folder. @throws Error(BadFile) when that is damaged
[[nodiscard]] QueueStep nextStep(const QueueEntry& entry);

}  // namespace elbo
