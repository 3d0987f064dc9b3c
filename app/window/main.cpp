// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.h"
#include "app/window/translation.h"
#include "core/base/version.h"
#include "widgets/resources.h"

#include <QtWidgets/QApplication>

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Elbo"));
    const auto version = elbo::programVersion();
    QApplication::setApplicationVersion(
        QString::fromUtf8(version.data(), static_cast<qsizetype>(version.size())));
    elbo::installTranslation(QLocale());
    elbo::loadResources();
    elbo::MainWindow window;
    window.show();
    return QApplication::exec();
}
