// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/screen_platform.h"

#include <algorithm>

namespace elbo {

QByteArray wantedScreenPlatform(const std::function<QByteArray(const char*)>& environment,
                                const QStringList& arguments)
{
    const bool chosen =
        !environment("QT_QPA_PLATFORM").isEmpty() ||
        std::any_of(arguments.begin(), arguments.end(), [](const QString& argument) {
            return argument == QLatin1String("-platform") || argument == QLatin1String("--platform");
        });
    const bool wayland =
        !environment("WAYLAND_DISPLAY").isEmpty() || environment("XDG_SESSION_TYPE") == "wayland";
    if (chosen || !wayland || environment("DISPLAY").isEmpty()) {
        return {};
    }
    return "xcb;wayland";  // the second, should the first not start after all
}

}  // namespace elbo
