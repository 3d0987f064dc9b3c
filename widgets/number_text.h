// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace elbo {

/// A number as a person reads it, at most `digits` significant ones: "1,234", "0.00012", "-16,384", "1.2e-7",
/// "n/a" for NaN and "∞". Thousands are grouped, trailing zeros kept out; C locale, so that it can be pasted.
[[nodiscard]] QString numberText(double value, int digits = 5);
/// A number of an axis of that step: as many decimals as the step needs, thousands grouped, and from steps of
/// 1,000 on with SI letters ("12k", "1.5M").
[[nodiscard]] QString axisNumberText(double value, double step);
/// "4.2 s", "42 s", "3 min 20 s", "2 h 05 min"; negative or infinite: "unknown".
[[nodiscard]] QString durationText(double seconds);
/// For estimates, in the unit of which there are at least two: "a second", "40 seconds", "42 hours", "3
/// days".
[[nodiscard]] QString roughDurationText(double seconds);
/// "512 KB", "1.4 GB" (powers of 1000).
[[nodiscard]] QString byteText(double bytes);

}  // namespace elbo
