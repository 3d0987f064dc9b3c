// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/reconstruction_list.h"

#include "app/window/session/dataset_view.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"

#include <algorithm>

namespace elbo {

namespace {
constexpr std::size_t kTogether = 4;  ///< computed in one go, so that results come in while the rest waits
}

struct ReconstructionList::Entry {
    ReconstructionItem item;
    std::shared_ptr<const DatasetView> data;  ///< with `index`; else a picture from files
    std::int64_t index = 0;
    PicturePair pair;
    bool failed = false;
};

struct ReconstructionList::Outcome {
    std::int64_t id = 0;
    std::optional<Reconstruction> result;
    Failure failure;
};

ReconstructionList::ReconstructionList(JobQueue& queue, QObject* parent) : QObject(parent), m_queue(queue) {}

ReconstructionList::~ReconstructionList() = default;

void ReconstructionList::setModel(std::shared_ptr<const OpenedModel> model)
{
    m_model = std::move(model);
    restart();
}

void ReconstructionList::setOptions(const ReconstructionOptions& options)
{
    m_options = options;
    restart();
}

void ReconstructionList::addImages(std::shared_ptr<const DatasetView> data,
                                   const std::vector<std::int64_t>& indices)
{
    for (const auto index : indices) {
        Entry entry;
        entry.data = data;
        entry.index = index;
        entry.item.name = toQt(data->item(index).name);
        entry.item.color = data->color(index);
        add(std::move(entry));
    }
    next();
}

void ReconstructionList::addPictures(const std::vector<std::filesystem::path>& files)
{
    struct Found {
        std::vector<std::pair<PicturePair, Image8>> pictures;
        std::vector<std::string> problems;
    };
    const bool withDepth = m_model == nullptr || m_model->hasDepth;
    auto* job = runJob(
        m_queue, tr("Reading pictures"), this,
        [files, withDepth](JobContext& context) {
            Found found;
            for (const auto& pair : pairPictures(files, withDepth, found.problems)) {
                throwIfStopped(context.stop);
                try {
                    found.pictures.emplace_back(pair, smallPicture(pair.color));
                } catch (const Error& error) {
                    found.problems.emplace_back(error.what());
                }
            }
            return found;
        },
        [this](const Found& found) {
            for (const auto& [pair, picture] : found.pictures) {
                Entry entry;
                entry.pair = pair;
                entry.item.name = fileTitle(pair.color);
                entry.item.color = picture;
                add(std::move(entry));
            }
            for (const auto& problem : found.problems) {
                Q_EMIT failed({ErrorCode::BadFile, problem, {}});
            }
            next();
        });
    connect(job, &Job::failed, this, &ReconstructionList::failed);
}

void ReconstructionList::add(Entry entry)
{
    entry.item.id = m_nextId++;
    showWaiting(entry);
    m_entries.push_back(std::move(entry));
    Q_EMIT added(m_entries.back().item);
    Q_EMIT updated();
}

bool ReconstructionList::lacksDepth(const Entry& entry) const
{
    return entry.data == nullptr && entry.pair.depth.empty() && (m_model == nullptr || m_model->hasDepth);
}

void ReconstructionList::showWaiting(Entry& entry)
{
    entry.failed = false;
    entry.item.result.reset();
    entry.item.placeholder = lacksDepth(entry)    ? tr("needs depth: add its depth image")
                             : m_model == nullptr ? tr("waiting for a run or weights")
                                                  : tr("waiting...");
}

void ReconstructionList::setDepth(std::int64_t id, const std::filesystem::path& depth)
{
    if (auto* entry = find(id)) {
        entry->pair.depth = depth;
        showWaiting(*entry);
        Q_EMIT changed(entry->item);
        Q_EMIT updated();
        next();
    }
}

void ReconstructionList::restart()
{
    delete m_job;
    for (auto& entry : m_entries) {
        // The old pictures stay until the new ones are there: nothing blinks.
        const auto shown = entry.item.result;
        showWaiting(entry);
        if (!shown) {
            Q_EMIT changed(entry.item);
        }
    }
    Q_EMIT updated();
    next();
}

void ReconstructionList::next()
{
    if (m_job != nullptr || m_model == nullptr) {
        return;
    }
    std::vector<Entry> waiting;
    for (const auto& entry : m_entries) {
        if (!entry.item.result && !entry.failed && !lacksDepth(entry) && waiting.size() < kTogether) {
            waiting.push_back(entry);
        }
    }
    if (waiting.empty()) {
        Q_EMIT updated();
        return;
    }
    m_job = runJob(
        m_queue, tr("Reconstructing"), this,
        [model = m_model, waiting, options = m_options](JobContext& context) {
            return compute(*model, waiting, options, context);
        },
        [this](const std::vector<Outcome>& outcomes) { take(outcomes); });
    connect(m_job, &Job::failed, this, &ReconstructionList::failed);
    connect(m_job, &Job::ended, this, [this] {
        m_job = nullptr;
        next();
    });
}

std::vector<ReconstructionList::Outcome> ReconstructionList::compute(const OpenedModel& model,
                                                                     const std::vector<Entry>& entries,
                                                                     const ReconstructionOptions& options,
                                                                     const JobContext& context)
{
    std::vector<Outcome> outcomes;
    for (const auto& entry : entries) {
        throwIfStopped(context.stop);
        Outcome outcome;
        outcome.id = entry.item.id;
        try {
            outcome.result = entry.data != nullptr
                                 ? reconstructImages(model, *entry.data, {entry.index}, options).at(0)
                                 : reconstructPicture(model, entry.pair, options);
        } catch (...) {
            outcome.failure = currentFailure();
        }
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

void ReconstructionList::take(const std::vector<Outcome>& outcomes)
{
    for (const auto& outcome : outcomes) {
        auto* entry = find(outcome.id);
        if (entry == nullptr) {
            continue;  // removed meanwhile
        }
        entry->item.result = outcome.result;
        entry->failed = !outcome.result;
        entry->item.placeholder = outcome.result ? QString() : toQt(outcome.failure.sentence);
        Q_EMIT changed(entry->item);
        if (!outcome.result) {
            Q_EMIT failed(outcome.failure);
        }
    }
    Q_EMIT updated();
}

void ReconstructionList::remove(const std::vector<std::int64_t>& ids)
{
    for (const auto id : ids) {
        if (std::erase_if(m_entries, [id](const Entry& entry) { return entry.item.id == id; }) > 0) {
            Q_EMIT removed(id);
        }
    }
    Q_EMIT updated();
}

void ReconstructionList::clear()
{
    std::vector<std::int64_t> ids;
    for (const auto& entry : m_entries) {
        ids.push_back(entry.item.id);
    }
    remove(ids);
}

std::vector<Reconstruction> ReconstructionList::results() const
{
    std::vector<Reconstruction> done;
    for (const auto& entry : m_entries) {
        if (entry.item.result) {
            done.push_back(*entry.item.result);
        }
    }
    return done;
}

std::optional<std::int64_t> ReconstructionList::firstWithoutDepth() const
{
    const auto found =
        std::ranges::find_if(m_entries, [this](const Entry& entry) { return lacksDepth(entry); });
    return found == m_entries.end() ? std::nullopt : std::optional(found->item.id);
}

bool ReconstructionList::needsDepth(std::int64_t id) const
{
    return std::ranges::any_of(m_entries,
                               [&](const Entry& entry) { return entry.item.id == id && lacksDepth(entry); });
}

ReconstructionList::Entry* ReconstructionList::find(std::int64_t id)
{
    const auto found = std::ranges::find(m_entries, id, [](const Entry& entry) { return entry.item.id; });
    return found == m_entries.end() ? nullptr : &*found;
}

}  // namespace elbo
