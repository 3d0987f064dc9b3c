// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/mpi_group.h"

#include "core/base/mpi_peers.h"
#include "core/base/progress.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

// Only the C interface is wanted.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

namespace elbo {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// How often control messages are looked for, process ids asked for, and signs of life sent.
constexpr auto kTalkEvery = 20ms;
constexpr auto kWatchEvery = 100ms;
constexpr auto kAliveEvery = 1s;
/// Of a process on another machine that says nothing for so long it is held that it has died.
constexpr auto kSilence = 15s;
/// After a failure elsewhere the threads of process 0 have so long to come to their next operation.
constexpr auto kGrace = 20s;
/// A process that does not speak ends by itself so long after the death of process 0.
constexpr auto kOrphan = 10s;

enum class Kind { Sum, Broadcast, Barrier };

struct Operation final : Collective {
    Kind kind = Kind::Barrier;
    at::Tensor values;
    MPI_Request request = MPI_REQUEST_NULL;
    bool done = false;
};

/// A control message, sent as bytes.
struct Message {
    enum Type : std::int32_t {
        Alive,
        Failed,
        Stopped,
        Told,  ///< from process 0: why the run ends was said, whatever happens next
    };
    std::int32_t type = Alive;
    std::int32_t code = 0;
    std::array<char, 1016> sentence{};
};

struct SentMessage {
    Message message;
    MPI_Request request = MPI_REQUEST_NULL;
};

Message failedMessage(const Failure& failure)
{
    Message message;
    message.type = Message::Failed;
    message.code = static_cast<std::int32_t>(failure.code);
    const auto length = std::min(failure.sentence.size(), message.sentence.size() - 1);
    std::memcpy(message.sentence.data(), failure.sentence.data(), length);
    return message;
}

class MpiGroupImpl final : public MpiGroup {
public:
    explicit MpiGroupImpl(Say say);
    ~MpiGroupImpl() override;

    [[nodiscard]] int rank() const override { return m_rank; }
    [[nodiscard]] int size() const override { return m_size; }
    [[nodiscard]] int localRank() const override { return m_localRank; }
    [[nodiscard]] int coreSharers() const override { return m_coreSharers; }
    [[nodiscard]] std::shared_ptr<Collective> startSum(const at::Tensor& values) override;
    [[nodiscard]] std::shared_ptr<Collective> startBroadcast(const at::Tensor& values) override;
    [[nodiscard]] std::shared_ptr<Collective> startBarrier() override;
    void wait(Collective& begun) override;
    [[nodiscard]] double waitedSeconds() const override { return m_waited.load(); }

    [[nodiscard]] bool speaks() const override { return m_rank == 0 || (m_rank == 1 && m_firstIsGone); }
    [[nodiscard]] bool hasSpoken() const override { return m_hasSpoken; }
    void leave() override;
    [[nodiscard]] bool hasLeft() const override { return m_hasLeft; }
    void tellFailure(const Failure& failure) override { tell(failedMessage(failure)); }
    void tellStopped() override;
    [[noreturn]] void endAll(int status) override;

private:
    /// What the waiting threads throw.
    struct Broken {
        bool stopped = false;
        Failure failure;
    };

    std::shared_ptr<Collective> post(Kind kind, const at::Tensor& values);
    void tell(const Message& message);

    // From here on: the thread that speaks MPI.
    void serve();
    bool enter();
    void startPosted();
    bool testActive();
    void begin(Operation& operation);
    void talk();
    void send(int to, const Message& message);
    void sendToOthers(const Message& message);
    [[noreturn]] void abortAll(int status);
    void receive();
    void watch();
    void breakOff(Broken broken);
    void foundDead(int rank);
    void rest(bool moved);
    void checkAnswer(int answer);

    Say m_say;
    int m_rank = 0;
    int m_size = 1;
    int m_localRank = 0;
    int m_coreSharers = 1;
    std::atomic<bool> m_firstIsGone{false};
    std::atomic<bool> m_hasSpoken{false};
    std::atomic<double> m_waited{0.0};
    bool m_hasLeft = false;

    std::mutex m_mutex;  ///< of what follows
    std::condition_variable m_posted, m_answered;
    std::deque<std::shared_ptr<Operation>> m_new;
    std::vector<Message> m_toTell;
    std::optional<Broken> m_broken;
    std::optional<int> m_abort;  ///< exit status
    int m_waiting = 0;
    bool m_entered = false, m_end = false;

    // Used by that thread alone.
    MPI_Comm m_data = MPI_COMM_NULL, m_control = MPI_COMM_NULL;
    std::vector<MpiPeer> m_peers;
    std::vector<std::shared_ptr<Operation>> m_active;
    std::list<SentMessage> m_sent;
    std::vector<Clock::time_point> m_heard;  ///< last sign of life, by rank
    Clock::time_point m_lastTalk, m_lastWatch, m_lastAlive, m_lastMove, m_brokenAt;

    std::thread m_thread;  ///< last: it uses the rest
};

MpiGroupImpl::MpiGroupImpl(Say say) : m_say(std::move(say)), m_thread([this] { serve(); })
{
    std::unique_lock lock(m_mutex);
    m_answered.wait(lock, [this] { return m_entered || m_broken.has_value(); });
    if (!m_broken.has_value())
        return;
    const auto failure = m_broken->failure;
    lock.unlock();
    m_thread.join();
    throw Error(failure.code, failure.sentence, failure.detail);
}

MpiGroupImpl::~MpiGroupImpl()
{
    if (!m_thread.joinable())
        return;
    // Nobody left in order: the process is ending for another reason, and the launcher will end the others.
    {
        const std::lock_guard lock(m_mutex);
        m_end = true;
    }
    m_posted.notify_one();
    m_thread.join();
}

std::shared_ptr<Collective> MpiGroupImpl::startSum(const at::Tensor& values)
{
    if (!values.is_cpu() || !values.is_contiguous() ||
        (values.scalar_type() != at::kFloat && values.scalar_type() != at::kDouble))
        throw Error(ErrorCode::Internal,
                    "Processes can add up float32 and float64 only: please report this.");
    return post(Kind::Sum, values);
}

std::shared_ptr<Collective> MpiGroupImpl::startBroadcast(const at::Tensor& values)
{
    if (!values.is_cpu() || !values.is_contiguous())
        throw Error(ErrorCode::Internal,
                    "Only contiguous values can be sent to other processes: please report this.");
    return post(Kind::Broadcast, values);
}

std::shared_ptr<Collective> MpiGroupImpl::startBarrier()
{
    return post(Kind::Barrier, {});
}

std::shared_ptr<Collective> MpiGroupImpl::post(Kind kind, const at::Tensor& values)
{
    auto operation = std::make_shared<Operation>();
    operation->kind = kind;
    operation->values = values;
    {
        const std::lock_guard lock(m_mutex);
        m_new.push_back(operation);
    }
    m_posted.notify_one();
    return operation;
}

void MpiGroupImpl::wait(Collective& begun)
{
    const auto& operation = dynamic_cast<Operation&>(begun);
    const auto start = Clock::now();
    std::unique_lock lock(m_mutex);
    ++m_waiting;
    m_answered.wait(lock, [&] { return operation.done || m_broken.has_value(); });
    --m_waiting;
    m_waited.store(m_waited.load() + std::chrono::duration<double>(Clock::now() - start).count());
    if (operation.done)
        return;
    if (m_broken->stopped)
        throw Cancelled();
    throw Error(m_broken->failure.code, m_broken->failure.sentence, m_broken->failure.detail);
}

void MpiGroupImpl::leave()
{
    barrier();
    m_hasLeft = true;
    {
        const std::lock_guard lock(m_mutex);
        m_end = true;
    }
    m_posted.notify_one();
    m_thread.join();
}

void MpiGroupImpl::tellStopped()
{
    Message message;
    message.type = Message::Stopped;
    tell(message);
}

void MpiGroupImpl::tell(const Message& message)
{
    {
        const std::lock_guard lock(m_mutex);
        m_toTell.push_back(message);
    }
    m_posted.notify_one();
}

void MpiGroupImpl::endAll(int status)
{
    const auto since = Clock::now();
    while (!speaks()) {
        std::this_thread::sleep_for(kTalkEvery);
        if (m_firstIsGone && Clock::now() - since > kOrphan)
            ::_exit(status);
    }
    std::fflush(nullptr);
    {
        const std::lock_guard lock(m_mutex);
        m_abort = status;
    }
    m_posted.notify_one();
    std::this_thread::sleep_for(kOrphan);
    ::_exit(status);  // MPI did not answer
}

// --- The thread that speaks MPI
// ------------------------------------------------------------------------------

void MpiGroupImpl::serve()
{
    if (!enter())
        return;
    while (true) {
        startPosted();
        const auto moved = testActive();
        if (Clock::now() - m_lastTalk >= kTalkEvery)
            talk();
        std::optional<int> status;
        {
            const std::lock_guard lock(m_mutex);
            status = m_abort;
            if (m_end)
                break;
        }
        if (status.has_value())
            abortAll(*status);
        rest(moved);
    }
    if (m_hasLeft)
        MPI_Finalize();
}

bool MpiGroupImpl::enter()
{
    int provided = MPI_THREAD_SINGLE;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
        provided < MPI_THREAD_FUNNELED) {
        breakOff({false,
                  {ErrorCode::Unsupported,
                   "MPI could not be started with threads: install Open MPI, or train with one process.",
                   {}}});
        return false;
    }
    MPI_Comm_dup(MPI_COMM_WORLD, &m_data);
    MPI_Comm_dup(MPI_COMM_WORLD, &m_control);
    MPI_Comm_set_errhandler(m_data, MPI_ERRORS_RETURN);
    MPI_Comm_set_errhandler(m_control, MPI_ERRORS_RETURN);
    MPI_Comm_rank(m_data, &m_rank);
    MPI_Comm_size(m_data, &m_size);

    const auto self = thisPeer();
    m_peers.resize(static_cast<std::size_t>(m_size));
    MPI_Allgather(&self, sizeof self, MPI_BYTE, m_peers.data(), sizeof self, MPI_BYTE, m_data);
    const auto isNear = [&self](const MpiPeer& peer) { return peer.machine == self.machine; };
    m_localRank = static_cast<int>(std::count_if(m_peers.begin(), m_peers.begin() + m_rank, isNear));
    m_coreSharers = static_cast<int>(std::ranges::count_if(
        m_peers, [&](const MpiPeer& peer) { return isNear(peer) && peer.cores == self.cores; }));

    const auto now = Clock::now();
    m_heard.assign(m_peers.size(), now);
    m_lastTalk = m_lastWatch = m_lastAlive = m_lastMove = now;
    {
        const std::lock_guard lock(m_mutex);
        m_entered = true;
    }
    m_answered.notify_all();
    return true;
}

void MpiGroupImpl::startPosted()
{
    std::deque<std::shared_ptr<Operation>> posted;
    {
        const std::lock_guard lock(m_mutex);
        if (m_broken.has_value()) {
            m_new.clear();
            return;
        }
        posted.swap(m_new);
    }
    for (auto& operation : posted) {
        begin(*operation);
        m_active.push_back(std::move(operation));
        m_lastMove = Clock::now();
    }
}

void MpiGroupImpl::begin(Operation& operation)
{
    auto& values = operation.values;
    switch (operation.kind) {
        case Kind::Sum: {
            auto* const type = values.scalar_type() == at::kFloat ? MPI_FLOAT : MPI_DOUBLE;
            checkAnswer(MPI_Iallreduce(MPI_IN_PLACE, values.mutable_data_ptr(),
                                       static_cast<int>(values.numel()), type, MPI_SUM, m_data,
                                       &operation.request));
            return;
        }
        case Kind::Broadcast:
            checkAnswer(MPI_Ibcast(values.mutable_data_ptr(), static_cast<int>(values.nbytes()), MPI_BYTE, 0,
                                   m_data, &operation.request));
            return;
        case Kind::Barrier:
            checkAnswer(MPI_Ibarrier(m_data, &operation.request));
            return;
    }
}

bool MpiGroupImpl::testActive()
{
    bool moved = false;
    for (auto& operation : m_active) {
        int done = 0;
        checkAnswer(MPI_Test(&operation->request, &done, MPI_STATUS_IGNORE));
        if (done == 0)
            continue;
        const std::lock_guard lock(m_mutex);
        operation->done = true;
        moved = true;
    }
    if (!moved)
        return false;
    std::erase_if(m_active, [](const auto& operation) { return operation->done; });
    m_answered.notify_all();
    m_lastMove = Clock::now();
    return true;
}

void MpiGroupImpl::checkAnswer(int answer)
{
    if (answer == MPI_SUCCESS)
        return;
    std::array<char, MPI_MAX_ERROR_STRING> text{};
    int length = 0;
    MPI_Error_string(answer, text.data(), &length);
    breakOff(
        {false,
         {ErrorCode::HelperFailed,
          "The connection to another process of this run broke, so the run ends: go on from its last save "
          "with elbo-cli train --resume.",
          text.data()}});
}

void MpiGroupImpl::talk()
{
    const auto now = Clock::now();
    // After a pause of this process itself (Ctrl-Z, a laptop's lid) silence says nothing about the others.
    if (now - m_lastTalk > kSilence / 3)
        std::ranges::fill(m_heard, now);
    m_lastTalk = now;
    receive();
    std::erase_if(m_sent, [](SentMessage& sent) {
        int done = 0;
        return MPI_Test(&sent.request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS || done != 0;
    });
    std::vector<Message> toTell;
    {
        const std::lock_guard lock(m_mutex);
        toTell.swap(m_toTell);
    }
    for (const auto& message : toTell) {
        if (m_rank != 0)
            send(0, message);
    }
    if (now - m_lastAlive >= kAliveEvery && m_sent.empty()) {  // what does not arrive is not sent again
        m_lastAlive = now;
        sendToOthers({});
    }
    if (now - m_lastWatch >= kWatchEvery) {
        m_lastWatch = now;
        watch();
    }
}

void MpiGroupImpl::send(int to, const Message& message)
{
    auto& sent = m_sent.emplace_back(SentMessage{message, MPI_REQUEST_NULL});
    checkAnswer(MPI_Isend(&sent.message, sizeof sent.message, MPI_BYTE, to, 0, m_control, &sent.request));
}

void MpiGroupImpl::sendToOthers(const Message& message)
{
    for (int to = m_rank == 0 ? 1 : 0; to < (m_rank == 0 ? m_size : 1); ++to)
        send(to, message);
}

void MpiGroupImpl::abortAll(int status)
{
    if (m_rank == 0) {
        Message message;
        message.type = Message::Told;
        sendToOthers(message);
        const auto since = Clock::now();
        while (Clock::now() - since < 3 * kTalkEvery) {
            for (auto& sent : m_sent) {
                int done = 0;
                static_cast<void>(MPI_Test(&sent.request, &done, MPI_STATUS_IGNORE));
            }
            std::this_thread::sleep_for(1ms);
        }
    }
    MPI_Abort(MPI_COMM_WORLD, status);
    ::_exit(status);
}

void MpiGroupImpl::receive()
{
    while (true) {
        int waiting = 0;
        MPI_Status status{};
        if (MPI_Iprobe(MPI_ANY_SOURCE, 0, m_control, &waiting, &status) != MPI_SUCCESS || waiting == 0)
            return;
        Message message;
        if (MPI_Recv(&message, sizeof message, MPI_BYTE, status.MPI_SOURCE, 0, m_control,
                     MPI_STATUS_IGNORE) != MPI_SUCCESS)
            return;
        m_heard[static_cast<std::size_t>(status.MPI_SOURCE)] = Clock::now();
        message.sentence.back() = '\0';
        if (message.type == Message::Told)
            m_hasSpoken = true;
        else if (message.type == Message::Stopped)
            breakOff({true, {}});
        else if (message.type == Message::Failed)
            breakOff({false,
                      {static_cast<ErrorCode>(message.code), message.sentence.data(),
                       "process " + std::to_string(status.MPI_SOURCE) + " of the run"}});
    }
}

void MpiGroupImpl::watch()
{
    const auto& self = m_peers[static_cast<std::size_t>(m_rank)];
    for (int rank = 0; rank < (m_rank == 0 ? m_size : 1); ++rank) {
        if (rank == m_rank)
            continue;
        const auto place = static_cast<std::size_t>(rank);
        const auto gone = m_peers[place].machine == self.machine ? isGone(m_peers[place].process)
                                                                 : Clock::now() - m_heard[place] > kSilence;
        if (gone) {
            foundDead(rank);
            return;
        }
    }
    if (m_rank != 0)
        return;
    std::unique_lock lock(m_mutex);
    if (!m_broken.has_value() || Clock::now() - m_brokenAt < kGrace)
        return;
    // The other threads are busy with something that hears of nothing: say it for them.
    const auto sentence = m_broken->failure.sentence;
    lock.unlock();
    if (!m_hasSpoken.exchange(true) && !sentence.empty())
        m_say(sentence);
    abortAll(1);
}

void MpiGroupImpl::foundDead(int rank)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_broken.has_value())
            return;
    }
    if (rank == 0)
        m_firstIsGone = true;
    const auto sentence = "Process " + std::to_string(rank) + " of the " + std::to_string(m_size) +
                          " of this run has died, so the run ends: go on from its last save with elbo-cli "
                          "train --resume.";
    // Now and not later: a launcher ends those that are left within a second, by force.
    if (speaks() && !m_hasSpoken.exchange(true))
        m_say(sentence);
    if (m_rank == 0) {
        Message message;
        message.type = Message::Told;
        sendToOthers(message);
    }
    breakOff({false, {ErrorCode::HelperFailed, sentence, {}}});
}

void MpiGroupImpl::breakOff(Broken broken)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_broken.has_value())
            return;
        m_broken = std::move(broken);
    }
    m_brokenAt = Clock::now();
    m_answered.notify_all();
}

void MpiGroupImpl::rest(bool moved)
{
    if (moved)
        return;
    std::unique_lock lock(m_mutex);
    const auto isWanted = [this] {
        return !m_new.empty() || !m_toTell.empty() || m_abort.has_value() || m_end;
    };
    const auto since = Clock::now() - m_lastMove;
    if (m_active.empty() || m_broken.has_value())
        m_posted.wait_for(lock, kTalkEvery, isWanted);
    else if (m_waiting > 0 && since < 1ms) {
        lock.unlock();
        std::this_thread::yield();
    } else
        // Moving data needs calls of MPI: often at first, seldom when another process is far behind.
        m_posted.wait_for(lock, since < 100ms ? 50us : 1000us, isWanted);
}

}  // namespace

std::unique_ptr<MpiGroup> MpiGroup::join(Say say)
{
    return std::make_unique<MpiGroupImpl>(std::move(say));
}

}  // namespace elbo
