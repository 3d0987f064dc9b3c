// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/usage.h"

#include "core/base/nearest_name.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace elbo::cli {

namespace {

std::string commandSentence(const CLI::App& app, int argc, const char* const* argv)
{
    const auto* const end = argv + argc;
    const auto* const word = std::find_if(argv + 1, end, [](const char* text) { return text[0] != '-'; });
    if (word == end)
        return {};
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands({}))
        names.push_back(command->get_name());
    return "There is no command \"" + std::string(*word) + "\"" + nearestHint(*word, names) +
           ": use one of " + listed(names) + ".";
}

std::string optionSentence(const CLI::App& app, const CLI::App& command)
{
    std::vector<std::string> names;
    for (const auto* from : {&command, &app}) {
        for (const auto* option : from->get_options()) {
            for (const auto& name : option->get_lnames())
                names.push_back("--" + name);
        }
    }
    for (const auto& word : app.remaining(true)) {
        if (!word.starts_with("--"))
            continue;
        const auto name = word.substr(0, word.find('='));
        return command.get_name() + " has no option " + name + nearestHint(name, names) + ": elbo-cli " +
               command.get_name() + " --help shows those there are.";
    }
    return {};
}

}  // namespace

void refuseEmptyValues(CLI::App& app)
{
    const CLI::Validator notEmpty(
        [](const std::string& value) {
            return value.empty() ? std::string("Its value is empty: give one, or leave the option out")
                                 : std::string();
        },
        "");
    for (auto* command : app.get_subcommands({})) {
        for (auto* option : command->get_options()) {
            if (option->get_items_expected_max() > 0)
                option->check(notEmpty);
        }
    }
}

std::string unknownNameSentence(const CLI::App& app, const CLI::ParseError& error, int argc,
                                const char* const* argv)
{
    const auto parsed = app.get_subcommands();
    if (parsed.empty())
        return dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ? commandSentence(app, argc, argv)
                                                                          : std::string();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)
        return optionSentence(app, *parsed.front());
    return {};
}

}  // namespace elbo::cli
