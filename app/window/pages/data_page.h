// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/pages/page.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QPointer>

class QStackedWidget;

namespace elbo {

class DataGallery;
class DataInspector;
class DataSetList;
class EmptyState;
class Job;
class LoadPanel;

/// Pick a set and its options, watch it load, look at its images.
class DataPage : public Page {
    Q_OBJECT

public:
    DataPage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent = nullptr);

    /// Finds out what a file or folder is and loads it; what it is not becomes a complaint.
    void openPath(const QString& path);
    void saveState() override;

Q_SIGNALS:
    /// The primary button.
    void trainWanted();
    void reconstructWanted(const std::vector<std::int64_t>& indices);

private:
    void chooseFolder();
    void chooseFile();
    void pickKind(const std::string& key);
    void fetch(const std::string& key);
    void showFetching(const Progress& progress);
    [[nodiscard]] QString browse(const Field& field) const;
    void loadStarted();
    void showProgress(const Progress& progress);
    void takeData();
    void showData();

    DataSetList* m_list = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    LoadPanel* m_loading = nullptr;
    DataGallery* m_gallery = nullptr;
    DataInspector* m_inspector = nullptr;
    QElapsedTimer m_loadTime;
    QPointer<Job> m_fetching;
};

}  // namespace elbo
