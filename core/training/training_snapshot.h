// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/store/safetensors.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace elbo {

/// Where in a run the loop stands.
struct TrainingPosition {
    std::int64_t epoch = 1;        ///< under way, 1-based
    std::int64_t stepInEpoch = 0;  ///< steps of it that are done
    std::int64_t step = 0;         ///< steps done from the start of the run
    std::int64_t epochImages = 0;  ///< images in the epoch's sums
    std::int64_t logImages = 0;    ///< images in the sums since the last step record
    double epochSeconds = 0;       ///< training time of the epoch under way so far
    std::int64_t bestEpoch = 0;    ///< 0: none
    double bestValue = 0;          ///< the figure it was chosen by
    [[nodiscard]] std::int64_t epochsDone() const { return epoch - 1; }
    bool operator==(const TrainingPosition&) const = default;
};

/// Everything that decides how a run goes on: a copy, so that it can be written while the run does go on.
struct TrainingSnapshot {
    TrainingPosition position;
    std::vector<NamedTensor> model;      ///< the state dict
    std::vector<NamedTensor> optimiser;  ///< FusedAdam::state()
    at::Tensor epochSums;                ///< float64 [T]
    at::Tensor logSums;
};

/// Snapshots whose memory is used again once nobody holds them: fresh memory for hundreds of megabytes an
/// epoch would cost more than the copy itself.
class SnapshotPool {
public:
    SnapshotPool();
    /// @return a copy of the tensors on their own device, in plain row-major order
    [[nodiscard]] std::shared_ptr<const TrainingSnapshot> take(const TrainingPosition& position,
                                                               const std::vector<NamedTensor>& model,
                                                               const std::vector<NamedTensor>& optimiser,
                                                               const at::Tensor& epochSums,
                                                               const at::Tensor& logSums);

private:
    struct Free;
    std::shared_ptr<Free> m_free;
};

/// @param fingerprint  of the data: a run goes on with the same images only
void writeSnapshot(const std::filesystem::path& file, const TrainingSnapshot& snapshot,
                   const std::string& fingerprint, const WriteObserver& observer);

/// resume.safetensors as read; tensors on the CPU.
struct SavedState {
    TrainingPosition position;
    std::string fingerprint;
    std::vector<NamedTensor> model;
    SafetensorsFile file;  ///< with the optimiser's tensors and the sums
};
/// @throws Error(BadFile) when it is damaged or not ours
[[nodiscard]] SavedState readSnapshot(const std::filesystem::path& file);

}  // namespace elbo
