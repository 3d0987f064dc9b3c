// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/queue_file.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/training/small_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr auto kFormat = "elbo queue";
constexpr std::int64_t kVersion = 1;
/// An entry takes some 4 KB; more than a few thousand are not queued by a person.
constexpr std::size_t kLargestFile = 16U << 20U;
constexpr std::int64_t kLargestId = std::int64_t{1} << 53U;
constexpr std::size_t kNamedProblems = 20;

fs::path storedFolder(const fs::path& run, const fs::path& folder)
{
    const auto relative = run.lexically_relative(folder);
    return run.empty() || relative.empty() || *relative.begin() == ".." ? run : relative;
}

json toJson(const QueueEntry& entry, const fs::path& folder)
{
    return {{"id", entry.id},
            {"title", entry.title},
            {"values", entry.values},
            {"config", toJson(entry.config)},
            {"initial_weights", entry.initialWeights.string()},
            {"state", toString(entry.state)},
            {"run", storedFolder(entry.runFolder, folder).string()},
            {"ending", entry.ending}};
}

QueueState stateFromText(const std::string& text)
{
    for (const auto state : {QueueState::Waiting, QueueState::Running, QueueState::Done, QueueState::Failed})
        if (text == toString(state))
            return state;
    throw Error(ErrorCode::BadFile, "there is no state \"" + text + "\".");
}

/// @throws Error, json::exception for what is no entry
QueueEntry entryFromJson(const json& from, const fs::path& folder)
{
    QueueEntry entry;
    from.at("id").get_to(entry.id);
    if (entry.id < 1 || entry.id > kLargestId)
        throw Error(ErrorCode::BadFile, "its number is none of a queue.");
    from.at("title").get_to(entry.title);
    from.at("values").get_to(entry.values);
    entry.config = runConfigFromJson(from.at("config"));
    entry.initialWeights = from.at("initial_weights").get<std::string>();
    entry.state = stateFromText(from.at("state").get<std::string>());
    if (const auto run = from.at("run").get<std::string>(); !run.empty())
        entry.runFolder = folder / run;  // an absolute one stays what it is
    from.at("ending").get_to(entry.ending);
    return entry;
}

/// "run 3 (seed=2)", as far as the entry tells.
std::string nameOf(const json& from, std::size_t place)
{
    auto name = "run " + std::to_string(place + 1);
    if (from.is_object() && from.contains("title") && from["title"].is_string())
        name += " (" + from["title"].get<std::string>() + ")";
    return name;
}

/// Adds what can be used to the queue and says what cannot.
void readEntries(RunQueue& queue, const json& from, const fs::path& folder,
                 std::vector<std::string>& problems)
{
    std::set<std::int64_t> used;
    std::size_t refused = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const auto refuse = [&](const std::string& why) {
            if (++refused > kNamedProblems)
                return;
            problems.push_back("In " + queueFile(folder).string() + ", " + nameOf(from[i], i) +
                               " cannot be used and was left out: " + why);
        };
        try {
            auto entry = entryFromJson(from[i], folder);
            if (!used.insert(entry.id).second)
                throw Error(ErrorCode::BadFile, "its number is that of another run.");
            queue.nextId = std::max(queue.nextId, entry.id + 1);
            queue.entries.push_back(std::move(entry));
        } catch (const Error& error) {
            refuse(error.what());
        } catch (const json::exception&) {  // what() speaks of types and offsets
            refuse("its description is incomplete or damaged.");
        }
    }
    if (refused > kNamedProblems)
        problems.push_back("So were " + std::to_string(refused - kNamedProblems) + " more runs.");
}

/// Renames the file to a name that is not taken. @return that name
fs::path putAside(const fs::path& file)
{
    for (int number = 1;; ++number) {
        const auto aside = file.parent_path() /
                           ("queue-damaged" + (number == 1 ? "" : "-" + std::to_string(number)) + ".json");
        std::error_code failed;
        if (fs::exists(fs::symlink_status(aside, failed)))
            continue;
        fs::rename(file, aside, failed);
        if (failed)
            throw fileError(failed.value(), "put aside", file.string());
        return aside;
    }
}

}  // namespace

fs::path queueFile(const fs::path& folder)
{
    return folder / "queue.json";
}

RunQueue readQueue(const fs::path& folder, std::vector<std::string>& problems)
{
    const auto file = queueFile(folder);
    std::string problem;
    const auto from = readSmallJson(file, &problem, kLargestFile);
    if (!from && problem.empty())
        return {};
    RunQueue queue;
    const auto before = problems.size();
    if (!from) {
        problems.push_back("The queue " + file.string() + " cannot be used: " + problem + ".");
    } else if (from->value("format", json()) != kFormat || !from->value("entries", json()).is_array() ||
               !from->value("version", json()).is_number_integer()) {
        problems.push_back("The queue " + file.string() + " cannot be used: it is none of Elbo's.");
    } else if ((*from)["version"] > kVersion) {
        throw Error(
            ErrorCode::BadFile,
            "The queue " + file.string() + " was written by a newer version of Elbo: update Elbo to use it.");
    } else {
        queue.paused = from->value("paused", json()) == true;
        if (const auto next = from->value("next_id", json()); next.is_number_integer())
            queue.nextId = std::clamp<std::int64_t>(next.get<std::int64_t>(), 1, kLargestId);
        readEntries(queue, (*from)["entries"], folder, problems);
    }
    if (problems.size() > before) {
        const auto aside = putAside(file);
        problems.push_back("The queue as it was is kept in " + aside.string() + ".");
        writeQueue(folder, queue);
    }
    return queue;
}

void writeQueue(const fs::path& folder, const RunQueue& queue)
{
    auto entries = json::array();
    for (const auto& entry : queue.entries)
        entries.push_back(toJson(entry, folder));
    const json to{{"format", kFormat},
                  {"version", kVersion},
                  {"paused", queue.paused},
                  {"next_id", queue.nextId},
                  {"entries", entries}};
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
        throw fileError(failed.value(), "create", folder.string());
    // Paths and titles may hold bytes that are no UTF-8.
    const auto text = to.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
    if (text.size() > kLargestFile)
        throw Error(ErrorCode::BadSetting,
                    "The queue holds no more runs than some thousands: let some be trained first.");
    writeTextFile(queueFile(folder), text);
}

}  // namespace elbo
