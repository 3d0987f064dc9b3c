// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/sweep_values.h"

#include "core/base/error.h"
#include "core/training/sweep.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace elbo {

namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& why)
{
    throw Error(ErrorCode::BadSetting,
                "A sweep needs field=a,b,c, not \"" + std::string(text) + "\": " + why + ".");
}

std::string_view trimmed(std::string_view text)
{
    constexpr auto kSpaces = " \t\r\n";
    const auto begin = text.find_first_not_of(kSpaces);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

std::optional<double> numberOf(std::string_view text)
{
    double number = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end && std::isfinite(number) ? std::optional(number)
                                                                              : std::nullopt;
}

/// Ten digits: 0.1 + 2 * 0.1 is 0.3 again.
std::string textOf(double number)
{
    std::array<char, 32> text{};
    const auto written =
        std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::general,
                      /*precision=*/10);
    return {text.data(), written.ptr};
}

struct Range {
    double first = 0;
    double last = 0;
    double step = 1;
    bool factor = false;  ///< the step multiplies
    bool withoutStep = true;
};

/// Nothing for a value that is no range, such as a path with "..".
std::optional<Range> rangeOf(std::string_view text)
{
    const auto dots = text.find("..");
    if (dots == std::string_view::npos)
        return std::nullopt;
    const auto first = numberOf(text.substr(0, dots));
    const auto rest = text.substr(dots + 2);
    // The sign of an exponent is no step: "1e-3..1e+3".
    auto mark = rest.find_first_of("*+");
    if (mark != std::string_view::npos && rest[mark] == '+' && mark > 0 &&
        (rest[mark - 1] == 'e' || rest[mark - 1] == 'E'))
        mark = rest.find_first_of("*+", mark + 1);
    const auto last = numberOf(rest.substr(0, mark));
    if (!first || !last)
        return std::nullopt;
    if (mark == std::string_view::npos)
        return Range{*first, *last};
    const auto step = numberOf(rest.substr(mark + 1));
    if (!step)
        return std::nullopt;
    return Range{*first, *last, *step, rest[mark] == '*', false};
}

/// How many steps lead from the first value to the last, or to before it. @param text  all of the field's
double stepsIn(const Range& range, const std::string& shown, std::string_view text)
{
    if (range.withoutStep && (range.first != std::floor(range.first) || range.last != std::floor(range.last)))
        refuse(text, shown + " needs a step, as in " + shown + "+0.5 or " + shown + "*10");
    if (range.factor && (range.step <= 0 || range.first * range.last <= 0))
        refuse(text, shown + " needs a factor above 0 and two ends of one sign, none of them 0");
    const auto steps = range.factor ? std::log(range.last / range.first) / std::log(range.step)
                                    : (range.last - range.first) / range.step;
    if (!std::isfinite(steps) || steps < 0)  // a step of 0, a factor of 1, or away from the end
        refuse(text, "no step of " + shown + " leads from the first number to the last");
    constexpr double kRounding = 1e-9;
    return std::floor(steps + kRounding * std::max(1.0, steps));
}

void addRange(SweepAxis& axis, const Range& range, const std::string& shown, std::string_view text)
{
    const auto steps = stepsIn(range, shown, text);
    if (steps >= static_cast<double>(kMostSweptRuns))
        refuse(text, shown + " has more than " + std::to_string(kMostSweptRuns) + " values");
    for (int i = 0; i <= static_cast<int>(steps); ++i)
        axis.values.push_back(
            textOf(range.factor ? range.first * std::pow(range.step, i) : range.first + i * range.step));
}

}  // namespace

SweepAxis parseSweepAxis(std::string_view text)
{
    const auto equals = text.find('=');
    SweepAxis axis{std::string(trimmed(text.substr(0, equals))), {}};
    if (equals == std::string_view::npos || axis.field.empty())
        refuse(text, "name the field and its values");
    for (auto begin = equals + 1; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto value = std::string(trimmed(text.substr(begin, end - begin)));
        if (value.empty())
            refuse(text, "a value is missing");
        if (const auto range = rangeOf(value))
            addRange(axis, *range, value, text);
        else
            axis.values.push_back(value);
        begin = end + 1;
    }
    for (auto value = axis.values.begin(); value != axis.values.end(); ++value)
        if (std::find(axis.values.begin(), value, *value) != value)
            refuse(text, *value + " is given twice");
    return axis;
}

}  // namespace elbo
