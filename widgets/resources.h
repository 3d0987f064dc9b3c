// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace elbo {

/// Makes the icons and other files of resources/app.qrc known to Qt. Programs and tests call it once at their
/// start: nothing else refers to them, and the linker would leave them out.
void loadResources();

}  // namespace elbo
