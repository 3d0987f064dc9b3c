// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/tensorboard_export.h"

#include "core/base/color_map.h"
#include "core/base/error.h"
#include "core/io/event_file.h"
#include "core/io/images.h"
#include "core/training/history.h"
#include "core/training/run_folder.h"
#include "core/training/run_paths.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <map>
#include <string>
#include <system_error>
#include <utility>

namespace elbo {

namespace fs = std::filesystem;

namespace {

/// Seconds since 1970. @throws Error(BadFile) for what is no "2026-11-23T15:42:10Z"
std::int64_t createdSeconds(const RunInfo& info)
{
    std::tm utc{};
    const auto* const end = ::strptime(info.createdUtc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (end == nullptr || *end != '\0')
        throw Error(ErrorCode::BadFile, RunPaths{info.folder}.info().string() +
                                            " tells no time at which the run began: write one like "
                                            "2026-11-23T15:42:10Z for created_utc.");
    return ::timegm(&utc);
}

History historyOf(const fs::path& runFolder)
{
    const auto file = RunPaths{runFolder}.history();
    std::error_code ignored;  // what cannot be looked at is not there either
    if (!fs::is_regular_file(file, ignored))
        throw Error(ErrorCode::NotFound,
                    runFolder.string() +
                        " has no curves: its history.jsonl is missing. Choose a run that has "
                        "trained for a step, or put that file back.");
    return readHistory(file);
}

/// When things happened: epochs follow each other from the run's creation without gaps.
class Clock {
public:
    Clock(double created, const std::vector<EpochRecord>& epochs) : m_created(created)
    {
        double passed = 0;
        for (const auto& record : epochs) {
            m_begin[record.epoch] = {passed, record.seconds};
            passed += record.seconds;
        }
        m_passed = passed;
    }
    [[nodiscard]] double endOf(std::int64_t epoch) const
    {
        const auto found = m_begin.find(epoch);
        return m_created + (found == m_begin.end() ? m_passed : found->second.first + found->second.second);
    }
    /// Inside of its epoch by its share of the steps; of an epoch without a record the end of the one before.
    [[nodiscard]] double of(const StepRecord& record) const
    {
        const auto found = m_begin.find(record.epoch);
        if (found == m_begin.end())
            return m_created + m_passed;
        const auto share = record.epochFraction - static_cast<double>(record.epoch - 1);
        return m_created + found->second.first + share * found->second.second;
    }

private:
    double m_created;
    double m_passed = 0;
    std::map<std::int64_t, std::pair<double, double>> m_begin;  ///< begin and length of an epoch, seconds
};

void addTerms(EventFile& out, const std::string& group, std::int64_t step, double time,
              const std::map<std::string, double>& terms)
{
    for (const auto& [key, value] : terms)
        out.addScalar(group + key, step, time, value);
}

void addHistory(EventFile& out, const History& history, const Clock& clock)
{
    for (const auto& record : history.steps) {
        const auto time = clock.of(record);
        addTerms(out, "step/train/", record.step, time, record.train);
        out.addScalar("step/learning_rate", record.step, time, record.learningRate);
        out.addScalar("step/beta", record.step, time, record.beta);
        out.addScalar("step/epoch", record.step, time, record.epochFraction);
    }
    for (const auto& record : history.epochs) {
        const auto time = clock.endOf(record.epoch);
        addTerms(out, "train/", record.epoch, time, record.train);
        addTerms(out, "test/", record.epoch, time, record.test);
        addTerms(out, "validation/", record.epoch, time, record.validation);
        out.addScalar("learning_rate", record.epoch, time, record.learningRate);
        out.addScalar("beta", record.epoch, time, record.beta);
        out.addScalar("seconds", record.epoch, time, record.seconds);
        out.addScalar("best", record.epoch, time, record.best ? 1 : 0);
    }
}

/// Lowest and highest value of a depth; of one without any value, of the other one; else 0 and 1.
std::pair<float, float> depthRange(const ImageF& truth, const ImageF& other)
{
    for (const auto* image : {&truth, &other}) {
        float low = std::numeric_limits<float>::infinity();
        float high = -low;
        for (const float value : image->values) {
            if (std::isfinite(value)) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
        }
        if (low <= high)
            return {low, high};
    }
    return {0.0F, 1.0F};
}

void addKept(EventFile& out, const KeptStrip& strip, double time)
{
    const auto add = [&](const std::string& kind, std::size_t number, const char* which,
                         const Image8& image) {
        const auto png = encodePng(image);
        out.addImage(
            kind + "/" + std::to_string(number) + "/" + which, strip.epoch, time,
            {.width = image.width, .height = image.height, .channels = image.channels, .encoded = png});
    };
    const auto& map = findColorMap("turbo");
    for (std::size_t i = 0; i < strip.names.size(); ++i) {
        add("color", i, "truth", strip.truthColor.at(i));
        if (!strip.color.empty())
            add("color", i, "reconstruction", strip.color.at(i));
        if (strip.depth.empty())
            continue;
        const auto [low, high] = depthRange(strip.truthDepth.at(i), strip.depth.at(i));
        add("depth", i, "truth", applyColorMap(strip.truthDepth.at(i), map, low, high));
        add("depth", i, "reconstruction", applyColorMap(strip.depth.at(i), map, low, high));
    }
}

}  // namespace

fs::path exportTensorBoard(const fs::path& runFolder, const fs::path& logFolder,
                           const TensorBoardHooks& hooks)
{
    const auto created = createdSeconds(readRunInfo(runFolder));
    const auto history = historyOf(runFolder);
    const auto kept = keptEpochs(runFolder);
    std::error_code failed;
    const bool made = fs::create_directories(logFolder, failed);
    if (failed)
        throw fileError(failed.value(), "create", logFolder.string());
    const auto file = logFolder / ("events.out.tfevents." + std::to_string(created) + ".elbo");
    try {
        EventFile out(file, static_cast<double>(created));
        const Clock clock(static_cast<double>(created), history.epochs);
        const auto tell = [&](std::size_t done) {
            if (hooks.progress)
                hooks.progress({"Writing the run", static_cast<std::int64_t>(done),
                                static_cast<std::int64_t>(kept.size() + 1)});
        };
        tell(0);
        addHistory(out, history, clock);
        for (std::size_t i = 0; i < kept.size(); ++i) {
            tell(i + 1);
            throwIfStopped(hooks.stop);
            addKept(out, readKeptStrip(runFolder, kept[i]), clock.endOf(kept[i]));
        }
        throwIfStopped(hooks.stop);
        out.commit();
        tell(kept.size() + 1);
    } catch (...) {
        if (made)
            fs::remove(logFolder, failed);  // empty again: nothing of a failure stays
        throw;
    }
    return file;
}

}  // namespace elbo
