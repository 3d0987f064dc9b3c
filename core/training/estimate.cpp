// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/estimate.h"

#include "core/base/memory.h"
#include "core/base/random_stream.h"
#include "core/models/closed_form.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "core/training/compute_threads.h"
#include "core/training/epoch_plan.h"
#include "core/training/estimate_steps.h"
#include "core/training/kept_pictures.h"
#include "core/training/model_data.h"
#include "core/training/trainer.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <system_error>

namespace elbo {

namespace {

/// Training images that a closed form is computed from to tell how fast that goes here.
constexpr std::int64_t kFitImages = 256;
/// The last good epoch, and the one that takes its place, are held at once (TrainingLoop).
constexpr std::int64_t kSnapshots = 2;
/// Bytes of a hash in the description of a weights file, and of a term in a line of history.jsonl.
constexpr std::int64_t kHashText = 20;
constexpr std::int64_t kTermText = 40;
constexpr std::int64_t kLineText = 140;

std::int64_t bytesOf(const std::vector<NamedTensor>& tensors)
{
    std::int64_t bytes = 0;
    for (const auto& [name, tensor] : tensors)
        bytes += static_cast<std::int64_t>(tensor.nbytes());
    return bytes;
}

std::int64_t bytesOf(const at::Tensor& tensor)
{
    return tensor.defined() ? static_cast<std::int64_t>(tensor.nbytes()) : 0;
}

/// What is counted before anything is timed.
struct Sizes {
    std::int64_t state = 0;       ///< bytes of the state dict
    std::int64_t parameters = 0;  ///< bytes that have gradients
    std::int64_t numbers = 0;     ///< parameters, or of a closed form its values
    bool closedForm = false;
    [[nodiscard]] std::int64_t moments() const { return 2 * parameters; }
};

Sizes sizesOf(const Trainable& model)
{
    Sizes sizes;
    sizes.closedForm = dynamic_cast<const ClosedForm*>(&model) != nullptr;
    sizes.state = bytesOf(stateDict(model));
    for (const auto& values : model.parameters())
        sizes.parameters += bytesOf(values);
    for (const auto& values : sizes.closedForm ? model.buffers() : model.parameters())
        sizes.numbers += values.numel();
    return sizes;
}

std::int64_t keptEpochsOf(const RunConfig& config, std::int64_t epochs, bool judged)
{
    const auto every = config.integer("keep_every");
    std::int64_t count = 0;
    for (std::int64_t epoch = 1; epoch <= epochs; ++epoch)
        count += isKeptEpoch(epoch, every) ? 1 : 0;
    // The best one stays too, and may be none of these.
    return count + (judged && count < epochs ? 1 : 0);
}

/// Bytes of kept/epoch-NNNN.safetensors.
std::int64_t keptBytes(const Dataset& data, const Trainable& model)
{
    const auto choice = chooseKept(data);
    const auto strip = static_cast<std::int64_t>(choice.strip.size());
    const auto posterior = static_cast<std::int64_t>(choice.posterior.size());
    const auto colors = data.color.size(1);
    const auto depths = std::int64_t{data.depth.defined() ? 1 : 0};
    const auto pixels = data.color.size(2) * data.color.size(3);
    const auto truthAndMade = std::int64_t{2};
    const auto* const vae = dynamic_cast<const Vae*>(&model);
    const auto latents = vae == nullptr ? 0 : posterior * (8 + 2 * 4 * vae->latentSize());
    return strip * (truthAndMade * pixels * (colors + 2 * depths) + 8 * (colors + depths)) + latents;
}

std::int64_t freeDisk(std::filesystem::path folder)
{
    std::error_code failed;
    folder = std::filesystem::absolute(folder, failed);
    while (!std::filesystem::exists(folder, failed) && folder.has_relative_path())
        folder = folder.parent_path();
    const auto space = std::filesystem::space(folder, failed);
    return failed ? 0 : static_cast<std::int64_t>(space.available);
}

RunEstimate::Disk diskOf(const RunConfig& config, const Dataset& data, const Trainable& model,
                         const Sizes& sizes, const RunEstimate& estimate)
{
    const auto train = static_cast<std::int64_t>(data.indices(SplitSide::Train).size());
    const auto judged =
        !data.indices(SplitSide::Test).empty() || !data.indices(SplitSide::Validation).empty();
    const auto file = sizes.state + kHashText * train;
    const auto terms = static_cast<std::int64_t>(model.testTerms().size());
    RunEstimate::Disk disk;
    disk.weights = file * (judged ? 2 : 1);
    disk.resume = sizes.state + sizes.moments();
    disk.keptPictures = keptEpochsOf(config, estimate.epochs, judged) * keptBytes(data, model);
    if (const auto every = config.integer("keep_weights_every"); every > 0)
        disk.keptWeights = estimate.epochs / every * file;
    const auto stepLines = estimate.epochs * estimate.stepsPerEpoch /
                           std::max<std::int64_t>(1, config.integer("log_every_steps"));
    disk.history =
        stepLines * (kLineText + kTermText * terms) + estimate.epochs * (kLineText + 3 * kTermText * terms);
    return disk;
}

/// Some images of the set as a set of its own, so that a GPU need not take all of them.
Dataset partOf(const Dataset& data, const std::vector<std::int64_t>& indices)
{
    const auto chosen = at::tensor(indices, at::kLong);
    auto part = data;
    part.color = data.color.index_select(0, chosen);
    if (data.depth.defined())  // LibTorch selects few unsigned types
        part.depth = data.depth.view(at::kShort).index_select(0, chosen).view(at::kUInt16);
    if (data.labels.defined())
        part.labels = data.labels.index_select(0, chosen);
    part.ranges = data.ranges.index_select(0, chosen);
    return part;
}

std::vector<std::int64_t> firstIndices(std::int64_t count)
{
    std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
        indices[static_cast<std::size_t>(i)] = i;
    return indices;
}

/// Images of the passes between epochs, and of the posteriors that are kept.
struct Looks {
    std::int64_t test = 0;
    std::int64_t kept = 0;
};

void timeTraining(RunEstimate& estimate, const EstimateParts& parts, std::int64_t images, const Looks& looks)
{
    // A last batch of one image joins the one before it; for the time it is as if there were none.
    const auto batch = std::min(parts.config.integer("batch_size"), images);
    const auto times = timeSteps(parts, batch, estimate.memory.available - estimate.memory.weights);
    estimate.memory.activations = times.activations;
    RunEstimate::Time time;
    time.step = times.step;
    time.epoch = times.step * static_cast<double>(images) / static_cast<double>(batch) +
                 times.testImage * static_cast<double>(looks.test);
    time.run = time.epoch * static_cast<double>(estimate.epochs) +
               times.encodeImage * static_cast<double>(looks.kept);
    estimate.time = time;
}

void timeClosedForm(RunEstimate& estimate, const EstimateParts& parts, ClosedForm& model, std::int64_t images,
                    const Looks& looks)
{
    const auto times = timeFit(parts, model, images);
    estimate.memory.activations = model.fitCost(images).bytes;
    RunEstimate::Time time;
    time.epoch = times.fit + times.trainImage * static_cast<double>(images) +
                 times.testImage * static_cast<double>(looks.test);
    time.run = time.epoch + times.encodeImage * static_cast<double>(looks.kept);
    estimate.time = time;
}

}  // namespace

RunEstimate estimateRun(const RunConfig& config, const std::shared_ptr<const Dataset>& data,
                        const TrainingOptions& options, const EstimateHooks& hooks)
{
    checkRun(config, *data, options);
    throwIfStopped(hooks.stop);
    const auto used = dataForModel(config.model, data);
    const auto threads = static_cast<int>(config.integer("threads"));
    useComputeThreads(threads > 0 ? threads : usableCores());
    const auto device = chooseDevice(config.text("device"));
    const auto precision = choosePrecision(config.text("precision"), device);
    const auto info = deviceInfo(device);
    // Older than all that is freed while it counts, or LibTorch warns of memory that it does not know.
    TensorMemoryWatch tensors(device);
    const auto model = makeModel(config.model, used->shape());
    const auto sizes = sizesOf(*model);
    const auto trainIndices = used->indices(SplitSide::Train);
    const auto images = static_cast<std::int64_t>(trainIndices.size());

    RunEstimate estimate;
    estimate.modelTitle = findModelInfo(config.model.key).title;
    estimate.deviceTitle = info.title;
    estimate.precision = toString(precision);
    estimate.width = used->shape().width;
    estimate.height = used->shape().height;
    estimate.parameters = sizes.numbers;
    estimate.epochs = sizes.closedForm ? 1 : config.integer("epochs");
    estimate.stepsPerEpoch = sizes.closedForm ? 0 : BatchPlan(images, config.integer("batch_size")).steps();
    // Weights, gradients, moments; then what is copied to be saved.
    estimate.memory.weights =
        sizes.state + sizes.parameters + sizes.moments() + kSnapshots * (sizes.state + sizes.moments());
    estimate.memory.available = device.is_cpu() ? availableMemoryBytes() : info.memoryBytes;
    if (!device.is_cpu())
        estimate.memory.data = bytesOf(used->color) + bytesOf(used->depth) + bytesOf(used->labels);
    estimate.disk = diskOf(config, *used, *model, sizes, estimate);
    if (!hooks.runsFolder.empty())
        estimate.disk.available = freeDisk(hooks.runsFolder);

    const auto fits = estimate.memory.available == 0 || estimate.memory.total() < estimate.memory.available;
    if (fits) {
        initialise(*model, static_cast<std::uint64_t>(config.integer("seed")));
        const auto judged = static_cast<std::int64_t>(used->indices(SplitSide::Test).size() +
                                                      used->indices(SplitSide::Validation).size());
        const auto posteriors = static_cast<std::int64_t>(chooseKept(*used).posterior.size());
        const Looks looks{judged, posteriors * keptEpochsOf(config, estimate.epochs, judged > 0)};
        const auto most = sizes.closedForm ? kFitImages : config.integer("batch_size");
        auto chosen = evenlySpread(trainIndices, std::min(images, most));
        const auto part = device.is_cpu() ? *used : partOf(*used, chosen);
        if (!device.is_cpu())
            chosen = firstIndices(static_cast<std::int64_t>(chosen.size()));
        model->to(device);
        const EstimateParts parts{*model, config, part, chosen, device, precision, hooks, tensors};
        if (auto* const solved = dynamic_cast<ClosedForm*>(model.get()))
            timeClosedForm(estimate, parts, *solved, images, looks);
        else
            timeTraining(estimate, parts, images, looks);
    }
    estimate.warnings = estimateWarnings(estimate, hooks.runsFolder);
    return estimate;
}

}  // namespace elbo
