// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QSettings>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace elbo {

/// What the window remembers between starts, in window.ini beside settings.json: nothing that decides a
/// result.
class WindowState {
public:
    WindowState();

    [[nodiscard]] QByteArray bytes(const QString& key) const;
    void setBytes(const QString& key, const QByteArray& value);
    [[nodiscard]] QString text(const QString& key, const QString& fallback = {}) const;
    void setText(const QString& key, const QString& value);
    [[nodiscard]] int number(const QString& key, int fallback) const;
    void setNumber(const QString& key, int value);

    /// Data-set specs, the latest first, at most ten.
    [[nodiscard]] QStringList recentData() const;
    void addRecentData(const QString& spec);
    void removeRecentData(const QString& spec);

    void sync();

private:
    QSettings m_settings;
};

}  // namespace elbo
