// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/data_loader.h"

#include "core/data/dataset.h"
#include "core/data/load.h"
#ifdef ELBO_HAVE_IO
#include "core/io/fetch.h"
#include "core/io/readers.h"
#endif

namespace elbo {

namespace {

/// Every reader of this build: a constant table.
const DataReaders& allReaders()
{
    static const DataReaders readers = [] {
        auto made = computeReaders();
#ifdef ELBO_HAVE_IO
        addIoReaders(made);
#endif
        return made;
    }();
    return readers;
}

}  // namespace

LoadedData loadData(const DataConfig& config, const JobContext& context,
                    const std::function<void(const ImageProblem&)>& problem)
{
    LoadHooks hooks;
    hooks.progress = context.progress;
    hooks.problem = problem;
    hooks.stop = context.stop;
    LoadedData loaded;
    loaded.view = std::make_shared<const DatasetView>(loadDataset(config, allReaders(), hooks));
    throwIfStopped(context.stop);
    context.progress({"Counting values", 0, 0});
    loaded.summary = loaded.view->summarise();
    return loaded;
}

Fetcher dataFetcher()
{
#ifdef ELBO_HAVE_IO
    return [](const std::string& key, const JobContext& context) {
        const auto folder = fetchedFolder(key);
        fetchFiles(findFetchSet(key), folder, {.progress = context.progress, .stop = context.stop});
        DataConfig config{key, {}};
        config.fields.set("path", folder.string());
        return config;
    };
#else
    return {};
#endif
}

}  // namespace elbo
