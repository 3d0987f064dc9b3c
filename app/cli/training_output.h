// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/trainable.h"
#include "core/training/trainer.h"

#include <array>
#include <chrono>
#include <string>

namespace elbo::cli {

class Session;

/// Terms that fit on a line, of VAEs and of depth networks, in the order in which they are shown; --json has
/// all there are.
constexpr std::array<const char*, 8> kShownTerms{"elbo", "kl",   "mse",     "mse_mean",
                                                 "loss", "rmse", "abs_rel", "d1"};

/// Shows a run on the terminal: a line an epoch on standard error, or one JSON object an epoch on standard
/// output.
class TrainingOutput : public TrainingObserver {
public:
    explicit TrainingOutput(Session& session) : m_session(session) {}

    void onBegin(const RunInfo& run) override;
    void onStatus(const TrainingStatus& status) override;
    void onEpoch(const EpochRecord& record) override;
    void onMessage(const std::string& sentence) override;

    [[nodiscard]] const std::string& runFolder() const { return m_runFolder; }

private:
    Session& m_session;
    std::string m_runFolder;
    std::int64_t m_epochs = 0;
};

}  // namespace elbo::cli
