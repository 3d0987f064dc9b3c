// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/session.h"
#include "core/base/error.h"
#include "core/data/data_config.h"
#ifdef ELBO_WITH_IO
#include "core/io/fetch.h"
#endif

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace elbo::cli {

namespace {

struct FetchArguments {
    std::string key;
    std::string out;
};

#ifdef ELBO_WITH_IO
void fetch(const FetchArguments& arguments, Session& session)
{
    const auto& set = findFetchSet(arguments.key);
    const auto folder = arguments.out.empty() ? fetchedFolder(set.key) : std::filesystem::path(arguments.out);
    fetchFiles(set, folder, {.progress = session.progress(), .stop = session.stop()});
    std::printf("%s\n", folder.c_str());
}
#else
[[noreturn]] void fetch(const FetchArguments& arguments, Session& /*session*/)
{
    throw Error(ErrorCode::Unsupported, "This build cannot fetch " + arguments.key +
                                            ", which needs libcurl: fetch and prepare it elsewhere, and give "
                                            "prepared:FILE.");
}
#endif

}  // namespace

void addFetch(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("fetch", "Downloads MNIST or Fashion-MNIST, checked and resumable");
    auto arguments = std::make_shared<FetchArguments>();
    command->add_option("NAME", arguments->key, "mnist or fashion-mnist")->required();
    command->add_option(
        "--out", arguments->out,
        "Folder; without it the one where mnist and fashion-mnist look when no path is given");
    command->callback([&session, arguments] { fetch(*arguments, session); });
}

}  // namespace elbo::cli
