// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/store/weights_file.h"
#include "core/training/weights.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace elbo::cli {

namespace {

struct ConvertArguments {
    std::string from;
    std::string weights = "last";
    std::string to;
};

/// Weights in any format into the one that the new name asks for; names, order, numbers and description stay.
void convertWeights(const std::filesystem::path& from, const std::filesystem::path& to,
                    const Session& session)
{
    static_cast<void>(weightsFormatOfName(to));  // a name that cannot be written costs no reading
    const auto read = readWeights(from);
    writeWeights(to, read.tensors, read.header.metadata);
    if (session.json)
        printJson({{"in", from.string()},
                   {"in_format", toString(read.header.format)},
                   {"out", to.string()},
                   {"out_format", toString(weightsFormatOfName(to))},
                   {"tensors", read.tensors.size()}});
    else
        std::printf("%s\n", to.c_str());
}

}  // namespace

void addConvert(CLI::App& app, Session& session)
{
    auto* command =
        app.add_subcommand("convert", "Weights from one format into another: safetensors and PyTorch files");
    auto arguments = std::make_shared<ConvertArguments>();
    command
        ->add_option("in", arguments->from,
                     "Weights (safetensors, PyTorch zip or legacy), or a run folder, whose weights are taken")
        ->required();
    command->add_option("out", arguments->to, "FILE.safetensors, or FILE.pt or FILE.pth for PyTorch")
        ->required();
    command->add_option("--weights", arguments->weights, "last | best | epoch:N of a run")
        ->capture_default_str();
    command->add_flag("--json", session.json, "One JSON object on standard output");
    command->callback([&session, arguments] {
        convertWeights(weightsFile(arguments->from, arguments->weights), arguments->to, session);
    });
}

}  // namespace elbo::cli
