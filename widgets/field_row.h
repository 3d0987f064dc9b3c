// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtGui/QFont>
#include <QtGui/QPalette>

#include <functional>
#include <optional>

class QGridLayout;
class QLabel;
class QWidget;

namespace elbo {

/// One field of a form: its widgets in three columns (label, control, unit) and the reason below.
class FieldRow : public QObject {
    Q_OBJECT

public:
    using Browse = std::function<QString(QWidget* parent, const Field& field, const QString& current)>;

    /// Adds itself to the next two rows of `grid`.
    FieldRow(Field field, QGridLayout* grid, QWidget* parent);

    [[nodiscard]] const Field& field() const { return m_field; }
    [[nodiscard]] QString name() const { return QString::fromStdString(m_field.name); }
    [[nodiscard]] QString label() const;
    [[nodiscard]] QWidget* control() const { return m_control; }

    /// Shows the value without edited(); a value of another kind is ignored.
    void setValue(const FieldValue& value);
    /// The value shown; empty when there is a problem.
    [[nodiscard]] std::optional<FieldValue> value() const;
    /// Why the value shown cannot be used; empty when it can or the row is hidden.
    [[nodiscard]] QString problem() const;
    void setForeignProblem(const QString& sentence);

    void setVisible(bool visible);
    void setEnabled(bool enabled);
    void setReadOnly(bool readOnly);
    void setBrowse(Browse browse) { m_browse = std::move(browse); }
    void showProblem();
    /// @param palette  the form's: when the theme changes, widgets inside the form still have the old one
    void applyTheme(const QPalette& palette, const QFont& font);

Q_SIGNALS:
    void edited();

private:
    void makeControl(QWidget* parent);
    QWidget* makePathControl(QWidget* parent);
    void userEdited();
    [[nodiscard]] QString text() const;
    void setText(const QString& text);
    [[nodiscard]] QString ownProblem() const;
    [[nodiscard]] QString toolTip() const;

    Field m_field;
    QLabel* m_label = nullptr;
    QLabel* m_unit = nullptr;
    QLabel* m_reason = nullptr;
    QWidget* m_cell = nullptr;     ///< what stands in the middle column
    QWidget* m_control = nullptr;  ///< the one that has the value
    QWidget* m_browseButton = nullptr;
    QPalette m_theme;
    QString m_foreignProblem;
    Browse m_browse;
    bool m_visible = true;
    bool m_setting = false;
};

}  // namespace elbo
