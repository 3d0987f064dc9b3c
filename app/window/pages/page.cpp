// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/page.h"

#include "app/window/frame/dialogs.h"
#include "app/window/session/data_title.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "widgets/picture_file.h"
#include "widgets/plot_export.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QImage>
#include <QtGui/QShortcut>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

/// Scrolls up and down only: it is never narrower than its contents with a scroll bar beside them.
class InspectorArea : public QScrollArea {
public:
    InspectorArea()
    {
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setMinimumWidth(theme::kInspectorMinimum);
        setMaximumWidth(theme::kInspectorMaximum);
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (watched == widget() && event->type() == QEvent::LayoutRequest) {
            const int needed = widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width();
            setMinimumWidth(std::clamp(needed, theme::kInspectorMinimum, theme::kInspectorMaximum));
        }
        return QScrollArea::eventFilter(watched, event);
    }
};

}  // namespace

Page::Page(Workspace& workspace, const Dialogs& dialogs, QString id, QString title, Chip chip,
           QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_dialogs(dialogs),
      m_id(std::move(id)),
      m_title(std::move(title)),
      m_chip(chip)
{
    setObjectName(m_id + QStringLiteral("Page"));
}

void Page::setParts(QWidget* main, QWidget* inspector)
{
    auto* scroll = new InspectorArea;
    scroll->setObjectName(m_id + QStringLiteral("Inspector"));
    scroll->setWidget(inspector);

    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setObjectName(m_id + QStringLiteral("Splitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(theme::kPanelGap);
    splitter->addWidget(main);
    splitter->addWidget(scroll);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    splitter->setSizes({900, theme::kInspectorMinimum + theme::kPanelGap});
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(splitter, 1);
    layout->addWidget(makeFold());
    m_inspector = scroll;
    rememberSplitter(splitter, QStringLiteral("inspector"));
    setInspectorShown(m_workspace.state().number(foldKey(), 1) != 0);
}

/// A narrow bar at the right edge. It takes the place of the inspector's margin: nothing gets narrower.
QWidget* Page::makeFold()
{
    m_fold = new QToolButton;
    m_fold->setObjectName(m_id + QStringLiteral("Fold"));
    m_fold->setAutoRaise(true);
    m_fold->setFixedWidth(theme::kPanelGap);
    m_fold->setIconSize({theme::kPanelGap, theme::kPanelGap});
    m_fold->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    m_fold->setFocusPolicy(Qt::TabFocus);
    const auto toggle = [this] { setInspectorShown(!isInspectorShown()); };
    connect(m_fold, &QToolButton::clicked, this, toggle);
    connect(new QShortcut(QKeySequence(QStringLiteral("Ctrl+I")), this), &QShortcut::activated, this, toggle);
    return m_fold;
}

QString Page::foldKey() const
{
    return QStringLiteral("inspectorShown/") + m_id;
}

bool Page::isInspectorShown() const
{
    return m_inspector->isVisibleTo(this);
}

void Page::setInspectorShown(bool shown)
{
    m_inspector->setVisible(shown);
    m_fold->setIcon(theme::icon(shown ? QStringLiteral("chevron-right") : QStringLiteral("chevron-left")));
    const auto tip = shown ? tr("Fold the inspector (Ctrl+I)") : tr("Show the inspector (Ctrl+I)");
    m_fold->setToolTip(tip);
    m_fold->setAccessibleName(tip);
}

void Page::askForRun(const QString& title, const WithPath& then)
{
    const auto folder = m_dialogs.chooseFolder(this, title);
    if (!folder.isEmpty()) {
        then(toPath(folder));
    }
}

void Page::askForWeights(const QString& title, const WithPath& then)
{
    const auto files = m_dialogs.chooseFiles(
        this, title, tr("Weights (*.safetensors *.pt *.pth *.ckpt *.tar);;All files (*)"));
    if (!files.isEmpty()) {
        then(toPath(files.first()));
    }
}

Job* Page::startOpening(const std::filesystem::path& path, const std::string& which,
                        std::function<void(OpenedModel)> done)
{
    auto* job = runJob(
        m_workspace.computeQueue(), tr("Opening %1").arg(fileTitle(path)), this,
        [path, which](JobContext& context) {
            auto model = openModel(path, which);
            throwIfStopped(context.stop);
            return model;
        },
        std::move(done));
    m_workspace.show(job);
    return job;
}

bool Page::currentDataFits(const OpenedModel& model) const
{
    const auto& loaded = m_workspace.data();
    return loaded && loaded->summary.width == model.width && loaded->summary.height == model.height &&
           loaded->summary.colorChannels + (loaded->summary.hasDepth ? 1 : 0) == model.channels &&
           loaded->summary.hasDepth == model.hasDepth;
}

void Page::savePicture(const QImage& picture, const QString& name)
{
    const auto file =
        m_dialogs.chooseSaveFile(this, tr("Save picture"), pictureFileName(name), pictureFilter());
    if (file.isEmpty()) {
        return;
    }
    auto* job = runJob(
        m_workspace.filesQueue(), tr("Saving the picture"), this,
        [picture, file](JobContext&) { return writePicture(picture, file); },
        [this](const QString& written) { m_workspace.say(tr("Saved %1.").arg(written)); });
    connect(job, &Job::failed, this, [this, picture, name](const Failure& failure) {
        m_workspace.complain(failure, {{tr("Choose another place..."),
                                        [this, picture, name] { savePicture(picture, name); }}});
    });
}

void Page::saveDrawing(const QImage& picture, const QByteArray& svg, const QString& name)
{
    const auto file =
        m_dialogs.chooseSaveFile(this, tr("Save drawing"), name + QStringLiteral(".svg"), drawingFilter());
    if (file.isEmpty()) {
        return;
    }
    auto* job = runJob(
        m_workspace.filesQueue(), tr("Saving the drawing"), this,
        [picture, svg, file](JobContext&) { return writeDrawing(picture, svg, file); },
        [this](const QString& written) { m_workspace.say(tr("Saved %1.").arg(written)); });
    connect(job, &Job::failed, this, [this, picture, svg, name](const Failure& failure) {
        m_workspace.complain(failure, {{tr("Choose another place..."),
                                        [this, picture, svg, name] { saveDrawing(picture, svg, name); }}});
    });
}

void Page::rememberSplitter(QSplitter* splitter, const QString& name)
{
    const auto key = QStringLiteral("splitters/%1-%2").arg(m_id, name);
    const auto state = m_workspace.state().bytes(key);
    if (!state.isEmpty()) {
        splitter->restoreState(state);
    }
    m_splitters.emplace_back(key, splitter);
}

void Page::saveState()
{
    for (const auto& [key, splitter] : m_splitters) {
        m_workspace.state().setBytes(key, splitter->saveState());
    }
    m_workspace.state().setNumber(foldKey(), isInspectorShown() ? 1 : 0);
}

}  // namespace elbo
