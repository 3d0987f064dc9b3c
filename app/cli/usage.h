// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace elbo::cli {

/// Every option of every command refuses an empty value: what a script makes of a variable that is not set
/// must not be taken for an option that was left out.
void refuseEmptyValues(CLI::App& app);

/// One sentence for a command or an option that there is none of, with the nearest that there is; empty for
/// other wrong usage, of which CLI11 tells itself.
/// @param argc, argv  of main(), which were parsed
[[nodiscard]] std::string unknownNameSentence(const CLI::App& app, const CLI::ParseError& error, int argc,
                                              const char* const* argv);

}  // namespace elbo::cli
