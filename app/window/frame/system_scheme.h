// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QVariant>
#include <QtDBus/QDBusConnection>

#include <optional>

class QDBusPendingCallWatcher;
class QDBusVariant;

namespace elbo {

/// Light or dark as the desktop says. Qt 6.4 learns of it only through the palette of a platform theme, which
/// many desktops lack; the settings portal answers on all of them. Asked without waiting: a desktop without a
/// portal costs nothing. Source: XDG Desktop Portal, org.freedesktop.portal.Settings,
/// "org.freedesktop.appearance".
class SystemScheme : public QObject {
    Q_OBJECT

public:
    explicit SystemScheme(QObject* parent = nullptr,
                          const QDBusConnection& bus = QDBusConnection::sessionBus());

    /// Does the desktop prefer dark? Nothing while it has not answered or has no preference.
    [[nodiscard]] std::optional<bool> prefersDark() const { return m_dark; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void settingChanged(const QString& space, const QString& key, const QDBusVariant& value);

private:
    void takeAnswer(QDBusPendingCallWatcher* call);
    void set(const QVariant& value);

    std::optional<bool> m_dark;
};

}  // namespace elbo
