// SPDX-License-Identifier: GPL-3.0-or-later
// How the pages hand runs, images and pictures to each other.
#include "app/window/frame/run_popup.h"
#include "app/window/frame/status_line.h"
#include "app/window/main_window.h"
#include "app/window/opener.h"
#include "app/window/pages/compare_page.h"
#include "app/window/pages/data_page.h"
#include "app/window/pages/depth_page.h"
#include "app/window/pages/explore_page.h"
#include "app/window/pages/reconstruct_page.h"
#include "app/window/pages/train_page.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/io/run_export.h"

namespace elbo {

void MainWindow::connectPages()
{
    connect(m_opener, &Opener::pageWanted, this, &MainWindow::showPage);
    connect(m_opener, &Opener::runWanted, this, &MainWindow::openRun);
    connect(m_dataPage, &DataPage::trainWanted, this, [this] {
        m_trainPage->prepareRun();
        showPage(m_trainPage->id());
    });
    const auto reconstruct = [this](const std::vector<std::int64_t>& indices) {
        m_reconstructPage->addImages(indices);
        showPage(m_reconstructPage->id());
    };
    connect(m_dataPage, &DataPage::reconstructWanted, this, reconstruct);
    connect(m_trainPage, &TrainPage::reconstructWanted, this, reconstruct);
    connect(m_status, &StatusLine::runClicked, this, [this] {
        if (const auto live = m_workspace.liveRun()) {
            m_workspace.openRun(live->folder);
            showPage(m_trainPage->id());
        }
    });
    connect(m_runs, &RunPopup::runChosen, this, [this](const QString& folder) { openRun(toPath(folder)); });
    connect(m_runs, &RunPopup::exportWanted, this,
            [this](const QString& folder) { exportRun(toPath(folder)); });
    connect(m_runs, &RunPopup::openOtherWanted, this, &MainWindow::chooseRun);
    connect(m_reconstructPage, &ReconstructPage::modelChanged, this, &MainWindow::updateChip);
    connect(m_explorePage, &ExplorePage::modelChanged, this, &MainWindow::updateChip);
    connect(m_depthPage, &DepthPage::modelChanged, this, &MainWindow::updateChip);
    connect(m_depthPage, &DepthPage::reconstructWanted, this,
            [this](const std::vector<std::filesystem::path>& files) {
                m_reconstructPage->addPictures(files);
                showPage(m_reconstructPage->id());
            });
    connect(m_reconstructPage, &ReconstructPage::depthWanted, this,
            [this](const std::vector<std::filesystem::path>& files) {
                m_depthPage->openFiles(files);
                showPage(m_depthPage->id());
            });
    connect(m_depthPage, &DepthPage::dataWanted, this, [this](const QString& folder) {
        m_dataPage->openPath(folder);
        showPage(m_dataPage->id());
    });
    connect(m_comparePage, &ComparePage::runWanted, this, &MainWindow::openRun);
    connect(m_comparePage, &ComparePage::exportWanted, this, &MainWindow::exportRun);
    connect(m_comparePage, &ComparePage::trainWanted, this, [this] { showPage(m_trainPage->id()); });
    connect(m_comparePage, &ComparePage::trainLikeWanted, this, [this](const RunConfig& config) {
        m_trainPage->newRunLike(config);
        showPage(m_trainPage->id());
    });
}

void MainWindow::chooseRun()
{
    const auto folder = m_dialogs.chooseFolder(this, tr("Open a run"));
    if (!folder.isEmpty()) {
        openRun(toPath(folder));
    }
}

void MainWindow::openRun(const std::filesystem::path& folder)
{
    m_workspace.openRun(folder);
    if (currentPage() == m_reconstructPage) {
        m_reconstructPage->openModel(folder);
    } else if (currentPage() == m_explorePage) {
        m_explorePage->openModel(folder);
    } else if (currentPage() == m_depthPage) {
        m_depthPage->openModel(folder);
    } else {
        showPage(m_trainPage->id());
    }
}

void MainWindow::exportRun(const std::filesystem::path& folder)
{
    const auto chosen =
        m_dialogs.chooseSaveFile(this, tr("Export the run"), fileTitle(folder) + QStringLiteral(".h5"),
                                 tr("HDF5 (*.h5 *.hdf5);;All files (*)"));
    if (chosen.isEmpty()) {
        return;
    }
    auto file = toPath(chosen);
    if (!file.has_extension()) {
        file += ".h5";
    }
    auto* job = runJob(
        m_workspace.exportQueue(), tr("Exporting %1").arg(fileTitle(folder)), this,
        [folder, file](JobContext& context) {
            elbo::exportRun(folder, file, {.progress = context.progress, .stop = context.stop});
            return file;
        },
        [this](const std::filesystem::path& written) {
            m_workspace.say(tr("The run was exported to %1.").arg(toQt(written)));
        });
    connect(job, &Job::cancelled, this,
            [this] { m_workspace.say(tr("The export was cancelled; no file was written.")); });
    connect(job, &Job::failed, this, [this, folder](const Failure& failure) {
        m_workspace.complain(failure, {{tr("Export elsewhere..."), [this, folder] { exportRun(folder); }}});
    });
    m_workspace.show(job);
}

}  // namespace elbo
