// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/base/error.h"
#include "core/store/weights_file.h"
#include "core/training/weights.h"
#ifdef ELBO_WITH_IO
#include "core/io/run_export.h"
#include "core/io/tensorboard_export.h"
#endif

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace elbo::cli {

namespace {

constexpr auto kTensorBoard = "tensorboard";

struct ConvertArguments {
    std::string from;
    std::string weights = "last";
    std::string to;
    std::string format;  ///< of --to; empty: as the name of `to` tells
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

#ifdef ELBO_WITH_IO
void convertRun(const std::filesystem::path& run, const std::filesystem::path& to, Session& session)
{
    exportRun(run, to, {.progress = session.progress(), .stop = session.stop()});
    if (session.json)
        printJson({{"in", run.string()}, {"in_format", "run"}, {"out", to.string()}, {"out_format", "hdf5"}});
    else
        std::printf("%s\n", to.c_str());
}

void convertToTensorBoard(const std::filesystem::path& run, const std::filesystem::path& to, Session& session)
{
    const auto file = exportTensorBoard(run, to, {.progress = session.progress(), .stop = session.stop()});
    if (session.json)
        printJson({{"in", run.string()},
                   {"in_format", "run"},
                   {"out", file.string()},
                   {"out_format", kTensorBoard}});
    else
        std::printf("%s\n", file.c_str());
}
#else
[[noreturn]] void convertRun(const std::filesystem::path& run, const std::filesystem::path& /*to*/,
                             Session& /*session*/)
{
    throw Error(ErrorCode::Unsupported,
                "This build writes neither HDF5 nor pictures, so " + run.string() +
                    " stays as it is: its weights can be converted to safetensors or PyTorch's format.");
}

[[noreturn]] void convertToTensorBoard(const std::filesystem::path& run, const std::filesystem::path& to,
                                       Session& session)
{
    convertRun(run, to, session);
}
#endif

/// A whole run goes into HDF5 or TensorBoard's folder, weights into files of weights.
void convert(const ConvertArguments& arguments, Session& session)
{
    const auto suffix = std::filesystem::path(arguments.to).extension();
    const bool toTensorBoard = arguments.format == kTensorBoard;
    if (!toTensorBoard && suffix != ".h5" && suffix != ".hdf5") {
        convertWeights(weightsFile(arguments.from, arguments.weights), arguments.to, session);
        return;
    }
    std::error_code ignored;  // what is not there is no folder either, and said below
    if (std::filesystem::is_regular_file(arguments.from, ignored))
        throw Error(ErrorCode::BadSetting,
                    "Only a whole run is written " +
                        std::string(toTensorBoard ? "for TensorBoard" : "as HDF5") + ", and " +
                        arguments.from +
                        " is one file: give the run's folder, or a name that ends in .safetensors or .pt.");
    if (toTensorBoard)
        convertToTensorBoard(arguments.from, arguments.to, session);
    else
        convertRun(arguments.from, arguments.to, session);
}

}  // namespace

void addConvert(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "convert",
        "Weights into safetensors or PyTorch's format, or a whole run into HDF5 or for TensorBoard");
    auto arguments = std::make_shared<ConvertArguments>();
    command
        ->add_option(
            "in", arguments->from,
            "Weights (safetensors, PyTorch zip or legacy), or a run folder: its weights, or all of it")
        ->required();
    command
        ->add_option(
            "out", arguments->to,
            "FILE.safetensors, FILE.pt or FILE.pth for PyTorch, or FILE.h5 for a whole run; with --to "
            "tensorboard a folder")
        ->required();
    command
        ->add_option("--to", arguments->format,
                     "tensorboard: the run's curves and pictures as an event file in the folder OUT")
        ->check(CLI::IsMember({kTensorBoard}));
    command->add_option("--weights", arguments->weights, "last | best | epoch:N of a run")
        ->capture_default_str();
    command->add_flag("--json", session.json, "One JSON object on standard output");
    command->callback([&session, arguments] { convert(*arguments, session); });
}

}  // namespace elbo::cli
