// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep.h"

#include "core/base/error.h"

#include <algorithm>
#include <set>

namespace elbo::cli {

namespace {

struct Axis {
    std::string field;
    std::vector<std::string> values;
};

Axis parseAxis(const std::string& text)
{
    const auto refuse = [&text](const std::string& why) {
        throw Error(ErrorCode::BadSetting, "--sweep needs field=a,b,c, not \"" + text + "\": " + why + ".");
    };
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        refuse("name the field and its values");
    Axis axis{text.substr(0, equals), {}};
    for (auto begin = equals + 1; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto value = text.substr(begin, end - begin);
        if (value.empty())
            refuse("a value is missing");
        if (std::ranges::find(axis.values, value) != axis.values.end())
            refuse(value + " is given twice");
        axis.values.push_back(value);
        begin = end + 1;
    }
    return axis;
}

std::vector<Axis> parseAxes(const std::vector<std::string>& sweeps)
{
    std::vector<Axis> axes;
    for (const auto& text : sweeps) {
        auto axis = parseAxis(text);
        if (std::ranges::find(axes, axis.field, &Axis::field) != axes.end())
            throw Error(ErrorCode::BadSetting, "--sweep is given twice for " + axis.field +
                                                   ": put all its values behind one, separated by commas.");
        axes.push_back(std::move(axis));
    }
    return axes;
}

/// A name that a folder can have.
std::string folderName(const std::string& text, std::set<std::string>& used)
{
    auto name = text;
    for (auto& letter : name)
        if (letter == '/' || letter == '\\')
            letter = '-';
    auto unused = name;
    for (int number = 2; !used.insert(unused).second; ++number)
        unused = name + "-" + std::to_string(number);
    return unused;
}

}  // namespace

Sweep planSweep(const RunConfig& base, const std::vector<std::string>& sweeps)
{
    const auto axes = parseAxes(sweeps);
    Sweep sweep;
    sweep.runs.push_back({{}, base, {}});
    for (const auto& axis : axes) {
        sweep.fields.push_back(axis.field);
        std::vector<Sweep::Run> runs;
        for (const auto& run : sweep.runs) {
            for (const auto& value : axis.values) {
                auto next = run;
                next.values.push_back(value);
                next.name += (next.name.empty() ? "" : ",") + axis.field + "=" + value;
                setField(next.config, axis.field, value);
                runs.push_back(std::move(next));
            }
        }
        sweep.runs = std::move(runs);
    }
    std::set<std::string> used;
    for (auto& run : sweep.runs) {
        run.name = folderName(run.name, used);
        if (const auto sentences = problems(run.config); !sentences.empty())
            throw Error(ErrorCode::BadSetting, sentences.front());
    }
    return sweep;
}

}  // namespace elbo::cli
