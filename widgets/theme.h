// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>
#include <QtGui/QFont>
#include <QtGui/QIcon>
#include <QtGui/QPalette>
#include <QtGui/QPen>

#include <cstddef>
#include <optional>

class QWidget;

/// Colours by meaning, spacing, text sizes and icons: the one place the look is decided. Everything follows
/// the palette.
namespace elbo::theme {

inline constexpr int kStep = 4;        ///< every distance is a multiple of it, in device-independent pixels
inline constexpr int kControlGap = 8;  ///< between controls
inline constexpr int kPanelGap = 12;   ///< between panels
inline constexpr int kInspectorMinimum = 300;
inline constexpr int kInspectorMaximum = 420;
inline constexpr int kPictureMinimum = 48;  ///< the smallest picture of the strip
inline constexpr double kTitleScale = 1.4;
inline constexpr double kNoteScale = 0.9;

/// What the user chose in Settings; System leaves the palette of the platform where that fits the desktop's
/// choice.
enum class Scheme { System, Light, Dark };

[[nodiscard]] bool isDark(const QPalette& palette);
[[nodiscard]] QPalette lightPalette();
[[nodiscard]] QPalette darkPalette();
/// Gives the whole program that scheme's palette; widgets follow by their change events. Needs a
/// QApplication.
/// @param systemDark  what the desktop says of itself, if it does: with Scheme::System a platform's palette
/// that says otherwise is replaced by ours
void applyScheme(Scheme scheme, std::optional<bool> systemDark = std::nullopt);

/// Curves, after Okabe and Ito (2008), safe for colour-blind eyes; at least 3:1 against the palette's base.
[[nodiscard]] QColor trainCurve(const QPalette& palette);
[[nodiscard]] QColor testCurve(const QPalette& palette);
[[nodiscard]] QColor bestMarker(const QPalette& palette);
/// The pen of further runs, index from 0: the rest of the palette of colours, then again with dashes.
[[nodiscard]] QPen runPen(const QPalette& palette, std::size_t index);

/// Text that steps back (labels under pictures, notes): still 4.5:1 against window and base.
[[nodiscard]] QColor noteText(const QPalette& palette);
[[nodiscard]] QColor errorText(const QPalette& palette);    ///< 4.5:1 against window and base
[[nodiscard]] QColor warningText(const QPalette& palette);  ///< 4.5:1 against window and base
[[nodiscard]] QColor goodText(const QPalette& palette);     ///< 4.5:1 against window and base
[[nodiscard]] QColor errorGround(
    const QPalette& palette);  ///< behind the error bar; windowText has 4.5:1 on it
[[nodiscard]] QColor warningGround(const QPalette& palette);
[[nodiscard]] QColor infoGround(const QPalette& palette);
[[nodiscard]] QColor gridLine(const QPalette& palette);
[[nodiscard]] QColor separator(const QPalette& palette);
/// The neutral grey behind pictures.
[[nodiscard]] QColor pictureGround(const QPalette& palette);
/// Contrast ratio of two opaque colours, 1 to 21. Source: WCAG 2.1, relative luminance.
[[nodiscard]] double contrast(const QColor& a, const QColor& b);

[[nodiscard]] QFont titleFont(const QFont& body);
[[nodiscard]] QFont noteFont(const QFont& body);
/// The font with figures of one width each, so that changing numbers do not jump.
[[nodiscard]] QFont figureFont(const QFont& body);

/// A symbolic icon of resources/icons by its name ("train"), drawn in the palette's text colour at the moment
/// it is painted: it follows a change of theme by itself. An unknown name gives a null icon.
[[nodiscard]] QIcon icon(const QString& name);
/// The same in a fixed colour.
[[nodiscard]] QIcon icon(const QString& name, const QColor& color);

}  // namespace elbo::theme
