// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace elbo {

/// What `elbo --report RUN... --out DIR` does, in a program with a QApplication and no window: makes the
/// report, prints each file that it wrote on standard output and what is missing on standard error.
/// @return the exit status: 0 done, 1 failed with one sentence on standard error, 130 stopped by Ctrl-C
[[nodiscard]] int runReportCommand(const QStringList& runs, const QString& out);

}  // namespace elbo
