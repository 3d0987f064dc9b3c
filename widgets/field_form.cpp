// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/field_form.h"

#include "widgets/field_row.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

namespace {

QGridLayout* makeGrid(QWidget* parent)
{
    auto* grid = new QGridLayout(parent);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(theme::kControlGap);
    grid->setVerticalSpacing(theme::kStep);
    grid->setColumnStretch(0, 5);
    grid->setColumnStretch(1, 5);
    grid->setColumnStretch(2, 2);
    // The middle column begins at the same place in every section, whatever its labels.
    grid->setColumnMinimumWidth(0, 96);
    grid->setColumnMinimumWidth(2, 48);
    return grid;
}

QLabel* makeHeading(const QString& text, QWidget* parent)
{
    auto* heading = new QLabel(text, parent);
    auto font = heading->font();
    font.setWeight(QFont::DemiBold);
    heading->setFont(font);
    heading->setContentsMargins(0, theme::kControlGap, 0, 0);
    return heading;
}

}  // namespace

FieldForm::FieldForm(QWidget* parent) : QWidget(parent)
{
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(theme::kControlGap);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

FieldForm::~FieldForm() = default;

void FieldForm::setFields(std::vector<Field> fields)
{
    setSections({{QString(), std::move(fields)}});
}

void FieldForm::setSections(std::vector<FieldSection> sections)
{
    const auto kept = values();
    m_sections = std::move(sections);
    m_setting = true;
    rebuild();
    for (auto* row : m_rows) {
        // What the user chose stays when the new table has a field of that name that can take it.
        const auto& field = row->field();
        if (kept.has(field.name) && fieldProblem(field, kept.all().at(field.name)).empty()) {
            row->setValue(kept.all().at(field.name));
        }
        row->setReadOnly(m_readOnly);
    }
    m_setting = false;
    updateValidity();
    Q_EMIT changed();
}

void FieldForm::rebuild()
{
    m_rows.clear();
    m_advanced = nullptr;
    delete m_body;
    m_body = new QWidget(this);
    auto* layout = new QVBoxLayout(m_body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    m_layout->addWidget(m_body);

    // One grid for all sections: labels and controls begin at the same places whatever stands in them.
    const auto addSections = [this](bool advanced, QVBoxLayout* into, QWidget* parent) {
        auto* part = new QWidget(parent);
        auto* grid = makeGrid(part);
        into->addWidget(part);
        for (const auto& section : m_sections) {
            bool headed = section.title.isEmpty();
            for (const auto& field : section.fields) {
                if (field.advanced != advanced) {
                    continue;
                }
                if (!headed) {
                    grid->addWidget(makeHeading(section.title, part), grid->rowCount(), 0, 1, 3);
                    headed = true;
                }
                addRow(field, grid, part);
            }
        }
    };
    addSections(false, layout, m_body);
    const auto plain = m_rows.size();
    auto* fold = new QToolButton(m_body);
    m_advanced = new QWidget(m_body);
    auto* folded = new QVBoxLayout(m_advanced);
    folded->setContentsMargins(0, 0, 0, 0);
    folded->setSpacing(theme::kControlGap);
    addSections(true, folded, m_advanced);
    const bool any = m_rows.size() > plain;
    fold->setObjectName(QStringLiteral("advanced-fields"));
    fold->setText(tr("Advanced"));
    fold->setToolTip(tr("Show or hide the settings that are seldom changed"));
    fold->setCheckable(true);
    fold->setAutoRaise(true);
    fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    fold->setVisible(any);
    connect(fold, &QToolButton::toggled, this, &FieldForm::setAdvancedShown);
    layout->addWidget(fold);
    layout->addWidget(m_advanced);
    setAdvancedShown(m_advancedShown);
}

void FieldForm::addRow(const Field& field, QGridLayout* grid, QWidget* parent)
{
    auto* row = new FieldRow(field, grid, parent);
    if (m_browse) {
        row->setBrowse(m_browse);
    }
    connect(row, &FieldRow::edited, this, [this, row] { rowChanged(*row); });
    // Not its parent's, which is new and has not yet heard of the window that the form stands in.
    row->applyTheme(palette(), font());
    m_rows.push_back(row);
}

void FieldForm::setAdvancedShown(bool shown)
{
    m_advancedShown = shown;
    if (m_advanced == nullptr) {
        return;
    }
    m_advanced->setVisible(shown);
    auto* fold = m_body->findChild<QToolButton*>(QStringLiteral("advanced-fields"));
    fold->setChecked(shown);
    fold->setIcon(theme::icon(shown ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
}

bool FieldForm::advancedShown() const
{
    return m_advancedShown;
}

std::vector<Field> FieldForm::fields() const
{
    std::vector<Field> result;
    for (const auto* row : m_rows) {
        result.push_back(row->field());
    }
    return result;
}

FieldRow* FieldForm::row(const QString& name) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&name](const FieldRow* row) { return row->name() == name; });
    return found == m_rows.end() ? nullptr : *found;
}

void FieldForm::setValues(const FieldValues& values)
{
    const auto before = this->values();
    m_setting = true;
    for (auto* row : m_rows) {
        const auto& name = row->field().name;
        row->setValue(values.has(name) ? values.all().at(name) : row->field().defaultValue);
    }
    m_setting = false;
    updateValidity();
    if (!(this->values() == before)) {
        Q_EMIT changed();
    }
}

void FieldForm::setValue(const QString& name, const FieldValue& value)
{
    if (auto* found = row(name)) {
        const auto before = found->value();
        found->setValue(value);
        updateValidity();
        if (found->value() != before) {
            Q_EMIT changed();
        }
    }
}

FieldValues FieldForm::values() const
{
    FieldValues result;
    for (const auto* row : m_rows) {
        if (auto value = row->value()) {
            result.set(row->field().name, std::move(*value));
        }
    }
    return result;
}

FieldValues FieldForm::changedValues() const
{
    FieldValues result;
    for (const auto* row : m_rows) {
        if (auto value = row->value(); value.has_value() && *value != row->field().defaultValue) {
            result.set(row->field().name, std::move(*value));
        }
    }
    return result;
}

bool FieldForm::isValid() const
{
    return std::all_of(m_rows.begin(), m_rows.end(),
                       [](const FieldRow* row) { return row->problem().isEmpty(); });
}

QStringList FieldForm::problems() const
{
    QStringList result;
    for (const auto* row : m_rows) {
        if (const auto problem = row->problem(); !problem.isEmpty()) {
            result << tr("%1: %2").arg(row->label(), problem);
        }
    }
    return result;
}

void FieldForm::setProblem(const QString& name, const QString& sentence)
{
    if (auto* found = row(name)) {
        found->setForeignProblem(sentence);
        updateValidity();
    }
}

void FieldForm::setFieldVisible(const QString& name, bool visible)
{
    if (auto* found = row(name)) {
        found->setVisible(visible);
        updateValidity();
    }
}

void FieldForm::setFieldEnabled(const QString& name, bool enabled)
{
    if (auto* found = row(name)) {
        found->setEnabled(enabled);
    }
}

void FieldForm::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
    for (auto* row : m_rows) {
        row->setReadOnly(readOnly);
    }
}

void FieldForm::setBrowse(Browse browse)
{
    m_browse = std::move(browse);
    for (auto* row : m_rows) {
        row->setBrowse(m_browse);
    }
}

void FieldForm::rowChanged(FieldRow& row)
{
    if (m_setting) {
        return;
    }
    updateValidity();
    Q_EMIT edited(row.name());
    Q_EMIT changed();
}

void FieldForm::updateValidity()
{
    const bool valid = isValid();
    if (!valid && std::any_of(m_rows.begin(), m_rows.end(), [](const FieldRow* row) {
            return row->field().advanced && !row->problem().isEmpty();
        })) {
        // What keeps Start off must be seen.
        setAdvancedShown(true);
    }
    if (valid != m_valid) {
        m_valid = valid;
        Q_EMIT validityChanged(valid);
    }
}

void FieldForm::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        for (auto* row : m_rows) {
            row->applyTheme(palette(), font());
        }
    }
}

}  // namespace elbo
