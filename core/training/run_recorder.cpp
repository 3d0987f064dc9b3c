// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_recorder.h"

#include "core/training/run_info.h"

#include <system_error>
#include <utility>

namespace elbo {

namespace {

/// Writes that may wait: more would hold too many copies of the weights.
constexpr int kMostWaiting = 3;

void createFolder(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        throw fileError(failed.value(), "create", folder.string());
}

void removeFile(const std::filesystem::path& file)
{
    std::error_code failed;
    std::filesystem::remove(file, failed);
    if (failed)
        throw fileError(failed.value(), "remove", file.string());
}

void renameFile(const std::filesystem::path& from, const std::filesystem::path& to)
{
    std::error_code failed;
    std::filesystem::rename(from, to, failed);
    if (failed)
        throw fileError(failed.value(), "replace", to.string());
}

/// Pictures that were kept for a best epoch which is no longer the best.
void removeFormerBests(const RunPaths& paths, std::int64_t epochsDone, std::int64_t bestEpoch,
                       std::int64_t keepEvery)
{
    for (const auto epoch : epochsInFolder(paths.keptFolder())) {
        if (epoch <= epochsDone && epoch != bestEpoch && !isKeptEpoch(epoch, keepEvery))
            removeFile(paths.kept(epoch));
    }
}

/// The epoch that a weights file says it is of; -1 for a file that is not there or not ours.
std::int64_t epochOfWeights(const std::filesystem::path& file)
{
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return -1;
    try {
        return weightsDescription(readSafetensorsHeader(file).metadata, file.string()).epoch;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::BadFile)
            return -1;
        throw;
    }
}

/// Left behind by a process that was killed while it wrote: "NAME.part-PID-N".
void removeParts(const std::filesystem::path& folder)
{
    std::error_code noFolder;
    std::vector<std::filesystem::path> parts;
    for (const auto& entry : std::filesystem::directory_iterator(folder, noFolder)) {
        if (entry.path().filename().string().find(".part-") != std::string::npos)
            parts.push_back(entry.path());
    }
    for (const auto& part : parts)
        removeFile(part);
}

}  // namespace

RunRecorder::RunRecorder(RunInfo info, WeightsDescription description, Options options)
    : m_info(std::move(info)),
      m_description(std::move(description)),
      m_options(std::move(options)),
      m_paths{m_info.folder},
      m_lastSave(std::chrono::steady_clock::now()),
      m_writer({.threadName = "elbo-save",
                .lowPriority = true,
                .computeThreads = m_options.threads,
                .newestFirst = false})
{
    m_onDisk.epoch = m_info.epochsDone + 1;
    m_onDisk.bestEpoch = m_info.bestEpoch;
    if (!writes())
        return;
    m_history.emplace(m_paths.history());
    createFolder(m_paths.keptFolder());
    createFolder(m_paths.weightsFolder());
    m_info.state = RunState::Running;
    m_info.ending.clear();
    writeRunInfo(m_info, m_options.writeObserver);
}

void RunRecorder::append(const std::string& lines)
{
    if (m_history.has_value())
        m_history->append(lines);
}

void RunRecorder::keep(KeptPictures pictures)
{
    submit([this, pictures = std::move(pictures)] {
        writeKept(m_paths.kept(pictures.epoch), pictures, m_options.writeObserver);
        const std::lock_guard lock(m_mutex);
        m_kept.push_back(pictures.epoch);
    });
}

void RunRecorder::keepWeights(std::shared_ptr<const TrainingSnapshot> snapshot)
{
    submit([this, snapshot = std::move(snapshot)] {
        const auto epoch = snapshot->position.epochsDone();
        writeWeights(m_paths.weights(epoch), *snapshot, epoch);
    });
}

void RunRecorder::setBest(std::shared_ptr<const TrainingSnapshot> snapshot, std::int64_t epoch)
{
    m_best = Best{std::move(snapshot), epoch};
}

void RunRecorder::save(std::shared_ptr<const TrainingSnapshot> snapshot)
{
    m_info.epochsDone = snapshot->position.epochsDone();
    m_info.bestEpoch = snapshot->position.bestEpoch;
    m_savedPosition = snapshot->position;
    if (!writes())
        return;
    {
        const std::lock_guard lock(m_mutex);
        ++m_saving;
    }
    submit([this, snapshot = std::move(snapshot), best = std::exchange(m_best, std::nullopt), info = m_info] {
        writeSave(*snapshot, best, info);
        const std::lock_guard lock(m_mutex);
        --m_saving;
        m_lastSave = std::chrono::steady_clock::now();
    });
}

void RunRecorder::writeSave(const TrainingSnapshot& snapshot, const std::optional<Best>& best,
                            const RunInfo& info)
{
    m_history->flush();  // what resume.safetensors tells of must be there after a loss of power too
    if (best.has_value())
        writeWeights(m_paths.nextBest(), *best->snapshot, best->epoch);
    writeSnapshot(m_paths.resume(), snapshot, info.dataFingerprint, m_options.writeObserver);
    if (best.has_value())
        renameFile(m_paths.nextBest(), m_paths.best());
    writeWeights(m_paths.last(), snapshot, snapshot.position.epochsDone());
    writeRunInfo(info, m_options.writeObserver);
    removeFormerBests(m_paths, info.epochsDone, info.bestEpoch, info.config.integer("keep_every"));
    const std::lock_guard lock(m_mutex);
    m_onDisk = snapshot.position;
}

void RunRecorder::writeWeights(const std::filesystem::path& file, const TrainingSnapshot& snapshot,
                               std::int64_t epoch) const
{
    auto description = m_description;
    description.epoch = epoch;
    description.step = snapshot.position.step;
    writeSafetensors(file, snapshot.model, toMetadata(description), m_options.writeObserver);
}

void RunRecorder::submit(std::function<void()> work)
{
    check();
    if (!writes())
        return;
    bool full = false;
    {
        const std::lock_guard lock(m_mutex);
        full = ++m_waiting > kMostWaiting;
    }
    if (full)
        m_writer.waitUntilIdle();
    m_writer.submit(
        [this, work = std::move(work)](JobContext&) {
            {
                const std::lock_guard lock(m_mutex);
                --m_waiting;
                if (m_failure.has_value())
                    return;  // nothing may follow a write that failed
            }
            work();
        },
        {.progressed = {}, .completed = {}, .cancelled = {}, .failed = [this](const Failure& failure) {
             const std::lock_guard lock(m_mutex);
             m_failure = failure;
         }});
}

bool RunRecorder::isSaveDue() const
{
    if (!writes())
        return false;
    const std::lock_guard lock(m_mutex);
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - m_lastSave;
    const auto seconds = m_info.config.real("resume_seconds");
    return seconds == 0.0 || (m_saving == 0 && since.count() >= seconds);
}

void RunRecorder::check()
{
    const std::lock_guard lock(m_mutex);
    if (m_failure.has_value())
        throw Error(m_failure->code, m_failure->sentence, m_failure->detail);
}

bool RunRecorder::failed() const
{
    const std::lock_guard lock(m_mutex);
    return m_failure.has_value();
}

std::vector<std::int64_t> RunRecorder::takeKept()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_kept, {});
}

void RunRecorder::wait()
{
    m_writer.waitUntilIdle();
    check();
}

void RunRecorder::finish(RunState state, const std::string& ending)
{
    {
        // After a failed write the disk holds less than was given to save().
        const std::lock_guard lock(m_mutex);
        m_info.epochsDone = m_onDisk.epochsDone();
        m_info.bestEpoch = m_onDisk.bestEpoch;
    }
    m_info.state = state;
    m_info.ending = ending;
    if (writes())
        writeRunInfo(m_info, m_options.writeObserver);
}

void cutRunFolder(const RunPaths& paths, const TrainingPosition& position, std::int64_t keepEvery)
{
    for (const auto& folder : {paths.folder, paths.keptFolder(), paths.weightsFolder()})
        removeParts(folder);
    cutHistory(paths.history(), position.step, position.epochsDone());
    for (const auto epoch : epochsInFolder(paths.keptFolder())) {
        if (epoch > position.epochsDone())
            removeFile(paths.kept(epoch));
    }
    removeFormerBests(paths, position.epochsDone(), position.bestEpoch, keepEvery);
    for (const auto epoch : epochsInFolder(paths.weightsFolder())) {
        if (epoch > position.epochsDone())
            removeFile(paths.weights(epoch));
    }
    if (position.bestEpoch > 0 && epochOfWeights(paths.nextBest()) == position.bestEpoch)
        renameFile(paths.nextBest(), paths.best());
    removeFile(paths.nextBest());
    // A run that has no save starts anew: what an earlier hand left as best is not this run's.
    if (position.bestEpoch == 0)
        removeFile(paths.best());
    if (position.step == 0)
        removeFile(paths.last());
}

}  // namespace elbo
