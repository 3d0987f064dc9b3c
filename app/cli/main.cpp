// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/version.h"

#include <CLI/CLI.hpp>

#include <string>

int main(int argc, char** argv)
{
    CLI::App app("Train, judge and explore variational autoencoders of colour and depth images.", "elbo-cli");
    app.set_version_flag("--version", std::string(elbo::programVersion()) + " (LibTorch " +
                                          std::string(elbo::libTorchVersion()) + ")");
    CLI11_PARSE(app, argc, argv);
    return 0;
}
