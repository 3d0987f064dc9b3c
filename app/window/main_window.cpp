// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.h"

#include "app/window/frame/drops.h"
#include "app/window/frame/help_viewer.h"
#include "app/window/frame/run_popup.h"
#include "app/window/frame/settings_dialog.h"
#include "app/window/frame/status_line.h"
#include "app/window/frame/system_scheme.h"
#include "app/window/frame/title_line.h"
#include "app/window/opener.h"
#include "app/window/pages/compare_page.h"
#include "app/window/pages/data_page.h"
#include "app/window/pages/depth_page.h"
#include "app/window/pages/explore_page.h"
#include "app/window/pages/reconstruct_page.h"
#include "app/window/pages/train_page.h"
#include "app/window/session/data_title.h"
#include "app/window/session/text.h"
#include "widgets/drop_overlay.h"
#include "widgets/log_drawer.h"
#include "widgets/message_bar.h"
#include "widgets/side_bar.h"
#include "widgets/theme.h"

#include <QtGui/QShortcut>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace elbo {

MainWindow::MainWindow(Workspace& workspace, Dialogs dialogs, const StartOptions& options, QWidget* parent)
    : QMainWindow(parent), m_workspace(workspace), m_dialogs(std::move(dialogs))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Elbo"));
    m_scheme = options.scheme.isEmpty() ? workspace.state().text(QStringLiteral("scheme")) : options.scheme;
    m_systemScheme = new SystemScheme(this);
    connect(m_systemScheme, &SystemScheme::changed, this, &MainWindow::applyScheme);
    applyScheme();
    buildFrame();
    m_dataPage = new DataPage(workspace, m_dialogs);
    m_trainPage = new TrainPage(workspace, m_dialogs);
    m_reconstructPage = new ReconstructPage(workspace, m_dialogs);
    m_explorePage = new ExplorePage(workspace, m_dialogs);
    m_depthPage = new DepthPage(workspace, m_dialogs);
    m_comparePage = new ComparePage(workspace, m_dialogs);
    addPage(m_dataPage, 1);
    addPage(m_trainPage, 2);
    addPage(m_reconstructPage, 3);
    addPage(m_explorePage, 4);
    addPage(m_depthPage, 5);
    addPage(m_comparePage, 6);
    m_opener = new Opener(workspace, *m_dataPage, *m_reconstructPage, *m_explorePage, *m_depthPage, this);
    connectPages();
    connectWorkspace();
    addShortcuts();
    restore(options);
}

MainWindow::~MainWindow()
{
    // What pages say while they go down must not reach a half-dead window.
    disconnect(&m_workspace, nullptr, this, nullptr);
}

void MainWindow::buildFrame()
{
    m_sideBar = new SideBar;
    m_sideBar->setObjectName(QStringLiteral("sideBar"));
    m_sideBar->addTool(QStringLiteral("settings"), QStringLiteral("settings"), tr("Settings"));
    m_title = new TitleLine;
    m_messages = new MessageBar;
    m_messages->setObjectName(QStringLiteral("messageBar"));
    m_stack = new QStackedWidget;
    m_stack->setObjectName(QStringLiteral("pages"));
    m_log = new LogDrawer;
    m_log->setObjectName(QStringLiteral("log"));
    m_status = new StatusLine(m_workspace);
    m_runs = new RunPopup(m_workspace, this);

    auto* middle = new QVBoxLayout;
    middle->setContentsMargins(theme::kPanelGap, theme::kControlGap, theme::kPanelGap, theme::kStep);
    middle->setSpacing(theme::kControlGap);
    middle->addWidget(m_title);
    middle->addWidget(m_messages);
    middle->addWidget(m_stack, 1);
    middle->addWidget(m_log);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(m_sideBar);
    upper->addLayout(middle, 1);
    auto* central = new QWidget;
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(upper, 1);
    layout->addWidget(m_status);
    setCentralWidget(central);

    connect(m_sideBar, &SideBar::pageSelected, this, &MainWindow::showPage);
    connect(m_sideBar, &SideBar::toolTriggered, this, &MainWindow::openSettings);
    connect(m_title, &TitleLine::chipClicked, this, &MainWindow::openChip);
    connect(m_title, &TitleLine::helpClicked, this, [this] { showHelp(); });
    connect(m_title, &TitleLine::themeClicked, this, &MainWindow::toggleTheme);
    connect(m_messages, &MessageBar::actionTriggered, this, [this](const QString& id) {
        const auto place = static_cast<std::size_t>(id.toInt());
        if (place < m_actions.size()) {
            const auto action = m_actions[place].run;  // it may raise the next message
            m_messages->clear();
            action();
        }
    });
    auto* drops = new DropOverlay(this);
    drops->setDescribe([](const QList<QUrl>& urls) { return describeDrop(classifyDrop(localPaths(urls))); });
    drops->setRefusal(refusedDrop());
    connect(drops, &DropOverlay::dropped, this,
            [this](const QList<QUrl>& urls) { m_opener->apply(classifyDrop(localPaths(urls))); });
}

void MainWindow::addPage(Page* page, int number)
{
    m_pages.push_back(page);
    m_stack->addWidget(page);
    m_sideBar->addPage(page->id(), page->id(), page->title(), number);
}

void MainWindow::connectWorkspace()
{
    connect(&m_workspace, &Workspace::messageCame, this,
            [this](const QString& sentence) { m_log->append(LogLevel::Info, sentence); });
    connect(&m_workspace, &Workspace::complaintRaised, this, &MainWindow::showComplaint);
    connect(&m_workspace, &Workspace::dataChanged, this, &MainWindow::updateChip);
    connect(&m_workspace, &Workspace::runOpened, this, &MainWindow::updateChip);
    connect(&m_workspace, &Workspace::runInfoChanged, this, &MainWindow::updateChip);
    connect(&m_workspace, &Workspace::trainingEnded, this, [this](bool saved) {
        // A run that could not be saved keeps the window open, so that its complaint is read.
        if (!m_workspace.isHandingOver() && std::exchange(m_closing, false) && saved) {
            close();
        }
    });
    connect(&m_workspace, &Workspace::handOverEnded, this, [this](bool goesOn) {
        if (std::exchange(m_closing, false) && goesOn) {
            close();
        }
    });
    connect(&m_workspace, &Workspace::runOpened, this, &MainWindow::rememberRun);
    connect(&m_workspace, &Workspace::otherRunWanted, this, &MainWindow::chooseRun);
    connect(&m_workspace, &Workspace::runsFolderWanted, this, &MainWindow::chooseRunsFolder);
    connect(&m_workspace, &Workspace::newSettingsWanted, this, [this] {
        m_trainPage->newRun();
        showPage(m_trainPage->id());
    });
}

void MainWindow::chooseRunsFolder()
{
    const auto folder = m_dialogs.chooseFolder(this, tr("Where new runs are saved"));
    if (folder.isEmpty()) {
        return;
    }
    auto settings = m_workspace.settings();
    settings.runsFolder = plainPath(toPath(folder));
    if (m_workspace.changeSettings(settings)) {
        m_workspace.say(tr("New runs are saved in %1.").arg(toQt(settings.runsFolder)));
    }
}

void MainWindow::addShortcuts()
{
    const auto add = [this](const QKeySequence& keys, const std::function<void()>& run) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, run);
    };
    add(QKeySequence(QKeySequence::HelpContents), [this] { showHelp(); });
    add(QKeySequence(QKeySequence::Quit), [this] { close(); });
    add(QKeySequence(QStringLiteral("Ctrl+,")), [this] { openSettings(); });
    add(QKeySequence(QStringLiteral("Ctrl+L")), [this] { m_log->setOpen(!m_log->isOpen()); });
    add(QKeySequence(QKeySequence::Open), [this] { m_opener->chooseFolder(m_dialogs, this); });
    add(QKeySequence(QStringLiteral("Ctrl+Shift+O")), [this] { m_opener->chooseFiles(m_dialogs, this); });
}

Page* MainWindow::currentPage() const
{
    return m_pages[static_cast<std::size_t>(m_stack->currentIndex())];
}

void MainWindow::showPage(const QString& id)
{
    const auto page = std::ranges::find_if(m_pages, [&](const Page* known) { return known->id() == id; });
    if (page == m_pages.end()) {
        return;
    }
    if (*page != currentPage() && currentPage()->isVisible()) {
        currentPage()->saveState();  // kept even when the program does not end well
    }
    m_workspace.state().setText(QStringLiteral("page"), id);
    m_stack->setCurrentWidget(*page);
    m_sideBar->setCurrent(id);
    m_title->setTitle((*page)->title());
    updateChip();
}

void MainWindow::updateChip()
{
    if (currentPage()->chip() == Page::Chip::Data) {
        const auto& loaded = m_workspace.data();
        m_title->setChip(
            loaded ? tr("%1, %2 images").arg(dataTitle(loaded->summary.config)).arg(loaded->summary.images)
                   : tr("No data set"),
            tr("The data set in use; click to change it"));
        return;
    }
    const auto& run = m_workspace.run();
    QString text = run ? toQt(run->name) : tr("No run");
    if (currentPage() == m_reconstructPage && m_reconstructPage->hasModel()) {
        text = m_reconstructPage->modelName();
    } else if (currentPage() == m_explorePage && m_explorePage->hasModel()) {
        text = m_explorePage->modelName();
    } else if (currentPage() == m_depthPage && m_depthPage->hasModel()) {
        text = m_depthPage->modelName();
    }
    m_title->setChip(text, tr("The run in view; click for the list of runs"));
}

void MainWindow::openChip()
{
    if (currentPage()->chip() == Page::Chip::Run) {
        m_runs->popup(m_title->chipCorner());
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Synthetic rooms"), this,
                    [this] { m_workspace.loadData(findPreset("quick/rgbd-vae").config.data); });
    menu->addSeparator();
    for (const auto& spec : m_workspace.state().recentData()) {
        menu->addAction(specTitle(spec), this, [this, spec] {
            try {
                m_workspace.loadData(parseDataSpec(spec.toStdString()));
            } catch (...) {
                m_workspace.complain(currentFailure());
            }
        });
    }
    menu->popup(m_title->chipCorner());
}

void MainWindow::openPaths(const std::vector<std::filesystem::path>& paths)
{
    m_opener->open(paths);
}

void MainWindow::openSettings()
{
    auto& state = m_workspace.state();
    auto* dialog = new SettingsDialog(
        {m_workspace.settings(), state.text(QStringLiteral("scheme"), QStringLiteral("system")),
         m_workspace.depthMap()},
        m_dialogs, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const auto chosen = dialog->preferences();
        if (chosen.settings != m_workspace.settings()) {
            m_workspace.changeSettings(chosen.settings);
        }
        chooseScheme(chosen.scheme);
        m_workspace.setDepthMap(chosen.depthMap);
    });
    dialog->open();
}

void MainWindow::toggleTheme()
{
    chooseScheme(theme::isDark(palette()) ? QStringLiteral("light") : QStringLiteral("dark"));
}

void MainWindow::chooseScheme(const QString& scheme)
{
    m_scheme = scheme;
    m_workspace.state().setText(QStringLiteral("scheme"), scheme);
    applyScheme();
}

void MainWindow::applyScheme()
{
    theme::applyScheme(m_scheme == QLatin1String("light")  ? theme::Scheme::Light
                       : m_scheme == QLatin1String("dark") ? theme::Scheme::Dark
                                                           : theme::Scheme::System,
                       m_systemScheme->prefersDark());
}

void MainWindow::showHelp(const QString& topic)
{
    if (!m_help) {
        m_help = new HelpViewer(this);
    }
    m_help->showTopic(topic.isEmpty() ? currentPage()->id() : topic);
}

void MainWindow::showComplaint(const Complaint& complaint)
{
    m_actions = complaint.actions;
    std::vector<MessageAction> actions;
    for (std::size_t i = 0; i < m_actions.size(); ++i) {
        actions.push_back({QString::number(i), m_actions[i].title});
    }
    m_messages->showMessage(MessageKind::Error, toQt(complaint.failure.sentence),
                            toQt(complaint.failure.detail), actions);
    m_log->append(LogLevel::Error, toQt(complaint.failure.sentence));
    if (!complaint.failure.detail.empty()) {
        m_log->append(LogLevel::Info, toQt(complaint.failure.detail));
    }
}

}  // namespace elbo
