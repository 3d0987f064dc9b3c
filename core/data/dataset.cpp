// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include "core/base/error.h"
#include "core/data/data_fields.h"
#include "core/data/prepared_file.h"
#include "core/store/safetensors.h"

#include <ATen/Functions.h>
#include <ATen/ops/cat.h>

#include <nlohmann/json.hpp>

#include <utility>

namespace elbo {

ImageShape Dataset::shape() const
{
    ImageShape shape;
    if (!color.defined())
        return shape;
    shape.hasDepth = depth.defined();
    shape.channels = color.size(1) + (shape.hasDepth ? 1 : 0);
    shape.height = color.size(2);
    shape.width = color.size(3);
    shape.classes = static_cast<std::int64_t>(labelNames.size());
    return shape;
}

std::vector<std::int64_t> Dataset::indices(SplitSide wanted) const
{
    std::vector<std::int64_t> found;
    if (!side.defined())
        return found;
    const auto* sides = side.const_data_ptr<std::uint8_t>();
    for (std::int64_t i = 0; i < side.size(0); ++i) {
        if (sides[i] == static_cast<std::uint8_t>(wanted))
            found.push_back(i);
    }
    return found;
}

at::Tensor valuesFromCodes(const at::Tensor& color, const at::Tensor& depth)
{
    auto values = color.to(at::kFloat).div_(255.0);
    if (!depth.defined())
        return values;
    // LibTorch computes little with uint16: the same bits as int16, widened, without the sign.
    const auto bits = depth.scalar_type() == at::kShort ? depth : depth.view(at::kShort);
    const auto codes = bits.to(at::kInt).bitwise_and_(0xFFFF);
    return at::cat({values, codes.to(at::kFloat).sub_(1.0).div_(65534.0).clamp_min_(0.0)}, 1);
}

at::Tensor originalValues(const at::Tensor& color, const at::Tensor& depth, const at::Tensor& ranges)
{
    constexpr double kWhite = 255;
    auto values = valuesFromCodes(color, depth);
    const auto low = ranges.select(2, 0).unsqueeze(-1).unsqueeze(-1);
    const auto high = ranges.select(2, 1).unsqueeze(-1).unsqueeze(-1);
    values.mul_(high - low).add_(low);
    const auto colors = color.size(1);
    values.narrow(1, 0, colors).div_(kWhite).clamp_(0, 1);
    if (depth.defined())
        values.narrow(1, colors, 1).masked_fill_(depth.view(at::kShort).eq(0), 0);
    return values;
}

at::Tensor imageValues(const Dataset& data, const std::vector<std::int64_t>& indices)
{
    const auto index = at::tensor(indices, at::kLong);
    const auto color = data.color.index_select(0, index);
    return valuesFromCodes(
        color, data.depth.defined() ? data.depth.view(at::kShort).index_select(0, index) : at::Tensor());
}

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what)
{
    throw Error(ErrorCode::BadFile,
                file.string() + " is no usable prepared file (" + what + "): prepare the set again.");
}

void expect(const std::filesystem::path& file, const std::string& name, const at::Tensor& tensor,
            at::ScalarType type, const std::vector<std::int64_t>& sizes)
{
    if (tensor.scalar_type() != type || tensor.sizes() != at::IntArrayRef(sizes))
        fail(file, "the tensor " + name + " has another type or shape than its images");
}

const at::Tensor& tensorOf(const SafetensorsFile& stored, const std::filesystem::path& file, const char* name)
{
    const auto* tensor = stored.find(name);
    if (tensor == nullptr)
        fail(file, std::string("it lacks the tensor ") + name);
    return *tensor;
}

/// Lines of a uint8 tensor of UTF-8 text.
std::vector<std::string> linesOf(const at::Tensor& text)
{
    std::vector<std::string> lines;
    const auto bytes = text.contiguous();
    const std::string_view all(static_cast<const char*>(bytes.const_data_ptr()),
                               static_cast<std::size_t>(bytes.numel()));
    for (std::size_t begin = 0; begin < all.size();) {
        const auto end = all.find('\n', begin);
        lines.emplace_back(all.substr(begin, end - begin));
        if (end == std::string_view::npos)
            break;
        begin = end + 1;
    }
    return lines;
}

at::Tensor textTensor(const SafetensorsFile& stored, const std::filesystem::path& file, const char* name)
{
    const auto& tensor = tensorOf(stored, file, name);
    if (tensor.scalar_type() != at::kByte || tensor.dim() != 1)
        fail(file, std::string("the tensor ") + name + " is no text");
    return tensor;
}

void readInfo(Dataset& data, const SafetensorsFile& stored)
{
    const auto bytes = textTensor(stored, data.file, prepared::kInfo).contiguous();
    const auto* text = static_cast<const char*>(bytes.const_data_ptr());
    const auto info = nlohmann::json::parse(text, text + bytes.numel());
    data.config = dataConfigFromJson(info.at("config"));
    data.depthScale = depthScaleOf(data.config);
    data.title = info.at("title").get<std::string>();
    data.fingerprint = info.at("fingerprint").get<std::string>();
    data.metricDepth = info.at("metric_depth").get<bool>();
    data.holes = info.at("holes").get<bool>();
    data.storedUnchanged = info.at("stored_unchanged").get<bool>();
    data.splitKind = info.at("split_kind").get<std::string>();
    data.splitNote = info.at("split_note").get<std::string>();
    data.labelNames = info.at("label_names").get<std::vector<std::string>>();
    for (const auto& line : linesOf(textTensor(stored, data.file, prepared::kProblems))) {
        const auto problem = nlohmann::json::parse(line);
        data.problems.push_back({problem.at("name").get<std::string>(),
                                 problem.at("sentence").get<std::string>(),
                                 problem.at("left_out").get<bool>()});
    }
}

/// The pixels alone stay mapped. What is a few bytes an image is looked at throughout a run, and must outlive
/// a file that becomes shorter.
void readTensors(Dataset& data, const SafetensorsFile& stored)
{
    const auto& file = data.file;
    data.color = tensorOf(stored, file, prepared::kColor);
    if (data.color.dim() != 4 || data.color.scalar_type() != at::kByte ||
        (data.color.size(1) != 1 && data.color.size(1) != 3) || data.color.numel() == 0)
        fail(file, "the colours have another type or shape");
    const auto n = data.color.size(0);
    if (const auto* depth = stored.find(prepared::kDepth)) {
        data.depth = *depth;
        expect(file, prepared::kDepth, data.depth, at::kUInt16,
               {n, 1, data.color.size(2), data.color.size(3)});
    }
    data.ranges = tensorOf(stored, file, prepared::kRanges).clone();
    expect(file, prepared::kRanges, data.ranges, at::kFloat,
           {n, data.color.size(1) + (data.depth.defined() ? 1 : 0), 2});
    // NaN is no more orderly than a range upside down.
    if (!data.ranges.select(2, 0)
             .le(data.ranges.select(2, 1))
             .logical_and(data.ranges.isfinite().all(2))
             .all()
             .item<bool>())
        fail(file, "a range is not finite or upside down");
    data.side = tensorOf(stored, file, prepared::kSide).clone();
    expect(file, prepared::kSide, data.side, at::kByte, {n});
    if (data.side.max().item<std::int64_t>() > 2)
        fail(file, "an image is on no side of the split");
    if (const auto* labels = stored.find(prepared::kLabels)) {
        data.labels = labels->clone();
        expect(file, prepared::kLabels, data.labels, at::kLong, {n});
        if (data.labels.min().item<std::int64_t>() < -1 ||
            data.labels.max().item<std::int64_t>() >= static_cast<std::int64_t>(data.labelNames.size()))
            fail(file, "a label is out of range");
    }
    if (const auto* intrinsics = stored.find(prepared::kIntrinsics)) {
        data.intrinsics = intrinsics->clone();
        expect(file, prepared::kIntrinsics, data.intrinsics, at::kFloat, {n, 4});
    }
    data.names = linesOf(textTensor(stored, file, prepared::kNames));
    if (static_cast<std::int64_t>(data.names.size()) != n)
        fail(file, "the number of names is not the number of images");
}

}  // namespace

Dataset readPrepared(const std::filesystem::path& file)
{
    const auto stored = mapSafetensors(file);
    const auto format = stored.metadata.find("format");
    if (format == stored.metadata.end() || format->second != prepared::kFormat)
        fail(file, "it was not written by elbo-cli prepare of this version");
    Dataset data;
    data.file = file;
    const auto refuse = [&file](const char* why, const std::string& detail) {
        throw Error(ErrorCode::BadFile,
                    file.string() + " is no usable prepared file (" + why + "): prepare the set again.",
                    detail);
    };
    try {
        readInfo(data, stored);
    } catch (const nlohmann::json::exception& error) {
        refuse("its description is damaged", error.what());
    } catch (const Error& error) {
        if (error.code() != ErrorCode::BadSetting)
            throw;
        refuse("its options are not ones of this version", error.what());
    }
    readTensors(data, stored);
    return data;
}

}  // namespace elbo
