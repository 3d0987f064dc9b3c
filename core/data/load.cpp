// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/load.h"

#include "core/base/error.h"
#include "core/base/helper_process.h"
#include "core/base/random_stream.h"
#include "core/base/settings.h"
#include "core/data/data_fields.h"
#include "core/data/dataset.h"
#include "core/data/prepare_protocol.h"
#include "core/data/prepared_cache.h"
#include "core/data/registry.h"
#include "core/data/split.h"

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

#include <sys/stat.h>

namespace elbo {

namespace fs = std::filesystem;

namespace {

/// Raised whenever the same files and options would give other prepared bytes.
constexpr int kPreparationVersion = 3;

std::string hex(std::uint64_t value)
{
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
    return text;
}

/// Name, size and time of a file, as they are now.
std::string fileText(const fs::path& file)
{
    struct stat status{};
    if (stat(file.c_str(), &status) != 0)
        return file.string() + "\n-\n";  // opening it says what is wrong
    return file.string() + "\n" + std::to_string(status.st_size) + " " +
           std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) + "\n";
}

[[noreturn]] void failHelper(const HelperResult& result)
{
    std::string how = "it ended without an answer";
    if (result.signal == SIGKILL || result.signal == SIGTERM)
        how = "it was killed";
    else if (result.signal != 0)
        how = "it crashed";
    throw Error(ErrorCode::HelperFailed,
                "The process that reads the data set failed (" + how +
                    "): one of the files may be damaged, or memory is short; check the set and try again.",
                "signal " + std::to_string(result.signal) + ", exit status " +
                    std::to_string(result.exitStatus) + "\n" + result.errorTail);
}

/// Runs the helper until it has written `file`.
void prepareInHelper(const DataConfig& config, const fs::path& file, const LoadHooks& hooks)
{
    std::optional<Failure> failure;
    bool ended = false;
    const auto onLine = [&](const std::string& line) {
        const auto event = parsePrepareEvent(line);
        if (!event.has_value())
            return;  // a library that prints on standard output
        if (const auto* progress = std::get_if<Progress>(&*event); progress != nullptr && hooks.progress)
            hooks.progress(*progress);
        if (const auto* problem = std::get_if<ImageProblem>(&*event); problem != nullptr && hooks.problem)
            hooks.problem(*problem);
        if (const auto* failed = std::get_if<Failure>(&*event))
            failure = *failed;
        ended = ended || std::holds_alternative<fs::path>(*event);
    };
    try {
        const auto program = hooks.helper.empty() ? helperProgram() : hooks.helper;
        const auto result = runHelper(program, prepareArguments(config, file), onLine, hooks.stop);
        if (failure.has_value())
            throw Error(failure->code, failure->sentence, failure->detail);
        std::error_code missing;
        if (!ended || result.signal != 0 || !fs::exists(file, missing))
            failHelper(result);
    } catch (...) {
        removeAbandonedParts(file.parent_path());
        throw;
    }
}

std::shared_ptr<const Dataset> mapped(const fs::path& file)
{
    return std::make_shared<const Dataset>(readPrepared(file));
}

/// The cached file when it is there and whole; a damaged one is as good as none.
std::shared_ptr<const Dataset> fromCache(const fs::path& file)
{
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        return nullptr;
    try {
        auto data = mapped(file);
        markUsed(file);
        return data;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::BadFile ||
            error.code() == ErrorCode::NotFound)  // trimmed this moment by another process
            return nullptr;
        throw;
    }
}

/// The cache tells sets apart by what they hold, not by whether their official split was asked for: the
/// sentence that it is missing may have to be added.
std::shared_ptr<const Dataset> withSplitNote(std::shared_ptr<const Dataset> data, const DataConfig& config)
{
    const auto request = splitRequestOf(config);
    if (!request.kindWasAsked || request.kind != "official" || data->splitKind == request.kind ||
        !data->splitNote.empty())
        return data;
    auto told = std::make_shared<Dataset>(*data);
    told->splitNote = noOfficialSplitNote(request);
    return told;
}

}  // namespace

const DataReader& findReader(const DataConfig& config, const DataReaders& readers)
{
    const auto found = readers.readers.find(config.key);
    if (found != readers.readers.end())
        return found->second;
    if (config.key == "prepared")
        throw Error(ErrorCode::BadSetting,
                    "A prepared file is already prepared: name the set it was made from.");
    throw Error(ErrorCode::Unsupported,
                "This build cannot read " + findDataSet(config.key).key +
                    ": prepare the set elsewhere with elbo-cli prepare, and give prepared:FILE.");
}

std::string dataFingerprint(const DataConfig& config, const DataReaders& readers)
{
    auto options = toJson(config);
    // Images that cannot be used were always left out: such sets keep their fingerprints, and runs go on.
    if (hasDataField(config, "unusable") && dataText(config, "unusable") == "leave-out")
        options["fields"].erase("unusable");
    std::string text = "elbo " + std::to_string(kPreparationVersion) + "\n" +
                       options.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    for (const auto& file : findReader(config, readers).inputFiles(config))
        text += fileText(file);
    for (const char* option : {"labels", "split", "intrinsics"}) {
        if (hasDataField(config, option) && !dataText(config, option).empty())
            text += fileText(dataText(config, option));
    }
    return hex(fnv1a64(text)) + hex(splitmix64(fnv1a64("elbo" + text)));
}

std::shared_ptr<const Dataset> loadDataset(const DataConfig& config, const DataReaders& readers,
                                           const LoadHooks& hooks)
{
    if (const auto found = problems(config); !found.empty())
        throw Error(ErrorCode::BadSetting, found.front());
    if (config.key == "prepared") {
        auto data = std::make_shared<Dataset>(readPrepared(dataText(config, "path")));
        // A run remembers the file it was given, not the folder the file was once made from.
        data->config = config;
        return data;
    }
    const auto folder = preparedCacheFolder();
    const auto file = folder / (dataFingerprint(config, readers) + ".safetensors");
    if (auto data = fromCache(file))
        return withSplitNote(std::move(data), config);
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        throw fileError(failed.value(), "create", folder.string());
    throwIfStopped(hooks.stop);
    prepareInHelper(config, file, hooks);
    auto data = mapped(file);  // in use from here on, so that trimming keeps it
    trimPreparedCache(loadSettings().cacheBytes);
    return data;
}

}  // namespace elbo
