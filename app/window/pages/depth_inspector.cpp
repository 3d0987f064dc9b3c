// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/depth_inspector.h"

#include "app/window/frame/parts.h"
#include "app/window/pages/cloud_settings.h"
#include "app/window/session/depth_session.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/depth/estimator.h"
#include "core/io/frame_source.h"
#include "widgets/point_cloud_view.h"
#include "widgets/theme.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

namespace {

/// A line that can be hidden as a whole.
std::pair<QWidget*, QHBoxLayout*> hideableLine(QVBoxLayout& layout)
{
    auto* widget = new QWidget;
    auto* made = new QHBoxLayout(widget);
    made->setContentsMargins(0, 0, 0, 0);
    made->setSpacing(theme::kControlGap);
    layout.addWidget(widget);
    return {widget, made};
}

}  // namespace

DepthInspector::DepthInspector(DepthSession& session, PointCloudView& clouds, QWidget* parent)
    : QWidget(parent), m_session(session), m_clouds(clouds)
{
    auto* layout = inspectorLayout(this);
    addSourcePart(*layout);
    addEstimatorPart(*layout);
    addModelPart(*layout);
    addCameraPart(*layout);
    layout->addWidget(sectionHeading(tr("Point clouds")));
    m_cloudSettings = new CloudSettings(clouds);
    layout->addWidget(m_cloudSettings);
    connect(m_cloudSettings, &CloudSettings::optionsChanged, this, &DepthInspector::optionsChanged);
    connect(m_cloudSettings, &CloudSettings::joinWanted, this, &DepthInspector::joinWanted);
    connect(m_cloudSettings, &CloudSettings::exportCloudWanted, this, &DepthInspector::exportCloudWanted);
    connect(m_cloudSettings, &CloudSettings::exportViewWanted, this, &DepthInspector::exportViewWanted);
    addPicksPart(*layout);
    addNumbersPart(*layout);
    addSavePart(*layout);
    layout->addStretch(1);
    setModelTitle({});
    updateSource();
    updateWeights();
    updateCamera();
    updateScene();
    updatePicks();
}

void DepthInspector::addSourcePart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Pictures")));
    auto* opening = controlLine(layout);
    auto* open = namedButton(tr("Pictures..."), QStringLiteral("openPictures"));
    auto* video = namedButton(tr("Video..."), QStringLiteral("openVideo"));
    m_camera = namedButton(tr("Camera"), QStringLiteral("openCamera"));
    auto* cameras = new QMenu(m_camera);
    connect(cameras, &QMenu::aboutToShow, this, &DepthInspector::fillCameras);
    m_camera->setMenu(cameras);
    for (auto* one : {open, video, m_camera}) {
        opening->addWidget(one);
    }
    auto [pictureLine, pictures] = hideableLine(layout);
    m_pictureLine = pictureLine;
    m_previous = namedButton(QString(), QStringLiteral("previousPicture"));
    m_previous->setIcon(theme::icon(QStringLiteral("chevron-left")));
    m_previous->setToolTip(tr("The picture before"));
    m_pictures = new QComboBox;
    m_pictures->setObjectName(QStringLiteral("pictureList"));
    m_pictures->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_next = namedButton(QString(), QStringLiteral("nextPicture"));
    m_next->setIcon(theme::icon(QStringLiteral("chevron-right")));
    m_next->setToolTip(tr("The next picture"));
    m_clear = namedButton(QString(), QStringLiteral("clearPictures"));
    m_clear->setIcon(theme::icon(QStringLiteral("close")));
    m_clear->setToolTip(tr("Remove all pictures"));
    pictures->addWidget(m_previous);
    pictures->addWidget(m_pictures, 1);
    pictures->addWidget(m_next);
    pictures->addWidget(m_clear);
    m_liveNote = noteLabel({});
    m_liveNote->setObjectName(QStringLiteral("liveNote"));
    layout.addWidget(m_liveNote);
    auto [liveLine, live] = hideableLine(layout);
    m_liveLine = liveLine;
    m_pause = namedButton(tr("Pause"), QStringLiteral("pauseLive"));
    m_stop = namedButton(tr("Stop"), QStringLiteral("stopLive"));
    m_record = namedButton(tr("Record..."), QStringLiteral("recordLive"));
    m_record->setToolTip(tr("Every picture that is shown goes into a folder of colour and depth."));
    for (auto* one : {m_pause, m_stop, m_record}) {
        live->addWidget(one);
    }
    connect(open, &QPushButton::clicked, this, &DepthInspector::openWanted);
    connect(video, &QPushButton::clicked, this, &DepthInspector::videoWanted);
    connect(m_previous, &QPushButton::clicked, this,
            [this] { m_session.setCurrent(m_session.current() - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] { m_session.setCurrent(m_session.current() + 1); });
    connect(m_pictures, &QComboBox::activated, this, [this](int index) { m_session.setCurrent(index); });
    connect(m_clear, &QPushButton::clicked, this, &DepthInspector::clearWanted);
    connect(m_pause, &QPushButton::clicked, this, [this] { m_session.setPaused(!m_session.isPaused()); });
    connect(m_stop, &QPushButton::clicked, this, [this] { m_session.stopLive(); });
    connect(m_record, &QPushButton::clicked, this, [this] { Q_EMIT recordWanted(!m_session.isRecording()); });
}

void DepthInspector::fillCameras()
{
    auto* menu = m_camera->menu();
    menu->clear();
    for (const auto& camera : listCameras()) {
        menu->addAction(toQt(camera.name), this,
                        [this, index = camera.index] { Q_EMIT cameraWanted(index); });
    }
    if (menu->isEmpty()) {
        menu->addAction(tr("No camera is connected"))->setEnabled(false);
    }
}

void DepthInspector::addEstimatorPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Depth estimator")));
    m_estimator = new QComboBox;
    m_estimator->setObjectName(QStringLiteral("estimator"));
    for (const auto& info : depthEstimatorInfos()) {
        m_estimator->addItem(toQt(info.title), toQt(info.key));
        m_estimator->setItemData(m_estimator->count() - 1, toQt(info.source), Qt::ToolTipRole);
    }
    layout.addWidget(m_estimator);
    m_weightsNote = noteLabel({});
    m_weightsNote->setObjectName(QStringLiteral("weightsNote"));
    layout.addWidget(m_weightsNote);
    auto* opening = controlLine(layout);
    auto* run = namedButton(tr("Open run..."), QStringLiteral("openEstimatorRun"));
    run->setToolTip(tr("A run in which BTS was trained"));
    auto* weights = namedButton(tr("Open weights..."), QStringLiteral("openEstimatorWeights"));
    weights->setToolTip(tr("A checkpoint of BTS or METER; the estimator becomes the one it is of"));
    opening->addWidget(run);
    opening->addWidget(weights);
    m_flip = new QCheckBox(tr("Average with the mirrored picture"));
    m_flip->setObjectName(QStringLiteral("flip"));
    layout.addWidget(m_flip);
    m_kitti = new QCheckBox(tr("Weights of KITTI: up to 80 m"));
    m_kitti->setObjectName(QStringLiteral("kitti"));
    m_kitti->setToolTip(
        tr("Depth is scaled by the camera's focal length, as these weights need; without it weights "
           "of NYU Depth V2 are assumed, up to 10 m."));
    layout.addWidget(m_kitti);
    connect(m_kitti, &QCheckBox::toggled, this, &DepthInspector::estimatorChanged);
    connect(m_estimator, &QComboBox::activated, this, [this] {
        m_weightsFile.clear();
        m_byHand = true;
        updateWeights();
        Q_EMIT estimatorChanged();
    });
    connect(run, &QPushButton::clicked, this, &DepthInspector::estimatorRunWanted);
    connect(weights, &QPushButton::clicked, this, &DepthInspector::estimatorWeightsWanted);
    connect(m_flip, &QCheckBox::toggled, this, &DepthInspector::estimatorChanged);
}

void DepthInspector::addModelPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("VAE that rebuilds colour and depth")));
    m_modelNote = noteLabel({});
    m_modelNote->setObjectName(QStringLiteral("depthModelNote"));
    layout.addWidget(m_modelNote);
    auto* opening = controlLine(layout);
    auto* run = namedButton(tr("Open run..."), QStringLiteral("openDepthRun"));
    auto* weights = namedButton(tr("Open weights..."), QStringLiteral("openDepthModel"));
    opening->addWidget(run);
    opening->addWidget(weights);
    m_fit = new QComboBox;
    m_fit->setObjectName(QStringLiteral("depthFit"));
    m_fit->addItem(tr("Stretch, as sets are"), static_cast<int>(Fit::Stretch));
    m_fit->addItem(tr("Crop to the middle"), static_cast<int>(Fit::Crop));
    m_fit->addItem(tr("Pad with the edges"), static_cast<int>(Fit::Pad));
    auto* fit = controlLine(layout);
    auto* label = new QLabel(tr("Fitted by"));
    label->setBuddy(m_fit);
    fit->addWidget(label);
    fit->addWidget(m_fit, 1);
    connect(run, &QPushButton::clicked, this, &DepthInspector::openRunWanted);
    connect(weights, &QPushButton::clicked, this, &DepthInspector::openModelWanted);
    connect(m_fit, &QComboBox::activated, this, &DepthInspector::optionsChanged);
}

void DepthInspector::addCameraPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Camera intrinsics")));
    m_cameraKind = new QComboBox;
    m_cameraKind->setObjectName(QStringLiteral("cameraKind"));
    m_cameraKind->addItem(tr("From the picture, else a guess"));
    for (const auto& preset : intrinsicsPresets()) {
        m_cameraKind->addItem(toQt(preset.source), toQt(preset.source));
    }
    m_cameraKind->addItem(tr("Angle of view"));
    m_cameraKind->addItem(tr("Typed"));
    layout.addWidget(m_cameraKind);
    auto [degreesLine, degrees] = hideableLine(layout);
    m_degreesLine = degreesLine;
    m_degrees = new QDoubleSpinBox;
    m_degrees->setObjectName(QStringLiteral("angleOfView"));
    m_degrees->setRange(1, 178);
    m_degrees->setValue(60);
    m_degrees->setSuffix(tr(" degrees across"));
    degrees->addWidget(m_degrees);
    m_typedLine = new QWidget;
    auto* typed = new QGridLayout(m_typedLine);
    typed->setContentsMargins(0, 0, 0, 0);
    typed->setSpacing(theme::kControlGap);
    constexpr std::array<const char*, 4> kNames{"fx", "fy", "cx", "cy"};
    for (int i = 0; i < 4; ++i) {
        auto* box = new QDoubleSpinBox;
        box->setObjectName(
            QStringLiteral("typed-%1").arg(QLatin1String(kNames.at(static_cast<std::size_t>(i)))));
        box->setRange(i < 2 ? 0 : -100000, 100000);
        box->setDecimals(2);
        auto* label = new QLabel(QLatin1String(kNames.at(static_cast<std::size_t>(i))));
        label->setBuddy(box);
        typed->addWidget(label, i / 2, 2 * (i % 2));
        typed->addWidget(box, i / 2, 2 * (i % 2) + 1);
        typed->setColumnStretch(2 * (i % 2) + 1, 1);
        m_typed.at(static_cast<std::size_t>(i)) = box;
        connect(box, &QDoubleSpinBox::valueChanged, this, [this] {
            if (!m_filling) {
                Q_EMIT optionsChanged();
            }
        });
    }
    layout.addWidget(m_typedLine);
    m_cameraNote = noteLabel({});
    m_cameraNote->setObjectName(QStringLiteral("cameraNote"));
    layout.addWidget(m_cameraNote);
    connect(m_cameraKind, &QComboBox::activated, this, [this] {
        updateCamera();
        Q_EMIT optionsChanged();
    });
    connect(m_degrees, &QDoubleSpinBox::valueChanged, this, &DepthInspector::optionsChanged);
}

void DepthInspector::addSavePart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Results")));
    m_save = namedButton(tr("Save all pictures' results..."), QStringLiteral("saveDepth"));
    m_save->setToolTip(
        tr("Colour, depth as 16-bit PNG, NumPy array and picture, clouds as PLY, and table.csv."));
    m_pairs = namedButton(tr("Use as training data..."), QStringLiteral("writePairs"));
    m_pairs->setToolTip(
        tr("Writes a folder of colour and depth that a VAE can be trained on, and opens it."));
    m_send = namedButton(tr("Send to Reconstruct"), QStringLiteral("sendToReconstruct"));
    for (auto* one : {m_save, m_pairs, m_send}) {
        layout.addWidget(one);
    }
    connect(m_save, &QPushButton::clicked, this, &DepthInspector::saveWanted);
    connect(m_pairs, &QPushButton::clicked, this, &DepthInspector::pairsWanted);
    connect(m_send, &QPushButton::clicked, this, &DepthInspector::sendWanted);
}

void DepthInspector::setModelTitle(const QString& title)
{
    m_modelNote->setText(title.isEmpty()
                             ? tr("None is open: open a run of a model of colour and depth to see "
                                  "what it makes of the picture.")
                             : title);
}

void DepthInspector::setWeights(const std::filesystem::path& fileOrRun)
{
    m_byHand = true;
    followWeights(fileOrRun);
}

void DepthInspector::followWeights(const std::filesystem::path& run)
{
    m_weightsFile = run;
    try {
        m_estimator->setCurrentIndex(m_estimator->findData(toQt(estimatorKeyOf(run))));
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): told when the estimator opens them
    }
    updateWeights();
    Q_EMIT estimatorChanged();
}

void DepthInspector::updateWeights()
{
    const bool bundled = findDepthEstimatorInfo(m_estimator->currentData().toString().toStdString()).bundled;
    m_kitti->setVisible(!bundled);
    m_weightsNote->setText(!m_weightsFile.empty() ? tr("Weights: %1").arg(fileTitle(m_weightsFile))
                           : bundled              ? tr("Its weights come with Elbo; trained on NYU Depth V2.")
                                     : tr("Elbo brings no weights for it: open a checkpoint of it."));
}

EstimatorChoice DepthInspector::estimator() const
{
    return {m_estimator->currentData().toString().toStdString(), m_weightsFile, m_flip->isChecked(),
            m_kitti->isVisibleTo(this) && m_kitti->isChecked()};
}

DepthOptions DepthInspector::options() const
{
    DepthOptions options;
    const int kind = m_cameraKind->currentIndex();
    const int presets = static_cast<int>(intrinsicsPresets().size());
    if (kind > 0 && kind <= presets) {
        options.camera.kind = CameraChoice::Kind::Preset;
        options.camera.preset = m_cameraKind->currentData().toString().toStdString();
    } else if (kind == presets + 1) {
        options.camera.kind = CameraChoice::Kind::AngleOfView;
        options.camera.degrees = m_degrees->value();
    } else if (kind == presets + 2) {
        options.camera.kind = CameraChoice::Kind::Typed;
        options.camera.typed = {m_typed[0]->value(),
                                m_typed[1]->value(),
                                m_typed[2]->value(),
                                m_typed[3]->value(),
                                0,
                                0,
                                false,
                                "typed"};
    }
    options.fit = static_cast<Fit>(m_fit->currentData().toInt());
    m_cloudSettings->addTo(options);
    return options;
}

}  // namespace elbo
