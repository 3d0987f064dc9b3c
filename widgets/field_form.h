// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"

#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

#include <functional>
#include <memory>
#include <string>
#include <vector>

class QGridLayout;
class QVBoxLayout;

namespace elbo {

class FieldRow;

/// Fields under a heading of their own; an empty title gives none.
struct FieldSection {
    QString title;
    std::vector<Field> fields;
};

/// A form made from a table of fields: label, control and unit a row, help as tool tip, advanced fields
/// folded away. A value that cannot be used is marked, with the reason under it. Controls are named
/// "field-NAME", reasons "problem-NAME", the fold "advanced-fields".
class FieldForm : public QWidget {
    Q_OBJECT

public:
    /// Shows a dialog for a Path field and gives the chosen path, empty when the user went back.
    using Browse = std::function<QString(QWidget* parent, const Field& field, const QString& current)>;

    explicit FieldForm(QWidget* parent = nullptr);
    ~FieldForm() override;

    void setFields(std::vector<Field> fields);
    void setSections(std::vector<FieldSection> sections);
    /// All fields, in the order shown.
    [[nodiscard]] std::vector<Field> fields() const;

    /// Shows these values; fields that are missing show their default. Names that no field has are ignored.
    /// Says changed() once when anything differs from what was shown.
    void setValues(const FieldValues& values);
    void setValue(const QString& name, const FieldValue& value);
    /// The values of all fields that can be used (defaults written out); a field with a problem is left out.
    [[nodiscard]] FieldValues values() const;
    /// Only what differs from the defaults.
    [[nodiscard]] FieldValues changedValues() const;

    [[nodiscard]] bool isValid() const;
    /// A sentence for each field that cannot be used, in the order shown.
    [[nodiscard]] QStringList problems() const;
    /// Marks a field with a reason the form cannot know ("too large for 795 images"); empty takes it away. It
    /// counts as a problem until the field changes or it is taken away.
    void setProblem(const QString& name, const QString& sentence);
    /// Hides a field that does not apply now; a hidden field is never a problem and keeps its value.
    void setFieldVisible(const QString& name, bool visible);
    void setFieldEnabled(const QString& name, bool enabled);
    /// Shown, can be read and copied, cannot be changed: while a run trains.
    void setReadOnly(bool readOnly);
    void setAdvancedShown(bool shown);
    [[nodiscard]] bool advancedShown() const;
    /// Replaces QFileDialog: for tests, and for folders or files only.
    void setBrowse(Browse browse);

Q_SIGNALS:
    /// A value changed, by the user or by setValues; also when it became a problem or ceased to be one.
    void changed();
    /// The user (not the program) changed that field.
    void edited(const QString& name);
    void validityChanged(bool valid);

protected:
    void changeEvent(QEvent* event) override;

private:
    void rebuild();
    void addRow(const Field& field, QGridLayout* grid, QWidget* parent);
    void rowChanged(FieldRow& row);
    void updateValidity();
    [[nodiscard]] FieldRow* row(const QString& name) const;

    std::vector<FieldSection> m_sections;
    std::vector<FieldRow*> m_rows;  ///< owned by m_body
    QVBoxLayout* m_layout = nullptr;
    QWidget* m_body = nullptr;
    QWidget* m_advanced = nullptr;
    Browse m_browse;
    bool m_readOnly = false;
    bool m_advancedShown = false;
    bool m_valid = true;
    bool m_setting = false;
};

}  // namespace elbo
