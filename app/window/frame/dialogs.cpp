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

ClosingChoice askCloseDuringRun(QWidget* parent, const QString& run)
{
    QMessageBox box(QMessageBox::Question, tr("Close Elbo?"), tr("%1 is still training.").arg(run),
                    QMessageBox::NoButton, parent);
    box.setObjectName(QStringLiteral("closeDuringRun"));
    box.setInformativeText(
        tr("Stopped, it is saved and can be resumed later exactly where it was.\n\n"
           "Without the window it goes on in the background; the next window shows how far it is and can "
           "pause or stop it."));
    const auto add = [&box](const QString& text, QMessageBox::ButtonRole role, const QString& name) {
        auto* button = box.addButton(text, role);
        button->setObjectName(name);
        return button;
    };
    const auto* stop =
        add(tr("Stop, save and close"), QMessageBox::AcceptRole, QStringLiteral("stopAndClose"));
    const auto* goOn =
        add(tr("Go on without the window"), QMessageBox::AcceptRole, QStringLiteral("goOnWithout"));
    auto* keep = add(tr("Keep the window"), QMessageBox::RejectRole, QStringLiteral("keepOpen"));
    box.setDefaultButton(keep);
    box.setEscapeButton(keep);
    box.exec();
    return box.clickedButton() == stop   ? ClosingChoice::StopAndClose
           : box.clickedButton() == goOn ? ClosingChoice::GoOnWithout
                                         : ClosingChoice::KeepOpen;
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
    dialogs.closeDuringRun = askCloseDuringRun;
    return dialogs;
}

}  // namespace elbo
