// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

namespace elbo {

/// elbo [RUN|FILE|FOLDER...] [--page PAGE] [--theme light|dark], or elbo --report RUN... --out DIR
struct StartOptions {
    QStringList paths;            ///< runs, weights, data sets, pictures: opened as if they were dropped
    QString page;                 ///< "data", "train", "reconstruct"; empty: the last one
    bool exitWhenUsable = false;  ///< for measuring the start
    QString scheme;               ///< "light", "dark"; empty: as in the settings
    bool report = false;          ///< no window: `paths` are runs, and the report is written to reportFolder
    QString reportFolder;
};

/// What the arguments ask for. --help and --version and wrong usage give a text and an exit status instead.
struct CommandLine {
    StartOptions options;
    std::optional<int> exitStatus;
    QString text;  ///< to print when the program ends here
};
/// @param arguments  the program's name first
[[nodiscard]] CommandLine parseCommandLine(const QStringList& arguments);

}  // namespace elbo
