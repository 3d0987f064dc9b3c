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

void printSweepJson(const std::vector<SweepResult>& results)
{
    auto runs = json::array();
    for (const auto& result : results) {
        json values = json::object();
        for (const auto& [field, value] : result.values)
            values[field] = valueJson(value);
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

void printSweep(const std::vector<SweepResult>& results, bool asJson)
{
    if (asJson) {
        printSweepJson(results);
        return;
    }
    if (results.empty())
        return;
    const auto terms = shownTerms(results);
    std::vector<std::string> heading;
    for (const auto& [field, value] : results.front().values)
        heading.push_back(field);
    heading.insert(heading.end(), {"state", "epochs"});
    heading.insert(heading.end(), terms.begin(), terms.end());
    heading.insert(heading.end(), {"seconds", "run"});
    std::vector<std::vector<std::string>> rows{heading};
    for (const auto& result : results) {
        std::vector<std::string> row;
        for (const auto& [field, value] : result.values)
            row.push_back(value);
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
