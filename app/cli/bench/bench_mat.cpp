// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/output.h"
#include "app/cli/temporary_folder.h"
#include "core/base/error.h"
#include "core/base/helper_process.h"
#include "core/base/random_stream.h"
#include "core/data/data_config.h"
#include "core/data/prepare_protocol.h"
#include "core/data/rooms.h"
#include "core/io/nyu_mat_writer.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>

namespace elbo::bench {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kImages = 1449;
constexpr std::int64_t kRendered = 24;
constexpr std::uintmax_t kSpace = std::uintmax_t{8}
                                  << 30;  ///< bytes: the file with its depth twice, unpacked
constexpr double kMemoryLimit = 700e6;    ///< bytes, benchmarks.md
constexpr double kCancelLimitMs = 300;

double millisecondsSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Peak resident bytes of the processes that this one has started and that run now. (What the kernel tells
/// of an ended one includes the memory of the process that it was forked from.)
double childrenPeakBytes()
{
    double peak = 0;
    for (const auto& task : fs::directory_iterator("/proc/self/task")) {
        std::ifstream children(task.path() / "children");
        for (int child = 0; children >> child;) {
            std::ifstream status("/proc/" + std::to_string(child) + "/status");
            for (std::string word; status >> word;) {
                double kibibytes = 0;
                if (word == "VmHWM:" && status >> kibibytes)
                    peak = std::max(peak, 1024 * kibibytes);
            }
        }
    }
    return peak;
}

/// Images with the noise of a camera, so that they pack about as well as real ones do.
NyuMatImage imageOf(const std::vector<SourceImage>& rooms, std::int64_t index)
{
    const auto& room = rooms[static_cast<std::size_t>(index % kRendered)];
    const auto shift = 17 * (index / kRendered);
    NyuMatImage image;
    const auto noise = at::arange(room.color.numel(), at::kLong)
                           .add(index)
                           .mul(2654435761)
                           .bitwise_right_shift(13)
                           .bitwise_and(7)
                           .view(room.color.sizes());
    image.color = room.color.roll(shift, 2).to(at::kLong).add(noise).clamp(0, 255).to(at::kByte);
    image.depth = room.depth.roll(shift, 1).contiguous();
    image.rawDepth = image.depth.where(noise[0] != 0, at::zeros_like(image.depth));
    image.sceneType = index % 2 == 0 ? "kitchen" : "bedroom";
    image.scene = image.sceneType + "_" + std::to_string(1000 + index / 5);
    return image;
}

Result lineOf(const std::string& name, double milliseconds)
{
    Result result;
    result.name = name;
    result.medianMs = milliseconds;
    return result;
}

/// One whole preparation, with the helper's memory.
Result readAll(const DataConfig& config, const fs::path& out, const std::stop_token& stop)
{
    double peak = 0;
    std::string failure;
    const auto start = Clock::now();
    const auto ended = runHelper(
        helperProgram(), prepareArguments(config, out),
        [&](const std::string& line) {
            peak = std::max(peak, childrenPeakBytes());
            const auto event = parsePrepareEvent(line);
            if (event.has_value() && std::holds_alternative<Failure>(*event))
                failure = std::get<Failure>(*event).sentence;
        },
        stop);
    auto result = lineOf("mat read", millisecondsSince(start));
    if (ended.exitStatus != 0 || ended.signal != 0)
        throw Error(ErrorCode::HelperFailed,
                    "The made .mat file could not be read" + (failure.empty() ? "." : ": " + failure),
                    ended.errorTail);
    result.imagesPerSecond = 1000.0 * static_cast<double>(kImages) / result.medianMs;
    result.peakMib = peak / (1 << 20);
    result.note = std::string("peak of the helper process ") + (peak < kMemoryLimit ? "within" : "ABOVE") +
                  " the limit of 700 MB";
    return result;
}

/// Stops the preparation at that line of progress. @return milliseconds until the helper is gone
double cancelAfter(const DataConfig& config, const fs::path& out, int lines, const std::stop_token& stop)
{
    std::stop_source source;
    const std::stop_callback passOn(stop, [&source] { source.request_stop(); });
    int seen = 0;
    Clock::time_point asked;
    try {
        (void)runHelper(
            helperProgram(), prepareArguments(config, out),
            [&](const std::string&) {
                if (++seen == lines) {
                    asked = Clock::now();
                    source.request_stop();
                }
            },
            source.get_token());
    } catch (const Cancelled&) {
        throwIfStopped(stop);
        return millisecondsSince(asked);
    }
    throw Error(ErrorCode::Internal, "The preparation ended before it was stopped.");
}

Result cancelSome(const DataConfig& config, const fs::path& out, const std::stop_token& stop)
{
    std::vector<double> times;
    for (const int lines : {1, 2, 3, 5, 8, 10, 13})
        times.push_back(cancelAfter(config, out, lines, stop));
    std::sort(times.begin(), times.end());
    auto result = lineOf("mat cancel", times[times.size() / 2]);
    result.spreadMs = (times[5] - times[1]) / 2;
    result.note = "slowest of 7: " + cli::numberText(times.back()) + " ms, " +
                  (times.back() < kCancelLimitMs ? "within" : "ABOVE") + " the limit of 0.3 s";
    return result;
}

}  // namespace

std::vector<Result> benchMat(const Setting& setting)
{
    const cli::TemporaryFolder folder;
    if (fs::space(folder.path()).available < kSpace)
        throw Error(ErrorCode::DiskFull, "The benchmark mat needs 8 GB free in " +
                                             folder.path().parent_path().string() +
                                             ": free some space, or set TMPDIR to a larger disk.");
    const auto file = folder.path() / "nyu.mat";
    const auto rooms = renderRooms(1, 0, kRendered, 640, 480);
    const auto start = Clock::now();
    writeNyuMat(
        file, {kImages, 480, 640, true}, [&rooms](std::int64_t index) { return imageOf(rooms, index); },
        setting.stop);
    auto made = lineOf("mat write", millisecondsSince(start));
    made.imagesPerSecond = 1000.0 * static_cast<double>(kImages) / made.medianMs;
    char size[64];
    std::snprintf(size, sizeof size, "1449 images of 640x480 in %.2f GB",
                  static_cast<double>(fs::file_size(file)) / 1e9);
    made.note = size;
    const auto config = parseDataSpec("nyu-mat:path=" + file.string());
    const auto out = folder.path() / "set.safetensors";
    auto read = readAll(config, out, setting.stop);
    return {made, read, cancelSome(config, out, setting.stop)};
}

}  // namespace elbo::bench
