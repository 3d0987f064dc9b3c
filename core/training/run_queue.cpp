// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_queue.h"

#include "core/base/error.h"
#include "core/training/run_folder.h"
#include "core/training/run_paths.h"
#include "core/training/sweep.h"

#include <algorithm>
#include <system_error>

namespace elbo {

namespace {

/// @return the place of the entry @throws Error(NotFound)
std::vector<QueueEntry>::iterator placeOf(RunQueue& queue, std::int64_t id)
{
    const auto found = std::ranges::find(queue.entries, id, &QueueEntry::id);
    if (found == queue.entries.end())
        throw Error(ErrorCode::NotFound,
                    "The queue has no run " + std::to_string(id) + ": look at it again.");
    return found;
}

}  // namespace

std::string_view toString(QueueState state)
{
    switch (state) {
        case QueueState::Waiting:
            return "waiting";
        case QueueState::Running:
            return "running";
        case QueueState::Done:
            return "done";
        case QueueState::Failed:
            return "failed";
    }
    return {};
}

std::int64_t RunQueue::add(QueueEntry entry)
{
    entry.id = nextId++;
    entry.state = QueueState::Waiting;
    entries.push_back(std::move(entry));
    return entries.back().id;
}

void RunQueue::add(const Sweep& sweep, const std::filesystem::path& initialWeights)
{
    for (const auto& run : sweep.runs) {
        QueueEntry entry;
        entry.title = run.name;
        for (std::size_t i = 0; i < sweep.fields.size(); ++i)
            entry.values.emplace_back(sweep.fields[i], run.values.at(i));
        entry.config = run.config;
        entry.initialWeights = initialWeights;
        add(std::move(entry));
    }
}

QueueEntry* RunQueue::find(std::int64_t id)
{
    const auto found = std::ranges::find(entries, id, &QueueEntry::id);
    return found == entries.end() ? nullptr : &*found;
}

const QueueEntry* RunQueue::find(std::int64_t id) const
{
    const auto found = std::ranges::find(entries, id, &QueueEntry::id);
    return found == entries.end() ? nullptr : &*found;
}

void RunQueue::move(std::int64_t id, std::size_t place)
{
    const auto from = placeOf(*this, id);
    auto entry = std::move(*from);
    entries.erase(from);
    entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(std::min(place, entries.size())),
                   std::move(entry));
}

void RunQueue::remove(std::int64_t id)
{
    const auto place = placeOf(*this, id);
    if (place->state == QueueState::Running)
        throw Error(ErrorCode::Busy, place->title + " is being trained: stop it first.");
    entries.erase(place);
}

void RunQueue::removeDone()
{
    std::erase_if(entries, [](const QueueEntry& entry) { return entry.state == QueueState::Done; });
}

const QueueEntry* RunQueue::next() const
{
    for (const auto state : {QueueState::Running, QueueState::Waiting}) {
        const auto found = std::ranges::find(entries, state, &QueueEntry::state);
        if (found != entries.end())
            return &*found;
    }
    return nullptr;
}

std::size_t RunQueue::count(QueueState state) const
{
    return static_cast<std::size_t>(std::ranges::count(entries, state, &QueueEntry::state));
}

QueueStep nextStep(const QueueEntry& entry)
{
    std::error_code ignored;  // what cannot be looked at is begun, and the reason said then
    if (entry.runFolder.empty() || !std::filesystem::exists(RunPaths{entry.runFolder}.info(), ignored))
        return QueueStep::Begin;
    switch (readRunInfo(entry.runFolder).state) {
        case RunState::Completed:
            return QueueStep::Finished;
        case RunState::Running:
            return QueueStep::Elsewhere;
        case RunState::Stopped:
        case RunState::Failed:
        case RunState::Interrupted:
            break;
    }
    return QueueStep::Resume;
}

}  // namespace elbo
