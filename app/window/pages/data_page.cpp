// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/data_page.h"

#include "app/window/frame/dialogs.h"
#include "app/window/pages/data_gallery.h"
#include "app/window/pages/data_inspector.h"
#include "app/window/pages/data_set_list.h"
#include "app/window/session/data_title.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/data/registry.h"
#include "core/training/run_config.h"
#include "widgets/empty_state.h"
#include "widgets/load_panel.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>

namespace elbo {

DataPage::DataPage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent)
    : Page(workspace, dialogs, QStringLiteral("data"), tr("Data"), Chip::Data, parent)
{
    m_list = new DataSetList;
    m_list->setRecent(workspace.state().recentData());
    m_empty = new EmptyState(
        QStringLiteral("data"),
        tr("Images to learn from belong here: begin with synthetic rooms, pick a set at the left, "
           "or drop a folder of colour and depth images on the window."),
        tr("Use the synthetic rooms"));
    m_empty->button()->setObjectName(QStringLiteral("quickRooms"));
    m_empty->setSecondButtonText(tr("Open a folder..."));
    m_loading = new LoadPanel;
    m_gallery = new DataGallery(workspace.state());
    m_stack = new QStackedWidget;
    m_stack->setObjectName(QStringLiteral("dataStack"));
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_loading);
    m_stack->addWidget(m_gallery);
    m_inspector = new DataInspector;

    auto* main = new QSplitter(Qt::Horizontal);
    main->setHandleWidth(theme::kPanelGap);
    main->setChildrenCollapsible(false);
    m_list->setMinimumWidth(150);
    main->addWidget(m_list);
    main->addWidget(m_stack);
    main->setStretchFactor(1, 1);
    main->setSizes({180, 700});
    setParts(main, m_inspector);
    rememberSplitter(main, QStringLiteral("list"));

    connect(m_list, &DataSetList::openWanted, this, &DataPage::chooseFolder);
    connect(m_list, &DataSetList::openFileWanted, this, &DataPage::chooseFile);
    m_inspector->setBrowse([this](QWidget*, const Field& field, const QString&) { return browse(field); });
    connect(m_list, &DataSetList::kindPicked, this,
            [this](const QString& key) { pickKind(key.toStdString()); });
    connect(m_list, &DataSetList::recentPicked, this,
            [this](const DataConfig& config) { this->workspace().loadData(config); });
    connect(m_empty, &EmptyState::clicked, this,
            [this] { this->workspace().loadData(findPreset("quick/rgbd-vae").config.data); });
    connect(m_empty, &EmptyState::secondClicked, this, &DataPage::chooseFolder);
    connect(m_loading, &LoadPanel::cancelled, this, [this] {
        if (m_fetching != nullptr && !this->workspace().isLoadingData()) {
            m_fetching->cancel();
        } else {
            this->workspace().cancelLoading();
        }
    });
    m_inspector->setCanFetch(static_cast<bool>(workspace.fetcher()));
    connect(m_inspector, &DataInspector::fetchWanted, this, &DataPage::fetch);
    connect(m_inspector, &DataInspector::loadWanted, &workspace, &Workspace::loadData);
    connect(m_inspector, &DataInspector::trainWanted, this, &DataPage::trainWanted);
    connect(m_gallery, &DataGallery::reconstructWanted, this, &DataPage::reconstructWanted);
    connect(m_gallery, &DataGallery::saveWanted, this, &DataPage::savePicture);
    connect(m_gallery, &DataGallery::depthMapPicked, &workspace, &Workspace::setDepthMap);
    connect(&workspace, &Workspace::depthMapChanged, m_gallery, &DataGallery::setDepthMap);
    m_gallery->setDepthMap(workspace.depthMap());
    connect(&workspace, &Workspace::dataLoading, this, &DataPage::loadStarted);
    connect(&workspace, &Workspace::dataProgress, this, &DataPage::showProgress);
    connect(&workspace, &Workspace::dataLoaded, this, &DataPage::takeData);
    connect(&workspace, &Workspace::dataChanged, this, &DataPage::showData);
    showData();
}

void DataPage::chooseFolder()
{
    const auto folder = dialogs().chooseFolder(this, tr("Open a folder of images"));
    if (!folder.isEmpty()) {
        openPath(folder);
    }
}

void DataPage::chooseFile()
{
    const auto files =
        dialogs().chooseFiles(this, tr("Open MNIST files, a .mat file or a prepared set"),
                              tr("Data sets (*.safetensors *.mat *-ubyte *-ubyte.gz);;All files (*)"));
    if (!files.isEmpty()) {
        openPath(files.first());
    }
}

void DataPage::pickKind(const std::string& key)
{
    const auto& loaded = workspace().data();
    if (loaded && loaded->summary.config.key == key) {
        m_inspector->setConfig(loaded->summary.config);
        return;
    }
    DataConfig config{key, {}};
    makePathsWhole(config);  // what was fetched before needs no path
    m_inspector->setConfig(config);
}

void DataPage::fetch(const std::string& key)
{
    if (m_fetching != nullptr || workspace().isLoadingData()) {
        return;  // Retry of an old complaint: one thing at a time
    }
    const auto title = tr("Fetching %1").arg(toQt(findDataSet(key).title));
    m_loading->start(title);
    m_stack->setCurrentWidget(m_loading);
    m_inspector->setLoading(true);
    auto* job = runJob(
        workspace().fetchQueue(), title, this,
        [key, fetcher = workspace().fetcher()](JobContext& context) { return fetcher(key, context); },
        [this](const DataConfig& config) {
            // Whoever opened another set meanwhile keeps it.
            if (!workspace().isLoadingData()) {
                workspace().loadData(config);
            }
        });
    m_fetching = job;
    connect(job, &Job::progressed, this, &DataPage::showFetching);
    connect(job, &Job::failed, this, [this, key](const Failure& failure) {
        workspace().complain(failure, {{tr("Retry"), [this, key] { fetch(key); }},
                                       {tr("Choose folder..."), [this] { chooseFolder(); }}});
    });
    connect(job, &Job::ended, this, [this] {
        m_fetching = nullptr;
        showData();
    });
    workspace().show(job);
}

void DataPage::showFetching(const Progress& progress)
{
    if (workspace().isLoadingData()) {
        return;
    }
    constexpr double kMegabyte = 1e6;
    m_loading->setProgress(progress.done, progress.total);
    m_loading->setNote(tr("%1 of %2 MB")
                           .arg(static_cast<double>(progress.done) / kMegabyte, 0, 'f', 1)
                           .arg(static_cast<double>(progress.total) / kMegabyte, 0, 'f', 1));
}

QString DataPage::browse(const Field& field) const
{
    const auto title = QCoreApplication::translate("elbo::Field", field.label.c_str());
    if (field.choices.empty()) {
        return dialogs().chooseFolder(window(), title);
    }
    QStringList patterns;
    for (const auto& pattern : field.choices) {
        patterns.push_back(QString::fromStdString(pattern));
    }
    const auto files = dialogs().chooseFiles(
        window(), title, tr("%1 (%2);;All files (*)").arg(title, patterns.join(QLatin1Char(' '))));
    return files.isEmpty() ? QString() : files.first();
}

void DataPage::openPath(const QString& named)
{
    // One of MNIST's four files stands for the folder that holds them all.
    const auto file = toPath(named);
    const auto path = fileTitle(file).contains(QLatin1String("-ubyte")) ? toQt(file.parent_path()) : named;
    auto* job = runJob(
        workspace().filesQueue(), tr("Looking at %1").arg(path), this,
        [path](JobContext&) { return parseDataSpec(path.toStdString()); },
        [this](const DataConfig& config) { workspace().loadData(config); });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        workspace().complain(failure, {{tr("Choose folder..."), [this] { chooseFolder(); }}});
    });
}

void DataPage::loadStarted()
{
    m_list->setChosen(workspace().loadingConfig());
    m_inspector->setConfig(workspace().loadingConfig());
    m_inspector->setLoading(true);
    m_loading->start(tr("Loading %1").arg(dataTitle(workspace().loadingConfig())));
    m_loadTime.start();
    m_stack->setCurrentWidget(m_loading);
}

void DataPage::showProgress(const Progress& progress)
{
    m_loading->setProgress(progress.done, progress.total);
    QString note = toQt(progress.what);
    if (progress.total > 0) {
        note += tr(", %1 of %2").arg(progress.done).arg(progress.total);
        const double seconds = static_cast<double>(m_loadTime.elapsed()) / 1000.0;
        if (seconds > 2 && progress.done > 0) {
            note += tr(", about %1 left")
                        .arg(durationText(seconds / static_cast<double>(progress.done) *
                                          static_cast<double>(progress.total - progress.done)));
        }
    }
    m_loading->setNote(note);
}

void DataPage::takeData()
{
    const auto& loaded = *workspace().data();
    m_inspector->setConfig(loaded.summary.config);
    m_inspector->setSummary(&loaded.summary);
    m_gallery->setData(loaded);
}

/// Also after a load that failed or was cancelled: then the form keeps what was typed into it.
void DataPage::showData()
{
    m_inspector->setLoading(workspace().isLoadingData() || m_fetching != nullptr);
    const auto& loaded = workspace().data();
    m_list->setRecent(workspace().state().recentData());
    if (workspace().isLoadingData()) {
        m_list->setChosen(workspace().loadingConfig());
        return;
    }
    if (!loaded) {
        m_inspector->setSummary(nullptr);
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_list->setChosen(loaded->summary.config);
    m_stack->setCurrentWidget(m_gallery);
}

void DataPage::saveState()
{
    Page::saveState();
    m_gallery->saveState();
}

}  // namespace elbo
