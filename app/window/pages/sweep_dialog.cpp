// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/sweep_dialog.h"

#include "app/window/frame/parts.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "widgets/theme.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QCompleter>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {
constexpr std::size_t kNamedRuns = 4;
constexpr int kFieldLetters = 22;
}  // namespace

SweepDialog::SweepDialog(RunConfig base, QWidget* parent)
    : QDialog(parent), m_base(std::move(base)), m_fields(joinedFields(m_base))
{
    setObjectName(QStringLiteral("sweepDialog"));
    setWindowTitle(tr("Sweep"));
    setMinimumWidth(560);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(theme::kControlGap);
    layout->addWidget(noteLabel(
        tr("A run for each value; of several settings a run for each combination. Values are separated by "
           "commas. Ranges: 1..8, 0.5..2+0.5 (steps), 0.001..1*10 (factors).")));
    m_layout = new QVBoxLayout;
    m_layout->setSpacing(theme::kControlGap);
    layout->addLayout(m_layout);
    auto* more = namedButton(tr("Another setting"), QStringLiteral("sweepAddField"));
    more->setIcon(theme::icon(QStringLiteral("add")));
    more->setAutoDefault(false);
    layout->addWidget(more, 0, Qt::AlignLeft);
    m_note = noteLabel({});
    m_note->setObjectName(QStringLiteral("sweepNote"));
    m_note->setAlignment(Qt::AlignTop);
    m_note->setMinimumHeight(3 * m_note->fontMetrics().lineSpacing());  // the buttons stay where they are
    layout->addWidget(m_note);
    layout->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setObjectName(QStringLiteral("sweepAdd"));
    buttons->button(QDialogButtonBox::Cancel)->setObjectName(QStringLiteral("sweepCancel"));
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(more, &QPushButton::clicked, this, &SweepDialog::addLine);
    addLine();
}

void SweepDialog::addLine()
{
    Line line;
    line.widget = new QWidget;
    auto* layout = new QHBoxLayout(line.widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    line.field = new QComboBox;
    line.field->setObjectName(QStringLiteral("sweepField"));
    line.field->setAccessibleName(tr("Setting"));
    line.field->setEditable(true);
    line.field->setInsertPolicy(QComboBox::NoInsert);
    line.field->setMinimumContentsLength(kFieldLetters);
    line.field->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    for (const auto& field : m_fields) {
        // Words as in the form, and the name that files and the command line have.
        const auto label = QCoreApplication::translate("elbo::Field", field.label.c_str());
        line.field->addItem(tr("%1 (%2)").arg(label, toQt(field.name)), toQt(field.name));
        line.field->setItemData(line.field->count() - 1,
                                QCoreApplication::translate("elbo::Field", field.help.c_str()),
                                Qt::ToolTipRole);
    }
    line.field->completer()->setFilterMode(Qt::MatchContains);
    line.field->completer()->setCompletionMode(QCompleter::PopupCompletion);
    line.field->completer()->setCaseSensitivity(Qt::CaseInsensitive);
    line.field->setCurrentIndex(-1);
    line.field->lineEdit()->setPlaceholderText(tr("Setting"));
    line.values = new QLineEdit;
    line.values->setObjectName(QStringLiteral("sweepValues"));
    line.values->setAccessibleName(tr("Values"));
    line.values->setPlaceholderText(tr("Values, such as 0.001, 0.003, 0.01"));
    auto* remove = new QToolButton;
    remove->setObjectName(QStringLiteral("sweepRemoveField"));
    remove->setIcon(theme::icon(QStringLiteral("close")));
    remove->setAutoRaise(true);
    remove->setToolTip(tr("Leave this setting as it is"));
    remove->setAccessibleName(remove->toolTip());
    layout->addWidget(line.field, 1);
    layout->addWidget(line.values, 1);
    layout->addWidget(remove);
    m_layout->addWidget(line.widget);
    connect(line.field, &QComboBox::currentTextChanged, this, &SweepDialog::plan);
    connect(line.values, &QLineEdit::textChanged, this, &SweepDialog::plan);
    connect(remove, &QToolButton::clicked, this, [this, widget = line.widget] { removeLine(widget); });
    m_lines.push_back(line);
    line.field->setFocus();
    plan();
}

void SweepDialog::removeLine(QWidget* widget)
{
    std::erase_if(m_lines, [widget](const Line& line) { return line.widget == widget; });
    widget->hide();
    widget->deleteLater();  // its own button is being clicked
    if (m_lines.empty()) {
        addLine();
    }
    plan();
}

std::string SweepDialog::nameOf(const Line& line) const
{
    const auto text = line.field->currentText().trimmed();
    const int row = line.field->findText(text, Qt::MatchFixedString);
    return row < 0 ? text.toStdString() : line.field->itemData(row).toString().toStdString();
}

void SweepDialog::plan()
{
    std::vector<std::string> sweeps;
    for (const auto& line : m_lines) {
        const auto name = nameOf(line);
        const auto values = line.values->text().trimmed();
        if (!name.empty() || !values.isEmpty()) {
            sweeps.push_back(name + "=" + values.toStdString());
        }
    }
    m_sweep = {};
    QString note = tr("Choose a setting and give its values.");
    if (!sweeps.empty()) {
        try {
            m_sweep = planSweep(m_base, sweeps);
            QStringList names;
            for (std::size_t i = 0; i < std::min(kNamedRuns, m_sweep.runs.size()); ++i) {
                names << toQt(m_sweep.runs[i].name);
            }
            if (m_sweep.runs.size() > kNamedRuns) {
                names << QStringLiteral("...");
            }
            const auto count = m_sweep.runs.size();
            note = count == 1 ? tr("1 run: %1").arg(names.front())
                              : tr("%1 runs: %2").arg(count).arg(names.join(QStringLiteral("; ")));
        } catch (...) {
            note = toQt(currentFailure().sentence);
        }
    }
    m_note->setText(note);
    m_ok->setEnabled(!m_sweep.runs.empty());
    const auto runs = m_sweep.runs.size();
    m_ok->setText(runs == 0 ? tr("Add runs") : runs == 1 ? tr("Add 1 run") : tr("Add %1 runs").arg(runs));
}

}  // namespace elbo
