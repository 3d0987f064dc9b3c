// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <functional>

class QWidget;

namespace elbo {

/// What to do with the run that trains when the window is closed.
enum class ClosingChoice {
    KeepOpen,
    StopAndClose,  ///< the run is stopped and saved
    GoOnWithout,   ///< a process of its own goes on with it
};

/// Every question the window asks in a dialog, as functions that a test can answer. Empty answers mean "went
/// back".
struct Dialogs {
    /// @param filter  as QFileDialog takes it
    std::function<QStringList(QWidget* parent, const QString& title, const QString& filter)> chooseFiles;
    std::function<QString(QWidget* parent, const QString& title)> chooseFolder;
    /// Where to write a file. @param suggestion  its name
    std::function<QString(QWidget* parent, const QString& title, const QString& suggestion,
                          const QString& filter)>
        chooseSaveFile;
    std::function<ClosingChoice(QWidget* parent, const QString& run)> closeDuringRun;
};

/// Those that show real dialogs and remember the last folder.
[[nodiscard]] Dialogs realDialogs();

}  // namespace elbo
