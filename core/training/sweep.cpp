// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/sweep.h"

#include "core/base/error.h"
#include "core/training/sweep_values.h"

#include <algorithm>
#include <set>

namespace elbo {

namespace {

std::vector<SweepAxis> parseAxes(const std::vector<std::string>& sweeps)
{
    std::vector<SweepAxis> axes;
    std::size_t runs = 1;
    for (const auto& text : sweeps) {
        auto axis = parseSweepAxis(text);
        if (std::ranges::find(axes, axis.field, &SweepAxis::field) != axes.end())
            throw Error(ErrorCode::BadSetting, "The field " + axis.field +
                                                   " is swept twice: put all its values behind one name, "
                                                   "separated by commas.");
        runs *= axis.values.size();
        if (runs > kMostSweptRuns)
            throw Error(ErrorCode::BadSetting, "The sweep has more than " + std::to_string(kMostSweptRuns) +
                                                   " runs: give fewer values, or fewer fields at once.");
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

}  // namespace elbo
