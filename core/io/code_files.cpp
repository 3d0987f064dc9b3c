// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/code_files.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/images.h"
#include "core/io/npy.h"

#include <ATen/Functions.h>

#include <array>
#include <charconv>
#include <cmath>

namespace elbo {

namespace {

constexpr float kMillimetresPerMetre = 1000.0F;
constexpr float kLargestCode = 65535.0F;
constexpr std::string_view kSeparators = " \t\r\n,;[]()";

std::string numberText(float value)
{
    std::array<char, 32> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), result.ptr};
}

}  // namespace

std::string codeText(const at::Tensor& z)
{
    const auto values = z.to(at::kFloat).contiguous();
    std::string text;
    for (std::int64_t i = 0; i < values.numel(); ++i)
        text += (i > 0 ? "," : "") + numberText(values.const_data_ptr<float>()[i]);
    return text;
}

at::Tensor codeFromText(std::string_view text, std::int64_t size)
{
    std::vector<float> values;
    for (std::size_t at = 0; (at = text.find_first_not_of(kSeparators, at)) != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(kSeparators, at), text.size());
        const auto word = text.substr(at, end - at);
        float value = 0;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
        if (read.ec != std::errc() || read.ptr != word.data() + word.size() || !std::isfinite(value))
            throw Error(ErrorCode::BadSetting, "\"" + std::string(word.substr(0, 40)) +
                                                   "\" is no number: a code is numbers with commas between.");
        values.push_back(value);
        at = end;
    }
    if (static_cast<std::int64_t>(values.size()) != size)
        throw Error(ErrorCode::BadSetting, "The codes of this model have " + std::to_string(size) +
                                               " numbers, and these are " + std::to_string(values.size()) +
                                               ": give a code of that length.");
    return at::tensor(values, at::kFloat);
}

std::vector<std::filesystem::path> writeCodes(const std::filesystem::path& folder, const std::string& stem,
                                              const at::Tensor& z)
{
    const auto values = z.to(at::kFloat).contiguous();
    std::string table;
    for (std::int64_t i = 0; i < values.size(1); ++i)
        table += (i > 0 ? ",z" : "z") + std::to_string(i);
    table += "\n";
    for (std::int64_t row = 0; row < values.size(0); ++row)
        table += codeText(values[row]) + "\n";
    const std::vector<std::filesystem::path> files{folder / (stem + ".csv"), folder / (stem + ".npy")};
    writeTextFile(files[0], table);
    const auto* data = values.const_data_ptr<float>();
    writeNpy(files[1], {.width = static_cast<int>(values.size(1)),
                        .height = static_cast<int>(values.size(0)),
                        .values = {data, data + values.numel()}});
    return files;
}

void writeDepthCodes(const std::filesystem::path& file, const ImageF& depth, bool metric)
{
    auto codes = depth;
    for (auto& value : codes.values)
        value *= metric ? kMillimetresPerMetre : kLargestCode;
    writePng16(file, codes);
}

}  // namespace elbo
