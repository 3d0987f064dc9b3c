// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/prepare_protocol.h"

#include "core/base/device.h"
#include "core/data/preparation.h"

#include <ATen/Parallel.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

#include <sys/resource.h>

namespace elbo {

namespace {

constexpr rlim_t kHelperBytes = 700ULL * 1000 * 1000;
/// What a reader may take at least: LibTorch for CUDA brings hundreds of megabytes of data that are never
/// touched, but count.
constexpr rlim_t kReaderBytes = 550ULL * 1000 * 1000;
constexpr auto kBetweenProgress = std::chrono::milliseconds(50);

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

}  // namespace

std::string prepareEventLine(const PrepareEvent& event)
{
    const auto json = std::visit(
        Overloaded{[](const Progress& p) {
                       return nlohmann::ordered_json{
                           {"event", "progress"}, {"what", p.what}, {"done", p.done}, {"total", p.total}};
                   },
                   [](const ImageProblem& p) {
                       return nlohmann::ordered_json{{"event", "problem"},
                                                     {"name", p.name},
                                                     {"sentence", p.sentence},
                                                     {"left_out", p.leftOut}};
                   },
                   [](const std::filesystem::path& file) {
                       return nlohmann::ordered_json{{"event", "end"}, {"file", file.string()}};
                   },
                   [](const Failure& f) {
                       return nlohmann::ordered_json{{"event", "error"},
                                                     {"code", toString(f.code)},
                                                     {"sentence", f.sentence},
                                                     {"detail", f.detail}};
                   }},
        event);
    // A file name that is no UTF-8 must not break the line.
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<PrepareEvent> parsePrepareEvent(std::string_view line)
{
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return std::nullopt;
    try {
        const auto kind = json.at("event").get<std::string>();
        if (kind == "progress")
            return Progress{json.value("what", "Reading images"), json.at("done").get<std::int64_t>(),
                            json.at("total").get<std::int64_t>()};
        if (kind == "problem")
            return ImageProblem{json.at("name").get<std::string>(), json.at("sentence").get<std::string>(),
                                json.value("left_out", true)};
        if (kind == "end")
            return std::filesystem::path(json.at("file").get<std::string>());
        if (kind == "error")
            return Failure{errorCodeFromString(json.at("code").get<std::string>()),
                           json.at("sentence").get<std::string>(), json.value("detail", "")};
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;  // an event of another version, or no event at all
    }
    return std::nullopt;
}

std::vector<std::string> prepareArguments(const DataConfig& config, const std::filesystem::path& out)
{
    return {"prepare", "--json", "--data", dataSpec(config), "--out", out.string()};
}

void limitHelperMemory()
{
    at::set_num_threads(2);
#if defined(__SANITIZE_ADDRESS__)
    // The address sanitizer's shadow counts as data: no program built with it starts within this bound.
    return;
#endif
    rlimit limit{};
    const auto most = std::max(kHelperBytes, static_cast<rlim_t>(dataBytes()) + kReaderBytes);
    // Where it cannot be set the reader works all the same, only unbounded.
    if (getrlimit(RLIMIT_DATA, &limit) == 0 && (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > most)) {
        limit.rlim_cur = most;
        setrlimit(RLIMIT_DATA, &limit);
    }
}

int runPrepareHelper(const DataConfig& config, const DataReaders& readers, const std::filesystem::path& out,
                     const std::stop_token& stop, std::FILE* lines)
{
    const auto print = [lines](const PrepareEvent& event) {
        std::fprintf(lines, "%s\n", prepareEventLine(event).c_str());
        std::fflush(lines);
    };
    auto last = std::chrono::steady_clock::time_point{};
    PreparationHooks hooks;
    hooks.stop = stop;
    hooks.problem = [&print](const ImageProblem& problem) { print(problem); };
    hooks.progress = [&](const Progress& progress) {
        const auto now = std::chrono::steady_clock::now();
        if (progress.done < progress.total && now - last < kBetweenProgress)
            return;
        last = now;
        print(progress);
    };
    try {
        prepareDataset(config, readers, out, hooks);
        print(out);
        return 0;
    } catch (const Cancelled&) {
        return 130;
    } catch (...) {
        print(currentFailure());
        return 1;
    }
}

}  // namespace elbo
