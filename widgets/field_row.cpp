// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/field_row.h"

#include "core/base/error.h"
#include "widgets/number_edit.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

namespace elbo {

namespace {

/// Labels, units and help stand in core's tables in English; translations have them under this context.
QString translated(const std::string& text)
{
    return text.empty() ? QString() : QCoreApplication::translate("elbo::Field", text.c_str());
}

/// A wheel that passes over a closed list must not change it.
class QuietComboBox : public QComboBox {
public:
    using QComboBox::QComboBox;

protected:
    void wheelEvent(QWheelEvent* event) override
    {
        hasFocus() ? QComboBox::wheelEvent(event) : event->ignore();
    }
};

QString askForPath(QWidget* parent, const Field& field, const QString& current)
{
    const auto title = translated(field.label);
    if (field.choices.empty()) {
        return QFileDialog::getExistingDirectory(parent, title, current);
    }
    QStringList patterns;
    for (const auto& pattern : field.choices) {
        patterns.push_back(QString::fromStdString(pattern));
    }
    const auto filter = QStringLiteral("%1 (%2)").arg(title, patterns.join(QLatin1Char(' ')));
    return QFileDialog::getOpenFileName(parent, title, current, filter);
}

}  // namespace

FieldRow::FieldRow(Field field, QGridLayout* grid, QWidget* parent)
    : QObject(parent), m_field(std::move(field)), m_browse(askForPath)
{
    m_label = new QLabel(label(), parent);
    m_label->setWordWrap(true);
    m_label->setObjectName(QStringLiteral("label-") + name());
    makeControl(parent);
    m_control->setObjectName(QStringLiteral("field-") + name());
    m_control->setAccessibleName(label());
    m_control->setAccessibleDescription(translated(m_field.help));
    m_label->setBuddy(m_control);
    m_unit = new QLabel(translated(m_field.unit), parent);
    m_reason = new QLabel(parent);
    m_reason->setObjectName(QStringLiteral("problem-") + name());
    m_reason->setWordWrap(true);
    m_reason->setVisible(false);
    for (auto* widget : {static_cast<QWidget*>(m_label), m_control, static_cast<QWidget*>(m_unit)}) {
        widget->setToolTip(toolTip());
    }

    const auto row = grid->rowCount();
    grid->addWidget(m_label, row, 0);
    if (m_field.unit.empty()) {
        grid->addWidget(m_cell, row, 1, 1, 2);
    } else {
        grid->addWidget(m_cell, row, 1);
        grid->addWidget(m_unit, row, 2);
    }
    m_unit->setVisible(!m_field.unit.empty());
    grid->addWidget(m_reason, row + 1, 0, 1, 3);
    applyTheme(parent->palette(), parent->font());
    setValue(m_field.defaultValue);
}

void FieldRow::makeControl(QWidget* parent)
{
    switch (m_field.kind) {
        case FieldKind::Integer:
        case FieldKind::Real: {
            auto* edit = new NumberEdit(m_field, parent);
            connect(edit, &NumberEdit::numberTextChanged, this, &FieldRow::userEdited);
            m_control = edit;
            break;
        }
        case FieldKind::Boolean: {
            auto* box = new QCheckBox(parent);
            connect(box, &QCheckBox::toggled, this, &FieldRow::userEdited);
            m_control = box;
            break;
        }
        case FieldKind::Choice: {
            auto* box = new QuietComboBox(parent);
            box->setFocusPolicy(Qt::StrongFocus);
            box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
            box->setMinimumContentsLength(5);
            const bool labelled = m_field.choiceLabels.size() == m_field.choices.size();
            for (std::size_t i = 0; i < m_field.choices.size(); ++i) {
                box->addItem(translated(labelled ? m_field.choiceLabels[i] : m_field.choices[i]),
                             QString::fromStdString(m_field.choices[i]));
            }
            connect(box, &QComboBox::currentIndexChanged, this, &FieldRow::userEdited);
            m_control = box;
            break;
        }
        case FieldKind::Text: {
            auto* line = new QLineEdit(parent);
            connect(line, &QLineEdit::textChanged, this, &FieldRow::userEdited);
            m_control = line;
            break;
        }
        case FieldKind::Path:
            m_cell = makePathControl(parent);
            return;
    }
    m_cell = m_control;
}

QWidget* FieldRow::makePathControl(QWidget* parent)
{
    auto* cell = new QWidget(parent);
    auto* layout = new QHBoxLayout(cell);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kStep);
    auto* line = new QLineEdit(cell);
    auto* button = new QToolButton(cell);
    button->setIcon(theme::icon(QStringLiteral("folder")));
    button->setToolTip(tr("Choose..."));
    button->setAccessibleName(tr("Choose %1").arg(label()));
    button->setObjectName(QStringLiteral("browse-") + name());
    layout->addWidget(line, 1);
    layout->addWidget(button);
    connect(line, &QLineEdit::textChanged, this, &FieldRow::userEdited);
    connect(button, &QToolButton::clicked, this, [this, line] {
        const auto chosen = m_browse(line, m_field, line->text());
        if (!chosen.isEmpty()) {
            line->setText(chosen);
        }
    });
    m_control = line;
    m_browseButton = button;
    return cell;
}

QString FieldRow::label() const
{
    return translated(m_field.label);
}

QString FieldRow::toolTip() const
{
    auto text = QStringLiteral("<p><b>%1</b> <span>%2</span></p>")
                    .arg(label().toHtmlEscaped(), name().toHtmlEscaped());
    if (!m_field.help.empty()) {
        text += QStringLiteral("<p>%1</p>").arg(translated(m_field.help).toHtmlEscaped());
    }
    if (m_field.kind == FieldKind::Integer || m_field.kind == FieldKind::Real) {
        text += QStringLiteral("<p>%1</p>")
                    .arg((m_field.minimumExclusive ? tr("Above %1 and at most %2.") : tr("From %1 to %2."))
                             .arg(numberText(m_field.minimum, 8), numberText(m_field.maximum, 8)));
    }
    const auto standard = QString::fromStdString(fieldValueText(m_field.defaultValue));
    if (!standard.isEmpty()) {
        text += QStringLiteral("<p>%1</p>").arg(tr("Default: %1.").arg(standard.toHtmlEscaped()));
    }
    return text;
}

QString FieldRow::text() const
{
    if (const auto* edit = qobject_cast<const NumberEdit*>(m_control)) {
        return edit->text().trimmed();
    }
    if (const auto* box = qobject_cast<const QCheckBox*>(m_control)) {
        return box->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
    }
    if (const auto* box = qobject_cast<const QComboBox*>(m_control)) {
        return box->currentData().toString();
    }
    return qobject_cast<const QLineEdit*>(m_control)->text();
}

void FieldRow::setText(const QString& text)
{
    if (auto* edit = qobject_cast<NumberEdit*>(m_control)) {
        edit->setNumberText(text);
    } else if (auto* check = qobject_cast<QCheckBox*>(m_control)) {
        check->setChecked(text == QLatin1String("true"));
    } else if (auto* combo = qobject_cast<QComboBox*>(m_control)) {
        combo->setCurrentIndex(combo->findData(text));
    } else if (auto* line = qobject_cast<QLineEdit*>(m_control); line->text() != text) {
        line->setText(text);
    }
}

void FieldRow::setValue(const FieldValue& value)
{
    m_setting = true;
    // A number typed as "1e-4" that means the same is left as the user typed it.
    const auto shown = this->value();
    if (!shown.has_value() || *shown != value) {
        m_foreignProblem.clear();
        setText(QString::fromStdString(fieldValueText(value)));
    }
    m_setting = false;
    showProblem();
}

std::optional<FieldValue> FieldRow::value() const
{
    try {
        auto value = parseFieldValue(m_field, text().toStdString());
        if (fieldProblem(m_field, value).empty()) {
            return value;
        }
    } catch (const Error&) {
        // Shown as the row's problem.
    }
    return std::nullopt;
}

QString FieldRow::ownProblem() const
{
    if (value().has_value()) {
        return {};
    }
    const auto low = numberText(m_field.minimum, 8);
    const auto high = numberText(m_field.maximum, 8);
    switch (m_field.kind) {
        case FieldKind::Integer:
            return (m_field.minimumExclusive ? tr("Enter a whole number above %1 and at most %2.")
                                             : tr("Enter a whole number from %1 to %2."))
                .arg(low, high);
        case FieldKind::Real:
            return (m_field.minimumExclusive ? tr("Enter a number above %1 and at most %2.")
                                             : tr("Enter a number from %1 to %2."))
                .arg(low, high);
        case FieldKind::Choice:
            return tr("Choose one of the list.");
        case FieldKind::Boolean:
        case FieldKind::Text:
        case FieldKind::Path:
            break;
    }
    return tr("This cannot be used here.");
}

QString FieldRow::problem() const
{
    if (!m_visible) {
        return {};
    }
    const auto own = ownProblem();
    return own.isEmpty() ? m_foreignProblem : own;
}

void FieldRow::setForeignProblem(const QString& sentence)
{
    m_foreignProblem = sentence;
    showProblem();
}

void FieldRow::userEdited()
{
    if (m_setting) {
        return;
    }
    m_foreignProblem.clear();
    showProblem();
    Q_EMIT edited();
}

void FieldRow::showProblem()
{
    const auto reason = problem();
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
    // The control keeps the platform's style; its text turns to the error colour, which the reason repeats.
    QPalette own;
    if (!reason.isEmpty()) {
        own.setColor(QPalette::Text, theme::errorText(m_theme));
    }
    m_control->setPalette(own);
    m_control->setProperty("problem", !reason.isEmpty());
}

void FieldRow::applyTheme(const QPalette& palette, const QFont& font)
{
    // Only the role that differs: all others go on following the theme by themselves.
    m_theme = palette;
    QPalette own;
    own.setColor(QPalette::WindowText, theme::noteText(palette));
    m_unit->setPalette(own);
    m_unit->setFont(theme::noteFont(font));
    own.setColor(QPalette::WindowText, theme::errorText(palette));
    m_reason->setPalette(own);
    m_reason->setFont(theme::noteFont(font));
    showProblem();
}

void FieldRow::setVisible(bool visible)
{
    m_visible = visible;
    m_label->setVisible(visible);
    m_cell->setVisible(visible);
    m_unit->setVisible(visible && !m_field.unit.empty());
    showProblem();
}

void FieldRow::setEnabled(bool enabled)
{
    m_label->setEnabled(enabled);
    m_cell->setEnabled(enabled);
    m_unit->setEnabled(enabled);
}

void FieldRow::setReadOnly(bool readOnly)
{
    if (auto* edit = qobject_cast<NumberEdit*>(m_control)) {
        edit->setReadOnly(readOnly);
        edit->setButtonSymbols(readOnly ? QAbstractSpinBox::NoButtons : QAbstractSpinBox::UpDownArrows);
    } else if (auto* line = qobject_cast<QLineEdit*>(m_control)) {
        line->setReadOnly(readOnly);
        if (m_browseButton != nullptr) {
            m_browseButton->setEnabled(!readOnly);
        }
    } else {
        m_control->setEnabled(!readOnly);
    }
}

}  // namespace elbo
