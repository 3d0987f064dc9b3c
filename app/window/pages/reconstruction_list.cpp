// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/reconstruction_list.h"

#include "app/window/session/dataset_view.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

namespace elbo {

struct ReconstructionList::Entry {
    ReconstructionItem item;  ///< without its result
    std::shared_ptr<const Reconstruction> result;
    std::shared_ptr<const DatasetView> data;  ///< with `index`; else a picture from files
    std::int64_t index = 0;
    PicturePair pair;
    bool failed = false;
};

struct ReconstructionList::Outcome {
    std::int64_t id = 0;
    std::shared_ptr<const Reconstruction> result;
    Failure failure;
};

/// What reading brought.
struct ReconstructionList::Found {
    std::vector<Entry> entries;
    std::vector<Failure> problems;
};

/// Between the worker and the GUI thread, so that results come in while the rest is computed.
class ReconstructionList::Desk {
public:
    void lay(Outcome outcome)
    {
        const std::lock_guard lock(m_mutex);
        m_outcomes.push_back(std::move(outcome));
    }
    [[nodiscard]] std::vector<Outcome> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_outcomes, {});
    }

private:
    std::mutex m_mutex;
    std::vector<Outcome> m_outcomes;
};

ReconstructionList::ReconstructionList(JobQueue& queue, QObject* parent) : QObject(parent), m_queue(queue) {}

ReconstructionList::~ReconstructionList() = default;

void ReconstructionList::setModel(std::shared_ptr<const OpenedModel> model)
{
    m_model = std::move(model);
    m_paused = false;
    restart();
}

void ReconstructionList::setOptions(const ReconstructionOptions& options)
{
    m_options = options;
    restart();
}

void ReconstructionList::pause()
{
    m_paused = true;
    interrupt();
}

void ReconstructionList::resume()
{
    m_paused = false;
    next();
}

void ReconstructionList::addImages(std::shared_ptr<const DatasetView> data, std::vector<std::int64_t> indices)
{
    const auto wanted = static_cast<std::int64_t>(indices.size());
    if (wanted > kMostImages) {
        indices.resize(kMostImages);
        Q_EMIT failed({ErrorCode::BadSetting,
                       tr("Only the first %1 of these %2 images are added: add fewer at a time.")
                           .arg(kMostImages)
                           .arg(wanted)
                           .toStdString(),
                       {}});
    }
    read(tr("Reading images"), [data = std::move(data), indices = std::move(indices)](JobContext& context) {
        Found found;
        for (const auto index : indices) {
            throwIfStopped(context.stop);
            Entry entry;
            entry.data = data;
            entry.index = index;
            entry.item.name = toQt(data->item(index).name);
            entry.item.color = data->color(index);
            found.entries.push_back(std::move(entry));
            context.progress({"Reading images", static_cast<std::int64_t>(found.entries.size()),
                              static_cast<std::int64_t>(indices.size())});
        }
        return found;
    });
}

void ReconstructionList::addPictures(const std::vector<std::filesystem::path>& files)
{
    const auto use = m_model == nullptr  ? PictureUse::Unknown
                     : m_model->hasDepth ? PictureUse::WithDepth
                                         : PictureUse::ColorOnly;
    read(tr("Reading pictures"), [files, use](JobContext& context) {
        Found found;
        std::vector<std::string> unpaired;
        const auto pairs = pairPictures(files, use, unpaired);
        for (const auto& sentence : unpaired) {
            found.problems.push_back({ErrorCode::BadFile, sentence, {}});
        }
        for (std::size_t n = 0; n < pairs.size(); ++n) {
            throwIfStopped(context.stop);
            try {
                Entry entry;
                entry.pair = pairs[n];
                entry.item.name = fileTitle(entry.pair.color);
                entry.item.color = smallPicture(entry.pair.color);
                found.entries.push_back(std::move(entry));
            } catch (const Error&) {
                found.problems.push_back(currentFailure());
            }
            context.progress({"Reading pictures", static_cast<std::int64_t>(n + 1),
                              static_cast<std::int64_t>(pairs.size())});
        }
        return found;
    });
}

void ReconstructionList::read(const QString& title, std::function<Found(JobContext&)> work)
{
    interrupt();  // a person waits for what was added more than for what is under way
    ++m_reading;
    auto* job = runJob(m_queue, title, this, std::move(work), [this](Found found) { add(std::move(found)); });
    connect(job, &Job::failed, this, &ReconstructionList::failed);
    connect(job, &Job::ended, this, [this] {
        --m_reading;
        next();
    });
    Q_EMIT jobStarted(job);
}

void ReconstructionList::add(Found found)
{
    for (auto& entry : found.entries) {
        entry.item.id = m_nextId++;
        showWaiting(entry);
        m_entries.push_back(std::move(entry));
        Q_EMIT added(m_entries.back().item);
    }
    tellProblems(found.problems, tr("%1 pictures cannot be used: the details name each with its reason."));
    Q_EMIT updated();
}

bool ReconstructionList::lacksDepth(const Entry& entry) const
{
    return entry.data == nullptr && entry.pair.depth.empty() && m_model != nullptr && m_model->hasDepth;
}

bool ReconstructionList::waits(const Entry& entry) const
{
    return !entry.result && !entry.failed && !lacksDepth(entry);
}

void ReconstructionList::showWaiting(Entry& entry)
{
    entry.failed = false;
    entry.result.reset();
    entry.item.placeholder = lacksDepth(entry)    ? tr("needs depth: add its depth image")
                             : m_model == nullptr ? tr("waiting for a run or weights")
                                                  : tr("waiting...");
}

void ReconstructionList::tell(const Entry& entry)
{
    auto item = entry.item;
    if (entry.result) {
        item.result = *entry.result;
    }
    Q_EMIT changed(item);
}

void ReconstructionList::setDepth(std::int64_t id, const std::filesystem::path& depth)
{
    if (auto* entry = find(id)) {
        entry->pair.depth = depth;
        showWaiting(*entry);
        tell(*entry);
        Q_EMIT updated();
        next();
    }
}

void ReconstructionList::restart()
{
    delete m_job;
    m_desk.reset();
    m_failures.clear();
    for (auto& entry : m_entries) {
        // The old pictures stay until the new ones are there: nothing blinks. Where none will come, they go.
        const bool shown = entry.result != nullptr;
        showWaiting(entry);
        if (!shown || lacksDepth(entry)) {
            tell(entry);
        }
    }
    Q_EMIT updated();
    next();
}

void ReconstructionList::next()
{
    if (m_job != nullptr || m_reading > 0 || m_paused || m_model == nullptr) {
        return;
    }
    std::vector<Entry> waiting;
    std::ranges::copy_if(m_entries, std::back_inserter(waiting),
                         [this](const Entry& entry) { return waits(entry); });
    if (waiting.empty()) {
        tellProblems(std::exchange(m_failures, {}),
                     tr("%1 images could not be reconstructed: the details give each reason."));
        Q_EMIT updated();
        return;
    }
    m_desk = std::make_shared<Desk>();  // a new one: an interrupted worker may still lay something on its own
    m_job = runJob(
        m_queue, tr("Reconstructing"), this,
        [model = m_model, waiting = std::move(waiting), options = m_options,
         desk = m_desk](JobContext& context) {
            compute(*model, waiting, options, context, *desk);
            return true;
        },
        [](bool) {});
    connect(m_job, &Job::progressed, this, &ReconstructionList::take);
    connect(m_job, &Job::cancelled, this, [this] {
        take();
        giveUpWaiting(tr("cancelled"));
    });
    connect(m_job, &Job::failed, this, [this](const Failure& failure) {
        take();
        giveUpWaiting(toQt(failure.sentence));
        m_failures.push_back(failure);
    });
    connect(m_job, &Job::ended, this, [this] {
        take();
        m_job = nullptr;
        next();
    });
    Q_EMIT jobStarted(m_job);
}

void ReconstructionList::interrupt()
{
    if (m_job != nullptr) {
        delete m_job;
        take();
    }
}

void ReconstructionList::compute(const OpenedModel& model, const std::vector<Entry>& entries,
                                 const ReconstructionOptions& options, const JobContext& context, Desk& desk)
{
    for (std::size_t n = 0; n < entries.size(); ++n) {
        throwIfStopped(context.stop);
        const auto& entry = entries[n];
        Outcome outcome;
        outcome.id = entry.item.id;
        try {
            outcome.result = std::make_shared<const Reconstruction>(
                entry.data != nullptr ? reconstructImages(model, *entry.data, {entry.index}, options).at(0)
                                      : reconstructPicture(model, entry.pair, options));
        } catch (...) {
            outcome.failure = currentFailure();
        }
        desk.lay(std::move(outcome));
        context.progress(
            {"Reconstructing", static_cast<std::int64_t>(n + 1), static_cast<std::int64_t>(entries.size())});
    }
}

void ReconstructionList::take()
{
    const auto outcomes = m_desk != nullptr ? m_desk->take() : std::vector<Outcome>();
    for (const auto& outcome : outcomes) {
        auto* entry = find(outcome.id);
        if (entry == nullptr) {
            continue;  // removed meanwhile
        }
        entry->result = outcome.result;
        entry->failed = !outcome.result;
        entry->item.placeholder = outcome.result ? QString() : toQt(outcome.failure.sentence);
        if (!outcome.result) {
            m_failures.push_back(outcome.failure);
        }
        tell(*entry);
    }
    if (!outcomes.empty()) {
        Q_EMIT updated();
    }
}

void ReconstructionList::giveUpWaiting(const QString& why)
{
    for (auto& entry : m_entries) {
        if (waits(entry)) {
            entry.failed = true;
            entry.item.placeholder = why;
            tell(entry);
        }
    }
}

/// @param several  the sentence for more than one, with their number as %1
void ReconstructionList::tellProblems(const std::vector<Failure>& problems, const QString& several)
{
    if (problems.size() == 1) {
        Q_EMIT failed(problems.front());
    } else if (!problems.empty()) {
        std::string all;
        for (const auto& problem : problems) {
            all += (all.empty() ? "" : "\n") + problem.sentence;
        }
        Q_EMIT failed({problems.front().code, several.arg(problems.size()).toStdString(), all});
    }
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

bool ReconstructionList::isBusy() const
{
    return m_job != nullptr || m_reading > 0;
}

ReconstructionResults ReconstructionList::results() const
{
    ReconstructionResults done;
    for (const auto& entry : m_entries) {
        if (entry.result) {
            done.push_back(entry.result);
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

std::filesystem::path ReconstructionList::fileOf(std::int64_t id) const
{
    const auto found = std::ranges::find(m_entries, id, [](const Entry& entry) { return entry.item.id; });
    return found == m_entries.end() ? std::filesystem::path() : found->pair.color;
}

ReconstructionList::Entry* ReconstructionList::find(std::int64_t id)
{
    const auto found = std::ranges::find(m_entries, id, [](const Entry& entry) { return entry.item.id; });
    return found == m_entries.end() ? nullptr : &*found;
}

}  // namespace elbo
