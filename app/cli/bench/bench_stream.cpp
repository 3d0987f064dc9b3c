// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/output.h"
#include "app/cli/temporary_folder.h"
#include "core/base/device.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/random_stream.h"
#include "core/data/prepared_writer.h"
#include "core/data/rooms.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/training/data_parallel.h"
#include "core/training/device_data.h"
#include "core/training/epoch_plan.h"
#include "core/training/fused_adam.h"
#include "core/training/read_ahead.h"
#include "core/training/training_step.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace elbo::bench {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kImages = 25000;  ///< of 128x128, 80 KiB each: 2 GB
constexpr std::int64_t kSide = 128;
constexpr std::int64_t kRendered = 16;
constexpr std::int64_t kBatchImages = 50;
constexpr std::int64_t kFilters = 16;
constexpr int kRounds = 5;
constexpr std::int64_t kCpuSteps = 20;  ///< of a round
constexpr std::int64_t kGpuSteps = 200;
constexpr std::uintmax_t kSpace = std::uintmax_t{5} << 30;  ///< bytes: the file, and its colour once more
constexpr double kMustRatio = 1.3;                          ///< benchmarks.md
static_assert(kImages % kBatchImages == 0);

/// A few rooms, shifted and shaded differently so that no two images are equal.
void writeSet(const fs::path& file, const std::stop_token& stop)
{
    const auto rooms = renderRooms(1, 0, kRendered, kSide, kSide);
    PreparedWriter writer(file, {3, kSide, kSide, true}, {});
    PreparedEnding ending;
    const auto ranges = at::tensor({0.0F, 255.0F, 0.0F, 255.0F, 0.0F, 255.0F, 0.5F, 10.0F}).view({4, 2});
    for (std::int64_t i = 0; i < kImages; ++i) {
        throwIfStopped(stop);
        const auto& room = rooms[static_cast<std::size_t>(i % kRendered)];
        const auto shift = (i / kRendered) % kSide;
        const auto shade = i / (kRendered * kSide);
        // uint8 numbers wrap around; what the images show is of no account here.
        const auto color = room.color.roll(shift, 2).add(shade);
        const auto depth = room.depth.roll(shift, -1).view({1, kSide, kSide});
        writer.add(color, (depth / 10.0).clamp(0, 1).mul(65534).add(1).to(at::kInt).to(at::kUInt16), ranges);
        ending.names.push_back("room-" + std::to_string(i));
        ending.sides.push_back(0);
        ending.intrinsics.emplace_back();
    }
    DataConfig config;
    config.key = "rooms";
    writer.finish(ending, {{"config", toJson(config)},
                           {"title", "Made rooms"},
                           {"fingerprint", "bench-stream"},
                           {"metric_depth", true},
                           {"holes", false},
                           {"stored_unchanged", false},
                           {"split_kind", "seeded"},
                           {"split_note", ""},
                           {"label_names", nlohmann::json::array()}});
}

/// Makes the system forget what it holds of the file, so that it comes from the disk again.
void dropPages(const fs::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw fileError(errno, "read", file.string());
    ::fsync(descriptor);  // only pages that are on the disk can be forgotten
    const int refused = ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    ::close(descriptor);
    if (refused != 0)
        throw fileError(refused, "read", file.string());
}

/// Steps of a small rgbd-vae through a set, as the training loop takes them.
class Training {
public:
    /// @param limitBytes  as in DeviceData
    Training(const Setting& setting, const Dataset& data, std::int64_t limitBytes)
        : m_device(setting.device),
          m_steps(m_device.is_cpu() ? kCpuSteps : kGpuSteps),
          m_data(data, m_device, limitBytes),
          m_model(makeSmallModel(data.shape(), m_device)),
          m_adam(m_model->parameterGroups()),
          m_parallel(aloneGroup(), m_model->parameters()),
          m_step(*m_model, m_adam, m_parallel,
                 {.device = m_device,
                  .precision = choosePrecision("auto", m_device),
                  .gradientClip = 0,
                  .recorded = true},
                 m_memory)
    {
    }

    /// Images of a round.
    [[nodiscard]] std::int64_t images() const { return m_steps * kBatchImages; }

    /// One round; each goes through other images.
    void operator()()
    {
        const auto order = m_data.indices(randomPermutation(1, RandomPurpose::Shuffle, m_round, kImages));
        std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
        for (std::int64_t step = 0; step < m_steps; ++step)
            ranges.emplace_back(step * kBatchImages, kBatchImages);
        m_data.expect(order, ranges);
        NoiseBlocks noise({1, RandomPurpose::TrainingNoise, m_round, images(), m_model->noiseSize()},
                          kBatchImages, m_device);
        for (const auto& [first, count] : ranges) {
            const auto batch = m_data.batch(order.narrow(0, first, count), m_model->valueRange(), true);
            (void)m_step.take(batch, noise.rows(first, count), {.learning = 1e-4, .beta = 1},
                              m_parallel.share(first, count));
        }
        waitFor(m_device);
        ++m_round;
    }

private:
    static std::shared_ptr<Vae> makeSmallModel(const ImageShape& shape, const c10::Device& device)
    {
        ModelConfig config{"rgbd-vae", {}};
        config.fields.set("encoder_filters", kFilters);
        config.fields.set("decoder_filters", kFilters);
        auto model = makeVae(config, shape);
        initialise(*model, 1);
        model->to(device);
        for (auto& parameter : model->parameters())
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
        model->train();
        return model;
    }

    c10::Device m_device;
    std::int64_t m_steps;
    DeviceData m_data;
    std::shared_ptr<Vae> m_model;
    FusedAdam m_adam;
    DataParallel m_parallel;
    DeviceGraphMemory m_memory;
    TrainingStep m_step;
    std::uint64_t m_round = 0;
};

/// The same images in memory: what lies in the mapped file would keep its pages from being forgotten.
Dataset inMemory(const Dataset& data)
{
    auto held = data;
    const ImageReader reader(data);
    std::vector<std::int64_t> all(static_cast<std::size_t>(data.size()));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    const auto codes = reader.read(all);
    held.color = codes.color;
    held.depth = codes.depth.view(at::kUInt16);
    held.file.clear();
    return held;
}

Result lineOf(const std::string& name, const Timings& time, std::int64_t images)
{
    Result result;
    result.name = name;
    result.medianMs = time.medianMs;
    result.spreadMs = time.spreadMs;
    result.imagesPerSecond = 1000.0 * static_cast<double>(images) / time.medianMs;
    result.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    result.note = cli::numberText(time.medianMs / static_cast<double>(images)) + " ms an image";
    return result;
}

/// Batches of a whole pass as fast as they come, without a step between them.
Result readingAlone(const Setting& setting, const Dataset& data)
{
    const ImageReader reader(data);
    ReadAhead ahead(reader, /*pinned=*/!setting.device.is_cpu());
    std::uint64_t round = 100;
    const auto time = measureAlternating(
        {[&] {
            const auto order = randomPermutation(1, RandomPurpose::Shuffle, round++, data.size());
            std::vector<ReadAhead::Indices> batches;
            for (std::size_t first = 0; first < order.size(); first += kBatchImages)
                batches.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(first),
                                     order.begin() + static_cast<std::ptrdiff_t>(first + kBatchImages));
            dropPages(data.file);
            ahead.expect(batches);
            for (const auto& batch : batches) {
                throwIfStopped(setting.stop);
                (void)ahead.take(batch);
            }
        }},
        3, setting.stop);
    return lineOf("stream read-ahead alone", time.front(), data.size());
}

}  // namespace

std::vector<Result> benchStream(const Setting& setting)
{
    const cli::TemporaryFolder folder;
    if (fs::space(folder.path()).available < kSpace)
        throw Error(ErrorCode::DiskFull, "The benchmark stream needs 5 GB free in " +
                                             folder.path().parent_path().string() +
                                             ": free some space, or set TMPDIR to a larger disk.");
    const auto file = folder.path() / "set.safetensors";
    writeSet(file, setting.stop);
    const auto data = readPrepared(file);
    Training held(setting, inMemory(data), std::numeric_limits<std::int64_t>::max());
    Training streamed(setting, data, 1);
    const auto times = measureAlternating({std::ref(held), [&] { dropPages(file); }, std::ref(streamed)},
                                          kRounds, setting.stop);
    const auto heldLine = lineOf("stream held in memory", times[0], held.images());
    auto streamedLine = lineOf("stream from the file", times[2], streamed.images());
    const auto ratio = times[2].medianMs / times[0].medianMs;
    streamedLine.note += "; " + cli::numberText(ratio) + " times the cost in memory, " +
                         (ratio <= kMustRatio ? "within" : "ABOVE") + " the limit of 1.3";
    return {heldLine, streamedLine, readingAlone(setting, data)};
}

}  // namespace elbo::bench
