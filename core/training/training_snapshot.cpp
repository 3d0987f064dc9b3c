// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/training_snapshot.h"

#include "core/base/error.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <nlohmann/json.hpp>

#include <mutex>

namespace elbo {

namespace {

constexpr auto kMetadataKey = "elbo_resume";
constexpr int kVersion = 1;  ///< of the description; a higher one is that of a newer Elbo
constexpr std::string_view kModelPrefix = "model/";
constexpr auto kEpochSums = "sums/epoch";
constexpr auto kLogSums = "sums/log";

nlohmann::json toJson(const TrainingPosition& position)
{
    return {{"epoch", position.epoch},
            {"step_in_epoch", position.stepInEpoch},
            {"step", position.step},
            {"epoch_images", position.epochImages},
            {"log_images", position.logImages},
            {"epoch_seconds", position.epochSeconds},
            {"best_epoch", position.bestEpoch},
            {"best_value", position.bestValue}};
}

TrainingPosition positionFromJson(const nlohmann::json& json)
{
    TrainingPosition position;
    json.at("epoch").get_to(position.epoch);
    json.at("step_in_epoch").get_to(position.stepInEpoch);
    json.at("step").get_to(position.step);
    json.at("epoch_images").get_to(position.epochImages);
    json.at("log_images").get_to(position.logImages);
    json.at("epoch_seconds").get_to(position.epochSeconds);
    json.at("best_epoch").get_to(position.bestEpoch);
    json.at("best_value").get_to(position.bestValue);
    return position;
}

bool isPossible(const TrainingPosition& position)
{
    return position.epoch >= 1 && position.stepInEpoch >= 0 && position.step >= position.stepInEpoch &&
           position.epochImages >= 0 && position.logImages >= 0 && position.bestEpoch >= 0 &&
           position.bestEpoch < position.epoch;
}

/// Copies values, into the tensors that are there when they fit.
void copyInto(std::vector<NamedTensor>& to, const std::vector<NamedTensor>& from)
{
    const c10::AutoGradMode noGradient(false);
    to.resize(from.size());
    std::vector<at::Tensor> targets;
    std::vector<at::Tensor> sources;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const auto& source = from[i].tensor;
        auto& target = to[i];
        target.name = from[i].name;
        if (target.tensor.defined() && target.tensor.sizes() == source.sizes() &&
            target.tensor.dtype() == source.dtype()) {
            if (source.scalar_type() != at::kFloat) {
                target.tensor.copy_(source);
                continue;
            }
            targets.push_back(target.tensor);
            sources.push_back(source.detach());
        } else {
            target.tensor = source.detach().clone();  // the memory order of its source: the copy is a line
        }
    }
    if (!targets.empty())
        at::_foreach_copy_(targets, sources);  // a few kernels on a GPU, not one for each tensor
}

Error damaged(const std::filesystem::path& file, const std::string& detail)
{
    return {ErrorCode::BadFile,
            file.string() +
                " is damaged, so the run cannot go on: start a new run from its last weights instead.",
            detail};
}

}  // namespace

struct SnapshotPool::Free {
    std::mutex mutex;
    std::vector<std::unique_ptr<TrainingSnapshot>> snapshots;
};

SnapshotPool::SnapshotPool() : m_free(std::make_shared<Free>()) {}

std::shared_ptr<const TrainingSnapshot> SnapshotPool::take(const TrainingPosition& position,
                                                           const std::vector<NamedTensor>& model,
                                                           const std::vector<NamedTensor>& optimiser,
                                                           const at::Tensor& epochSums,
                                                           const at::Tensor& logSums)
{
    std::unique_ptr<TrainingSnapshot> snapshot;
    {
        const std::lock_guard lock(m_free->mutex);
        if (!m_free->snapshots.empty()) {
            snapshot = std::move(m_free->snapshots.back());
            m_free->snapshots.pop_back();
        }
    }
    if (snapshot == nullptr)
        snapshot = std::make_unique<TrainingSnapshot>();
    snapshot->position = position;
    copyInto(snapshot->model, model);
    copyInto(snapshot->optimiser, optimiser);
    snapshot->epochSums = epochSums.clone();
    snapshot->logSums = logSums.clone();
    return {snapshot.release(), [free = m_free](TrainingSnapshot* returned) {
                std::unique_ptr<TrainingSnapshot> owned(returned);
                const std::lock_guard lock(free->mutex);
                free->snapshots.push_back(std::move(owned));
            }};
}

void writeSnapshot(const std::filesystem::path& file, const TrainingSnapshot& snapshot,
                   const std::string& fingerprint, const WriteObserver& observer)
{
    std::vector<NamedTensor> tensors;
    for (const auto& [name, tensor] : snapshot.model)
        tensors.push_back({std::string(kModelPrefix) + name, tensor});
    tensors.insert(tensors.end(), snapshot.optimiser.begin(), snapshot.optimiser.end());
    tensors.push_back({kEpochSums, snapshot.epochSums});
    tensors.push_back({kLogSums, snapshot.logSums});
    const nlohmann::json description{
        {"version", kVersion}, {"position", toJson(snapshot.position)}, {"data_fingerprint", fingerprint}};
    writeSafetensors(file, tensors, {{kMetadataKey, description.dump()}}, observer);
}

SavedState readSnapshot(const std::filesystem::path& file)
{
    SavedState saved;
    try {
        saved.file = readSafetensors(file);
        const auto found = saved.file.metadata.find(kMetadataKey);
        if (found == saved.file.metadata.end())
            throw damaged(file, "no description of a saved run");
        const auto json = nlohmann::json::parse(found->second);
        if (json.at("version").get<int>() > kVersion)
            throw Error(ErrorCode::Unsupported, file.string() +
                                                    " was written by a newer version of Elbo: update "
                                                    "Elbo to resume this run.");
        saved.position = positionFromJson(json.at("position"));
        json.at("data_fingerprint").get_to(saved.fingerprint);
    } catch (const nlohmann::json::exception& exception) {
        throw damaged(file, exception.what());
    } catch (const Error& error) {
        if (error.code() == ErrorCode::BadFile)
            throw damaged(file, error.detail().empty() ? error.what() : error.detail());
        throw;
    }
    if (!isPossible(saved.position))
        throw damaged(file, "impossible position");
    for (const auto& [name, tensor] : saved.file.tensors) {
        if (name.starts_with(kModelPrefix))
            saved.model.push_back({name.substr(kModelPrefix.size()), tensor});
    }
    return saved;
}

}  // namespace elbo
