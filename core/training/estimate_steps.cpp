// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/estimate_steps.h"

#include "core/base/memory.h"
#include "core/models/closed_form.h"
#include "core/models/vae.h"
#include "core/nn/autocast.h"
#include "core/training/augmentation.h"
#include "core/training/device_data.h"
#include "core/training/epoch_plan.h"
#include "core/training/evaluation_scope.h"
#include "core/training/memory_order.h"
#include "core/training/schedules.h"
#include "core/training/test_pass.h"
#include "core/training/training_step.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>
#include <functional>

namespace elbo {

namespace {

constexpr int kTimedSteps = 2;
constexpr std::int64_t kFew = 2;  ///< images that have statistics
/// On CUDA the second step of a shape records the graph that the third replays.
constexpr int kCudaWarmUps = 3;

/// Counts what was done for the one who waits, and stops when asked.
class Course {
public:
    Course(const EstimateHooks& hooks, std::int64_t total) : m_hooks(hooks), m_total(total) {}
    void next()
    {
        throwIfStopped(m_hooks.stop);
        if (m_hooks.progress)
            m_hooks.progress({"Estimating", std::min(m_done++, m_total), m_total});
    }

private:
    const EstimateHooks& m_hooks;
    std::int64_t m_done = 0;
    std::int64_t m_total;
};

/// Seconds of one call, the mean of kTimedSteps; the work ends by reading a number from the device.
double meanSeconds(Course& course, const std::function<void()>& work)
{
    double seconds = 0;
    for (int i = 0; i < kTimedSteps; ++i) {
        course.next();
        const auto start = std::chrono::steady_clock::now();
        work();
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    return seconds / kTimedSteps;
}

/// Batches of the images, again and again the same ones: what they show does not change the time.
class Batches {
public:
    explicit Batches(const EstimateParts& parts, bool channelsLast)
        : m_parts(parts), m_data(parts.data, parts.device), m_channelsLast(channelsLast)
    {
    }
    [[nodiscard]] Batch batch(std::int64_t count) const
    {
        std::vector<std::int64_t> chosen;
        for (std::int64_t i = 0; i < count; ++i)
            chosen.push_back(m_parts.indices[static_cast<std::size_t>(i) % m_parts.indices.size()]);
        return m_data.batch(at::tensor(chosen, at::kLong).to(m_parts.device), m_parts.model.valueRange(),
                            m_channelsLast);
    }
    [[nodiscard]] at::Tensor noise(std::int64_t count) const
    {
        const auto seed = static_cast<std::uint64_t>(m_parts.config.integer("seed"));
        NoiseBlocks blocks({seed, RandomPurpose::TrainingNoise, 1, count, m_parts.model.noiseSize()}, count,
                           m_parts.device);
        return blocks.rows(0, count);
    }
    [[nodiscard]] const DeviceData& data() const { return m_data; }

private:
    const EstimateParts& m_parts;
    DeviceData m_data;
    bool m_channelsLast;
};

/// Times of looking at images without learning from them, for each image.
void timeLooking(const EstimateParts& parts, const Batches& batches, std::int64_t count, Course& course,
                 double& testImage, double& encodeImage)
{
    const EvaluationScope evaluating(parts.model);
    const auto noise = batches.noise(count);
    const auto images = static_cast<double>(count);
    const auto test = [&] {
        const auto batch = batches.batch(count);
        static_cast<void>(
            testTermsOf(parts.model, {batch.x, batch.labels, noise}, parts.device, parts.precision).cpu());
    };
    course.next();
    test();
    testImage = meanSeconds(course, test) / images;
    auto* const vae = dynamic_cast<Vae*>(&parts.model);
    if (vae == nullptr)  // no posteriors are kept
        return;
    encodeImage =
        meanSeconds(course,
                    [&] {
                        const Autocast autocast(parts.device, parts.precision);
                        static_cast<void>(vae->encode(batches.batch(count)).mean.to(at::kFloat).cpu());
                    }) /
        images;
}

}  // namespace

StepTimes timeSteps(const EstimateParts& parts, std::int64_t batchSize, std::int64_t room)
{
    StepTimes times;
    const int warmUps = parts.device.is_cpu() ? 1 : kCudaWarmUps;
    Course course(parts.hooks, 3 + warmUps + 3 * kTimedSteps);
    const auto channelsLast = prepareMemoryOrder(parts.model);
    const Batches batches(parts, channelsLast);
    FusedAdam adam(parts.model.parameterGroups());
    DataParallel alone(aloneGroup(), parts.model.parameters());
    const Augmentation augmentation(parts.config, parts.model.valueRange(), parts.data.shape().hasDepth);
    DeviceGraphMemory graphMemory;
    TrainingStep step(parts.model, adam, alone,
                      {.device = parts.device,
                       .precision = parts.precision,
                       .gradientClip = parts.config.real("gradient_clip"),
                       .recorded = parts.config.boolean("cuda_graph")},
                      graphMemory);
    const TrainingStep::Rates rates{.learning = learningRateAt(parts.config, 0, 1),
                                    .beta = betaAt(parts.config, 0)};
    const auto take = [&](std::int64_t count, const at::Tensor& noise) {
        auto batch = batches.batch(count);
        if (augmentation.isOn())
            batch.x = augmentation.apply(batch.x, 1, 0);
        static_cast<void>(step.take(batch, noise, rates, {0, count, 1.0}).cpu());
    };
    parts.model.train();

    // A few images first: what a whole batch needs is known before it is tried.
    std::int64_t gradients = 0;
    for (const auto& parameter : parts.model.parameters())
        gradients += static_cast<std::int64_t>(parameter.nbytes());
    auto& tensors = parts.tensors;
    const auto before = tensors.bytes();
    const auto peakOf = [&](std::int64_t count) {
        const auto noise = batches.noise(count);
        tensors.resetPeak();
        course.next();
        take(count, noise);
        return std::max<std::int64_t>(0, tensors.peakBytes() - before - gradients);
    };
    const auto peakOfTwo = peakOf(kFew);
    // Copies of weights in another precision do not grow with the batch.
    const auto peakOfFour = peakOf(2 * kFew);
    const auto expected =
        peakOfTwo + (peakOfFour - peakOfTwo) / kFew * std::max<std::int64_t>(0, batchSize - kFew);
    times.measured = room <= 0 || expected <= room;
    const auto count = times.measured ? batchSize : 2 * kFew;
    const auto noise = batches.noise(count);
    tensors.resetPeak();
    const ResidentGrowth resident;
    for (int i = 0; i < warmUps; ++i) {
        course.next();
        take(count, noise);
    }
    times.step = meanSeconds(course, [&] { take(count, noise); }) * static_cast<double>(batchSize) /
                 static_cast<double>(count);
    times.activations = std::max<std::int64_t>(0, tensors.peakBytes() - before - gradients);
    if (parts.device.is_cpu())  // scratch memory of oneDNN is no tensor
        times.activations = std::max(times.activations, resident.bytes() - gradients);
    if (!times.measured)
        times.activations = std::max(times.activations, expected);
    timeLooking(parts, batches, count, course, times.testImage, times.encodeImage);
    return times;
}

FitTimes timeFit(const EstimateParts& parts, ClosedForm& model, std::int64_t images)
{
    FitTimes times;
    Course course(parts.hooks, 2 + 3 * kTimedSteps);
    const Batches batches(parts, false);
    const auto few = static_cast<std::int64_t>(parts.indices.size());
    const auto indices = at::tensor(parts.indices, at::kLong).to(parts.device);
    const ImageBlocks blocks{.read =
                                 [&](std::int64_t first, std::int64_t count) {
                                     return batches.data()
                                         .batch(indices.narrow(0, first, count), parts.model.valueRange(),
                                                false)
                                         .x;
                                 },
                             .images = few};
    const auto fit = [&] {
        model.fit(blocks, static_cast<std::uint64_t>(parts.config.integer("seed")), {}, parts.hooks.stop);
    };
    course.next();
    fit();
    times.fit = meanSeconds(course, fit) * model.fitCost(images).operations / model.fitCost(few).operations;
    const auto count = std::min(few, parts.config.integer("batch_size"));
    timeLooking(parts, batches, count, course, times.testImage, times.encodeImage);
    times.trainImage = times.testImage;
    return times;
}

}  // namespace elbo
