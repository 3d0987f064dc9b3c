// SPDX-License-Identifier: GPL-3.0-or-later
// What the window keeps between two starts, and its end.
#include "app/window/main_window.h"
#include "app/window/opener.h"
#include "app/window/pages/data_page.h"
#include "app/window/pages/page.h"
#include "app/window/session/text.h"
#include "widgets/log_drawer.h"

#include <QtGui/QCloseEvent>

#include <algorithm>

namespace elbo {

namespace {
constexpr int kWidth = 1280;
constexpr int kHeight = 800;
}  // namespace

void MainWindow::restore(const StartOptions& options)
{
    auto& state = m_workspace.state();
    const auto geometry = state.bytes(QStringLiteral("geometry"));
    if (geometry.isEmpty() || !restoreGeometry(geometry)) {
        resize(kWidth, kHeight);
    }
    m_log->setOpen(state.number(QStringLiteral("logOpen"), 0) != 0);
    auto page = options.page.isEmpty() ? state.text(QStringLiteral("page"), m_dataPage->id()) : options.page;
    if (std::ranges::none_of(m_pages, [&](const Page* known) { return known->id() == page; })) {
        page = m_dataPage->id();
    }
    showPage(page);
    if (options.paths.isEmpty()) {
        m_opener->reopenLast();
    }
    std::vector<std::filesystem::path> paths;
    for (const auto& path : options.paths) {
        paths.push_back(std::filesystem::absolute(toPath(path)));
    }
    if (!paths.empty()) {
        openPaths(paths);
    }
    if (!options.page.isEmpty()) {
        showPage(options.page);
    }
}

void MainWindow::remember()
{
    auto& state = m_workspace.state();
    state.setBytes(QStringLiteral("geometry"), saveGeometry());
    state.setNumber(QStringLiteral("logOpen"), m_log->isOpen() ? 1 : 0);
    for (auto* page : m_pages) {
        page->saveState();
    }
    state.sync();
}

void MainWindow::rememberRun()
{
    m_workspace.state().setText(QStringLiteral("lastRun"), toQt(m_workspace.runFolder()));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    auto* training = m_workspace.training();
    if (m_workspace.isHandingOver()) {
        event->ignore();  // it closes by itself when the run goes on elsewhere
        return;
    }
    if (training == nullptr) {
        remember();
        event->accept();
        return;
    }
    event->ignore();
    if (m_closing) {
        return;
    }
    const auto choice = m_dialogs.closeDuringRun(this, fileTitle(training->runFolder()));
    if (choice == ClosingChoice::KeepOpen) {
        return;
    }
    // The trainer saves; the window closes by itself when that is done.
    m_closing = true;
    m_workspace.say(tr("Stopping and saving the run..."));
    if (m_workspace.training() == nullptr) {
        close();  // it ended while the question stood
    } else if (choice == ClosingChoice::GoOnWithout) {
        m_workspace.handOver();
    } else {
        m_workspace.training()->stop();
    }
}

}  // namespace elbo
