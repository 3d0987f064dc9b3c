// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_text.h"
#include "widgets/run_list.h"
#include "widgets/theme.h"

#include <QtCore/QSet>
#include <QtGui/QGuiApplication>

#include <algorithm>
#include <limits>

namespace elbo {

namespace {

QColor stateColor(RunRowState state)
{
    const auto palette = QGuiApplication::palette();
    switch (state) {
        case RunRowState::Running:
        case RunRowState::Paused:
            return theme::trainCurve(palette);
        case RunRowState::Completed:
            return theme::goodText(palette);
        case RunRowState::Failed:
            return theme::errorText(palette);
        case RunRowState::Stopped:
        case RunRowState::Interrupted:
            break;
    }
    return theme::noteText(palette);
}

QString stateIcon(RunRowState state)
{
    switch (state) {
        case RunRowState::Running:
            return QStringLiteral("play");
        case RunRowState::Paused:
            return QStringLiteral("pause");
        case RunRowState::Completed:
            return QStringLiteral("check");
        case RunRowState::Stopped:
            return QStringLiteral("stop");
        case RunRowState::Failed:
            return QStringLiteral("error");
        case RunRowState::Interrupted:
            return QStringLiteral("warning");
    }
    return {};
}

bool isNumber(int column)
{
    return column == RunListModel::Epochs || column == RunListModel::Mse || column == RunListModel::Elbo;
}

QString optionalNumber(const std::optional<double>& value)
{
    return value.has_value() ? numberText(*value) : QString();
}

}  // namespace

RunListModel::RunListModel(QObject* parent) : QAbstractTableModel(parent) {}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString RunListModel::stateText(RunRowState state)
{
    switch (state) {
        case RunRowState::Running:
            return tr("running");
        case RunRowState::Paused:
            return tr("paused");
        case RunRowState::Completed:
            return tr("completed");
        case RunRowState::Stopped:
            return tr("stopped");
        case RunRowState::Failed:
            return tr("failed");
        case RunRowState::Interrupted:
            return tr("interrupted");
    }
    return {};
}

QVariant RunListModel::display(const RunRow& run, int column) const
{
    switch (column) {
        case Name:
            return run.name;
        case State:
            return run.elsewhere ? tr("%1 elsewhere").arg(stateText(run.state)) : stateText(run.state);
        case Data:
            return run.data;
        case Model:
            return run.model;
        case Epochs:
            return numberText(static_cast<double>(run.epochs), 9);
        case Mse:
            return optionalNumber(run.testMse);
        case Elbo:
            return optionalNumber(run.testElbo);
        default:
            return {};
    }
}

QVariant RunListModel::sortValue(const RunRow& run, int column) const
{
    switch (column) {
        case Name:
            return run.createdUtc;
        case State:
            return static_cast<int>(run.state);
        case Epochs:
            return QVariant::fromValue<qint64>(run.epochs);
        case Mse:
            return run.testMse.value_or(std::numeric_limits<double>::infinity());
        case Elbo:
            return run.testElbo.value_or(-std::numeric_limits<double>::infinity());
        default:
            return display(run, column);
    }
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const auto& run = m_runs[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return display(run, index.column());
        case Qt::ToolTipRole: {
            auto text = run.toolTip.isEmpty() ? run.name : run.toolTip;
            if (run.bestOnTest && (index.column() == Mse || index.column() == Elbo)) {
                text += QLatin1Char('\n') + tr("The best epoch was chosen on test.");
            }
            return text;
        }
        case Qt::DecorationRole:
            return index.column() == State
                       ? QVariant(theme::icon(stateIcon(run.state), stateColor(run.state)))
                       : QVariant();
        case Qt::TextAlignmentRole:
            return isNumber(index.column()) ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
        case Qt::FontRole:
            return isNumber(index.column()) ? QVariant(theme::figureFont(QGuiApplication::font()))
                                            : QVariant();
        case IdRole:
            return run.id;
        case SortRole:
            return sortValue(run, index.column());
        default:
            return {};
    }
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    const QString titles[] = {tr("Run"),    tr("State"),    tr("Data"),     tr("Model"),
                              tr("Epochs"), tr("Test MSE"), tr("Test ELBO")};
    const QString tips[] = {tr("Newest first"),
                            tr("Whether it runs, and how it ended"),
                            tr("Data set"),
                            tr("Model"),
                            tr("Epochs done"),
                            tr("Sum of squares per image on the test images; lower is better"),
                            tr("Nats per image on the test images; higher is better")};
    return role == Qt::DisplayRole   ? QVariant(titles[section])
           : role == Qt::ToolTipRole ? QVariant(tips[section])
                                     : QVariant();
}

const RunRow* RunListModel::run(const QString& id) const
{
    const auto found =
        std::find_if(m_runs.begin(), m_runs.end(), [&id](const RunRow& run) { return run.id == id; });
    return found == m_runs.end() ? nullptr : &*found;
}

void RunListModel::setRuns(std::vector<RunRow> runs)
{
    QSet<QString> wanted;
    for (const auto& run : runs) {
        wanted.insert(run.id);
    }
    for (auto row = static_cast<int>(m_runs.size()) - 1; row >= 0; --row) {
        if (!wanted.contains(m_runs[static_cast<std::size_t>(row)].id)) {
            removeRun(m_runs[static_cast<std::size_t>(row)].id);
        }
    }
    for (const auto& run : runs) {
        updateRun(run);
    }
}

void RunListModel::updateRun(const RunRow& run)
{
    const auto found =
        std::find_if(m_runs.begin(), m_runs.end(), [&run](const RunRow& one) { return one.id == run.id; });
    const auto row = static_cast<int>(found - m_runs.begin());
    if (found == m_runs.end()) {
        beginInsertRows({}, row, row);
        m_runs.push_back(run);
        endInsertRows();
    } else if (!(*found == run)) {
        *found = run;
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

void RunListModel::removeRun(const QString& id)
{
    const auto found =
        std::find_if(m_runs.begin(), m_runs.end(), [&id](const RunRow& run) { return run.id == id; });
    if (found != m_runs.end()) {
        const auto row = static_cast<int>(found - m_runs.begin());
        beginRemoveRows({}, row, row);
        m_runs.erase(found);
        endRemoveRows();
    }
}

}  // namespace elbo
