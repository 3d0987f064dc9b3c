// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/window_state.h"

#include "app/window/session/text.h"
#include "core/base/settings.h"

namespace elbo {

namespace {
constexpr int kMostRecent = 10;
const auto kRecent = QStringLiteral("data/recent");
}  // namespace

WindowState::WindowState() : m_settings(toQt(configFolder() / "window.ini"), QSettings::IniFormat) {}

QByteArray WindowState::bytes(const QString& key) const
{
    return m_settings.value(key).toByteArray();
}

void WindowState::setBytes(const QString& key, const QByteArray& value)
{
    m_settings.setValue(key, value);
}

QString WindowState::text(const QString& key, const QString& fallback) const
{
    return m_settings.value(key, fallback).toString();
}

void WindowState::setText(const QString& key, const QString& value)
{
    m_settings.setValue(key, value);
}

int WindowState::number(const QString& key, int fallback) const
{
    bool isNumber = false;
    const int value = m_settings.value(key, fallback).toInt(&isNumber);
    return isNumber ? value : fallback;
}

void WindowState::setNumber(const QString& key, int value)
{
    m_settings.setValue(key, value);
}

QStringList WindowState::recentData() const
{
    return m_settings.value(kRecent).toStringList();
}

void WindowState::addRecentData(const QString& spec)
{
    auto recent = recentData();
    recent.removeAll(spec);
    recent.prepend(spec);
    m_settings.setValue(kRecent, QStringList(recent.mid(0, kMostRecent)));
}

void WindowState::removeRecentData(const QString& spec)
{
    auto recent = recentData();
    recent.removeAll(spec);
    m_settings.setValue(kRecent, recent);
}

void WindowState::sync()
{
    m_settings.sync();
}

}  // namespace elbo
