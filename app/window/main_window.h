// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/command_line.h"
#include "app/window/frame/dialogs.h"
#include "app/window/session/workspace.h"

#include <QtCore/QPointer>
#include <QtWidgets/QMainWindow>

#include <filesystem>
#include <vector>

class QStackedWidget;

namespace elbo {

class ComparePage;
class DataPage;
class DepthPage;
class ExplorePage;
class HelpViewer;
class LogDrawer;
class MessageBar;
class Opener;
class Page;
class ReconstructPage;
class RunPopup;
class SideBar;
class StatusLine;
class SystemScheme;
class TitleLine;
class TrainPage;

/// The one window of the program: it owns the pages and the frame around them, connects them, and holds no
/// calculation.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// @param workspace  outlives the window
    MainWindow(Workspace& workspace, Dialogs dialogs, const StartOptions& options = {},
               QWidget* parent = nullptr);
    ~MainWindow() override;

    void showPage(const QString& id);
    [[nodiscard]] Page* currentPage() const;
    /// Runs, weights, data sets and pictures, as if they were dropped on the window.
    void openPaths(const std::vector<std::filesystem::path>& paths);

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void buildFrame();
    void addPage(Page* page, int number);
    void connectPages();
    void connectWorkspace();
    void addShortcuts();
    void restore(const StartOptions& options);
    void remember();
    void rememberRun();
    void chooseRun();
    void chooseRunsFolder();
    void updateChip();
    void openChip();
    void openRun(const std::filesystem::path& folder);
    void exportRun(const std::filesystem::path& folder);
    void openSettings();
    void toggleTheme();
    void chooseScheme(const QString& scheme);
    void applyScheme();
    void showHelp(const QString& topic = {});
    void showComplaint(const Complaint& complaint);

    Workspace& m_workspace;
    Dialogs m_dialogs;
    SystemScheme* m_systemScheme = nullptr;
    QString m_scheme;  ///< "light", "dark", else the system's
    SideBar* m_sideBar = nullptr;
    TitleLine* m_title = nullptr;
    MessageBar* m_messages = nullptr;
    QStackedWidget* m_stack = nullptr;
    LogDrawer* m_log = nullptr;
    StatusLine* m_status = nullptr;
    DataPage* m_dataPage = nullptr;
    TrainPage* m_trainPage = nullptr;
    ReconstructPage* m_reconstructPage = nullptr;
    ExplorePage* m_explorePage = nullptr;
    DepthPage* m_depthPage = nullptr;
    ComparePage* m_comparePage = nullptr;
    Opener* m_opener = nullptr;
    RunPopup* m_runs = nullptr;
    QPointer<HelpViewer> m_help;
    std::vector<Page*> m_pages;
    std::vector<Complaint::Action> m_actions;  ///< of the message that is shown
    bool m_closing = false;                    ///< closes when the run has ended
};

}  // namespace elbo
