// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_space.h"
#include "core/base/job_queue.h"

#include <QtCore/QObject>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

namespace elbo {

/// A code and what the model makes of it.
struct DecodedCode {
    std::uint64_t serial = 0;  ///< of the request: grows with each
    LatentCode code;
    ShownImage image;
    double milliseconds = 0;
};

/// Decodes codes as fast as it can and leaves out those that are no longer wanted: while one is computed, the
/// newest request waits in the place of the one before. So the last request is always answered, and no answer
/// comes after that of a newer request. Lives in the GUI thread; the work has a queue of its own.
class DecodeQueue : public QObject {
    Q_OBJECT

public:
    explicit DecodeQueue(QObject* parent = nullptr);
    ~DecodeQueue() override;

    /// Requests of the model before are forgotten.
    void setModel(std::shared_ptr<const OpenedModel> model);
    /// @param shownClass  of a model with classes @return the request's serial
    std::uint64_t request(LatentCode code, int shownClass);
    /// Whether a request waits or is computed.
    [[nodiscard]] bool isBusy() const { return m_running; }
    /// The queue's own thread, for other work with the same model.
    [[nodiscard]] JobQueue& queue() { return m_queue; }

Q_SIGNALS:
    void decoded(const std::shared_ptr<const elbo::DecodedCode>& decoded);
    void failed(const elbo::Failure& failure);

private:
    struct Request {
        std::uint64_t serial = 0;
        LatentCode code;
        int shownClass = 0;
    };
    /// Where the newest request waits for the worker.
    struct Mailbox {
        std::mutex mutex;
        std::optional<Request> request;
    };
    void start();

    std::shared_ptr<const OpenedModel> m_model;
    std::shared_ptr<Mailbox> m_mailbox = std::make_shared<Mailbox>();
    std::uint64_t m_serial = 0;
    std::uint64_t m_modelSerial = 0;  ///< requests up to it were of the model before
    bool m_running = false;
    JobQueue m_queue;  ///< last, so that its thread ends before what its jobs report to
};

}  // namespace elbo
