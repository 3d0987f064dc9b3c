// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("elbo::numberText", text);
}

/// Thousands by commas, no trailing zeros behind the point.
QString fixedText(double value, int decimals)
{
    auto locale = QLocale::c();
    locale.setNumberOptions(QLocale::DefaultNumberOptions);  // the C locale leaves groups out
    auto text = locale.toString(value, 'f', std::clamp(decimals, 0, 15));
    if (text.contains(QLatin1Char('.'))) {
        while (text.endsWith(QLatin1Char('0'))) {
            text.chop(1);
        }
        if (text.endsWith(QLatin1Char('.'))) {
            text.chop(1);
        }
    }
    return text == QLatin1String("-0") ? QStringLiteral("0") : text;
}

QString scientificText(double value, int digits)
{
    auto text = QString::number(value, 'e', digits - 1);
    const auto split = text.indexOf(QLatin1Char('e'));
    auto mantissa = text.left(split);
    while (mantissa.contains(QLatin1Char('.')) &&
           (mantissa.endsWith(QLatin1Char('0')) || mantissa.endsWith(QLatin1Char('.')))) {
        mantissa.chop(1);
    }
    return mantissa + QLatin1Char('e') + QString::number(text.mid(split + 1).toInt());
}

}  // namespace

QString numberText(double value, int digits)
{
    if (std::isnan(value)) {
        return tr("n/a");
    }
    if (std::isinf(value)) {
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("-∞");
    }
    if (value == 0.0) {
        return QStringLiteral("0");
    }
    const auto magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
    if (magnitude < -4 || magnitude >= 12) {
        return scientificText(value, digits);
    }
    return fixedText(value, digits - 1 - magnitude);
}

QString axisNumberText(double value, double step)
{
    if (!std::isfinite(value) || !(step > 0.0)) {
        return numberText(value);
    }
    if (std::abs(value) < step * 1e-6) {
        return QStringLiteral("0");
    }
    struct Prefix {
        double factor;
        const char* letter;
    };
    for (const auto& [factor, letter] :
         {Prefix{1e12, "T"}, Prefix{1e9, "G"}, Prefix{1e6, "M"}, Prefix{1e3, "k"}}) {
        if (step >= factor) {
            const auto decimals = static_cast<int>(std::ceil(-std::log10(step / factor) - 1e-9)) + 1;
            return fixedText(value / factor, std::max(decimals, 1)) + QLatin1String(letter);
        }
    }
    if (step < 1e-4) {
        return scientificText(value, 3 + static_cast<int>(std::max(0.0, std::log10(std::abs(value) / step))));
    }
    return fixedText(value, std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)) + 1));
}

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0.0) {
        return tr("unknown");
    }
    if (seconds < 10.0) {
        return tr("%1 s").arg(QString::number(seconds, 'f', 1));
    }
    const auto whole = static_cast<qint64>(std::llround(std::min(seconds, 1e12)));
    if (whole < 60) {
        return tr("%1 s").arg(whole);
    }
    if (whole < 3600) {
        return tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    }
    if (whole < 48 * 3600) {
        return tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60, 2, 10, QLatin1Char('0'));
    }
    return tr("%1 days").arg(QString::number(static_cast<double>(whole) / 86400.0, 'f', 1));
}

QString roughDurationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0.0) {
        return tr("unknown");
    }
    constexpr double kMinute = 60.0;
    constexpr double kHour = 3600.0;
    constexpr double kDay = 86400.0;
    constexpr double kYear = 365.25 * kDay;
    const auto whole = [seconds](double unit) { return std::llround(std::min(seconds / unit, 1e12)); };
    if (seconds < 1.5) {
        return tr("a second");
    }
    if (seconds < 1.5 * kMinute) {
        return tr("%1 seconds").arg(whole(1.0));
    }
    if (seconds < 1.5 * kHour) {
        return tr("%1 minutes").arg(whole(kMinute));
    }
    if (seconds < 3.0 * kDay) {
        return tr("%1 hours").arg(whole(kHour));
    }
    if (seconds < 2.0 * kYear) {
        return tr("%1 days").arg(whole(kDay));
    }
    return tr("%1 years").arg(whole(kYear));
}

QString byteText(double bytes)
{
    static constexpr const char* units[] = {"B", "KB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (std::abs(bytes) >= 999.5 && unit + 1 < std::size(units)) {
        bytes /= 1000.0;
        ++unit;
    }
    const auto decimals = unit == 0 || bytes >= 99.95 ? 0 : 1;
    return QStringLiteral("%1 %2").arg(QString::number(bytes, 'f', decimals), QLatin1String(units[unit]));
}

}  // namespace elbo
