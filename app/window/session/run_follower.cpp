// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/run_follower.h"

#include "app/window/session/job.h"
#include "core/training/run_request.h"

#include <utility>

namespace elbo {

namespace {
constexpr int kSoonMs = 100;
constexpr int kRunningMs = 700;   ///< between two looks at a run that is being written
constexpr int kRestingMs = 3000;  ///< at one that is not: another process may resume it
}  // namespace

struct RunFollower::Reading {
    RunInfo info;
    History records;
    bool restarted = false;
    std::vector<std::int64_t> kept;
    bool hasWeights = false;
    bool requestWaiting = false;
    std::optional<LiveStatus> live;
};

RunFollower::RunFollower(JobQueue& queue, std::filesystem::path runFolder, QObject* parent)
    : QObject(parent),
      m_queue(queue),
      m_runFolder(std::move(runFolder)),
      m_reader(std::make_shared<HistoryReader>(m_runFolder / "history.jsonl"))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RunFollower::read);
}

RunFollower::~RunFollower() = default;

void RunFollower::start()
{
    read();
}

void RunFollower::readSoon()
{
    if (m_reading) {
        m_again = true;
    } else if (!m_timer.isActive() || m_timer.remainingTime() > kSoonMs) {
        m_timer.start(kSoonMs);
    }
}

void RunFollower::read()
{
    m_reading = true;
    auto* job = runJob(
        m_queue, tr("Reading the run"), this,
        [folder = m_runFolder, reader = m_reader](JobContext&) {
            Reading reading;
            reading.info = readRunInfo(folder);
            // A run that has just begun has no history yet.
            if (std::filesystem::exists(folder / "history.jsonl")) {
                reading.records = reader->readNew(reading.restarted);
            }
            reading.kept = keptEpochs(folder);
            std::error_code ignored;  // weights that cannot be looked at are not there
            reading.hasWeights = std::filesystem::exists(folder / "weights" / "last.safetensors", ignored);
            reading.requestWaiting = isRunRequestWaiting(folder);
            reading.live = readLiveStatus(folder);
            return reading;
        },
        [this](Reading reading) { take(std::move(reading)); });
    connect(job, &Job::failed, this, &RunFollower::failed);
}

void RunFollower::take(Reading reading)
{
    const bool infoChanged =
        m_first || reading.info.state != m_info.state || reading.info.epochsDone != m_info.epochsDone ||
        reading.info.config != m_info.config || reading.info.bestEpoch != m_info.bestEpoch ||
        reading.info.ending != m_info.ending;
    m_info = std::move(reading.info);
    if (infoChanged) {
        Q_EMIT infoRead(m_info);
    }
    if (reading.restarted && !m_first) {
        Q_EMIT restarted();
    }
    if (!reading.records.steps.empty() || !reading.records.epochs.empty()) {
        Q_EMIT recordsCame(reading.records);
    }
    if (m_first || reading.kept != m_kept) {
        m_kept = std::move(reading.kept);
        Q_EMIT keptChanged(m_kept);
    }
    if (reading.hasWeights && !m_hasWeights) {
        m_hasWeights = true;
        Q_EMIT weightsCame();
    }
    m_first = false;
    m_reading = false;
    m_timer.start(std::exchange(m_again, false)       ? kSoonMs
                  : m_info.state == RunState::Running ? kRunningMs
                                                      : kRestingMs);
    Q_EMIT liveRead(reading.live, reading.requestWaiting);  // who hears it may want the next look soon
}

}  // namespace elbo
