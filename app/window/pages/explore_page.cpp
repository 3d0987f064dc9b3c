// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_page.h"

#include "app/window/frame/dialogs.h"
#include "app/window/pages/explore_inspector.h"
#include "app/window/pages/explore_view.h"
#include "app/window/session/data_title.h"
#include "app/window/session/job.h"
#include "app/window/session/latent_export.h"
#include "app/window/session/latent_map_session.h"
#include "app/window/session/latent_session.h"
#include "app/window/session/text.h"
#include "widgets/empty_state.h"
#include "widgets/picture.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>

#include <utility>

namespace elbo {

ExplorePage::ExplorePage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent)
    : Page(workspace, dialogs, QStringLiteral("explore"), tr("Explore"), Chip::Run, parent)
{
    setObjectName(QStringLiteral("explorePage"));
    m_session = new LatentSession(this);
    m_map = new LatentMapSession(*m_session, m_session);
    m_empty = new EmptyState(QStringLiteral("explore"), {}, {});
    m_empty->setObjectName(QStringLiteral("exploreEmpty"));
    m_empty->button()->setObjectName(QStringLiteral("exploreEmptyAction"));
    m_view = new ExploreView(*m_session, *m_map);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    m_inspector = new ExploreInspector(*m_session, *m_map);
    setParts(m_stack, m_inspector);
    rememberSplitter(m_view->splitter(), QStringLiteral("way"));
    connect(m_empty, &EmptyState::clicked, this, &ExplorePage::chooseRun);
    connect(m_empty, &EmptyState::secondClicked, this, &ExplorePage::chooseWeights);
    connect(m_inspector, &ExploreInspector::openRunWanted, this, &ExplorePage::chooseRun);
    connect(m_inspector, &ExploreInspector::openWeightsWanted, this, &ExplorePage::chooseWeights);
    connect(m_inspector, &ExploreInspector::saveImageWanted, this, &ExplorePage::saveImage);
    connect(m_view, &ExploreView::saveWayWanted, this, &ExplorePage::saveWay);
    const auto complain = [this](const QString& sentence) {
        this->workspace().complain({ErrorCode::BadSetting, sentence.toStdString(), {}});
    };
    connect(m_view, &ExploreView::failed, this, complain);
    connect(m_inspector, &ExploreInspector::failed, this, complain);
    connect(m_session, &LatentSession::failed, this,
            [this](const Failure& failure) { this->workspace().complain(failure); });
    connect(m_session, &LatentSession::jobStarted, &workspace, &Workspace::show);
    connect(m_map, &LatentMapSession::failed, this,
            [this](const Failure& failure) { this->workspace().complain(failure); });
    connect(m_map, &LatentMapSession::jobStarted, &workspace, &Workspace::show);
    connect(m_view, &ExploreView::saveWanted, this, &ExplorePage::savePicture);
    connect(m_view, &ExploreView::saveDrawingWanted, this, &ExplorePage::saveDrawing);
    connect(m_session, &LatentSession::startedFromPicture, this, [this](const QString& name) {
        this->workspace().say(tr("The code of %1 is the present one.").arg(name));
    });
    connect(m_session, &LatentSession::spaceChanged, this, &ExplorePage::updateView);
    connect(&workspace, &Workspace::depthMapChanged, m_view, &ExploreView::setDepthMap);
    m_view->setDepthMap(workspace.depthMap());
    connect(&workspace, &Workspace::runWeightsCame, this, &ExplorePage::followRun);
    connect(&workspace, &Workspace::trainingEnded, this, &ExplorePage::takeNewWeights);
    updateView();
}

QString ExplorePage::modelName() const
{
    return m_model ? toQt(m_model->name) : QString();
}

void ExplorePage::openModel(const std::filesystem::path& path)
{
    const auto plain = plainPath(path);
    open(plain, plain != workspace().runFolder());
}

void ExplorePage::open(const std::filesystem::path& path, bool byHand)
{
    delete m_opening;
    m_opening = startOpening(path, "last", [this, path, byHand](OpenedModel model) {
        m_path = path;
        m_byHand = byHand;
        modelCame(std::move(model));
    });
    connect(m_opening, &Job::failed, this, [this](const Failure& failure) {
        workspace().complain(failure, {{tr("Open another..."), [this] { chooseRun(); }}});
    });
}

void ExplorePage::modelCame(OpenedModel model)
{
    m_model = std::make_shared<const OpenedModel>(std::move(model));
    if (m_session->model() && m_session->model()->file != m_model->file) {
        m_session->clear();  // nothing of another model stands beside this one's name
    }
    m_inspector->setModelTitle(
        tr("%1, %2, epoch %3").arg(toQt(m_model->name), toQt(m_model->title)).arg(m_model->epoch));
    m_needsData = true;
    Q_EMIT modelChanged();
    takeData();
    updateView();
}

void ExplorePage::takeData()
{
    // A set is loaded for a page that is looked at, not behind the person's back.
    if (!m_needsData || !m_model || !isVisibleTo(window())) {
        return;
    }
    m_needsData = false;
    updateView();
    const auto take = [this, model = m_model](const LoadedData& loaded) {
        if (model == m_model) {
            m_session->setModel(model, loaded.view);
        }
    };
    if (currentDataFits(*m_model)) {
        take(*workspace().data());
    } else {
        // Cancelled, failed or given up for another: taken up again when the page is shown again.
        workspace().useData(m_model->data, take, [this] {
            m_needsData = true;
            updateView();
        });
    }
}

void ExplorePage::followRun()
{
    if (isVisibleTo(window()) && workspace().runHasWeights() && !workspace().runEstimatesDepth() &&
        !m_byHand && m_opening == nullptr && m_path != workspace().runFolder()) {
        open(workspace().runFolder(), false);
    }
}

void ExplorePage::takeNewWeights()
{
    if (m_model && m_opening == nullptr && !m_path.empty() && m_path == workspace().runFolder()) {
        open(m_path, m_byHand);
    }
}

void ExplorePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    followRun();
    if (workspace().viewedLiveRun()) {  // it has learned since
        takeNewWeights();
    }
    takeData();
}

void ExplorePage::chooseRun()
{
    askForRun(tr("Open a run"), [this](const std::filesystem::path& path) { openModel(path); });
}

void ExplorePage::chooseWeights()
{
    askForWeights(tr("Open weights"), [this](const std::filesystem::path& path) { openModel(path); });
}

void ExplorePage::openPictures(const std::vector<std::filesystem::path>& files)
{
    if (!m_session->space()) {
        workspace().complain({ErrorCode::BadSetting,
                              "No model is open to encode pictures with: open a run on this page first.",
                              {}},
                             {{tr("Open run..."), [this] { chooseRun(); }}});
        return;
    }
    auto* job = runJob(
        workspace().filesQueue(), tr("Looking at pictures"), this,
        [files, use = m_model->hasDepth ? PictureUse::WithDepth : PictureUse::ColorOnly](JobContext&) {
            std::vector<std::string> problems;
            auto pairs = pairPictures(files, use, problems);
            return std::pair(std::move(pairs), std::move(problems));
        },
        [this](const std::pair<std::vector<PicturePair>, std::vector<std::string>>& found) {
            for (const auto& problem : found.second) {
                workspace().say(toQt(problem));
            }
            if (!found.first.empty()) {
                m_session->startFromPicture(found.first.front());
            }
        });
    connect(job, &Job::failed, this, [this](const Failure& failure) { workspace().complain(failure); });
}

void ExplorePage::saveImage()
{
    if (const auto decoded = m_session->decoded()) {
        savePicture(toQImage(decodedSheet(decoded->image)), tr("decoded"));
    }
}

void ExplorePage::saveWay()
{
    const auto chosen =
        dialogs().chooseSaveFile(this, tr("Save the way"), tr("way.png"),
                                 tr("Strip (*.png);;Animated GIF (*.gif);;Video (*.mp4);;Codes as a table "
                                    "(*.csv);;Codes for NumPy (*.npy)"));
    if (chosen.isEmpty() || m_session->wayPoints().size() < 2) {
        return;
    }
    // On the one thread that may use the model.
    auto* job = runJob(
        m_session->queue(), tr("Saving the way"), this,
        [model = m_session->model(), points = m_session->wayPoints(), path = m_session->path(),
         shown = m_session->shownClass(), file = toPath(chosen)](JobContext& context) {
            return elbo::saveWay({model, points, path, shown}, file, context.stop);
        },
        [this](const std::filesystem::path& written) {
            workspace().say(tr("The way was saved as %1.").arg(toQt(written)));
        });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        workspace().complain(failure, {{tr("Save elsewhere..."), [this] { saveWay(); }}});
    });
    workspace().show(job);
}

void ExplorePage::updateView()
{
    if (!m_session->space()) {
        m_empty->setSentence(
            m_model && m_needsData
                ? tr("%1 needs images of its size to know where codes lie: load a data set that "
                     "fits on the page Data, then come back.")
                      .arg(toQt(m_model->name))
            : m_model ? tr("The images of %1 are being encoded.").arg(toQt(m_model->name))
                      : tr("Open a run of a VAE to bend its latent code by hand."));
        m_empty->setButtonText(tr("Open run..."));
        m_empty->setSecondButtonText(tr("Open weights..."));
    }
    m_stack->setCurrentWidget(m_session->space() ? static_cast<QWidget*>(m_view) : m_empty);
}

}  // namespace elbo
