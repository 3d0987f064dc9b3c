// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/screen_platform.h"

#include <QtTest/QtTest>

#include <map>
#include <string>

using namespace elbo;

class ScreenPlatformTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void x11OnWaylandUnlessChosen()
    {
        std::map<std::string, QByteArray> variables{{"DISPLAY", ":0"}};
        const auto environment = [&variables](const char* name) { return variables[name]; };
        const auto wanted = [&](const QStringList& arguments = {QStringLiteral("elbo")}) {
            return wantedScreenPlatform(environment, arguments);
        };
        QCOMPARE(wanted(), QByteArray());  // X11 as it is
        variables["WAYLAND_DISPLAY"] = "wayland-0";
        QCOMPARE(wanted(), QByteArray("xcb;wayland"));
        QCOMPARE(wanted({QStringLiteral("elbo"), QStringLiteral("-platform"), QStringLiteral("wayland")}),
                 QByteArray());
        variables["QT_QPA_PLATFORM"] = "wayland";
        QCOMPARE(wanted(), QByteArray());
        variables = {{"DISPLAY", ":0"}, {"XDG_SESSION_TYPE", "wayland"}};
        QCOMPARE(wanted(), QByteArray("xcb;wayland"));
        variables["DISPLAY"] = "";  // no XWayland
        QCOMPARE(wanted(), QByteArray());
    }
};

QTEST_APPLESS_MAIN(ScreenPlatformTest)
#include "tst_screen_platform.moc"
