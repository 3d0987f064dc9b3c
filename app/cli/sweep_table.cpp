// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep_table.h"

#include "app/cli/output.h"
#include "app/cli/training_output.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace elbo::cli {

namespace {

using nlohmann::json;

/// 0.01, true and 8 as what they are, anything else as text.
json valueJson(const std::string& text)
{
    auto value = json::parse(text, nullptr, /*allow_exceptions=*/false);
    return value.is_number() || value.is_boolean() ? value : json(text);
}

const std::map<std::string, double>& termsOf(const SweepResult& result)
{
    return result.last.test.empty() ? result.last.train : result.last.test;
}

void printSweepJson(const Sweep& sweep, const std::vector<SweepResult>& results)
{
    auto runs = json::array();
    for (std::size_t i = 0; i < results.size(); ++i) {
        const auto& result = results[i];
        json values = json::object();
        for (std::size_t field = 0; field < sweep.fields.size(); ++field)
            values[sweep.fields[field]] = valueJson(sweep.runs[i].values[field]);
        runs.push_back({{"run", result.run.folder.string()},
                        {"values", values},
                        {"state", toString(result.run.state)},
                        {"epochs", result.run.epochsDone},
                        {"train", result.last.train},
                        {"test", result.last.test},
                        {"seconds", result.seconds}});
    }
    printJson({{"event", "sweep"}, {"runs", runs}});
}

std::vector<const char*> shownTerms(const std::vector<SweepResult>& results)
{
    std::vector<const char*> shown;
    for (const auto* term : kShownTerms)
        if (std::ranges::any_of(results,
                                [term](const auto& result) { return termsOf(result).contains(term); }))
            shown.push_back(term);
    return shown;
}

}  // namespace

void printSweep(const Sweep& sweep, const std::vector<SweepResult>& results, bool asJson)
{
    if (asJson) {
        printSweepJson(sweep, results);
        return;
    }
    const auto terms = shownTerms(results);
    auto heading = sweep.fields;
    heading.insert(heading.end(), {"state", "epochs"});
    heading.insert(heading.end(), terms.begin(), terms.end());
    heading.insert(heading.end(), {"seconds", "run"});
    std::vector<std::vector<std::string>> rows{heading};
    for (std::size_t i = 0; i < results.size(); ++i) {
        const auto& result = results[i];
        auto row = sweep.runs[i].values;
        row.emplace_back(toString(result.run.state));
        row.push_back(std::to_string(result.run.epochsDone));
        for (const auto* term : terms) {
            const auto found = termsOf(result).find(term);
            row.push_back(found == termsOf(result).end() ? std::string("-") : numberText(found->second));
        }
        row.push_back(numberText(result.seconds));
        row.push_back(result.run.folder.string());
        rows.push_back(std::move(row));
    }
    printTable(rows);
}

}  // namespace elbo::cli
