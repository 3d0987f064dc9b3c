// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trainer.h"

#include "core/base/device.h"
#include "core/base/error.h"
#include "core/base/version.h"
#include "core/models/model_table.h"
#include "core/training/compute_threads.h"
#include "core/training/kept_pictures.h"
#include "core/training/model_data.h"
#include "core/training/run_info.h"
#include "core/training/run_lock.h"
#include "core/training/run_model.h"
#include "core/training/run_paths.h"
#include "core/training/run_steering.h"
#include "core/training/training_loop.h"
#include "core/training/weights_description.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <system_error>

namespace elbo {

namespace {

/// What a run is made of beside its configuration.
struct RunParts {
    std::shared_ptr<const Dataset> data;
    TrainingObserver& observer;
    TrainingControl& control;
    const TrainingOptions& options;
};

ProcessGroup& groupOf(const TrainingOptions& options)
{
    return options.group == nullptr ? aloneGroup() : *options.group;
}

/// Threads of this process: those that the settings give, else its share of the cores.
int threadsOf(const RunConfig& config, const ProcessGroup& group)
{
    const auto given = static_cast<int>(config.integer("threads"));
    return given > 0 ? given : std::max(1, usableCores() / group.coreSharers());
}

/// The run's device; of several processes on a machine with several GPUs each takes its own, unless the
/// settings name one.
c10::Device deviceOf(const RunInfo& info, const ProcessGroup& group)
{
    const auto device = chooseDevice(info.device);
    const auto wanted = info.config.text("device");
    if (device.is_cpu() || group.size() == 1 || (wanted != "auto" && wanted != "cuda"))
        return device;
    const auto gpus = static_cast<int>(availableDevices().size()) - 1;
    return chooseDevice("cuda:" + std::to_string(group.localRank() % gpus));
}

std::string utcNow()
{
    const auto now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::string text(32, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc));
    return text;
}

/// @throws Error(BadSetting) with every problem's sentence
void checkConfig(const RunConfig& config)
{
    std::string sentences;
    for (const auto& sentence : problems(config))
        sentences += (sentences.empty() ? "" : " ") + sentence;
    if (!sentences.empty())
        throw Error(ErrorCode::BadSetting, sentences);
}

void checkData(const RunConfig& config, const Dataset& data)
{
    if (data.indices(SplitSide::Train).empty())
        throw Error(ErrorCode::BadData,
                    "The data set " + data.title +
                        " has no training images: give it more images, or a smaller test fraction.");
    if (findModelInfo(config.model.key).estimatesDepth) {
        if (data.depth.defined() && !data.metricDepth)
            throw Error(ErrorCode::BadData,
                        "The depth of " + data.title +
                            " is relative, and a depth network learns metres: give depth-scale=, the units "
                            "of a metre in its files.");
    } else if (data.holes)
        throw Error(ErrorCode::BadData,
                    "The depth images of " + data.title +
                        " have holes, which a VAE cannot learn: prepare the set with fill=nearest.");
}

RunInfo newRunInfo(const RunConfig& config, const Dataset& data, const std::filesystem::path& folder,
                   const ProcessGroup& group)
{
    RunInfo info;
    info.config = config;
    info.name = folder.filename().string();
    info.folder = folder;
    const auto device = chooseDevice(config.text("device"));
    info.device = deviceInfo(device).key;
    info.precision = toString(choosePrecision(config.text("precision"), device));
    info.threads = threadsOf(config, group);
    info.processes = group.size();
    info.dataFingerprint = data.fingerprint;
    info.dataTitle = data.title;
    info.dataSpec = dataSpec(config.data);
    info.splitNote = data.splitNote;
    info.trainImages = static_cast<std::int64_t>(data.indices(SplitSide::Train).size());
    info.testImages = static_cast<std::int64_t>(data.indices(SplitSide::Test).size());
    info.validationImages = static_cast<std::int64_t>(data.indices(SplitSide::Validation).size());
    info.bestChosenOnTest = info.validationImages == 0 && info.testImages > 0;
    info.createdUtc = utcNow();
    return info;
}

/// What run.json calls them: the name of the run folder or of the file.
std::string initialName(const std::filesystem::path& given)
{
    const auto plain = given.lexically_normal();
    return (plain.has_filename() ? plain : plain.parent_path()).filename().string();
}

/// The folder of a new run, locked for it once lock() was called. Without a run.json in the end the run could
/// not begin: what was made for it goes.
class NewRunFolder {
public:
    explicit NewRunFolder(const std::filesystem::path& folder) : m_paths{folder} {}
    ~NewRunFolder()
    {
        std::error_code ignored;
        if (std::filesystem::exists(m_paths.info(), ignored))
            return;
        if (m_lock.has_value())
            for (const auto& made :
                 {m_paths.keptFolder(), m_paths.weightsFolder(), m_paths.history(), m_paths.lock()})
                std::filesystem::remove(made, ignored);
        std::filesystem::remove(m_paths.folder, ignored);  // only when it is empty
    }
    NewRunFolder(const NewRunFolder&) = delete;
    NewRunFolder& operator=(const NewRunFolder&) = delete;

    /// @throws Error(Busy), Error(BadSetting) when it holds a run already
    void lock()
    {
        m_lock.emplace(m_paths.folder);
        std::error_code ignored;
        if (std::filesystem::exists(m_paths.info(), ignored))
            throw Error(ErrorCode::BadSetting,
                        "The folder " + m_paths.folder.string() +
                            " holds a run already: resume it, or choose another folder.");
    }

private:
    RunPaths m_paths;
    std::optional<RunLock> m_lock;
};

/// The ending of a run that failed: what its last good epoch was is saved, and run.json tells why it ended.
/// @return the failure, with what could not be saved in its detail
Failure endFailed(RunRecorder& recorder, const TrainingLoop& loop, Failure failure)
{
    try {
        const auto& good = loop.lastGood();
        if (good != nullptr && !recorder.failed() && recorder.savedPosition() != good->position)
            recorder.save(good);
        if (!recorder.failed())
            recorder.wait();
        recorder.finish(RunState::Failed, failure.sentence);
    } catch (...) {
        // The first failure is what the user must hear of; a full disk that refuses run.json too is part of
        // it.
        const auto second = currentFailure();
        failure.detail += (failure.detail.empty() ? "" : "; ") + ("while ending the run: " + second.sentence);
    }
    return failure;
}

/// @param stopped  how run.json tells of a run that was stopped
TrainingEnd endWell(RunRecorder& recorder, TrainingLoop& loop, TrainingEnd end, const std::string& stopped)
{
    const auto final = loop.snapshot();
    if (recorder.savedPosition() != final->position)
        recorder.save(final);
    recorder.wait();
    recorder.finish(end == TrainingEnd::Completed ? RunState::Completed : RunState::Stopped,
                    end == TrainingEnd::Completed ? loop.endReason() : stopped);
    return end;
}

void reportKept(RunRecorder& recorder, TrainingObserver& observer)
{
    for (const auto epoch : recorder.takeKept())
        observer.onKept(epoch);
}

/// @throws Error(BadFile) when the save holds other tensors than the run has
void restore(TrainingLoop& loop, const SavedState& saved, const std::filesystem::path& file)
{
    try {
        loop.restore(saved);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::BadFile)
            throw;
        throw Error(
            ErrorCode::BadFile,
            file.string() +
                " does not fit the run, so it cannot go on: start a new run from its last weights instead.",
            error.what());
    }
}

/// @param info  device, precision and threads decide @param model  as makeRunModel gave it
/// @param saved  where to go on; null: from the start
TrainingEnd runLoop(RunInfo info, const RunParts& parts, const std::shared_ptr<Trainable>& model,
                    const SavedState* saved)
{
    const auto& data = *parts.data;
    auto& group = groupOf(parts.options);
    const auto device = deviceOf(info, group);
    const auto precision = choosePrecision(info.precision, device);
    model->to(device);
    info.deviceTitle = deviceInfo(device).title;
    info.parameters = parameterCount(*model);
    info.elboVersion = programVersion();
    info.torchVersion = libTorchVersion();

    const auto position = saved == nullptr ? TrainingPosition{} : saved->position;
    info.epochsDone = position.epochsDone();
    info.bestEpoch = position.bestEpoch;

    // One of several processes that left alone would keep the others waiting.
    const auto stop = group.size() == 1 ? parts.control.stop : std::stop_token();
    const auto description = group.isFirst()
                                 ? describeWeights(info.config, data, data.indices(SplitSide::Train), stop)
                                 : WeightsDescription{};
    const auto threads = info.threads;
    std::optional<RunSteering> steering;  // one process of a group hears requests; stops are agreed upon
    if (group.isFirst())
        steering.emplace(info.folder, parts.observer, parts.control);
    auto& observer = steering.has_value() ? *steering : parts.observer;
    RunRecorder recorder(std::move(info), description,
                         {parts.options.writeObserver, threads, group.isFirst()});
    const auto pictures = [&model, &data, choice = chooseKept(data)](const DeviceData& onDevice,
                                                                     const TestSettings& settings) {
        return makeKept(*model, onDevice, data, choice, settings);
    };
    TrainingLoop loop({*model, data, recorder, observer, parts.control, device, precision, pictures, group});
    if (saved != nullptr)
        restore(loop, *saved, RunPaths{recorder.info().folder}.resume());
    try {
        observer.onBegin(recorder.info());
        if (precision == Precision::BFloat16 && !deviceInfo(device).fastBFloat16)
            observer.onMessage("The device " + deviceInfo(device).title +
                               " has no instructions for bf16, which is slower there than float32: "
                               "choose the precision auto or float32 for the next run.");
        // Weights that were given stand in no seed: a run that is killed early must find them again.
        if (saved == nullptr && !parts.options.initialWeights.empty())
            recorder.save(loop.snapshot());
        const auto ended = loop.run();
        const auto byRequest = steering.has_value() && steering->isStoppedByRequest();
        const auto end =
            endWell(recorder, loop, ended, byRequest ? "stopped by request" : "stopped by the user");
        if (const auto reason = loop.endReason(); end == TrainingEnd::Completed && reason != "completed")
            observer.onMessage("The run " + reason + ".");
        reportKept(recorder, observer);
        return end;
    } catch (...) {
        const auto failure = endFailed(recorder, loop, currentFailure());
        throw Error(failure.code, failure.sentence, failure.detail);
    }
}

/// @return nothing for a run that was ended before its first save: it begins anew
/// @throws Error(NotFound) for one that has saved weights: beginning anew would lose them
std::optional<SavedState> savedState(const RunPaths& paths)
{
    if (std::filesystem::exists(paths.resume()))
        return readSnapshot(paths.resume());
    if (std::filesystem::exists(paths.last()))  // written after resume.safetensors, never without it
        throw Error(
            ErrorCode::NotFound,
            paths.resume().string() +
                " is not there, so the run cannot go on: bring it back, or start a new run from its last "
                "weights.");
    return std::nullopt;
}

void setTotalEpochs(RunInfo& info, std::int64_t epochs)
{
    if (epochs < info.config.integer("epochs"))
        throw Error(ErrorCode::BadSetting, "The run " + info.name + " is set to " +
                                               std::to_string(info.config.integer("epochs")) +
                                               " epochs: give at least so many to extend it.");
    info.config.training.fields.set("epochs", epochs);
    checkConfig(info.config);
}

}  // namespace

void checkRun(const RunConfig& config, const Dataset& data, const TrainingOptions& options)
{
    checkConfig(config);
    const auto used = dataForModel(config.model, std::make_shared<const Dataset>(data));
    checkData(config, *used);
    static_cast<void>(makeRunModel(config, *used, options.initialWeights, groupOf(options).size()));
}

TrainingEnd trainRun(const RunConfig& config, std::shared_ptr<const Dataset> data,
                     const std::filesystem::path& runFolder, TrainingObserver& observer,
                     TrainingControl& control, const TrainingOptions& options)
{
    std::optional<NewRunFolder> folder;
    if (groupOf(options).isFirst())
        folder.emplace(runFolder);
    checkConfig(config);
    data = dataForModel(config.model, std::move(data));
    checkData(config, *data);
    auto info = newRunInfo(config, *data, runFolder, groupOf(options));
    info.initialWeights = initialName(options.initialWeights);
    useComputeThreads(info.threads);
    // Before anything is written: the model refuses sizes and weights that are not its own.
    const auto model = makeRunModel(config, *data, options.initialWeights, groupOf(options).size());
    if (folder.has_value())
        folder->lock();
    return runLoop(std::move(info), {std::move(data), observer, control, options}, model, nullptr);
}

TrainingEnd resumeRun(const std::filesystem::path& runFolder, std::shared_ptr<const Dataset> data,
                      std::optional<std::int64_t> epochs, TrainingObserver& observer,
                      TrainingControl& control, const TrainingOptions& options)
{
    const RunPaths paths{runFolder};
    auto& group = groupOf(options);
    auto info = readRunInfo(runFolder);
    std::optional<RunLock> lock;
    if (group.isFirst())
        lock.emplace(runFolder);
    if (data->fingerprint != info.dataFingerprint)
        throw Error(ErrorCode::BadData, "The images of " + info.dataTitle + " are not those that the run " +
                                            info.name +
                                            " began with: bring them back as they were, or start a new run.");
    data = dataForModel(info.config.model, std::move(data));
    checkData(info.config, *data);
    if (epochs.has_value())
        setTotalEpochs(info, *epochs);
    if (info.processes != group.size())  // the bits are those of another run anyway
        info.threads = threadsOf(info.config, group);
    info.processes = group.size();
    useComputeThreads(info.threads);
    const auto saved = savedState(paths);
    if (saved.has_value() && saved->fingerprint != info.dataFingerprint)
        throw Error(ErrorCode::BadFile,
                    paths.resume().string() +
                        " belongs to another run: start a new run from the last weights instead.");
    if (group.isFirst())
        cutRunFolder(paths, saved.has_value() ? saved->position : TrainingPosition{},
                     info.config.integer("keep_every"));
    const auto model = makeRunModel(info.config, *data, options.initialWeights, group.size());
    return runLoop(std::move(info), {std::move(data), observer, control, options}, model,
                   saved.has_value() ? &*saved : nullptr);
}

}  // namespace elbo
