// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/training_loop.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/data/binarise.h"
#include "core/models/closed_form.h"
#include "core/store/state_dict.h"
#include "core/training/memory_order.h"
#include "core/training/schedules.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

namespace elbo {

namespace {

using Clock = std::chrono::steady_clock;

/// Sums are read from the device this often: a read waits for it.
constexpr auto kReadEvery = std::chrono::milliseconds(250);
constexpr auto kReportEvery = std::chrono::milliseconds(34);
constexpr auto kPausedTick = std::chrono::milliseconds(10);
constexpr std::int64_t kMegabyte = 1'000'000;
/// The noise of the validation images of an epoch is that of another stream than the test images'.
constexpr std::uint64_t kValidationStream = 1ULL << 63;

/// Images of a batch of a test pass: on a GPU more than those of a step, which leave much of it idle when
/// nothing goes backwards.
std::int64_t testBatch(const RunConfig& config, const TrainingLoop::Parts& parts)
{
    constexpr std::int64_t kGpuBatch = 200;
    const auto batch = config.integer("batch_size");
    return parts.device.is_cpu() || parts.group.size() > 1 ? batch : std::max(batch, kGpuBatch);
}

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

TrainingLoop::TrainingLoop(const Parts& parts)
    : m_parts(parts),
      m_config(parts.recorder.info().config),
      m_channelsLast(prepareMemoryOrder(parts.model)),
      m_deviceData(parts.data, parts.device, m_config.integer("memory_limit") * kMegabyte),
      m_adam(parts.model.parameterGroups()),
      m_parallel(parts.group, parts.model.parameters()),
      m_step(parts.model, m_adam, m_parallel,
             {.device = parts.device,
              .precision = parts.precision,
              .gradientClip = m_config.real("gradient_clip"),
              .recorded = m_config.boolean("cuda_graph")},
             m_graphMemory),
      m_recordedTest(parts.device, m_graphMemory,
                     [parts](const std::vector<at::Tensor>& inputs) {
                         return testTermsOf(parts.model, inputs, parts.device, parts.precision);
                     },
                     {}),
      m_trainIndices(parts.data.indices(SplitSide::Train)),
      m_plan(static_cast<std::int64_t>(m_trainIndices.size()), m_config.integer("batch_size")),
      m_augmentation(m_config, parts.model.valueRange(), parts.data.shape().hasDepth),
      m_testSettings{.batchSize = testBatch(m_config, parts),
                     .seed = static_cast<std::uint64_t>(m_config.integer("seed")),
                     .precision = parts.precision,
                     .channelsLast = m_channelsLast,
                     .binarise = m_config.text("binarise") == "dynamic",
                     .group = &parts.group},
      m_epochSums(parts.model.terms(), parts.device),
      m_logSums(parts.model.terms(), parts.device),
      m_lastRead(Clock::now()),
      m_lastReport(Clock::now() - kReportEvery)
{
    if (m_config.boolean("cuda_graph") && !isClosedForm())
        m_testSettings.step = &m_recordedTest;
    m_parts.model.train();
}

void TrainingLoop::restore(const SavedState& saved)
{
    loadStateDict(m_parts.model, saved.model);
    m_adam.loadState(saved.file);
    m_position = saved.position;
    m_epochSums.restore(saved.file.at("sums/epoch"), saved.position.epochImages);
    m_logSums.restore(saved.file.at("sums/log"), saved.position.logImages);
}

std::shared_ptr<const TrainingSnapshot> TrainingLoop::snapshot()
{
    readPending();  // the snapshot tells of these steps, so the history must
    m_position.epochImages = m_epochSums.images();
    m_position.logImages = m_logSums.images();
    return m_pool.take(m_position, stateDict(m_parts.model), m_adam.state(), m_epochSums.sums(),
                       m_logSums.sums());
}

TrainingEnd TrainingLoop::run()
{
    m_parallel.requireSame(
        std::to_string(m_plan.images()) + " " + std::to_string(m_position.step) + " " +
            toJson(m_config).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
        "images or settings");
    m_parallel.copyFromFirst(stateDict(m_parts.model));
    m_parallel.copyFromFirst(m_adam.state());
    try {
        while (m_position.epoch <= epochs() && !hasStoppedEarly()) {
            beginEpochOrder();
            trainEpoch();
            endEpoch();
        }
    } catch (const Cancelled&) {
        return TrainingEnd::Stopped;
    }
    return TrainingEnd::Completed;
}

bool TrainingLoop::hasStoppedEarly() const
{
    const auto patience = m_config.integer("early_stopping_epochs");
    return patience > 0 && m_position.bestEpoch > 0 &&
           m_position.epochsDone() - m_position.bestEpoch >= patience;
}

std::string TrainingLoop::endReason() const
{
    if (!hasStoppedEarly() || m_position.epoch > epochs())
        return "completed";
    return "stopped early: no epoch was better than epoch " + std::to_string(m_position.bestEpoch) + " for " +
           std::to_string(m_config.integer("early_stopping_epochs")) + " epochs";
}

double TrainingLoop::epochsPassed() const
{
    return static_cast<double>(m_position.epochsDone()) +
           static_cast<double>(m_position.stepInEpoch) / static_cast<double>(m_plan.steps());
}

bool TrainingLoop::isClosedForm() const
{
    return dynamic_cast<const ClosedForm*>(&m_parts.model) != nullptr;
}

std::int64_t TrainingLoop::epochs() const
{
    // What is computed at once cannot become better.
    return isClosedForm() ? 1 : m_config.integer("epochs");
}

void TrainingLoop::beginEpochOrder()
{
    const auto seed = m_testSettings.seed;
    const auto epoch = static_cast<std::uint64_t>(m_position.epoch);
    auto order = randomPermutation(seed, RandomPurpose::Shuffle, epoch, m_plan.images());
    for (auto& position : order)
        position = m_trainIndices[static_cast<std::size_t>(position)];
    m_order = m_deviceData.indices(order);
    expectBatches();
    m_noise.emplace(
        NoiseStream{seed, RandomPurpose::TrainingNoise, epoch, m_plan.images(), m_parts.model.noiseSize()},
        m_config.integer("batch_size"), m_parts.device);
}

void TrainingLoop::expectBatches() const
{
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    for (auto step = m_position.stepInEpoch; step < m_plan.steps(); ++step) {
        const auto [first, count] = m_plan.range(step);
        const auto share = m_parallel.share(first, count);
        ranges.emplace_back(share.first, share.count);
    }
    m_deviceData.expect(m_order, ranges);
}

template <class Work>
auto TrainingLoop::orKeepWhatWasLearned(const Work& work)
{
    try {
        return work();
    } catch (const Error&) {
        // Between two steps the position, the weights and the sums belong together.
        if (m_deviceData.hasFailed() && m_parts.recorder.writes())
            m_lastGood = snapshot();
        throw;
    }
}

void TrainingLoop::fitEpoch(ClosedForm& model)
{
    const auto started = Clock::now();
    const auto range = m_parts.model.valueRange();
    const auto indices = m_deviceData.indices(m_trainIndices);
    const ImageBlocks images{
        .read =
            [&](std::int64_t first, std::int64_t count) {
                return m_deviceData.batch(indices.narrow(0, first, count), range, false).x;
            },
        .images = m_plan.images()};
    model.fit(
        images, m_testSettings.seed, [this](const Progress&) { report("training", false); },
        m_parts.control.stop);
    // One pass without steps tells the terms on the training images.
    const c10::AutoGradMode noGradient(false);
    while (m_position.stepInEpoch < m_plan.steps()) {
        throwIfStopRequested();
        const auto [first, count] = m_plan.range(m_position.stepInEpoch);
        const auto batch = m_deviceData.batch(m_order.narrow(0, first, count), range, m_channelsLast);
        m_epochSums.add(m_parts.model.step(batch, m_noise->rows(first, count), 1.0).terms, count);
        ++m_position.step;
        ++m_position.stepInEpoch;
        report("training", false);
    }
    m_position.epochSeconds += secondsSince(started);
}

void TrainingLoop::trainEpoch()
{
    if (auto* const solved = dynamic_cast<ClosedForm*>(&m_parts.model)) {
        fitEpoch(*solved);
        return;
    }
    m_pace.start();
    auto imagesBefore = m_epochSums.images();
    while (m_position.stepInEpoch < m_plan.steps()) {
        holdWhilePaused();
        throwIfStopRequested();
        const auto started = Clock::now();
        trainStep();
        const auto isLast = m_position.stepInEpoch == m_plan.steps();
        if (isLast || Clock::now() - m_lastRead >= kReadEvery) {
            readPending();
            m_pace.add(m_epochSums.images() - imagesBefore);
            imagesBefore = m_epochSums.images();
            m_parts.recorder.check();
        }
        m_position.epochSeconds += secondsSince(started);
        report("training", false);
    }
}

void TrainingLoop::trainStep()
{
    const auto [first, count] = m_plan.range(m_position.stepInEpoch);
    const auto share = m_parallel.share(first, count);
    auto batch = orKeepWhatWasLearned([&] {
        return m_deviceData.batch(m_order.narrow(0, share.first, share.count), m_parts.model.valueRange(),
                                  m_channelsLast);
    });
    if (m_augmentation.isOn())
        batch.x = m_augmentation.apply(batch.x, m_position.epoch, share.first);
    if (m_testSettings.binarise)
        batch.x = binarisedForTraining(batch.x, m_testSettings.seed, m_position.epoch, share.first);
    const auto passed = epochsPassed();
    const auto beta = betaAt(m_config, passed);
    const auto learningRate = learningRateAt(m_config, passed, 1.0 / static_cast<double>(m_plan.steps()));
    const auto terms =
        m_step.take(batch, m_noise->rows(share.first, share.count), {.learning = learningRate, .beta = beta},
                    share, m_parts.control.stop.stop_requested());
    m_epochSums.add(terms, count);
    m_logSums.add(terms, count);
    ++m_position.step;
    ++m_position.stepInEpoch;
    if (m_position.step % m_config.integer("log_every_steps") != 0)
        return;
    StepRecord record;
    record.step = m_position.step;
    record.epoch = m_position.epoch;
    record.epochFraction = static_cast<double>(m_position.epoch - 1) +
                           static_cast<double>(m_position.stepInEpoch) / static_cast<double>(m_plan.steps());
    record.learningRate = learningRate;
    record.beta = beta;
    m_pending.push_back(
        {std::move(record), std::exchange(m_logSums, TermSums(m_parts.model.terms(), m_parts.device))});
}

void TrainingLoop::readPending()
{
    m_lastRead = Clock::now();
    std::string lines;
    std::vector<StepRecord> records;
    for (auto& [record, sums] : std::exchange(m_pending, {})) {
        record.train = sums.means();
        if (!allFinite(record.train))
            failNotFinite("at step " + std::to_string(record.step));
        lines += historyLine(record);
        records.push_back(std::move(record));
    }
    if (records.empty())
        return;
    m_parts.recorder.append(lines);
    for (const auto& record : records)
        m_parts.observer.onStep(record);
}

std::map<std::string, double> TrainingLoop::test(SplitSide side)
{
    auto stream = static_cast<std::uint64_t>(m_position.epoch);
    if (side == SplitSide::Validation)
        stream |= kValidationStream;
    const TestSide images{m_parts.data.indices(side), stream};
    if (images.indices.empty())
        return {};
    auto terms = orKeepWhatWasLearned([&] {
        return runTestPass(m_parts.model, m_deviceData, images, m_testSettings, [this](std::int64_t) {
            if (m_parallel.agreeOnStop(m_parts.control.stop.stop_requested()))
                throw Cancelled();
            report("testing", false);
        });
    });
    if (!allFinite(terms))
        failNotFinite(side == SplitSide::Test ? "on the test images" : "on the validation images");
    return terms;
}

EpochRecord TrainingLoop::epochRecord()
{
    EpochRecord record;
    record.epoch = m_position.epoch;
    record.step = m_position.step;
    const auto stepLength = 1.0 / static_cast<double>(m_plan.steps());
    const auto lastStep = epochsPassed() - stepLength;
    record.learningRate = learningRateAt(m_config, lastStep, stepLength);
    record.beta = betaAt(m_config, lastStep);
    record.seconds = m_position.epochSeconds;
    record.train = m_epochSums.means();
    if (!allFinite(record.train))
        failNotFinite("in its last steps");
    return record;
}

void TrainingLoop::endEpoch()
{
    auto record = epochRecord();
    checkWeights();
    report("testing", true);
    const auto started = Clock::now();
    record.test = test(SplitSide::Test);
    record.validation = test(SplitSide::Validation);
    m_pace.addTest(secondsSince(started));
    reportUnrecorded();
    const auto best = takeBest(record);
    m_parts.recorder.append(historyLine(record));
    keepPictures(best);

    m_epochSums.reset();
    m_position.epochSeconds = 0;
    m_position.stepInEpoch = 0;
    ++m_position.epoch;
    if (m_parts.recorder.writes())
        m_lastGood = snapshot();
    if (best)
        m_parts.recorder.setBest(m_lastGood, record.epoch);
    const auto weightsEvery = m_config.integer("keep_weights_every");
    if (weightsEvery > 0 && record.epoch % weightsEvery == 0)
        m_parts.recorder.keepWeights(m_lastGood);
    if (m_parts.recorder.isSaveDue()) {
        report("saving", true);
        m_parts.recorder.save(m_lastGood);
    }
    m_parts.observer.onEpoch(record);
}

bool TrainingLoop::takeBest(EpochRecord& record)
{
    const auto& judged = record.validation.empty() ? record.test : record.validation;
    const auto& terms = m_parts.model.terms();
    const auto asked = m_config.text("best_by");
    auto judge = std::ranges::find(terms, asked, &TermInfo::key);
    if (judge == terms.end())
        judge = std::ranges::find_if(terms, &TermInfo::choosesBest);  // a network with other terms
    if (judge == terms.end() || judged.empty())
        return false;
    const auto value = judged.at(judge->key);
    record.best = m_position.bestEpoch == 0 ||
                  (judge->higherIsBetter ? value > m_position.bestValue : value < m_position.bestValue);
    if (record.best) {
        m_position.bestEpoch = record.epoch;
        m_position.bestValue = value;
    }
    return record.best;
}

void TrainingLoop::keepPictures(bool best)
{
    if (!m_parts.pictures || !m_parts.recorder.writes() ||
        (!best && !isKeptEpoch(m_position.epoch, m_config.integer("keep_every"))))
        return;
    auto pictures = m_parts.pictures(m_deviceData, m_testSettings);
    pictures.epoch = m_position.epoch;
    m_parts.recorder.keep(std::move(pictures));
}

void TrainingLoop::checkWeights()
{
    // The terms of a step are those before its update: the last update of an epoch shows in the weights
    // alone.
    const c10::AutoGradMode noGradient(false);
    std::vector<at::Tensor> sums;
    for (const auto& parameter : m_parts.model.parameters())
        sums.push_back(parameter.sum());
    if (sums.empty())
        return;
    const auto all = at::stack(sums);
    if (!all.isfinite().all().item<bool>())
        failNotFinite("in its last step");
    keepEqual(all);
}

void TrainingLoop::keepEqual(const at::Tensor& sums)
{
    // Processors of several kinds round differently, and what begins as the last bit grows.
    if (m_parallel.isSameEverywhere(sums))
        return;
    m_parallel.copyFromFirst(stateDict(m_parts.model));
    m_parallel.copyFromFirst(m_adam.state());
}

void TrainingLoop::holdWhilePaused()
{
    if (!m_parts.control.pause.load())
        return;
    // A pause may last for days: what was learned is saved first.
    m_parts.recorder.save(snapshot());
    report("training", true);
    while (m_parts.control.pause.load()) {
        if (m_parts.control.stop.stop_requested())
            return;  // the next step, or the look before it, ends the run everywhere
        m_parts.recorder.check();
        std::this_thread::sleep_for(kPausedTick);
    }
    m_pace.start();
    report("training", true);
}

void TrainingLoop::throwIfStopRequested() const
{
    // Several processes stop after the same step, or the others would wait for one that has gone.
    if (m_parallel.isAlone())
        throwIfStopped(m_parts.control.stop);
    else if (m_parallel.stopAgreed())
        throw Cancelled();
}

void TrainingLoop::report(const char* what, bool always)
{
    for (const auto epoch : m_parts.recorder.takeKept())
        m_parts.observer.onKept(epoch);
    const auto now = Clock::now();
    if (!always && now - m_lastReport < kReportEvery)
        return;
    m_lastReport = now;
    TrainingStatus status;
    status.epoch = m_position.epoch;
    status.epochs = epochs();
    status.step = m_position.step;
    status.stepsPerEpoch = m_plan.steps();
    status.stepInEpoch = m_position.stepInEpoch;
    status.imagesPerSecond = m_pace.imagesPerSecond();
    const auto epochsLeft = status.epochs - m_position.epochsDone();
    status.secondsLeft = m_pace.secondsLeft(epochsLeft * m_plan.images() - m_epochSums.images(), epochsLeft);
    status.paused = m_parts.control.pause.load();
    status.what = what;
    m_parts.observer.onStatus(status);
}

void TrainingLoop::reportUnrecorded()
{
    const auto& failure = m_step.failure().empty() ? m_recordedTest.failure() : m_step.failure();
    if (failure.empty() || std::exchange(m_unrecordedReported, true))
        return;
    m_parts.observer.onMessage(
        "The steps of this run cannot be recorded as CUDA graphs, so that it is slower; its numbers are the "
        "same (" +
        failure.substr(0, failure.find('\n')) + ").");
}

void TrainingLoop::failNotFinite(const std::string& where) const
{
    const auto done = m_position.epochsDone();
    const std::string kept =
        done > 0 ? "epoch " + std::to_string(done) + " is kept" : "no epoch was finished before";
    std::string advice = "try a learning rate below " + fieldValueText(m_config.real("learning_rate"));
    if (m_parts.precision == Precision::BFloat16)
        advice += ", or float32 precision";
    throw Error(ErrorCode::NotFinite, "The loss was no longer a finite number in epoch " +
                                          std::to_string(m_position.epoch) + ", " + where + "; " + kept +
                                          ": " + advice + ".");
}

}  // namespace elbo
