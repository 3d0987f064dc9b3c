// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_inspector.h"

#include "app/window/frame/parts.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "widgets/histogram_view.h"
#include "widgets/latent_sliders.h"
#include "widgets/theme.h"

#include <QtCore/QSignalBlocker>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

namespace {

constexpr int kMostSeed = 1'000'000;

}  // namespace

ExploreInspector::ExploreInspector(LatentSession& session, LatentMapSession& map, QWidget* parent)
    : QWidget(parent), m_session(session), m_map(map)
{
    auto* layout = inspectorLayout(this);
    addModelPart(*layout);
    m_parts = new QWidget;
    auto* parts = new QVBoxLayout(m_parts);
    parts->setContentsMargins(0, 0, 0, 0);
    parts->setSpacing(theme::kControlGap);
    addStartPart(*parts);
    addCodePart(*parts);
    addSliderPart(*parts);
    layout->addWidget(m_parts);
    layout->addStretch(1);
    connect(&session, &LatentSession::spaceChanged, this, &ExploreInspector::showSpace);
    connect(&session, &LatentSession::codeChanged, this, &ExploreInspector::showCode);
    connect(&map, &LatentMapSession::attributesChanged, this, [this] {
        const auto kind = m_map.attributes().empty() ? AxisKind::Dimensions : AxisKind::Attributes;
        m_axes->setCurrentIndex(m_axes->findData(static_cast<int>(kind)));  // it was made to be moved
        showAxes();
    });
    setModelTitle({});
    showSpace();
}

void ExploreInspector::addModelPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Model")));
    m_modelNote = noteLabel({});
    m_modelNote->setObjectName(QStringLiteral("exploreModelNote"));
    layout.addWidget(m_modelNote);
    auto* opening = controlLine(layout);
    auto* run = namedButton(tr("Open run..."), QStringLiteral("openExploreRun"));
    auto* weights = namedButton(tr("Open weights..."), QStringLiteral("openExploreWeights"));
    opening->addWidget(run);
    opening->addWidget(weights);
    connect(run, &QPushButton::clicked, this, &ExploreInspector::openRunWanted);
    connect(weights, &QPushButton::clicked, this, &ExploreInspector::openWeightsWanted);
}

void ExploreInspector::addStartPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Start from")));
    auto* images = controlLine(layout);
    images->addWidget(new QLabel(tr("Test image")));
    m_image = new QSpinBox;
    m_image->setObjectName(QStringLiteral("startImage"));
    m_image->setAccessibleName(tr("Test image"));
    m_image->setKeyboardTracking(false);
    images->addWidget(m_image, 1);
    m_startNote = noteLabel({});
    m_startNote->setObjectName(QStringLiteral("startNote"));
    layout.addWidget(m_startNote);
    auto* fixed = controlLine(layout);
    auto* mean = namedButton(tr("Mean code"), QStringLiteral("startMean"));
    mean->setToolTip(tr("The mean of the codes of the test images"));
    auto* zero = namedButton(tr("Zero"), QStringLiteral("startZero"));
    zero->setToolTip(tr("The mean of the prior"));
    fixed->addWidget(mean, 1);
    fixed->addWidget(zero, 1);
    auto* drawn = controlLine(layout);
    auto* random = namedButton(tr("Draw from the prior"), QStringLiteral("startRandom"));
    m_seed = new QSpinBox;
    m_seed->setObjectName(QStringLiteral("startSeed"));
    m_seed->setRange(0, kMostSeed);
    m_seed->setPrefix(tr("seed "));
    m_seed->setValue(1);
    drawn->addWidget(random, 1);
    drawn->addWidget(m_seed);
    m_classLine = new QWidget;
    auto* classes = new QHBoxLayout(m_classLine);
    classes->setContentsMargins(0, 0, 0, 0);
    classes->setSpacing(theme::kControlGap);
    classes->addWidget(new QLabel(tr("Decode as")));
    m_class = new QComboBox;
    m_class->setObjectName(QStringLiteral("exploreClass"));
    classes->addWidget(m_class, 1);
    layout.addWidget(m_classLine);
    connect(m_image, &QSpinBox::valueChanged, this, [this](int place) {
        if (const auto space = m_session.space()) {
            const auto row = static_cast<std::size_t>(place - 1);  // people count from one
            m_startNote->setText(toQt(space->names[row]));
            if (m_classLine->isVisibleTo(m_parts) && space->labels[row] >= 0) {
                m_class->setCurrentIndex(space->labels[row]);
                m_session.setShownClass(space->labels[row]);
            }
            m_session.setCode(space->codes[row]);
        }
    });
    connect(mean, &QPushButton::clicked, this, [this] { m_session.setCode(m_session.space()->mean); });
    connect(zero, &QPushButton::clicked, this,
            [this] { m_session.setCode(LatentCode(m_session.code().size(), 0.0F)); });
    connect(random, &QPushButton::clicked, this, [this] {
        m_session.setCode(drawnCode(m_session.space()->size, static_cast<std::uint64_t>(m_seed->value())));
        m_seed->setValue(m_seed->value() == kMostSeed ? 0 : m_seed->value() + 1);
    });
    connect(m_class, &QComboBox::activated, &m_session, &LatentSession::setShownClass);
}

void ExploreInspector::addCodePart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Code")));
    auto* past = controlLine(layout);
    m_undo = namedButton(tr("Undo"), QStringLiteral("undoCode"));
    m_undo->setShortcut(QKeySequence(QKeySequence::Undo));
    m_redo = namedButton(tr("Redo"), QStringLiteral("redoCode"));
    m_redo->setShortcut(QKeySequence(QKeySequence::Redo));
    auto* reset = namedButton(tr("Reset all"), QStringLiteral("resetCode"));
    reset->setToolTip(tr("Back to the code of the test image above"));
    for (auto* button : {m_undo, m_redo, reset}) {
        past->addWidget(button, 1);
    }
    auto* texts = controlLine(layout);
    auto* copy = namedButton(tr("Copy z"), QStringLiteral("copyCode"));
    auto* pasteButton = namedButton(tr("Paste z"), QStringLiteral("pasteCode"));
    auto* save = namedButton(tr("Save image..."), QStringLiteral("saveDecoded"));
    for (auto* button : {copy, pasteButton, save}) {
        texts->addWidget(button, 1);
    }
    connect(m_undo, &QPushButton::clicked, &m_session, &LatentSession::undo);
    connect(m_redo, &QPushButton::clicked, &m_session, &LatentSession::redo);
    connect(reset, &QPushButton::clicked, this, [this] {
        m_session.setCode(m_session.space()->codes[static_cast<std::size_t>(m_image->value() - 1)]);
    });
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(toQt(codeToText(m_session.code()))); });
    connect(pasteButton, &QPushButton::clicked, this, &ExploreInspector::paste);
    connect(save, &QPushButton::clicked, this, &ExploreInspector::saveImageWanted);
}

void ExploreInspector::addSliderPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Sliders")));
    auto* kinds = controlLine(layout);
    m_axes = new QComboBox;
    m_axes->setObjectName(QStringLiteral("axisKind"));
    m_axes->addItem(tr("Dimensions, largest KL first"), static_cast<int>(AxisKind::Dimensions));
    m_axes->addItem(tr("Principal directions"), static_cast<int>(AxisKind::Directions));
    m_axes->addItem(tr("Attributes"), static_cast<int>(AxisKind::Attributes));
    m_range = new QDoubleSpinBox;
    m_range->setObjectName(QStringLiteral("axisRange"));
    m_range->setRange(0.5, 20);
    m_range->setSingleStep(0.5);
    m_range->setDecimals(1);
    m_range->setValue(3);
    m_range->setPrefix(tr("+- "));
    m_range->setToolTip(
        tr("How far the sliders go: standard deviations of the prior, which are 1; along a "
           "principal direction, of the data."));
    kinds->addWidget(m_axes, 1);
    kinds->addWidget(m_range);
    m_axesNote = noteLabel({});
    m_axesNote->setObjectName(QStringLiteral("axesNote"));
    layout.addWidget(m_axesNote);
    m_scree = new HistogramView;
    m_scree->setObjectName(QStringLiteral("scree"));
    m_scree->setTitle(tr("Share of the variance, %"));
    m_scree->setFixedHeight(96);
    layout.addWidget(m_scree);
    m_sliders = new LatentSliders;
    m_sliders->setObjectName(QStringLiteral("latentSliders"));
    layout.addWidget(m_sliders);
    connect(m_axes, &QComboBox::activated, this, &ExploreInspector::showAxes);
    connect(m_range, &QDoubleSpinBox::valueChanged, this,
            [this](double range) { m_sliders->setRange(range); });
    connect(m_sliders, &LatentSliders::editBegun, &m_session, &LatentSession::rememberCode);
    connect(m_sliders, &LatentSliders::valueChanged, this, [this](int axis, double value) {
        m_session.moveTo(m_shown.moved(m_session.code(), axis, value));
    });
    connect(m_sliders, &LatentSliders::resetWanted, this,
            [this](int axis) { m_session.setCode(m_shown.moved(m_session.code(), axis, 0)); });
}

void ExploreInspector::setModelTitle(const QString& title)
{
    m_modelNote->setText(
        title.isEmpty() ? tr("None is open: open a run of a VAE to explore its latent space.") : title);
}

void ExploreInspector::showSpace()
{
    const auto space = m_session.space();
    m_parts->setVisible(space != nullptr);
    if (!space) {
        return;
    }
    {
        const QSignalBlocker quiet(m_image);
        m_image->setRange(1, static_cast<int>(space->codes.size()));
        m_image->setSuffix(tr(" of %1").arg(space->codes.size()));
    }
    m_startNote->setText(toQt(space->names[static_cast<std::size_t>(m_image->value() - 1)]));
    const auto& classes = m_session.model()->classes;
    m_classLine->setVisible(!classes.empty());
    m_class->clear();
    for (const auto& name : classes) {
        m_class->addItem(toQt(name));
    }
    m_class->setCurrentIndex(m_session.shownClass());
    showAxes();
}

void ExploreInspector::showAxes()
{
    const auto space = m_session.space();
    if (!space) {
        return;
    }
    m_shown = ExploreAxes(space, m_map.attributes(), static_cast<AxisKind>(m_axes->currentData().toInt()),
                          m_range->value());
    m_axesNote->setText(m_shown.note());
    m_scree->setVisible(!m_shown.scree().empty());
    if (!m_shown.scree().empty()) {
        // The share of each direction as a bar over its number.
        m_scree->setSeries({{QString(), QColor(), m_shown.scree()}}, 0.5,
                           static_cast<double>(m_shown.scree().size()) + 0.5, tr("direction"));
    }
    m_sliders->setAxes(m_shown.axes());
    showCode();
}

void ExploreInspector::showCode()
{
    m_undo->setEnabled(m_session.canUndo());
    m_redo->setEnabled(m_session.canRedo());
    m_class->setCurrentIndex(m_session.shownClass());
    if (m_session.space() && !m_session.code().empty()) {
        m_sliders->setValues(m_shown.valuesOf(m_session.code()));
    }
}

void ExploreInspector::paste()
{
    try {
        m_session.setCode(
            readCode(QGuiApplication::clipboard()->text().toStdString(), m_session.space()->size));
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

}  // namespace elbo
