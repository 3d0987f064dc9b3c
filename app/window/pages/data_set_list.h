// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_config.h"

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

class QListWidget;

namespace elbo {

/// The data sets a person can pick: those of the registry, then the recent ones, and a button for others.
class DataSetList : public QWidget {
    Q_OBJECT

public:
    explicit DataSetList(QWidget* parent = nullptr);

    /// @param specs  of sets that were loaded before, the latest first
    void setRecent(const QStringList& specs);
    /// Highlights that set: the recent one when it is listed, else its kind.
    void setChosen(const DataConfig& config);

Q_SIGNALS:
    /// A set of the registry was picked: show its options.
    void kindPicked(const QString& key);
    /// A recent set was picked: load it as it was.
    void recentPicked(const elbo::DataConfig& config);
    /// A folder, or a file, that is not in the list.
    void openWanted();
    void openFileWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyTheme();

    QListWidget* m_list = nullptr;
};

}  // namespace elbo
