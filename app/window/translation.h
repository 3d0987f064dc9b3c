// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QLocale>
#include <QtCore/QString>

namespace elbo {

/// Installs Elbo's texts and Qt's own for the first of the locale's languages that Elbo has; English stays
/// otherwise. Call it once, after QApplication and before the first window.
/// @return true when a translation was installed
bool installTranslation(const QLocale& locale);

/// The name of the language in use, in that language: "English", "Deutsch".
[[nodiscard]] QString languageName();

}  // namespace elbo
