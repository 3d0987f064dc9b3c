// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/depth_page.h"

#include "app/window/frame/dialogs.h"
#include "app/window/pages/depth_inspector.h"
#include "app/window/pages/depth_view.h"
#include "app/window/session/depth_session.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/geometry/cloud_filter.h"
#include "core/geometry/ply.h"
#include "widgets/empty_state.h"
#include "widgets/point_cloud_view.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>

#include <algorithm>
#include <array>

namespace elbo {

namespace {

bool isVideo(const std::filesystem::path& file)
{
    constexpr std::array<std::string_view, 8> kVideos{".mp4",  ".avi", ".mov", ".mkv",
                                                      ".webm", ".m4v", ".mpg", ".ogv"};
    auto suffix = file.extension().string();
    std::ranges::transform(suffix, suffix.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::find(kVideos, suffix) != kVideos.end();
}

}  // namespace

DepthPage::DepthPage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent)
    : Page(workspace, dialogs, QStringLiteral("depth"), tr("Depth 3-D"), Chip::Run, parent)
{
    m_session = new DepthSession(this);
    m_empty = new EmptyState(
        QStringLiteral("depth"),
        tr("A photograph becomes depth and a point cloud here: drop pictures, a folder of them "
           "or a video, or choose a camera at the right."),
        tr("Open pictures..."));
    m_empty->button()->setObjectName(QStringLiteral("emptyDepthAction"));
    m_empty->setSecondButtonText(tr("Open a video..."));
    m_view = new DepthView;
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    m_inspector = new DepthInspector(*m_session, m_view->clouds());
    setParts(m_stack, m_inspector);
    rememberSplitter(m_view->splitter(), QStringLiteral("pictures"));
    connectInspector();
    connectSession();
    connect(m_empty, &EmptyState::clicked, this, &DepthPage::choosePictures);
    connect(m_empty, &EmptyState::secondClicked, this, &DepthPage::chooseVideo);
    connect(m_view, &DepthView::failed, this, [this](const QString& sentence) {
        this->workspace().complain({ErrorCode::BadSetting, sentence.toStdString(), {}});
    });
    connect(&workspace, &Workspace::depthMapChanged, m_view, &DepthView::setDepthMap);
    m_view->setDepthMap(workspace.depthMap());
    connect(&workspace, &Workspace::runWeightsCame, this, &DepthPage::followRun);
    m_session->setOptions(m_inspector->options());
    updateView();
}

void DepthPage::connectInspector()
{
    connect(m_inspector, &DepthInspector::openWanted, this, &DepthPage::choosePictures);
    connect(m_inspector, &DepthInspector::videoWanted, this, &DepthPage::chooseVideo);
    connect(m_inspector, &DepthInspector::cameraWanted, m_session, &DepthSession::startCamera);
    connect(m_inspector, &DepthInspector::clearWanted, m_session, &DepthSession::clear);
    connect(m_inspector, &DepthInspector::recordWanted, this, &DepthPage::record);
    connect(m_inspector, &DepthInspector::estimatorWeightsWanted, this, &DepthPage::chooseEstimatorWeights);
    connect(m_inspector, &DepthInspector::estimatorRunWanted, this, [this] {
        askForRun(tr("Open a run of a depth network"),
                  [this](const std::filesystem::path& run) { m_inspector->setWeights(run); });
    });
    connect(m_inspector, &DepthInspector::estimatorChanged, this,
            [this] { m_session->setEstimator(m_inspector->estimator()); });
    connect(m_inspector, &DepthInspector::optionsChanged, this,
            [this] { m_session->setOptions(m_inspector->options()); });
    const auto open = [this](const std::filesystem::path& path) { openModel(path); };
    connect(m_inspector, &DepthInspector::openRunWanted, this,
            [this, open] { askForRun(tr("Open a run"), open); });
    connect(m_inspector, &DepthInspector::openModelWanted, this,
            [this, open] { askForWeights(tr("Open weights"), open); });
    connect(m_inspector, &DepthInspector::joinWanted, m_session, &DepthSession::joinFrames);
    connect(m_inspector, &DepthInspector::exportCloudWanted, this, &DepthPage::exportClouds);
    connect(m_inspector, &DepthInspector::exportViewWanted, this, &DepthPage::exportView);
    connect(m_inspector, &DepthInspector::saveWanted, this, [this] {
        const auto folder = dialogs().chooseFolder(this, tr("Save depth and clouds into a folder"));
        if (!folder.isEmpty()) {
            m_session->saveAll(toPath(folder));
        }
    });
    connect(m_inspector, &DepthInspector::pairsWanted, this, [this] {
        const auto folder =
            dialogs().chooseFolder(this, tr("An empty folder for the pairs of colour and depth"));
        if (!folder.isEmpty()) {
            m_wantPairsOpened = true;
            m_session->writePairs(toPath(folder));
        }
    });
    connect(m_inspector, &DepthInspector::sendWanted, this, [this] {
        if (m_session->scene()) {
            Q_EMIT reconstructWanted({m_session->scene()->input.file});
        }
    });
}

void DepthPage::connectSession()
{
    connect(m_session, &DepthSession::jobStarted, &workspace(), &Workspace::show);
    connect(m_session, &DepthSession::said, &workspace(), &Workspace::say);
    connect(m_session, &DepthSession::failed, this, [this](const Failure& failure) {
        m_wantPairsOpened = false;
        workspace().complain(failure);
    });
    connect(m_session, &DepthSession::inputsChanged, this, &DepthPage::updateView);
    connect(m_session, &DepthSession::liveChanged, this, &DepthPage::updateView);
    connect(m_session, &DepthSession::sceneChanged, this, [this] {
        m_view->setScene(m_session->scene());
        m_inspector->updateScene();
        updateView();
    });
    connect(
        m_session, &DepthSession::joined, this,
        [this](const std::shared_ptr<const PointCloud>& cloud, int frames, double share) {
            m_view->setJoinedCloud(cloud, tr("%1 frames joined").arg(frames));
            workspace().say(tr("%1 frames were joined: %2 % of the overlapping points lie within 5 cm of a "
                               "point of another frame.")
                                .arg(frames)
                                .arg(100 * share, 0, 'f', 1));
        });
    connect(m_session, &DepthSession::saved, this,
            [this](const QString& folder, int pictures, const QStringList& problems) {
                workspace().say(tr("Saved the results of %1 pictures in %2.").arg(pictures).arg(folder));
                for (const auto& problem : problems) {
                    workspace().complain({ErrorCode::BadData, problem.toStdString(), {}});
                }
            });
    connect(m_session, &DepthSession::pairsWritten, this, [this](const QString& folder, qint64 pairs) {
        workspace().say(tr("Wrote %1 pairs of colour and depth in %2.").arg(pairs).arg(folder));
        if (std::exchange(m_wantPairsOpened, false)) {
            Q_EMIT dataWanted(folder);
        }
    });
}

void DepthPage::openFiles(const std::vector<std::filesystem::path>& files)
{
    if (files.size() == 1 && isVideo(files.front())) {
        m_session->startVideo(files.front());
    } else {
        m_session->addFiles(files);
    }
}

void DepthPage::openModel(const std::filesystem::path& path)
{
    const auto plain = plainPath(path);
    open(plain, plain != workspace().runFolder());
}

void DepthPage::open(const std::filesystem::path& path, bool byHand)
{
    delete m_opening;
    m_opening = startOpening(path, "last", [this, path, byHand](OpenedModel model) {
        m_path = path;
        m_byHand = byHand;
        m_model = std::make_shared<const OpenedModel>(std::move(model));
        m_inspector->setModelTitle(tr("%1, %2 x %3: %4")
                                       .arg(toQt(m_model->title))
                                       .arg(m_model->width)
                                       .arg(m_model->height)
                                       .arg(toQt(m_model->name)));
        m_session->setModel(m_model);
        Q_EMIT modelChanged();
    });
    connect(m_opening, &Job::failed, this, [this](const Failure& failure) { workspace().complain(failure); });
}

QString DepthPage::modelName() const
{
    return m_model ? toQt(m_model->name) : QString();
}

void DepthPage::followRun()
{
    // The run in view rebuilds, or estimates, as soon as it has weights; what the person opened here stays.
    if (!isVisibleTo(window()) || !workspace().runHasWeights()) {
        return;
    }
    const auto& run = workspace().runFolder();
    if (workspace().runEstimatesDepth()) {
        if (!m_inspector->isChosenByHand() && m_inspector->estimator().weights != run) {
            m_inspector->followWeights(run);
        }
    } else if (!m_byHand && m_path != run) {
        open(run, false);
    }
}

void DepthPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    followRun();
}

void DepthPage::hideEvent(QHideEvent* event)
{
    Page::hideEvent(event);
    m_view->clouds().stopTour();
}

void DepthPage::choosePictures()
{
    const auto files = dialogs().chooseFiles(
        this, tr("Open pictures"),
        tr("Pictures (*.png *.jpg *.jpeg *.tif *.tiff *.bmp *.webp *.pgm);;All files (*)"));
    std::vector<std::filesystem::path> paths;
    for (const auto& file : files) {
        paths.push_back(toPath(file));
    }
    if (!paths.empty()) {
        m_session->addFiles(paths);
    }
}

void DepthPage::chooseVideo()
{
    const auto files =
        dialogs().chooseFiles(this, tr("Open a video"),
                              tr("Videos (*.mp4 *.avi *.mov *.mkv *.webm *.m4v *.mpg *.ogv);;All files (*)"));
    if (!files.isEmpty()) {
        m_session->startVideo(toPath(files.first()));
    }
}

void DepthPage::chooseEstimatorWeights()
{
    askForWeights(tr("Open weights of the estimator"),
                  [this](const std::filesystem::path& file) { m_inspector->setWeights(file); });
}

void DepthPage::record(bool on)
{
    if (!on) {
        m_session->stopRecording();
        return;
    }
    const auto folder = dialogs().chooseFolder(this, tr("An empty folder for the recording"));
    if (folder.isEmpty()) {
        return;
    }
    try {
        m_session->startRecording(toPath(folder));
    } catch (const Error&) {
        workspace().complain(currentFailure());
    }
}

void DepthPage::exportClouds(bool ascii, bool normals)
{
    const auto scene = m_session->scene();
    const auto first = m_view->clouds().cloud(0), second = m_view->clouds().cloud(1);
    if (!scene || !first) {
        return;
    }
    const auto chosen = dialogs().chooseSaveFile(this, tr("Save the clouds"),
                                                 fileTitle(scene->input.name) + QStringLiteral(".ply"),
                                                 tr("Point cloud (*.ply);;All files (*)"));
    if (chosen.isEmpty()) {
        return;
    }
    auto file = toPath(chosen);
    if (!file.has_extension()) {
        file += ".ply";
    }
    auto* job = runJob(
        workspace().filesQueue(), tr("Saving clouds"), this,
        [file, first, second, ascii, normals](JobContext&) {
            const auto write = [ascii, normals](const std::filesystem::path& to, const PointCloud& cloud) {
                writePly(to, normals ? withNormals(cloud) : cloud, {.ascii = ascii});
            };
            write(file, *first);
            QStringList written{toQt(file)};
            if (second && second->size() > 0) {
                auto beside = file;
                beside.replace_filename(file.stem().string() + ".rebuilt" + file.extension().string());
                write(beside, *second);
                written << toQt(beside);
            }
            return written;
        },
        [this](const QStringList& written) {
            workspace().say(tr("Saved %1.").arg(written.join(QStringLiteral(", "))));
        });
    connect(job, &Job::failed, this, [this, ascii, normals](const Failure& failure) {
        workspace().complain(failure, {{tr("Choose another place..."),
                                        [this, ascii, normals] { exportClouds(ascii, normals); }}});
    });
    workspace().show(job);
}

void DepthPage::exportView(int factor)
{
    const auto file = dialogs().chooseSaveFile(this, tr("Save the view"), QStringLiteral("clouds.png"),
                                               tr("PNG picture (*.png)"));
    if (file.isEmpty()) {
        return;
    }
    try {
        workspace().say(tr("Saved %1.").arg(m_view->clouds().savePicture(file, factor)));
    } catch (const Error&) {
        workspace().complain(currentFailure(),
                             {{tr("Choose another place..."), [this, factor] { exportView(factor); }}});
    }
}

void DepthPage::updateView()
{
    m_inspector->updateSource();
    const bool any = m_session->scene() != nullptr || !m_session->inputs().empty() || m_session->isLive();
    m_stack->setCurrentWidget(any ? static_cast<QWidget*>(m_view) : m_empty);
}

}  // namespace elbo
