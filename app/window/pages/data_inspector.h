// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/dataset_view.h"
#include "core/data/data_config.h"
#include "widgets/field_form.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <string>

class QLabel;
class QPushButton;

namespace elbo {

class HistogramView;
class ProblemList;
class ReadOuts;

/// Right side of the Data page: the set's options with "Load", then what was found in the set that is loaded.
class DataInspector : public QWidget {
    Q_OBJECT

public:
    explicit DataInspector(QWidget* parent = nullptr);

    /// Shows the options of that kind of set with these values.
    void setConfig(const DataConfig& config);
    [[nodiscard]] DataConfig config() const;
    /// What is loaded; null: nothing. The options that it was loaded with make "Load" needless.
    void setSummary(const DatasetSummary* summary);
    void setLoading(bool loading);
    /// Whether this build can download: then sets that can be fetched offer it while they have no path.
    void setCanFetch(bool can);
    /// Asks for the paths of the options.
    void setBrowse(FieldForm::Browse browse);

Q_SIGNALS:
    void loadWanted(const elbo::DataConfig& config);
    void trainWanted();
    /// The set of that key is to be downloaded.
    void fetchWanted(const std::string& key);

private:
    void updateButtons();
    void showSplit(const DatasetSummary& summary);
    void showHistograms(const DatasetSummary& summary);
    void showProblems(const DatasetSummary& summary);

    std::string m_key = "rooms";
    std::optional<DataConfig> m_loaded;
    bool m_loading = false;
    bool m_canFetch = false;
    QLabel* m_heading = nullptr;
    QLabel* m_help = nullptr;
    FieldForm* m_form = nullptr;
    QPushButton* m_load = nullptr;
    QPushButton* m_fetch = nullptr;
    QPushButton* m_train = nullptr;
    QWidget* m_found = nullptr;
    ReadOuts* m_numbers = nullptr;
    QLabel* m_note = nullptr;
    HistogramView* m_color = nullptr;
    HistogramView* m_depth = nullptr;
    QLabel* m_problemsHeading = nullptr;
    ProblemList* m_problems = nullptr;
};

}  // namespace elbo
