// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/run_export.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/hdf5_writer.h"
#include "core/store/safetensors.h"
#include "core/training/history.h"
#include "core/training/run_folder.h"
#include "core/training/run_paths.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include <limits>
#include <set>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

void addRunInfo(Hdf5Writer& out, const fs::path& folder)
{
    const auto info = readRunInfo(folder);
    out.addText("run_json", readTextFile(RunPaths{folder}.info()));
    out.setAttribute("/", "format", std::string("elbo run"));
    out.setAttribute("/", "format_version", std::int64_t{1});
    out.setAttribute("/", "name", info.name);
    out.setAttribute("/", "model", info.config.model.key);
    out.setAttribute("/", "data", info.dataSpec);
    out.setAttribute("/", "device", info.device);
    out.setAttribute("/", "precision", info.precision);
    out.setAttribute("/", "state", std::string(toString(info.state)));
    out.setAttribute("/", "created_utc", info.createdUtc);
    out.setAttribute("/", "seed", info.config.integer("seed"));
    out.setAttribute("/", "parameters", info.parameters);
    out.setAttribute("/", "epochs_done", info.epochsDone);
    out.setAttribute("/", "best_epoch", info.bestEpoch);
}

/// A dataset of one number of every record.
template <typename Value, typename Record, typename Read>
void addColumn(Hdf5Writer& out, const std::string& name, const std::vector<Record>& records, const Read& read)
{
    std::vector<Value> values;
    for (const auto& record : records)
        values.push_back(static_cast<Value>(read(record)));
    out.addTensor(name, at::tensor(values, c10::CppTypeToScalarType<Value>::value));
}

/// A dataset for each term that any record has.
template <typename Record>
void addTerms(Hdf5Writer& out, const std::string& group, const std::vector<Record>& records,
              std::map<std::string, double> Record::* terms)
{
    out.addGroup(group);
    std::set<std::string> keys;
    for (const auto& record : records) {
        for (const auto& [key, value] : record.*terms)
            keys.insert(key);
    }
    for (const auto& key : keys) {
        addColumn<double>(out, group + "/" + key, records, [&](const Record& record) {
            const auto found = (record.*terms).find(key);
            return found == (record.*terms).end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
        });
    }
}

void addHistory(Hdf5Writer& out, const fs::path& file)
{
    std::error_code ignored;  // a run that was stopped before its first step has none
    const auto history = fs::exists(file, ignored) ? readHistory(file) : History{};
    const std::string steps = "history/steps/";
    addColumn<std::int64_t>(out, steps + "step", history.steps, [](const auto& r) { return r.step; });
    addColumn<std::int64_t>(out, steps + "epoch", history.steps, [](const auto& r) { return r.epoch; });
    addColumn<double>(out, steps + "epoch_fraction", history.steps,
                      [](const auto& r) { return r.epochFraction; });
    addColumn<double>(out, steps + "learning_rate", history.steps,
                      [](const auto& r) { return r.learningRate; });
    addColumn<double>(out, steps + "beta", history.steps, [](const auto& r) { return r.beta; });
    addTerms(out, steps + "train", history.steps, &StepRecord::train);
    const std::string epochs = "history/epochs/";
    addColumn<std::int64_t>(out, epochs + "epoch", history.epochs, [](const auto& r) { return r.epoch; });
    addColumn<std::int64_t>(out, epochs + "step", history.epochs, [](const auto& r) { return r.step; });
    addColumn<std::uint8_t>(out, epochs + "best", history.epochs, [](const auto& r) { return r.best; });
    addColumn<double>(out, epochs + "learning_rate", history.epochs,
                      [](const auto& r) { return r.learningRate; });
    addColumn<double>(out, epochs + "beta", history.epochs, [](const auto& r) { return r.beta; });
    addColumn<double>(out, epochs + "seconds", history.epochs, [](const auto& r) { return r.seconds; });
    addTerms(out, epochs + "train", history.epochs, &EpochRecord::train);
    addTerms(out, epochs + "test", history.epochs, &EpochRecord::test);
    addTerms(out, epochs + "validation", history.epochs, &EpochRecord::validation);
}

void addTensors(Hdf5Writer& out, const std::string& group, const SafetensorsFile& file)
{
    out.addGroup(group);
    for (const auto& [name, tensor] : file.tensors)
        out.addTensor(group + "/" + name, tensor);
}

void addKept(Hdf5Writer& out, const fs::path& folder, std::int64_t epoch)
{
    const auto path = RunPaths{folder}.kept(epoch);
    const auto strip = readKeptStrip(folder, epoch);  // checks it
    const auto group = "kept/" + path.stem().string();
    addTensors(out, group, mapSafetensors(path));
    out.addTexts(group + "/names", strip.names);
    out.setAttribute(group, "metric", std::int64_t{strip.metric ? 1 : 0});
}

void addWeights(Hdf5Writer& out, const fs::path& path)
{
    const auto file = mapSafetensors(path);
    const auto group = "weights/" + path.stem().string();
    addTensors(out, group, file);
    for (const auto& [key, text] : file.metadata)
        out.addText(group + "/metadata/" + key, text);
}

std::vector<fs::path> weightsOf(const RunPaths& paths)
{
    std::vector<fs::path> files;
    for (const auto& file : {paths.last(), paths.best()}) {
        std::error_code ignored;  // a young run has none yet
        if (fs::exists(file, ignored))
            files.push_back(file);
    }
    for (const auto epoch : epochsInFolder(paths.weightsFolder()))
        files.push_back(paths.weights(epoch));
    return files;
}

}  // namespace

void exportRun(const fs::path& runFolder, const fs::path& out, const RunExportHooks& hooks)
{
    const RunPaths paths{runFolder};
    const auto kept = keptEpochs(runFolder);
    const auto weights = weightsOf(paths);
    const auto total = static_cast<std::int64_t>(2 + kept.size() + weights.size());
    std::int64_t done = 0;
    const auto next = [&] {
        if (hooks.progress)
            hooks.progress({"Writing the run", done, total});
        ++done;
        throwIfStopped(hooks.stop);
    };
    static_cast<void>(readRunInfo(runFolder));  // what is no run is said before anything is written
    Hdf5Writer writer(out);
    next();
    addRunInfo(writer, runFolder);
    next();
    addHistory(writer, paths.history());
    writer.addGroup("kept");
    for (const auto epoch : kept) {
        next();
        addKept(writer, runFolder, epoch);
    }
    writer.addGroup("weights");
    for (const auto& file : weights) {
        next();
        addWeights(writer, file);
    }
    writer.commit();
    next();
}

}  // namespace elbo
