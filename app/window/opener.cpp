// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/opener.h"

#include "app/window/frame/dialogs.h"
#include "app/window/pages/data_page.h"
#include "app/window/pages/depth_page.h"
#include "app/window/pages/explore_page.h"
#include "app/window/pages/reconstruct_page.h"
#include "app/window/session/job.h"
#include "app/window/session/model_session.h"
#include "app/window/session/text.h"
#include "app/window/session/workspace.h"
#include "core/base/error.h"

#include <optional>
#include <string>
#include <system_error>

namespace elbo {

namespace {

/// A folder with pictures right in it; one that has them further down is a data set.
bool holdsPictures(const std::filesystem::path& folder)
{
    std::error_code ignored;  // opening it as a data set will say what is wrong
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (classifyDrop({entry.path()}).kind == DropKind::Pictures) {
            return true;
        }
    }
    return false;
}

}  // namespace

Opener::Opener(Workspace& workspace, DataPage& dataPage, ReconstructPage& reconstructPage,
               ExplorePage& explorePage, DepthPage& depthPage, QObject* parent)
    : QObject(parent),
      m_workspace(workspace),
      m_dataPage(dataPage),
      m_reconstructPage(reconstructPage),
      m_explorePage(explorePage),
      m_depthPage(depthPage)
{
}

/// Also before the window is shown.
bool Opener::isDepthPageInFront() const
{
    return m_depthPage.isVisibleTo(m_depthPage.window());
}

void Opener::open(const std::vector<std::filesystem::path>& paths)
{
    const auto drop = classifyDrop(paths);
    if (drop.kind == DropKind::Nothing && !paths.empty()) {
        m_dataPage.openPath(toQt(paths.front()));
        return;
    }
    apply(drop);
}

void Opener::chooseFolder(const Dialogs& dialogs, QWidget* parent)
{
    const auto folder = dialogs.chooseFolder(parent, tr("Open a data set or a run"));
    if (!folder.isEmpty()) {
        open({toPath(folder)});
    }
}

void Opener::chooseFiles(const Dialogs& dialogs, QWidget* parent)
{
    const auto files = dialogs.chooseFiles(
        parent, tr("Open pictures, weights or a prepared set"),
        tr("Pictures, weights, data sets (*.png *.jpg *.jpeg *.tif *.tiff *.bmp *.webp *.pgm *.exr "
           "*.safetensors *.mat *.pt *.pth *-ubyte *-ubyte.gz);;All files (*)"));
    std::vector<std::filesystem::path> paths;
    for (const auto& file : files) {
        paths.push_back(toPath(file));
    }
    if (!paths.empty()) {
        open(paths);
    }
}

/// A run or a set that has gone is simply not opened, and what the person does meanwhile goes first.
void Opener::reopenLast()
{
    const auto run = toPath(m_workspace.state().text(QStringLiteral("lastRun")));
    const auto data = m_workspace.state().text(QStringLiteral("lastData")).toStdString();
    struct Found {
        bool run = false;
        std::optional<DataConfig> data;
    };
    runJob(
        m_workspace.filesQueue(), tr("Looking for the last run"), this,
        [run, data](JobContext&) {
            Found found;
            std::error_code ignored;
            found.run = !run.empty() && std::filesystem::exists(run / "run.json", ignored);
            if (data.empty()) {
                return found;
            }
            try {
                const auto config = parseDataSpec(data);
                if (problems(config).empty()) {
                    found.data = config;
                }
            } catch (const Error&) {
                found.data.reset();
            }
            return found;
        },
        [this, run](const Found& found) {
            if (found.run && m_workspace.runFolder().empty() && !m_workspace.isPreparingRun()) {
                m_workspace.openRun(run);
            }
            if (found.data && !m_workspace.data() && !m_workspace.isLoadingData()) {
                m_workspace.loadData(*found.data);
            }
        });
}

void Opener::apply(const Drop& drop)
{
    if (drop.paths.empty()) {
        return;
    }
    const auto& first = drop.paths.front();
    switch (drop.kind) {
        case DropKind::Nothing:
            return;
        case DropKind::Run:
            Q_EMIT runWanted(first);
            return;
        case DropKind::Data:
            if (isDepthPageInFront() && holdsPictures(first)) {
                m_depthPage.openFiles(drop.paths);
                return;
            }
            Q_EMIT pageWanted(m_dataPage.id());
            m_dataPage.openPath(toQt(first));
            return;
        case DropKind::Pictures:
            if (isDepthPageInFront()) {  // where they are dropped, they stay
                m_depthPage.openFiles(drop.paths);
                return;
            }
            if (m_explorePage.isVisibleTo(m_explorePage.window()) && m_explorePage.hasModel()) {
                m_explorePage.openPictures(drop.paths);
                return;
            }
            Q_EMIT pageWanted(m_reconstructPage.id());
            m_reconstructPage.addPictures(drop.paths);
            return;
        case DropKind::Weights:
            openTensors(first);
            return;
        case DropKind::Video:
            Q_EMIT pageWanted(m_depthPage.id());
            m_depthPage.openFiles({first});
            return;
    }
}

/// Weights and prepared sets share a suffix: the header tells.
void Opener::openTensors(const std::filesystem::path& file)
{
    auto* job = runJob(
        m_workspace.filesQueue(), tr("Looking at %1").arg(fileTitle(file)), this,
        [file](JobContext&) { return isPreparedSet(file); },
        [this, file](bool prepared) {
            Q_EMIT pageWanted(prepared ? m_dataPage.id() : m_reconstructPage.id());
            if (prepared) {
                m_dataPage.openPath(toQt(file));
            } else {
                m_reconstructPage.openModel(file);
            }
        });
    connect(job, &Job::failed, this, [this](const Failure& failure) { m_workspace.complain(failure); });
}

}  // namespace elbo
