// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/dialogs.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

#include <memory>

namespace elbo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Dialogs", text);
}

bool askStopAndClose(QWidget* parent, const QString& run)
{
    QMessageBox box(QMessageBox::Question, tr("Close Elbo?"), tr("%1 is still training.").arg(run),
                    QMessageBox::NoButton, parent);
    box.setInformativeText(tr("It is stopped and saved, and can be resumed later exactly where it was."));
    const auto* stop = box.addButton(tr("Stop, save and close"), QMessageBox::AcceptRole);
    auto* keep = box.addButton(tr("Keep training"), QMessageBox::RejectRole);
    box.setDefaultButton(keep);
    box.setEscapeButton(keep);
    box.exec();
    return box.clickedButton() == stop;
}

}  // namespace

Dialogs realDialogs()
{
    const auto folder = std::make_shared<QString>();
    Dialogs dialogs;
    dialogs.chooseFiles = [folder](QWidget* parent, const QString& title, const QString& filter) {
        const auto files = QFileDialog::getOpenFileNames(parent, title, *folder, filter);
        if (!files.isEmpty()) {
            *folder = QFileInfo(files.first()).absolutePath();
        }
        return files;
    };
    dialogs.chooseFolder = [folder](QWidget* parent, const QString& title) {
        const auto chosen = QFileDialog::getExistingDirectory(parent, title, *folder);
        if (!chosen.isEmpty()) {
            *folder = chosen;
        }
        return chosen;
    };
    dialogs.chooseSaveFile = [folder](QWidget* parent, const QString& title, const QString& suggestion,
                                      const QString& filter) {
        const auto file =
            QFileDialog::getSaveFileName(parent, title, QDir(*folder).filePath(suggestion), filter);
        if (!file.isEmpty()) {
            *folder = QFileInfo(file).absolutePath();
        }
        return file;
    };
    dialogs.stopAndClose = askStopAndClose;
    return dialogs;
}

}  // namespace elbo
