// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QStringList>

#include <functional>

namespace elbo {

/// What QT_QPA_PLATFORM must be before the application object is made; empty: as it is.
///
/// On Wayland X11 is taken where there is an XWayland, because VTK 9.1, which draws the point clouds, finds
/// OpenGL's functions with GLEW and that knows GLX alone. VTK from 9.4 on has no GLEW: this can go when older
/// ones are not supported any more.
/// @param environment  the value of a variable, empty without  @param arguments  of the program
[[nodiscard]] QByteArray wantedScreenPlatform(const std::function<QByteArray(const char*)>& environment,
                                              const QStringList& arguments);

}  // namespace elbo
