// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_fields.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/data/recognise.h"
#include "core/data/registry.h"

#include <charconv>
#include <cmath>
#include <vector>

namespace elbo {

std::int64_t dataInteger(const DataConfig& config, std::string_view field)
{
    return config.fields.integer(findDataSet(config.key).fields, field);
}

double dataReal(const DataConfig& config, std::string_view field)
{
    return config.fields.real(findDataSet(config.key).fields, field);
}

std::string dataText(const DataConfig& config, std::string_view field)
{
    return config.fields.text(findDataSet(config.key).fields, field);
}

bool hasDataField(const DataConfig& config, std::string_view field)
{
    return findField(findDataSet(config.key).fields, field) != nullptr;
}

std::optional<double> depthScaleOf(const DataConfig& config)
{
    const double scale = hasDataField(config, "depth-scale") ? dataReal(config, "depth-scale") : 0.0;
    return scale > 0.0 ? std::optional(scale) : std::nullopt;
}

namespace {

std::optional<int> wholeNumber(std::string_view text)
{
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// All numbers of a text that holds only numbers, blanks, commas and semicolons; nothing otherwise.
std::optional<std::vector<double>> numbersOf(std::string_view text)
{
    constexpr std::string_view kBetween = " \t\r\n,;";
    std::vector<double> numbers;
    for (auto begin = text.find_first_not_of(kBetween); begin != std::string_view::npos;
         begin = text.find_first_not_of(kBetween, begin)) {
        const auto word = text.substr(begin, text.find_first_of(kBetween, begin) - begin);
        double value = 0.0;
        const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (problem != std::errc{} || end != word.data() + word.size() || !std::isfinite(value))
            return std::nullopt;
        numbers.push_back(value);
        begin += word.size();
    }
    return numbers;
}

std::array<double, 4> checked(std::array<double, 4> k, const std::string& from)
{
    if (k[0] <= 0.0 || k[1] <= 0.0)
        throw Error(ErrorCode::BadSetting, "The focal lengths in " + from +
                                               " must be above 0: give intrinsics=fx;fy;cx;cy in pixels.");
    return k;
}

}  // namespace

std::optional<ImageSize> parseImageSize(std::string_view text)
{
    if (text == "native")
        return std::nullopt;
    const auto cross = text.find('x');
    const auto width = wholeNumber(text.substr(0, cross));
    const auto height = cross == std::string_view::npos ? width : wholeNumber(text.substr(cross + 1));
    if (!width || !height || *width < 8 || *height < 8 || *width > 2048 || *height > 2048) {
        throw Error(ErrorCode::BadSetting,
                    "size must be a side such as 128, two sides such as 640x480 (8 to 2048 pixels), or "
                    "native, not \"" +
                        std::string(text) + "\".");
    }
    return ImageSize{*width, *height};
}

std::array<double, 4> parseIntrinsics(const std::string& text)
{
    if (const auto numbers = numbersOf(text)) {
        if (numbers->size() != 4)
            throw Error(
                ErrorCode::BadSetting,
                "intrinsics must be four numbers fx;fy;cx;cy in pixels, or a file, not \"" + text + "\".");
        return checked({(*numbers)[0], (*numbers)[1], (*numbers)[2], (*numbers)[3]}, "\"" + text + "\"");
    }
    if (text.find(';') != std::string::npos && !somethingAt(text))
        throw Error(
            ErrorCode::BadSetting,
            "intrinsics must be four numbers fx;fy;cx;cy in pixels, or a file, not \"" + text + "\".");
    const auto numbers = numbersOf(readTextFile(text, 1U << 16U));
    if (numbers && numbers->size() == 4)
        return checked({(*numbers)[0], (*numbers)[1], (*numbers)[2], (*numbers)[3]}, text);
    if (numbers && numbers->size() == 9)
        return checked({(*numbers)[0], (*numbers)[4], (*numbers)[2], (*numbers)[5]}, text);
    throw Error(
        ErrorCode::BadFile,
        text + " holds no camera intrinsics: it must hold four numbers (fx fy cx cy) or a 3x3 matrix.");
}

}  // namespace elbo
