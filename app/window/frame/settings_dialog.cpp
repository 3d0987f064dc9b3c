// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/settings_dialog.h"

#include "app/window/frame/dialogs.h"
#include "app/window/frame/parts.h"
#include "app/window/session/text.h"
#include "widgets/theme.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>
#include <vector>

namespace elbo {

namespace {

constexpr double kGigabyte = 1e9;

QComboBox* choices(const QString& name, const std::vector<std::pair<QString, QString>>& items,
                   const QString& current)
{
    auto* box = new QComboBox;
    box->setObjectName(name);
    for (const auto& [key, title] : items) {
        box->addItem(title, key);
    }
    box->setCurrentIndex(std::max(0, box->findData(current)));
    return box;
}

}  // namespace

SettingsDialog::SettingsDialog(const Preferences& preferences, const Dialogs& dialogs, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("settingsDialog"));
    setWindowTitle(tr("Settings"));
    setMinimumWidth(520);
    m_runs = new QLineEdit(toQt(preferences.settings.runsFolder));
    m_runs->setObjectName(QStringLiteral("runsFolder"));
    auto* browse = new QPushButton(tr("Choose..."));
    auto* runs = new QHBoxLayout;
    runs->addWidget(m_runs, 1);
    runs->addWidget(browse);
    m_cache = new QDoubleSpinBox;
    m_cache->setObjectName(QStringLiteral("cacheSize"));
    m_cache->setRange(0.1, 10000);
    m_cache->setDecimals(1);
    m_cache->setSuffix(tr(" GB"));
    m_cache->setValue(static_cast<double>(preferences.settings.cacheBytes) / kGigabyte);
    m_cache->setToolTip(tr("Prepared data sets are kept up to this size; the least recently used go first."));
    m_scheme = choices(QStringLiteral("scheme"),
                       {{QStringLiteral("system"), tr("As the system")},
                        {QStringLiteral("light"), tr("Light")},
                        {QStringLiteral("dark"), tr("Dark")}},
                       preferences.scheme);
    m_map = choices(QStringLiteral("depthMap"),
                    {{QStringLiteral("turbo"), tr("Turbo")}, {QStringLiteral("viridis"), tr("Viridis")}},
                    preferences.depthMap);
    m_problem = noteLabel({});
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Runs live in"), runs);
    form->addRow(tr("Cache of prepared sets"), m_cache);
    form->addRow(tr("Theme"), m_scheme);
    form->addRow(tr("Colours of depth"), m_map);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(theme::kPanelGap);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    connect(browse, &QPushButton::clicked, this, [this, &dialogs] {
        const auto folder = dialogs.chooseFolder(this, tr("Where runs live"));
        if (!folder.isEmpty()) {
            m_runs->setText(folder);
        }
    });
    connect(m_runs, &QLineEdit::textChanged, this, &SettingsDialog::check);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

void SettingsDialog::check()
{
    const bool absolute = toPath(m_runs->text()).is_absolute();
    m_problem->setText(absolute ? QString()
                                : tr("Give the folder of runs with its full path, beginning with /."));
    m_problem->setVisible(!absolute);
    m_ok->setEnabled(absolute);
}

Preferences SettingsDialog::preferences() const
{
    Preferences preferences;
    preferences.settings.runsFolder = toPath(m_runs->text());
    preferences.settings.cacheBytes = static_cast<std::uint64_t>(m_cache->value() * kGigabyte);
    preferences.scheme = m_scheme->currentData().toString();
    preferences.depthMap = m_map->currentData().toString();
    return preferences;
}

}  // namespace elbo
