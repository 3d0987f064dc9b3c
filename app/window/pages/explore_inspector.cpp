// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_inspector.h"

#include "app/window/frame/parts.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
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
#include <cmath>
#include <numeric>

namespace elbo {

namespace {

enum AxisKind { Dimensions, Directions };

constexpr int kMostSeed = 1'000'000;

}  // namespace

ExploreInspector::ExploreInspector(LatentSession& session, QWidget* parent)
    : QWidget(parent), m_session(session)
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
    m_axes->addItem(tr("Dimensions, largest KL first"), Dimensions);
    m_axes->addItem(tr("Principal directions"), Directions);
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
    m_sliders = new LatentSliders;
    m_sliders->setObjectName(QStringLiteral("latentSliders"));
    layout.addWidget(m_sliders);
    connect(m_axes, &QComboBox::activated, this, &ExploreInspector::showAxes);
    connect(m_range, &QDoubleSpinBox::valueChanged, this,
            [this](double range) { m_sliders->setRange(range); });
    connect(m_sliders, &LatentSliders::editBegun, &m_session, &LatentSession::rememberCode);
    connect(m_sliders, &LatentSliders::valueChanged, this,
            [this](int axis, double value) { m_session.moveTo(moved(axis, value)); });
    connect(m_sliders, &LatentSliders::resetWanted, this,
            [this](int axis) { m_session.setCode(moved(axis, 0)); });
}

void ExploreInspector::setModelTitle(const QString& title)
{
    m_modelNote->setText(
        title.isEmpty() ? tr("None is open: open a run of a VAE to explore its latent space.") : title);
}

bool ExploreInspector::byDirections() const
{
    return m_axes->currentData().toInt() == Directions;
}

std::vector<double> ExploreInspector::valuesOf(const LatentCode& code) const
{
    const auto& space = *m_session.space();
    std::vector<double> values;
    for (const auto place : m_order) {
        const auto i = static_cast<std::size_t>(place);
        if (!byDirections()) {
            values.push_back(static_cast<double>(code[i]));
            continue;
        }
        double along = 0;
        for (std::size_t k = 0; k < code.size(); ++k) {
            along +=
                static_cast<double>(space.directions[i][k]) * static_cast<double>(code[k] - space.mean[k]);
        }
        values.push_back(along / std::sqrt(static_cast<double>(space.variances[i])));
    }
    return values;
}

LatentCode ExploreInspector::moved(int axis, double value) const
{
    const auto& space = *m_session.space();
    const auto i = static_cast<std::size_t>(m_order[static_cast<std::size_t>(axis)]);
    auto code = m_session.code();
    if (!byDirections()) {
        code[i] = static_cast<float>(value);
        return code;
    }
    const auto present = valuesOf(code)[static_cast<std::size_t>(axis)];
    const auto step = (value - present) * std::sqrt(static_cast<double>(space.variances[i]));
    for (std::size_t k = 0; k < code.size(); ++k) {
        code[k] += static_cast<float>(step * static_cast<double>(space.directions[i][k]));
    }
    return code;
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
    std::vector<LatentAxis> axes;
    m_order.clear();
    const auto range = m_range->value();
    if (byDirections()) {
        double told = 0;
        const auto first = static_cast<double>(space->variances.front());
        for (std::size_t i = 0; i < space->directions.size(); ++i) {
            const auto variance = static_cast<double>(space->variances[i]);
            if (!(variance > 0)) {  // fewer images than dimensions leave none
                continue;
            }
            told += variance;
            LatentAxis axis;
            axis.name = tr("PC %1").arg(i + 1);
            axis.tip = tr("%1 % of the variance of the codes; %2 % with those before it. The number counts "
                          "standard deviations.")
                           .arg(100 * variance / space->totalVariance, 0, 'f', 1)
                           .arg(100 * told / space->totalVariance, 0, 'f', 1);
            axis.share = variance / first;
            axis.range = range;
            axis.collapsed = variance < 1e-3 * first;
            m_order.push_back(static_cast<std::int64_t>(i));
            axes.push_back(std::move(axis));
        }
        m_axesNote->setText(tr("%1 directions of the codes of %2 images, largest variance first.")
                                .arg(axes.size())
                                .arg(space->codes.size()));
    } else {
        m_order = space->byKl;
        const auto largest = static_cast<double>(space->kl[static_cast<std::size_t>(m_order.front())]);
        for (std::size_t place = 0; place < m_order.size(); ++place) {
            const auto i = static_cast<std::size_t>(m_order[place]);
            LatentAxis axis;
            axis.name = tr("z%1").arg(i);
            axis.tip = tr("KL %1 nats; data %2 +- %3")
                           .arg(static_cast<double>(space->kl[i]), 0, 'f', 3)
                           .arg(static_cast<double>(space->mean[i]), 0, 'f', 2)
                           .arg(static_cast<double>(space->std[i]), 0, 'f', 2);
            axis.share = largest > 0 ? static_cast<double>(space->kl[i]) / largest : 0;
            axis.range = range;
            axis.collapsed = place >= static_cast<std::size_t>(space->active);
            axes.push_back(std::move(axis));
        }
        m_axesNote->setText(tr("%1 of %2 dimensions tell something of an image (KL of 0.01 nats or more).")
                                .arg(space->active)
                                .arg(space->size));
    }
    m_sliders->setAxes(std::move(axes));
    showCode();
}

void ExploreInspector::showCode()
{
    m_undo->setEnabled(m_session.canUndo());
    m_redo->setEnabled(m_session.canRedo());
    if (m_session.space() && !m_session.code().empty()) {
        m_sliders->setValues(valuesOf(m_session.code()));
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
