// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QtGui/QFontDatabase>
#include <QtGui/QFontMetricsF>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace elbo::theme {

namespace {

double channel(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) +
           0.0722 * channel(color.blueF());
}

QColor choose(const QPalette& palette, QRgb light, QRgb dark)
{
    return QColor::fromRgb(isDark(palette) ? dark : light);
}

QColor mixed(const QColor& a, const QColor& b, double shareOfB)
{
    const auto mix = [shareOfB](float x, float y) { return x + (y - x) * static_cast<float>(shareOfB); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

struct PaletteColors {
    QRgb window, windowText, base, alternate, button, disabled, placeholder, highlight, link, toolTip;
};

QPalette paletteFrom(const PaletteColors& colors)
{
    QPalette palette(QColor::fromRgb(colors.button), QColor::fromRgb(colors.window));
    const auto set = [&palette](QPalette::ColorRole role, QRgb rgb) {
        palette.setColor(role, QColor::fromRgb(rgb));
    };
    set(QPalette::WindowText, colors.windowText);
    set(QPalette::Text, colors.windowText);
    set(QPalette::ButtonText, colors.windowText);
    set(QPalette::Base, colors.base);
    set(QPalette::AlternateBase, colors.alternate);
    set(QPalette::Highlight, colors.highlight);
    set(QPalette::HighlightedText, qRgb(255, 255, 255));
    set(QPalette::Link, colors.link);
    set(QPalette::LinkVisited, colors.link);
    set(QPalette::ToolTipBase, colors.toolTip);
    set(QPalette::ToolTipText, colors.windowText);
    set(QPalette::PlaceholderText, colors.placeholder);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
        palette.setColor(QPalette::Disabled, role, QColor::fromRgb(colors.disabled));
    }
    palette.setColor(QPalette::Disabled, QPalette::Base, QColor::fromRgb(colors.window));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor::fromRgb(colors.button));
    return palette;
}

}  // namespace

bool isDark(const QPalette& palette)
{
    return luminance(palette.color(QPalette::Window)) < luminance(palette.color(QPalette::WindowText));
}

QPalette lightPalette()
{
    return paletteFrom({0xfff3f3f4, 0xff1c1d1f, 0xffffffff, 0xfff6f7f8, 0xffececee, 0xff94969a, 0xff6a6c70,
                        0xff2f6fb3, 0xff1f5f9f, 0xffffffff});
}

QPalette darkPalette()
{
    return paletteFrom({0xff26282b, 0xffe6e7e9, 0xff1b1d1f, 0xff212326, 0xff34373b, 0xff787c82, 0xff9a9da3,
                        0xff2f6fb3, 0xff7db8f0, 0xff34373b});
}

void applyScheme(Scheme scheme, std::optional<bool> systemDark)
{
    switch (scheme) {
        case Scheme::System:
            // A palette without any set role gives the platform's back.
            QApplication::setPalette(QPalette());
            if (systemDark && *systemDark != isDark(QApplication::palette())) {
                QApplication::setPalette(*systemDark ? darkPalette() : lightPalette());
            }
            return;
        case Scheme::Light:
            QApplication::setPalette(lightPalette());
            return;
        case Scheme::Dark:
            QApplication::setPalette(darkPalette());
            return;
    }
}

QColor trainCurve(const QPalette& palette)
{
    return choose(palette, 0xff0072b2, 0xff56b4e9);
}

QColor testCurve(const QPalette& palette)
{
    return choose(palette, 0xffd55e00, 0xffe69f00);
}

QColor bestMarker(const QPalette& palette)
{
    return choose(palette, 0xff009e73, 0xff009e73);
}

QPen runPen(const QPalette& palette, std::size_t index)
{
    // Okabe and Ito's colours beside those of train, test and best; yellow and black only where they can be
    // seen.
    static constexpr std::array<QRgb, 4> light{0xffb3568a, 0xff8a6d00, 0xff333333, 0xff0b7fb8};
    static constexpr std::array<QRgb, 4> dark{0xffcc79a7, 0xfff0e442, 0xffd0d0d0, 0xff4aa3e0};
    static const std::array<Qt::PenStyle, 4> dashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine,
                                                    Qt::DashDotLine};
    const auto slot = index % light.size();
    QPen pen(choose(palette, light[slot], dark[slot]), 1.5);
    pen.setStyle(dashes[(index / light.size()) % dashes.size()]);
    return pen;
}

QColor noteText(const QPalette& palette)
{
    // As far toward the ground as 4.5:1 allows against both grounds that notes stand on.
    const auto text = palette.color(QPalette::Active, QPalette::WindowText);
    const auto window = palette.color(QPalette::Active, QPalette::Window);
    const auto base = palette.color(QPalette::Active, QPalette::Base);
    for (double share = 0.40; share > 0.0; share -= 0.05) {
        const auto color = mixed(text, window, share);
        if (contrast(color, window) >= 4.6 && contrast(color, base) >= 4.6) {
            return color;
        }
    }
    return text;
}

QColor errorText(const QPalette& palette)
{
    return choose(palette, 0xffb3261e, 0xffff8f85);
}

QColor warningText(const QPalette& palette)
{
    return choose(palette, 0xff8a4b00, 0xffffc266);
}

QColor goodText(const QPalette& palette)
{
    return choose(palette, 0xff00694c, 0xff4fd1a5);
}

QColor errorGround(const QPalette& palette)
{
    return choose(palette, 0xfffbe3e1, 0xff4a2523);
}

QColor warningGround(const QPalette& palette)
{
    return choose(palette, 0xfffdf0d9, 0xff44351c);
}

QColor infoGround(const QPalette& palette)
{
    return choose(palette, 0xffe2eef8, 0xff22384c);
}

QColor gridLine(const QPalette& palette)
{
    return mixed(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.10);
}

QColor separator(const QPalette& palette)
{
    return mixed(palette.color(QPalette::Window), palette.color(QPalette::WindowText), 0.16);
}

QColor pictureGround(const QPalette& palette)
{
    return choose(palette, 0xffd4d4d4, 0xff3a3a3a);
}

double contrast(const QColor& a, const QColor& b)
{
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

namespace {

QFont scaled(const QFont& body, double scale)
{
    QFont font(body);
    if (body.pointSizeF() > 0.0) {
        font.setPointSizeF(body.pointSizeF() * scale);
    } else {
        font.setPixelSize(static_cast<int>(std::lround(body.pixelSize() * scale)));
    }
    return font;
}

}  // namespace

QFont titleFont(const QFont& body)
{
    auto font = scaled(body, kTitleScale);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont noteFont(const QFont& body)
{
    return scaled(body, kNoteScale);
}

QFont figureFont(const QFont& body)
{
    QFont font(body);
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    font.setFeature("tnum", 1);
#else
    // Most interface fonts have figures of one width; where they have not, the system's fixed font has.
    const QFontMetricsF metrics(font);
    const auto width = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - width) > 0.01) {
            auto fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
            fixed.setPointSizeF(body.pointSizeF());
            return fixed;
        }
    }
#endif
    return font;
}

}  // namespace elbo::theme
