// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/devices.h"
#include "core/training/run_config.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

class QComboBox;
class QLabel;

namespace elbo {

class FieldForm;

/// Preset, model and every field of a run, made from the tables of core.
class RunForm : public QWidget {
    Q_OBJECT

public:
    explicit RunForm(QWidget* parent = nullptr);

    /// The devices that the device field offers.
    void setDevices(const std::vector<DeviceChoice>& devices);
    /// The set to train on; without one a preset that brings its own is used.
    void setData(const std::optional<DataConfig>& loaded);
    void setConfig(const RunConfig& config);
    void applyPreset(const std::string& name);
    [[nodiscard]] RunConfig config() const;
    /// Preset, model and fields as a text for the next start; the data are not part of it.
    [[nodiscard]] QString state() const;
    /// What state() gave; the quick preset when it is empty or of another program.
    void restore(const QString& state);
    void setAdvancedShown(bool shown);
    [[nodiscard]] bool advancedShown() const;
    void setReadOnly(bool readOnly);

    /// Why Start is off, the first reason; empty when the run can start.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();

private:
    void rebuildFields();
    void showPresetNote();
    [[nodiscard]] std::vector<Field> shownTrainingFields() const;

    QComboBox* m_preset = nullptr;
    QComboBox* m_model = nullptr;
    QLabel* m_note = nullptr;
    FieldForm* m_form = nullptr;
    std::vector<DeviceChoice> m_devices;
    std::optional<DataConfig> m_data;
    std::string m_deviceInUse = "auto";  ///< kept as a choice even when this machine lacks it
    bool m_setting = false;
};

}  // namespace elbo
