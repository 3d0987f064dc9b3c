// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.h"

#include <QtGui/QIcon>

namespace elbo {

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent)
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Elbo"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/elbo.svg")));
    resize(1280, 800);
}

}  // namespace elbo
