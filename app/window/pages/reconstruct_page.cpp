// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/reconstruct_page.h"

#include "app/window/frame/dialogs.h"
#include "app/window/pages/index_text.h"
#include "app/window/pages/reconstruct_inspector.h"
#include "app/window/pages/reconstruction_list.h"
#include "app/window/session/data_title.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "widgets/empty_state.h"
#include "widgets/picture.h"
#include "widgets/reconstruction_grid.h"
#include "widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>

#include <algorithm>

namespace elbo {

namespace {
constexpr std::int64_t kTestImages = 8;
const auto kSampleKey = QStringLiteral("reconstruct/sample");
const auto kSeedKey = QStringLiteral("reconstruct/seed");
}  // namespace

ReconstructPage::ReconstructPage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent)
    : Page(workspace, dialogs, QStringLiteral("reconstruct"), tr("Reconstruct"), Chip::Run, parent)
{
    m_empty = new EmptyState(QStringLiteral("reconstruct"), {}, {});
    m_empty->button()->setObjectName(QStringLiteral("emptyAction"));
    m_grid = new ReconstructionGrid;
    m_grid->setObjectName(QStringLiteral("reconstructionGrid"));
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_grid);
    m_inspector = new ReconstructInspector;
    m_list = new ReconstructionList(workspace.computeQueue(), this);
    setParts(m_stack, m_inspector);
    m_inspector->setOptions({workspace.state().number(kSampleKey, 0) != 0,
                             static_cast<std::uint64_t>(workspace.state().number(kSeedKey, 1))});
    m_list->setOptions(m_inspector->options());
    connectInspector();
    connectList();
    connect(m_empty, &EmptyState::clicked, this, [this] {
        if (m_model) {
            addTestImages();
        } else {
            chooseRun();
        }
    });
    connect(m_empty, &EmptyState::secondClicked, this, [this] {
        if (m_model) {
            choosePictures();
        } else {
            chooseWeights();
        }
    });
    connect(&workspace, &Workspace::depthMapChanged, m_grid, &ReconstructionGrid::setDepthMap);
    m_grid->setDepthMap(workspace.depthMap());
    connect(&workspace, &Workspace::dataChanged, this, &ReconstructPage::updateView);
    connect(&workspace, &Workspace::runWeightsCame, this, &ReconstructPage::followRun);
    connect(&workspace, &Workspace::trainingEnded, this, &ReconstructPage::takeNewWeights);
    updateView();
}

void ReconstructPage::connectInspector()
{
    connect(m_inspector, &ReconstructInspector::openFolderWanted, this, &ReconstructPage::chooseRun);
    connect(m_inspector, &ReconstructInspector::openWanted, this, &ReconstructPage::chooseWeights);
    connect(m_inspector, &ReconstructInspector::weightsChanged, this, [this] { open(m_path, m_byHand); });
    connect(m_inspector, &ReconstructInspector::picturesWanted, this, &ReconstructPage::choosePictures);
    connect(m_inspector, &ReconstructInspector::depthWanted, this, [this] {
        if (const auto id = m_list->firstWithoutDepth()) {
            chooseDepth(*id);
        }
    });
    connect(m_inspector, &ReconstructInspector::indicesWanted, this, &ReconstructPage::addByText);
    connect(m_inspector, &ReconstructInspector::testImagesWanted, this, &ReconstructPage::addTestImages);
    connect(m_inspector, &ReconstructInspector::optionsChanged, this,
            [this] { m_list->setOptions(m_inspector->options()); });
    connect(m_inspector, &ReconstructInspector::saveWanted, this, &ReconstructPage::save);
    connect(m_inspector, &ReconstructInspector::copyTableWanted, this, &ReconstructPage::copyTable);
    connect(m_inspector, &ReconstructInspector::copyPictureWanted, this, &ReconstructPage::copyPicture);
    connect(m_inspector, &ReconstructInspector::clearWanted, m_list, &ReconstructionList::clear);
}

void ReconstructPage::connectList()
{
    connect(m_list, &ReconstructionList::added, m_grid, &ReconstructionGrid::addItem);
    connect(m_list, &ReconstructionList::changed, m_grid, &ReconstructionGrid::updateItem);
    connect(m_list, &ReconstructionList::removed, m_grid, &ReconstructionGrid::removeItem);
    connect(m_list, &ReconstructionList::updated, this, &ReconstructPage::updateView);
    connect(m_list, &ReconstructionList::jobStarted, &workspace(), &Workspace::show);
    connect(m_list, &ReconstructionList::failed, this,
            [this](const Failure& failure) { workspace().complain(failure); });
    connect(m_grid, &ReconstructionGrid::removeWanted, this, [this](const QList<qint64>& ids) {
        m_list->remove(std::vector<std::int64_t>(ids.begin(), ids.end()));
    });
    connect(m_grid, &ReconstructionGrid::activated, this, [this](qint64 id) {
        if (m_list->needsDepth(id)) {
            chooseDepth(id);
        }
    });
    connect(m_grid, &ReconstructionGrid::menuWanted, this,
            [this](qint64 id, ReconstructionGrid::Picture kind, QMenu* menu) {
                const auto picture = m_grid->picture(id, kind);
                const auto name = m_grid->pictureName(id, kind);
                if (!picture.isNull()) {
                    menu->addAction(theme::icon(QStringLiteral("save")), tr("Save picture as..."), this,
                                    [this, picture, name] { savePicture(picture, name); });
                }
                if (const auto file = m_list->fileOf(id); !file.empty()) {
                    menu->addAction(theme::icon(QStringLiteral("depth")), tr("Send to Depth 3-D"), this,
                                    [this, file] { Q_EMIT depthWanted({file}); });
                }
                if (m_list->needsDepth(id)) {
                    menu->addAction(tr("Add its depth image..."), this, [this, id] { chooseDepth(id); });
                }
            });
}

QString ReconstructPage::modelName() const
{
    return m_model ? toQt(m_model->name) : QString();
}

void ReconstructPage::followRun()
{
    // The run in view is the one to reconstruct with, as soon as it has weights; what the person opened here
    // stays.
    const bool chosen = m_opening != nullptr ? m_openingByHand : m_byHand;
    if (workspace().runHasWeights() && !workspace().runEstimatesDepth() && !chosen &&
        m_path != workspace().runFolder()) {
        open(workspace().runFolder(), false);
    }
}

void ReconstructPage::takeNewWeights()
{
    if (m_model && m_opening == nullptr && !m_path.empty() && m_path == workspace().runFolder()) {
        open(m_path, m_byHand);
    }
}

void ReconstructPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (workspace().viewedLiveRun()) {  // it has learned since
        takeNewWeights();
    }
}

void ReconstructPage::openModel(const std::filesystem::path& path)
{
    const auto plain = plainPath(path);
    open(plain, plain != workspace().runFolder());
}

void ReconstructPage::open(const std::filesystem::path& path, bool byHand)
{
    delete m_opening;
    m_openingByHand = byHand;
    m_inspector->setOpening(true);
    m_list->pause();
    m_opening =
        startOpening(path, m_inspector->weights().toStdString(), [this, path, byHand](OpenedModel model) {
            m_path = path;
            m_byHand = byHand;
            modelCame(std::move(model));
        });
    connect(m_opening, &Job::cancelled, this, [this] {
        m_inspector->setModel(m_model.get());
        m_list->resume();
    });
    connect(m_opening, &Job::failed, this,
            [this, byHand](const Failure& failure) { modelFailed(failure, byHand); });
}

void ReconstructPage::modelFailed(const Failure& failure, bool byHand)
{
    m_inspector->setModel(m_model.get());
    m_list->resume();
    workspace().complain(failure, {{tr("Open another..."), [this] { chooseRun(); }}});
    m_openingByHand = false;
    if (byHand) {  // the run in view gave way to it; not inside the signal of the job that would be deleted
        QMetaObject::invokeMethod(this, &ReconstructPage::followRun, Qt::QueuedConnection);
    }
}

void ReconstructPage::modelCame(OpenedModel model)
{
    m_model = std::make_shared<const OpenedModel>(std::move(model));
    m_inspector->setModel(m_model.get());
    m_list->setModel(m_model);
    Q_EMIT modelChanged();
    updateView();
}

void ReconstructPage::chooseRun()
{
    askForRun(tr("Open a run"), [this](const std::filesystem::path& path) { openModel(path); });
}

void ReconstructPage::chooseWeights()
{
    askForWeights(tr("Open weights"), [this](const std::filesystem::path& path) { openModel(path); });
}

void ReconstructPage::choosePictures()
{
    const auto files =
        dialogs().chooseFiles(this, tr("Add pictures"),
                              tr("Pictures (*.png *.jpg *.jpeg *.tif *.tiff *.bmp *.webp *.pgm);;"
                                 "All files (*)"));
    std::vector<std::filesystem::path> paths;
    for (const auto& file : files) {
        paths.push_back(toPath(file));
    }
    if (!paths.empty()) {
        addPictures(paths);
    }
}

void ReconstructPage::chooseDepth(std::int64_t id)
{
    const auto files = dialogs().chooseFiles(this, tr("Add the depth image"),
                                             tr("Depth images (*.png *.tif *.tiff *.exr);;All files (*)"));
    if (!files.isEmpty()) {
        m_list->setDepth(id, toPath(files.first()));
    }
}

void ReconstructPage::addPictures(const std::vector<std::filesystem::path>& files)
{
    m_list->addPictures(files);
}

void ReconstructPage::addImages(const std::vector<std::int64_t>& indices)
{
    if (workspace().data()) {
        m_list->addImages(workspace().data()->view, indices);
    }
}

void ReconstructPage::withData(const Workspace::WithData& then)
{
    if (m_model && currentDataFits(*m_model)) {
        then(*workspace().data());
    } else if (m_model) {
        workspace().useData(m_model->data, then);
    }
}

void ReconstructPage::addByText(const QString& text)
{
    withData([this, text](const LoadedData& loaded) {
        try {
            m_list->addImages(loaded.view, parseIndices(text, loaded.view->size()));
        } catch (const Error&) {
            workspace().complain(currentFailure());
        }
    });
}

void ReconstructPage::addTestImages()
{
    withData([this](const LoadedData& loaded) {
        auto indices = loaded.view->testIndices();
        if (indices.empty()) {
            workspace().complain(
                {ErrorCode::BadData,
                 "This set has no test images: take images by index, or load it again with a test share.",
                 {}});
            return;
        }
        // Spread evenly: neighbours often show the same place.
        std::vector<std::int64_t> chosen;
        const auto count = std::min<std::int64_t>(kTestImages, static_cast<std::int64_t>(indices.size()));
        for (std::int64_t n = 0; n < count; ++n) {
            chosen.push_back(
                indices[static_cast<std::size_t>(n * static_cast<std::int64_t>(indices.size()) / count)]);
        }
        m_list->addImages(loaded.view, chosen);
    });
}

void ReconstructPage::save()
{
    const auto folder = dialogs().chooseFolder(this, tr("Save images and numbers into a folder"));
    if (folder.isEmpty()) {
        return;
    }
    auto* job = runJob(
        workspace().filesQueue(), tr("Saving"), this,
        [results = m_list->results(), folder](JobContext& context) {
            return saveReconstructions(results, toPath(folder), context);
        },
        [this](const std::vector<std::filesystem::path>& files) {
            workspace().say(
                tr("Saved %1 files in %2.").arg(files.size()).arg(toQt(files.front().parent_path())));
        });
    connect(job, &Job::cancelled, this, [this, folder] {
        workspace().say(tr("Saving was cancelled; what was written before is in %1.").arg(folder));
    });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        workspace().complain(failure, {{tr("Choose folder..."), [this] { save(); }}});
    });
    workspace().show(job);
}

void ReconstructPage::copyTable()
{
    QGuiApplication::clipboard()->setText(toQt(reconstructionTable(m_list->results())));
    workspace().say(tr("The numbers were copied."));
}

void ReconstructPage::copyPicture()
{
    auto* job = runJob(
        workspace().filesQueue(), tr("Drawing the picture"), this,
        [results = m_list->results()](JobContext&) { return toQImage(sheetOf(results)); },
        [this](const QImage& sheet) {
            QGuiApplication::clipboard()->setImage(sheet);
            workspace().say(tr("The picture was copied."));
        });
    connect(job, &Job::failed, this, [this](const Failure& failure) { workspace().complain(failure); });
    workspace().show(job);
}

void ReconstructPage::saveState()
{
    Page::saveState();
    const auto options = m_inspector->options();
    workspace().state().setNumber(kSampleKey, options.sample ? 1 : 0);
    workspace().state().setNumber(kSeedKey, static_cast<int>(options.seed));
}

void ReconstructPage::updateView()
{
    m_inspector->setResults(m_list->results(), !m_list->isEmpty(), m_list->firstWithoutDepth().has_value());
    const bool dataKnown = m_model && m_model->dataKnown;
    m_inspector->setDataTitle(m_model && currentDataFits(*m_model) ? toQt(workspace().data()->summary.title)
                              : dataKnown                          ? dataTitle(m_model->data)
                                                                   : QString());
    if (m_model) {
        m_empty->setSentence(
            tr("Images to reconstruct belong here: take test images, or drop colour pictures with "
               "their depth images."));
        m_empty->setButtonText(tr("Add eight test images"));
        m_empty->setSecondButtonText(tr("Add pictures..."));
    } else {
        m_empty->setSentence(
            tr("A trained run rebuilds images here: open one, choose it at the top, or drop a run or "
               "weights on the window."));
        m_empty->setButtonText(tr("Open a run..."));
        m_empty->setSecondButtonText(tr("Open weights..."));
    }
    m_stack->setCurrentWidget(m_list->isEmpty() ? static_cast<QWidget*>(m_empty) : m_grid);
}

}  // namespace elbo
