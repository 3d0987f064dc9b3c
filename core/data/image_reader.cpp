// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_reader.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/data/prepared_file.h"
#include "core/store/input_file.h"
#include "core/store/safetensors.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>

namespace elbo {

namespace {

Error lostFile(const std::string& path, const std::string& reason)
{
    return {ErrorCode::BadFile, "The images of " + path + " can no longer be read (" + reason +
                                    "): bring the file back as it was, or prepare the set again."};
}

/// Images that lie one after the other both in the file and in what is asked for.
struct Run {
    std::int64_t first = 0;   ///< image in the file
    std::int64_t target = 0;  ///< place in what is asked for
    std::int64_t count = 0;
};

/// In the order of the file. @param targetsToo  whether the places must follow each other as well
std::vector<Run> runsOf(std::span<const std::int64_t> indices, bool targetsToo)
{
    std::vector<std::int64_t> places(indices.size());
    std::iota(places.begin(), places.end(), std::int64_t{0});
    std::ranges::sort(places, {},
                      [&](std::int64_t place) { return indices[static_cast<std::size_t>(place)]; });
    std::vector<Run> runs;
    for (const auto place : places) {
        const auto index = indices[static_cast<std::size_t>(place)];
        if (!runs.empty()) {
            auto& last = runs.back();
            if (index == last.first + last.count && (!targetsToo || place == last.target + last.count)) {
                ++last.count;
                continue;
            }
        }
        runs.push_back({index, place, 1});
    }
    return runs;
}

/// One tensor of the set: where the codes of its images are.
struct Plane {
    at::Tensor codes;          ///< [N,...], mapped or in memory
    std::uint64_t offset = 0;  ///< of the first image in the file
    [[nodiscard]] std::uint64_t imageBytes() const
    {
        return codes.nbytes() / static_cast<std::uint64_t>(codes.size(0));
    }
};

}  // namespace

struct ImageReader::Source {
    std::optional<InputFile> file;  ///< nothing: the codes are in memory
    std::vector<Plane> planes;      ///< colour, then depth where there is any

    void open(const Dataset& data)
    {
        file.emplace(data.file, lostFile);
        // The file may have been replaced since it was mapped.
        const auto header = readSafetensorsHeader(data.file);
        const std::vector<const char*> names{prepared::kColor, prepared::kDepth};
        for (std::size_t i = 0; i < planes.size(); ++i) {
            const auto found = std::ranges::find(header.tensors, names[i], &TensorInfo::name);
            if (found == header.tensors.end() ||
                planes[i].codes.element_size() != c10::elementSize(found->type) ||
                planes[i].codes.sizes() != at::IntArrayRef(found->shape))
                throw lostFile(file->path(), "it now holds other images");
            planes[i].offset = header.dataOffset + found->begin;
        }
        if (readPrepared(data.file).fingerprint != data.fingerprint)
            throw lostFile(file->path(), "it now holds another set");
        // Batches are drawn from all over the file: what lies beside an image is not wanted.
        (void)::posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_RANDOM);
    }

    void copy(const Plane& plane, const Run& run, std::byte* target) const
    {
        const auto bytes = plane.imageBytes();
        auto* const to = target + static_cast<std::uint64_t>(run.target) * bytes;
        const auto from = static_cast<std::uint64_t>(run.first) * bytes;
        const auto length = static_cast<std::uint64_t>(run.count) * bytes;
        if (file.has_value())
            file->read(plane.offset + from, to, length);
        else
            std::memcpy(to, static_cast<const std::byte*>(plane.codes.const_data_ptr()) + from, length);
    }
};

ImageReader::ImageReader(const Dataset& data) : m_source(std::make_unique<Source>())
{
    m_source->planes.push_back({data.color.contiguous()});
    if (data.depth.defined())
        m_source->planes.push_back({data.depth.view(at::kShort).contiguous()});
    if (!data.file.empty())
        m_source->open(data);
}

ImageReader::~ImageReader() = default;

ImageCodes ImageReader::read(std::span<const std::int64_t> indices, bool pinned,
                             const std::stop_token& stop) const
{
    const auto runs = runsOf(indices, /*targetsToo=*/true);
    const auto images = m_source->planes.front().codes.size(0);
    if (!runs.empty() && (runs.front().first < 0 || runs.back().first + runs.back().count > images))
        throw Error(ErrorCode::Internal, "An image was asked for that the set does not have: report this.");
    std::vector<at::Tensor> read;
    for (const auto& plane : m_source->planes) {
        auto sizes = plane.codes.sizes().vec();
        sizes.front() = static_cast<std::int64_t>(indices.size());
        auto codes = at::empty(sizes, at::TensorOptions(plane.codes.scalar_type()).pinned_memory(pinned));
        for (const auto& run : runs) {
            throwIfStopped(stop);
            m_source->copy(plane, run, static_cast<std::byte*>(codes.data_ptr()));
        }
        read.push_back(std::move(codes));
    }
    return {read[0], read.size() > 1 ? read[1] : at::Tensor()};
}

void ImageReader::announce(std::span<const std::int64_t> indices) const
{
    if (!m_source->file.has_value())
        return;
    const auto runs = runsOf(indices, /*targetsToo=*/false);
    for (const auto& plane : m_source->planes) {
        const auto bytes = plane.imageBytes();
        for (const auto& run : runs)
            // A hint: a file system without it only reads later.
            (void)::posix_fadvise(
                m_source->file->descriptor(),
                static_cast<off_t>(plane.offset + static_cast<std::uint64_t>(run.first) * bytes),
                static_cast<off_t>(static_cast<std::uint64_t>(run.count) * bytes), POSIX_FADV_WILLNEED);
    }
}

std::int64_t ImageReader::imageBytes() const
{
    std::uint64_t bytes = 0;
    for (const auto& plane : m_source->planes)
        bytes += plane.imageBytes();
    return static_cast<std::int64_t>(bytes);
}

}  // namespace elbo
