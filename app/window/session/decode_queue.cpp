// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/decode_queue.h"

#include "app/window/session/job.h"

#include <chrono>
#include <utility>

namespace elbo {

DecodeQueue::DecodeQueue(QObject* parent)
    : QObject(parent), m_queue({.threadName = "elbo-explore", .computeThreads = 1, .newestFirst = true})
{
}

DecodeQueue::~DecodeQueue()
{
    // Jobs are children and would die after the queue they refer to.
    qDeleteAll(findChildren<Job*>());
}

void DecodeQueue::setModel(std::shared_ptr<const OpenedModel> model)
{
    m_model = std::move(model);
    m_modelSerial = m_serial;
    const std::lock_guard lock(m_mailbox->mutex);
    m_mailbox->request.reset();
}

std::uint64_t DecodeQueue::request(LatentCode code, int shownClass)
{
    {
        const std::lock_guard lock(m_mailbox->mutex);
        m_mailbox->request = {++m_serial, std::move(code), shownClass};
    }
    if (!m_running) {
        start();
    }
    return m_serial;
}

void DecodeQueue::start()
{
    using Result = std::shared_ptr<const DecodedCode>;
    m_running = true;
    auto* job = runJob(
        m_queue, tr("Decoding"), this,
        [model = m_model, mailbox = m_mailbox](JobContext& context) -> Result {
            std::optional<Request> request;
            {
                const std::lock_guard lock(mailbox->mutex);
                request = std::exchange(mailbox->request, std::nullopt);
            }
            if (!request || !model) {
                return nullptr;
            }
            const auto begin = std::chrono::steady_clock::now();
            auto result = std::make_shared<DecodedCode>();
            result->serial = request->serial;
            result->image =
                std::move(decodeLatent(*model, {request->code}, request->shownClass, context.stop).front());
            result->code = std::move(request->code);
            result->milliseconds =
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
            return result;
        },
        [this](const Result& result) {
            // One of the model before says nothing of this one.
            if (result && result->serial > m_modelSerial) {
                Q_EMIT decoded(result);
            }
        });
    connect(job, &Job::failed, this, &DecodeQueue::failed);
    connect(job, &Job::ended, this, [this] {
        bool waiting = false;
        {
            const std::lock_guard lock(m_mailbox->mutex);
            waiting = m_mailbox->request.has_value();
        }
        m_running = false;
        if (waiting) {
            start();
        }
    });
}

}  // namespace elbo
