// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QLabel>

class QHBoxLayout;
class QPushButton;
class QVBoxLayout;

namespace elbo {

/// A line that ends in dots where its text has no room, and then tells the whole text as its tool tip. Never
/// widens what it stands in.
class ElidedLabel : public QLabel {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
};

/// Heading of a group in an inspector.
[[nodiscard]] QLabel* sectionHeading(const QString& text);
/// A wrapping line in the note size, in the colour of notes.
[[nodiscard]] QLabel* noteLabel(const QString& text);
/// The one button of a page that goes on: bold, taller.
[[nodiscard]] QPushButton* primaryButton(const QString& text, const QString& objectName);
[[nodiscard]] QPushButton* namedButton(const QString& text, const QString& objectName);
/// A new row of controls at the end of an inspector's layout.
QHBoxLayout* controlLine(QVBoxLayout& layout);
/// The margins and distances of an inspector.
QVBoxLayout* inspectorLayout(QWidget* inspector);

}  // namespace elbo
