// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/session.h"
#include "core/base/error.h"
#include "core/base/helper_process.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace elbo::cli {

namespace {

struct ReportArguments {
    std::vector<std::string> runs;
    std::string out;
};

bool isProgram(const std::filesystem::path& file)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

/// The window's program: beside this one, else where a shell would find it.
std::filesystem::path windowProgram()
{
    const auto self = std::filesystem::read_symlink("/proc/self/exe");
    if (auto beside = self.parent_path() / "elbo"; isProgram(beside))
        return beside;
    const char* const path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (auto found = std::filesystem::path(folder) / "elbo"; !folder.empty() && isProgram(found))
            return found;
    }
    throw Error(ErrorCode::Unsupported,
                "report is drawn by Elbo's window, the program elbo, which is neither beside " +
                    self.string() + " nor in PATH: build or install Elbo with its window.");
}

/// What it said itself, without what Qt may say of the screen that it has not.
std::vector<std::string> sentencesOf(const std::string& errors)
{
    constexpr std::string_view kName = "elbo: ";
    std::vector<std::string> sentences;
    std::istringstream stream(errors);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with(kName))
            sentences.push_back(line.substr(kName.size()));
    }
    return sentences;
}

void reportCommand(const ReportArguments& arguments, Session& session)
{
    const auto program = windowProgram();
    std::vector<std::string> words{"--report", "--out", arguments.out, "--"};
    words.insert(words.end(), arguments.runs.begin(), arguments.runs.end());
    session.say("Making the report's figures.");
    const auto result = runHelper(
        program, words,
        [](const std::string& line) {
            std::printf("%s\n", line.c_str());
            std::fflush(stdout);
        },
        session.stop());
    const auto said = sentencesOf(result.errorTail);
    if (result.signal != 0)
        throw Error(ErrorCode::HelperFailed,
                    "The program " + program.string() + " that draws the report was ended by signal " +
                        std::to_string(result.signal) + ": try again, and with fewer runs if that goes on.",
                    result.errorTail);
    if (result.exitStatus != 0) {
        if (said.empty())
            throw Error(ErrorCode::HelperFailed,
                        "The program " + program.string() + " could not make the report: install Elbo again.",
                        result.errorTail);
        throw Error(ErrorCode::BadData, said.back());
    }
    for (const auto& sentence : said)
        session.say(sentence);
}

}  // namespace

void addReport(CLI::App& app, Session& session)
{
    auto* command =
        app.add_subcommand("report", "The report's figures from runs, as PNG, SVG and one HTML page");
    auto arguments = std::make_shared<ReportArguments>();
    command->add_option("runs", arguments->runs, "Run folders")->required();
    command->add_option("--out", arguments->out, "Folder for index.html and the figures")->required();
    command->callback([&session, arguments] { reportCommand(*arguments, session); });
}

}  // namespace elbo::cli
