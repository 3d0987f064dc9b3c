// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/system_scheme.h"
#include "widgets/theme.h"

#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusVariant>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>

using elbo::SystemScheme;

/// The settings portal of a desktop, as far as Elbo asks it.
class FakePortal : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

public:
    uint scheme = 0;

public Q_SLOTS:
    // NOLINTNEXTLINE(readability-identifier-naming): the interface names it so
    QDBusVariant Read(const QString& space, const QString& key) const
    {
        const bool known =
            space == QLatin1String("org.freedesktop.appearance") && key == QLatin1String("color-scheme");
        return QDBusVariant(QVariant::fromValue(QDBusVariant(known ? scheme : 99U)));
    }
};

/// A bus of its own for each test, so that none hears the desktop it runs on.
class SystemSchemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        const auto daemon = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
        if (daemon.isEmpty()) {
            QSKIP("dbus-daemon is not here: install it to run this test");
        }
        m_daemon.start(daemon, {QStringLiteral("--session"), QStringLiteral("--nofork"),
                                QStringLiteral("--print-address")});
        QVERIFY(m_daemon.waitForStarted());
        QTRY_VERIFY(m_daemon.canReadLine() || (m_daemon.waitForReadyRead(100) && m_daemon.canReadLine()));
        m_address = QString::fromUtf8(m_daemon.readLine().trimmed());
        m_service = std::make_unique<QDBusConnection>(
            QDBusConnection::connectToBus(m_address, QStringLiteral("portal")));
        QVERIFY(m_service->isConnected());
        QVERIFY(m_service->registerObject(QStringLiteral("/org/freedesktop/portal/desktop"), &m_portal,
                                          QDBusConnection::ExportAllSlots));
    }
    void cleanup()
    {
        m_service.reset();
        QDBusConnection::disconnectFromBus(QStringLiteral("portal"));
        QDBusConnection::disconnectFromBus(QStringLiteral("window"));
        m_daemon.kill();
        m_daemon.waitForFinished();
        elbo::theme::applyScheme(elbo::theme::Scheme::System);
    }

    void theDesktopIsAskedAndHeard()
    {
        m_portal.scheme = 1;
        registerService();
        SystemScheme scheme(nullptr, windowBus());
        QTRY_COMPARE(scheme.prefersDark(), std::optional(true));
        send(QStringLiteral("org.freedesktop.appearance"), 2);
        QTRY_COMPARE(scheme.prefersDark(), std::optional(false));
        const QSignalSpy changes(&scheme, &SystemScheme::changed);
        send(QStringLiteral("org.example.other"), 1);
        send(QStringLiteral("org.freedesktop.appearance"), 0);
        QTRY_COMPARE(scheme.prefersDark(), std::nullopt);
        QCOMPARE(changes.count(), 1);
    }

    void withoutAPortalThereIsNoPreference()
    {
        SystemScheme scheme(nullptr, windowBus());
        const QSignalSpy changes(&scheme, &SystemScheme::changed);
        // The next question is answered after the one that found no service.
        registerService();
        SystemScheme later(nullptr, windowBus());
        m_portal.scheme = 1;
        QTRY_COMPARE(later.prefersDark(), std::optional(true));
        QCOMPARE(scheme.prefersDark(), std::nullopt);
        QCOMPARE(changes.count(), 0);
    }

    void thePaletteFollowsTheDesktopOnlyWhenTheyDisagree()
    {
        using namespace elbo::theme;
        applyScheme(Scheme::System);
        const bool platformDark = isDark(QApplication::palette());
        const auto platform = QApplication::palette().color(QPalette::Window);
        applyScheme(Scheme::System, platformDark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), platform);
        applyScheme(Scheme::System, !platformDark);
        QCOMPARE(isDark(QApplication::palette()), !platformDark);
        applyScheme(Scheme::Light, true);
        QVERIFY(!isDark(QApplication::palette()));
    }

private:
    void registerService()
    {
        QVERIFY(m_service->registerService(QStringLiteral("org.freedesktop.portal.Desktop")));
    }
    [[nodiscard]] QDBusConnection windowBus() const
    {
        return QDBusConnection::connectToBus(m_address, QStringLiteral("window"));
    }
    void send(const QString& space, uint value)
    {
        auto signal = QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/portal/desktop"),
                                                 QStringLiteral("org.freedesktop.portal.Settings"),
                                                 QStringLiteral("SettingChanged"));
        signal << space << QStringLiteral("color-scheme") << QVariant::fromValue(QDBusVariant(value));
        QVERIFY(m_service->send(signal));
    }

    QProcess m_daemon;
    QString m_address;
    std::unique_ptr<QDBusConnection> m_service;
    FakePortal m_portal;
};

QTEST_MAIN(SystemSchemeTest)
#include "tst_system_scheme.moc"
