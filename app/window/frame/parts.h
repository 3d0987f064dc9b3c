// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

class QLabel;
class QPushButton;
class QVBoxLayout;
class QWidget;

namespace elbo {

/// Heading of a group in an inspector.
[[nodiscard]] QLabel* sectionHeading(const QString& text);
/// A wrapping line in the note size, in the colour of notes.
[[nodiscard]] QLabel* noteLabel(const QString& text);
/// The one button of a page that goes on: bold, taller.
[[nodiscard]] QPushButton* primaryButton(const QString& text, const QString& objectName);
/// The margins and distances of an inspector.
QVBoxLayout* inspectorLayout(QWidget* inspector);

}  // namespace elbo
