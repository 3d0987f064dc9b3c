// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QAbstractTableModel>
#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QString>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidget>

#include <cstdint>
#include <optional>
#include <vector>

class QLineEdit;
class QTableView;

namespace elbo {

/// How a run stands; the same cases as core's RunState, and Paused, which only the window knows.
enum class RunRowState { Running, Paused, Completed, Stopped, Failed, Interrupted };

struct RunRow {
    QString id;  ///< the run's folder: unique
    QString name;
    QString data;   ///< title of the data set
    QString model;  ///< title of the model
    RunRowState state = RunRowState::Interrupted;
    bool elsewhere = false;  ///< it trains, in another process than this window
    std::int64_t epochs = 0;
    std::optional<double> testMse;
    std::optional<double> testElbo;
    bool bestOnTest = false;  ///< the figures were chosen on test images: labelled so
    QString createdUtc;       ///< ISO 8601, sorts as text
    QString toolTip;
    bool operator==(const RunRow&) const = default;
};

class RunListModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, State, Data, Model, Epochs, Mse, Elbo, ColumnCount };
    enum Role { IdRole = Qt::UserRole, SortRole };

    explicit RunListModel(QObject* parent = nullptr);

    /// The whole list; rows that stay keep their place, so that selections and scroll positions live on.
    void setRuns(std::vector<RunRow> runs);
    /// Adds the run or changes the one of that id.
    void updateRun(const RunRow& run);
    void removeRun(const QString& id);
    [[nodiscard]] const std::vector<RunRow>& runs() const { return m_runs; }
    [[nodiscard]] const RunRow* run(const QString& id) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

    [[nodiscard]] static QString stateText(RunRowState state);

private:
    [[nodiscard]] QVariant display(const RunRow& run, int column) const;
    [[nodiscard]] QVariant sortValue(const RunRow& run, int column) const;

    std::vector<RunRow> m_runs;
};

/// The list of runs with a filter line; newest first.
class RunList : public QWidget {
    Q_OBJECT

public:
    explicit RunList(QWidget* parent = nullptr);

    [[nodiscard]] RunListModel* model() const { return m_model; }
    void setCurrent(const QString& id);
    [[nodiscard]] QString current() const;  ///< empty when none
    void setEmptyText(const QString& text);

Q_SIGNALS:
    void currentChanged(const QString& id);
    void opened(const QString& id);  ///< double click or Enter
    void menuWanted(const QString& id, QMenu* menu);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    RunListModel* m_model = nullptr;
    QSortFilterProxyModel* m_proxy = nullptr;
    QLineEdit* m_filter = nullptr;
    QTableView* m_view = nullptr;
    QString m_emptyText;
};

}  // namespace elbo
