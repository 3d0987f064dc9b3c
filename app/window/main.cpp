// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/command_line.h"
#include "app/window/frame/dialogs.h"
#include "app/window/main_window.h"
#include "app/window/report/report_command.h"
#include "app/window/screen_platform.h"
#include "app/window/session/text.h"
#include "app/window/session/workspace.h"
#include "app/window/translation.h"
#include "core/base/version.h"
#include "widgets/resources.h"

#include <QtCore/QTimer>
#include <QtGui/QWindow>
#include <QtWidgets/QApplication>

#include <cstdio>

namespace {

QStringList rawArguments(int argc, char** argv)
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i) {
        arguments << QString::fromLocal8Bit(argv[i]);
    }
    return arguments;
}

}  // namespace

int main(int argc, char** argv)
{
    QCoreApplication::setApplicationName(QStringLiteral("Elbo"));
    QCoreApplication::setApplicationVersion(elbo::toQt(elbo::programVersion()));
    // --help and --version must answer without a screen. Qt's own options (-platform ...) are not ours to
    // judge here.
    const auto early = elbo::parseCommandLine(rawArguments(argc, argv));
    if (early.exitStatus == 0) {
        std::fputs(qPrintable(early.text), stdout);
        return 0;
    }
    const auto platform =
        elbo::wantedScreenPlatform([](const char* name) { return qgetenv(name); }, rawArguments(argc, argv));
    if (early.options.report) {
        qputenv("QT_QPA_PLATFORM", "offscreen");  // a report is made where there is no screen, too
    } else if (!platform.isEmpty()) {
        qputenv("QT_QPA_PLATFORM", platform);
    }
    QApplication application(argc, argv);
    const auto line = elbo::parseCommandLine(QCoreApplication::arguments());
    if (line.exitStatus) {
        std::fputs(qPrintable(line.text), stderr);
        return *line.exitStatus;
    }
    if (line.options.report) {
        return elbo::runReportCommand(line.options.paths, line.options.reportFolder);
    }
    elbo::installTranslation(QLocale());
    elbo::loadResources();
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/elbo.svg")));
    elbo::Workspace workspace;  // outlives the window, whose jobs run on its queues
    elbo::MainWindow window(workspace, elbo::realDialogs(), line.options);
    window.show();
    QTimer usable;  // exposed, painted, and the event loop has nothing else to do
    if (line.options.exitWhenUsable) {
        QObject::connect(&usable, &QTimer::timeout, &application, [&window] {
            if (window.windowHandle()->isExposed()) {
                QApplication::quit();
            }
        });
        usable.start(0);
    }
    return QApplication::exec();
}
