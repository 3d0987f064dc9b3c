// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/run_form.h"

#include "app/window/frame/parts.h"
#include "app/window/session/data_title.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/data/registry.h"
#include "core/models/model_table.h"
#include "widgets/field_form.h"
#include "widgets/theme.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

/// Takes from `values` what the table has and what differs from its default.
FieldValues takeFields(const FieldValues& values, std::span<const Field> table)
{
    FieldValues taken;
    for (const auto& [name, value] : values.all()) {
        if (findField(table, name) != nullptr) {
            taken.set(name, value);
        }
    }
    return taken;
}

}  // namespace

RunForm::RunForm(QWidget* parent) : QWidget(parent)
{
    m_preset = new QComboBox;
    m_preset->setObjectName(QStringLiteral("preset"));
    m_preset->addItem(tr("Own settings"), QString());
    for (const auto& preset : presets()) {
        m_preset->addItem(toQt(preset.name), toQt(preset.name));
        m_preset->setItemData(m_preset->count() - 1, toQt(preset.title), Qt::ToolTipRole);
    }
    m_model = new QComboBox;
    m_model->setObjectName(QStringLiteral("model"));
    bool anyDepth = false;
    for (const auto& model : modelInfos()) {
        if (model.kind == ModelKind::Trained) {
            if (model.estimatesDepth && !std::exchange(anyDepth, true)) {
                m_model->insertSeparator(m_model->count());
            }
            m_model->addItem(toQt(model.title), toQt(model.key));
            m_model->setItemData(m_model->count() - 1, toQt(model.source), Qt::ToolTipRole);
        }
    }
    m_note = noteLabel({});
    m_form = new FieldForm;
    m_form->setObjectName(QStringLiteral("runForm"));

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    auto* top = new QFormLayout;
    top->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    top->addRow(tr("Preset"), m_preset);
    top->addRow(tr("Model"), m_model);
    layout->addLayout(top);
    layout->addWidget(m_note);
    layout->addWidget(m_form);
    connect(m_preset, &QComboBox::activated, this, [this] {
        const auto name = m_preset->currentData().toString();
        if (name.isEmpty()) {
            showPresetNote();
        } else {
            applyPreset(name.toStdString());
        }
    });
    connect(m_model, &QComboBox::activated, this, [this] {
        rebuildFields();
        Q_EMIT changed();
    });
    const auto tell = [this] {
        if (!m_setting) {
            Q_EMIT changed();
        }
    };
    connect(m_form, &FieldForm::changed, this, tell);
    connect(m_form, &FieldForm::validityChanged, this, tell);
    rebuildFields();
    showPresetNote();
}

std::vector<Field> RunForm::shownTrainingFields() const
{
    std::vector<Field> fields(trainingFields().begin(), trainingFields().end());
    const auto device = std::ranges::find(fields, "device", &Field::name);
    if (device != fields.end()) {
        device->kind = FieldKind::Choice;
        device->choices = {"auto"};
        device->choiceLabels = {tr("Automatic").toStdString()};
        for (const auto& choice : m_devices) {
            device->choices.push_back(choice.key);
            device->choiceLabels.push_back(choice.key + " (" + choice.title + ")");
        }
        if (std::ranges::find(device->choices, m_deviceInUse) == device->choices.end()) {
            device->choices.push_back(m_deviceInUse);
            device->choiceLabels.push_back(m_deviceInUse);
        }
    }
    return fields;
}

void RunForm::rebuildFields()
{
    m_setting = true;
    const auto values = m_form->values();
    const auto& model = findModelInfo(m_model->currentData().toString().toStdString());
    auto training = shownTrainingFields();
    // What says nothing to this kind of network is not asked for.
    std::erase_if(training, [&model](const Field& field) {
        const bool ofVaes =
            field.name.starts_with("beta") || field.name == "binarise" || field.name == "best_by";
        return model.estimatesDepth ? ofVaes : field.name == "crop_size";
    });
    m_form->setSections({{{}, model.fields}, {tr("Training"), training}});
    m_form->setValues(values);
    m_setting = false;
}

void RunForm::setDevices(const std::vector<DeviceChoice>& devices)
{
    m_devices = devices;
    rebuildFields();
}

void RunForm::setData(const std::optional<DataConfig>& loaded)
{
    m_data = loaded;
    showPresetNote();
    Q_EMIT changed();
}

void RunForm::setConfig(const RunConfig& config)
{
    m_preset->setCurrentIndex(std::max(0, m_preset->findData(toQt(config.preset))));
    m_model->setCurrentIndex(std::max(0, m_model->findData(toQt(config.model.key))));
    m_deviceInUse = config.text("device");
    rebuildFields();
    m_setting = true;
    auto values = config.model.fields;
    for (const auto& [name, value] : config.training.fields.all()) {
        values.set(name, value);
    }
    m_form->setValues(values);
    m_setting = false;
    showPresetNote();
    Q_EMIT changed();
}

void RunForm::applyPreset(const std::string& name)
{
    setConfig(findPreset(name).config);
}

void RunForm::showPresetNote()
{
    const auto name = m_preset->currentData().toString().toStdString();
    QString note;
    if (!name.empty()) {
        const auto& preset = findPreset(name);
        note = toQt(preset.title) + QLatin1Char('.');
        if (m_data && m_data->key != preset.config.data.key) {
            note += QLatin1Char(' ') +
                    tr("The preset is meant for %1; this run trains on %2.")
                        .arg(toQt(findDataSet(preset.config.data.key).title), dataTitle(*m_data));
        }
    }
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

RunConfig RunForm::config() const
{
    RunConfig config;
    config.preset = m_preset->currentData().toString().toStdString();
    config.model.key = m_model->currentData().toString().toStdString();
    const auto values = m_form->changedValues();
    config.model.fields = takeFields(values, findModelInfo(config.model.key).fields);
    config.training.fields = takeFields(values, trainingFields());
    if (m_data) {
        config.data = *m_data;
    } else if (!config.preset.empty()) {
        config.data = findPreset(config.preset).config.data;
    }
    return config;
}

void RunForm::setReadOnly(bool readOnly)
{
    m_preset->setEnabled(!readOnly);
    m_model->setEnabled(!readOnly);
    m_form->setReadOnly(readOnly);
}

QString RunForm::state() const
{
    auto run = config();
    run.data = {};
    return toQt(toJson(run).dump());
}

void RunForm::restore(const QString& state)
{
    const auto json = nlohmann::json::parse(state.toStdString(), nullptr, /*allow_exceptions=*/false);
    try {
        setConfig(runConfigFromJson(json));
    } catch (const Error&) {
        applyPreset("quick/rgbd-vae");
    }
}

void RunForm::setAdvancedShown(bool shown)
{
    m_form->setAdvancedShown(shown);
}

bool RunForm::advancedShown() const
{
    return m_form->advancedShown();
}

QString RunForm::problem() const
{
    if (!m_form->isValid()) {
        return m_form->problems().value(0);
    }
    auto run = config();
    if (m_data) {
        run.data = {};  // its files are looked at when it is loaded, not for each letter that is typed
    } else {
        if (run.preset.empty()) {
            return tr("Load a data set on the Data page first, or choose a quick preset.");
        }
        if (!problems(run.data).empty()) {
            return tr("This preset needs %1: load the set on the Data page first.")
                .arg(toQt(findDataSet(run.data.key).title));
        }
    }
    const auto all = problems(run);
    return all.empty() ? QString() : toQt(all.front());
}

}  // namespace elbo
