// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_edit.h"

#include <QtGui/QWheelEvent>
#include <QtWidgets/QLineEdit>

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {

NumberEdit::NumberEdit(const Field& field, QWidget* parent) : QAbstractSpinBox(parent), m_field(field)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccelerated(true);
    connect(lineEdit(), &QLineEdit::textChanged, this, &NumberEdit::numberTextChanged);
}

void NumberEdit::setNumberText(const QString& text)
{
    if (lineEdit()->text() != text) {
        lineEdit()->setText(text);
    }
}

double NumberEdit::number(bool& known) const
{
    return lineEdit()->text().trimmed().toDouble(&known);
}

void NumberEdit::stepBy(int steps)
{
    bool known = false;
    auto value = number(known);
    if (!known || !std::isfinite(value)) {
        return;
    }
    if (m_field.kind == FieldKind::Integer) {
        bool whole = false;
        const auto old = lineEdit()->text().trimmed().toLongLong(&whole);
        if (!whole) {
            return;
        }
        // Powers of two for sizes on a logarithmic scale, else the field's step; seeds keep all their 64
        // bits.
        const auto step = std::max<qint64>(1, static_cast<qint64>(m_field.step));
        auto next = static_cast<double>(old) + static_cast<double>(step) * steps;
        if (m_field.logarithmic) {
            next = std::max(1.0, static_cast<double>(old)) * std::pow(2.0, steps);
        }
        next = std::clamp(next, m_field.minimum + (m_field.minimumExclusive ? 1.0 : 0.0), m_field.maximum);
        const bool exact = std::abs(next) < 9.0e15;
        setNumberText(QString::number(exact ? static_cast<qint64>(std::llround(next)) : old + step * steps));
    } else {
        if (m_field.logarithmic) {
            // 1, 2, 5, 10: three steps a decade.
            static constexpr double kMarks[] = {1.0, 2.0, 5.0};
            const auto logarithm =
                value > 0.0 ? std::log10(value) : std::log10(std::max(m_field.minimum, 1e-8));
            auto decade = std::floor(logarithm + 1e-9);
            const auto mantissa = std::pow(10.0, logarithm - decade);
            int mark = mantissa > 4.99 ? 2 : mantissa > 1.99 ? 1 : 0;
            mark += steps;
            decade += std::floor(mark / 3.0);
            value = kMarks[((mark % 3) + 3) % 3] * std::pow(10.0, decade);
        } else {
            value += m_field.step * steps;
        }
        const auto lowest =
            m_field.minimumExclusive ? std::nextafter(m_field.minimum, m_field.maximum) : m_field.minimum;
        if (value < lowest && m_field.minimumExclusive) {
            return;
        }
        value = std::clamp(value, lowest, m_field.maximum);
        setNumberText(QString::number(value, 'g', 10));
    }
    selectAll();
}

QValidator::State NumberEdit::validate(QString& /*input*/, int& /*position*/) const
{
    return QValidator::Acceptable;
}

NumberEdit::StepEnabled NumberEdit::stepEnabled() const
{
    bool known = false;
    const auto value = number(known);
    if (!known || isReadOnly()) {
        return StepNone;
    }
    StepEnabled enabled = StepNone;
    enabled |= value < m_field.maximum ? StepUpEnabled : StepNone;
    enabled |= value > m_field.minimum ? StepDownEnabled : StepNone;
    return enabled;
}

void NumberEdit::wheelEvent(QWheelEvent* event)
{
    // A form is scrolled with the wheel: the pointer passing over a field must not change it.
    if (hasFocus()) {
        QAbstractSpinBox::wheelEvent(event);
    } else {
        event->ignore();
    }
}

QSize NumberEdit::sizeHint() const
{
    auto hint = QAbstractSpinBox::sizeHint();
    hint.setWidth(fontMetrics().horizontalAdvance(QLatin1Char('0')) * 12 + 36);
    return hint;
}

QSize NumberEdit::minimumSizeHint() const
{
    auto hint = sizeHint();
    hint.setWidth(fontMetrics().horizontalAdvance(QLatin1Char('0')) * 5 + 30);
    return hint;
}

}  // namespace elbo
