// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/run_comparison.h"
#include "core/base/error.h"
#include "core/models/model_table.h"
#include "core/store/weights_file.h"
#include "core/training/run_notes.h"
#include "core/training/run_paths.h"
#include "core/training/weights.h"
#include "core/training/weights_description.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace elbo {

struct RunListing::Known {
    explicit Known(const std::filesystem::path& file) : reader(file) {}
    HistoryReader reader;
    std::shared_ptr<const History> history = std::make_shared<const History>();
    std::int64_t values = 0;
};

namespace {

std::int64_t latentSizeOf(const ModelConfig& config)
{
    const auto& models = modelInfos();
    const auto info = std::ranges::find(models, config.key, &ModelInfo::key);
    return info == models.end() || findField(info->fields, "latent_size") == nullptr
               ? 0
               : config.fields.integer(info->fields, "latent_size");
}

/// Values of an image, as the weights tell; 0 while there are none.
std::int64_t valuesOf(const std::filesystem::path& folder)
{
    const auto file = RunPaths{folder}.last();
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) {
        return 0;
    }
    return describeFile(readWeightsHeader(file), file.string()).shape.values();
}

}  // namespace

RunListing::RunListing() = default;
RunListing::~RunListing() = default;

std::vector<ListedRun> RunListing::read(const std::filesystem::path& runsFolder,
                                        std::vector<std::string>& problems, const JobContext& context)
{
    std::vector<std::string> found;
    std::vector<ListedRun> listed;
    for (auto& info : listRuns(runsFolder, &found)) {
        throwIfStopped(context.stop);
        ListedRun run;
        const auto folder = info.folder;
        run.info = std::move(info);
        run.bytes = runBytes(folder);
        auto& known = m_known[folder];
        if (!known) {
            known = std::make_unique<Known>(RunPaths{folder}.history());
        }
        try {
            bool restarted = false;
            auto news = known->reader.readNew(restarted);
            if (restarted) {
                known->history = std::make_shared<const History>();
            }
            if (!news.steps.empty() || !news.epochs.empty()) {
                auto joined = std::make_shared<History>(*known->history);
                joined->steps.insert(joined->steps.end(), news.steps.begin(), news.steps.end());
                joined->epochs.insert(joined->epochs.end(), news.epochs.begin(), news.epochs.end());
                known->history = std::move(joined);
            }
            run.latentSize = latentSizeOf(run.info.config.model);
            if (known->values == 0) {
                known->values = valuesOf(folder);
            }
        } catch (const Error& error) {
            run.problem = error.what();  // it is listed all the same
        }
        if (run.problem.empty() && run.info.epochsDone > 0 && known->history->epochs.empty()) {
            run.problem = "The curves of " + run.info.name +
                          " are missing: its folder is incomplete, though its weights may still open.";
        }
        // listRuns() has taken what they say; here only whether they can be read.
        [[maybe_unused]] const auto said = readRunNotes(folder, run.problem.empty() ? &run.problem : nullptr);
        run.history = known->history;
        run.values = known->values;
        for (const auto& epoch : known->history->epochs) {
            run.seconds += epoch.seconds;
        }
        listed.push_back(std::move(run));
    }
    for (auto& problem : found) {
        if (std::ranges::find(m_told, problem) == m_told.end()) {
            m_told.push_back(problem);
            problems.push_back(std::move(problem));
        }
    }
    return listed;
}

}  // namespace elbo
