// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/nn/trainable.h"
#include "core/training/augmentation.h"
#include "core/training/data_parallel.h"
#include "core/training/device_data.h"
#include "core/training/epoch_plan.h"
#include "core/training/fused_adam.h"
#include "core/training/kept_pictures.h"
#include "core/training/pace.h"
#include "core/training/recorded_computation.h"
#include "core/training/run_recorder.h"
#include "core/training/term_sums.h"
#include "core/training/test_pass.h"
#include "core/training/trainer.h"
#include "core/training/training_snapshot.h"
#include "core/training/training_step.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace elbo {

class ClosedForm;

/// The one loop: order, optimiser, precision, reporting, saving. It trains whatever computes a loss from a
/// batch.
class TrainingLoop {
public:
    /// The network is on the device and has its first weights; everything outlives the loop.
    struct Parts {
        Trainable& model;
        const Dataset& data;
        RunRecorder& recorder;
        TrainingObserver& observer;
        TrainingControl& control;
        c10::Device device;
        Precision precision;
        /// Shows what the network makes of the run's fixed images now; they are kept with the run. May be
        /// empty.
        std::function<KeptPictures(const DeviceData&, const TestSettings&)> pictures;
        /// The processes that train this run together; each has a loop of its own.
        ProcessGroup& group = aloneGroup();
    };
    explicit TrainingLoop(const Parts& parts);

    /// Goes on from there. @throws Error(BadFile) when it is of another model
    void restore(const SavedState& saved);
    /// Until the last epoch is done or a stop is asked for. @throws Error(NotFinite), and whatever writing
    /// throws
    TrainingEnd run();

    /// Why the run ended by itself: "completed", or that it stopped early.
    [[nodiscard]] std::string endReason() const;
    /// A copy of everything now.
    [[nodiscard]] std::shared_ptr<const TrainingSnapshot> snapshot();
    /// The end of the last epoch that was finished here; empty before the first.
    [[nodiscard]] const std::shared_ptr<const TrainingSnapshot>& lastGood() const { return m_lastGood; }

private:
    /// A step record whose sums are still on the device.
    struct PendingRecord {
        StepRecord record;
        TermSums sums;
    };

    [[nodiscard]] bool isClosedForm() const;
    [[nodiscard]] std::int64_t epochs() const;
    void trainEpoch();
    void fitEpoch(ClosedForm& model);
    void trainStep();
    void endEpoch();
    void beginEpochOrder();
    /// Tells the data which batches the rest of the epoch takes.
    void expectBatches() const;
    /// What `work` gives. Images that can no longer be read end the run; what was learned before is kept.
    template <class Work>
    auto orKeepWhatWasLearned(const Work& work);
    [[nodiscard]] std::map<std::string, double> test(SplitSide side);
    void readPending();
    [[nodiscard]] EpochRecord epochRecord();
    [[nodiscard]] bool takeBest(EpochRecord& record);
    /// Epochs done, with the part of the one under way.
    [[nodiscard]] double epochsPassed() const;
    [[nodiscard]] bool hasStoppedEarly() const;
    void keepPictures(bool best);
    void checkWeights();
    void holdWhilePaused();
    void throwIfStopRequested() const;
    void keepEqual(const at::Tensor& sums);
    void report(const char* what, bool always);
    void reportUnrecorded();
    [[noreturn]] void failNotFinite(const std::string& where) const;

    Parts m_parts;
    const RunConfig& m_config;
    bool m_channelsLast;
    DeviceData m_deviceData;
    FusedAdam m_adam;
    DataParallel m_parallel;
    DeviceGraphMemory m_graphMemory;
    TrainingStep m_step;
    RecordedComputation m_recordedTest;
    std::vector<std::int64_t> m_trainIndices;
    BatchPlan m_plan;
    Augmentation m_augmentation;
    TestSettings m_testSettings;
    TermSums m_epochSums;
    TermSums m_logSums;
    SnapshotPool m_pool;
    TrainingPosition m_position;
    at::Tensor m_order;  ///< int64 [train images]: the epoch's permutation, as m_deviceData.indices()
    std::optional<NoiseBlocks> m_noise;
    std::vector<PendingRecord> m_pending;
    std::chrono::steady_clock::time_point m_lastRead;
    std::chrono::steady_clock::time_point m_lastReport;
    Pace m_pace;
    bool m_unrecordedReported = false;
    std::shared_ptr<const TrainingSnapshot> m_lastGood;
};

}  // namespace elbo
