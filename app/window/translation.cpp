// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/translation.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLibraryInfo>
#include <QtCore/QTranslator>

#include <memory>

namespace elbo {
namespace {

/// Loads a translation and hands it to the application, which owns it from then on.
bool install(const QLocale& locale, const QString& name, const QString& folder)
{
    auto translator = std::make_unique<QTranslator>(QCoreApplication::instance());
    if (!translator->load(locale, name, QStringLiteral("_"), folder) || translator->isEmpty()) {
        return false;
    }
    return QCoreApplication::installTranslator(translator.release());
}

}  // namespace

bool installTranslation(const QLocale& locale)
{
    if (!install(locale, QStringLiteral("elbo"), QStringLiteral(":/i18n"))) {
        return false;
    }
    // Texts of Qt's own dialogs; a system without them shows those in English.
    install(locale, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    return true;
}

QString languageName()
{
    return QCoreApplication::translate("elbo::Translation", "English", "the name of this language in itself");
}

}  // namespace elbo
