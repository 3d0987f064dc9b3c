// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/system_scheme.h"

#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusPendingCallWatcher>
#include <QtDBus/QDBusPendingReply>
#include <QtDBus/QDBusVariant>

namespace elbo {

namespace {

const auto kService = QStringLiteral("org.freedesktop.portal.Desktop");
const auto kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const auto kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const auto kSpace = QStringLiteral("org.freedesktop.appearance");
const auto kKey = QStringLiteral("color-scheme");

}  // namespace

SystemScheme::SystemScheme(QObject* parent, const QDBusConnection& bus) : QObject(parent)
{
    if (!bus.isConnected()) {
        return;
    }
    // QtDBus looks the slot's types up by name, and knows this one only once it was named.
    qRegisterMetaType<QDBusVariant>();
    auto connection = bus;  // connect() is no const member, though a connection is a shared handle
    connection.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
                       SLOT(settingChanged(QString, QString, QDBusVariant)));
    auto question = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    question << kSpace << kKey;
    auto* call = new QDBusPendingCallWatcher(connection.asyncCall(question), this);
    connect(call, &QDBusPendingCallWatcher::finished, this, &SystemScheme::takeAnswer);
}

void SystemScheme::takeAnswer(QDBusPendingCallWatcher* call)
{
    call->deleteLater();
    const QDBusPendingReply<QDBusVariant> answer = *call;
    if (!answer.isError()) {  // an error is a desktop without a portal: the platform's palette stays
        set(answer.value().variant());
    }
}

void SystemScheme::settingChanged(const QString& space, const QString& key, const QDBusVariant& value)
{
    if (space == kSpace && key == kKey) {
        set(value.variant());
    }
}

void SystemScheme::set(const QVariant& value)
{
    // Read answers a variant in a variant; 1 prefers dark, 2 light, 0 neither.
    auto inner = value;
    while (inner.canConvert<QDBusVariant>()) {
        inner = inner.value<QDBusVariant>().variant();
    }
    const auto scheme = inner.toUInt();
    const auto dark = scheme == 1 ? std::optional(true) : scheme == 2 ? std::optional(false) : std::nullopt;
    if (dark != m_dark) {
        m_dark = dark;
        Q_EMIT changed();
    }
}

}  // namespace elbo
