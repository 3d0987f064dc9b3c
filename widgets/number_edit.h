// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"

#include <QtWidgets/QAbstractSpinBox>

namespace elbo {

/// A line for the whole and real numbers of a field, with arrows. Unlike Qt's spin boxes it takes any text,
/// so that "1e-4" and 64-bit seeds can be typed and a wrong value stays visible beside its reason.
class NumberEdit : public QAbstractSpinBox {
    Q_OBJECT

public:
    explicit NumberEdit(const Field& field, QWidget* parent = nullptr);

    void setNumberText(const QString& text);
    void stepBy(int steps) override;
    QValidator::State validate(QString& input, int& position) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void numberTextChanged(const QString& text);

protected:
    [[nodiscard]] StepEnabled stepEnabled() const override;
    void wheelEvent(QWheelEvent* event) override;

private:
    [[nodiscard]] double number(bool& known) const;

    Field m_field;
};

}  // namespace elbo
