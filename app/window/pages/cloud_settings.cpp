// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/cloud_settings.h"

#include "app/window/frame/parts.h"
#include "widgets/point_cloud_view.h"
#include "widgets/theme.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSlider>

#include <limits>

namespace elbo {

namespace {

constexpr double kFarthest = 1000;  ///< metres; at it the far clip is off

QDoubleSpinBox* metres(const QString& name, double most)
{
    auto* box = new QDoubleSpinBox;
    box->setObjectName(name);
    box->setRange(0, most);
    box->setDecimals(2);
    box->setSingleStep(0.1);
    box->setSuffix(CloudSettings::tr(" m"));
    return box;
}

/// A side of the box that is shown: "all" at the end of its range, where it cuts nothing away.
class BoundEdit : public QDoubleSpinBox {
public:
    explicit BoundEdit(double open) : m_open(open)
    {
        setRange(-kFarthest, kFarthest);
        setDecimals(2);
        setSingleStep(0.1);
        setValue(open);
    }
    [[nodiscard]] QString textFromValue(double value) const override
    {
        return value == m_open ? CloudSettings::tr("all") : CloudSettings::tr("%1 m").arg(value, 0, 'f', 2);
    }
    [[nodiscard]] double valueFromText(const QString& text) const override
    {
        bool known = false;
        const double value = text.trimmed().split(QLatin1Char(' ')).front().toDouble(&known);
        return known ? value : m_open;
    }
    QValidator::State validate(QString& /*text*/, int& /*position*/) const override
    {
        return QValidator::Acceptable;  // what is no number means all
    }
    void stepBy(int steps) override
    {
        if (value() == m_open) {
            setValue(0);  // the middle of the picture: the first place where it can be seen to cut
        }
        QDoubleSpinBox::stepBy(steps);
    }

private:
    double m_open;
};

template <class Enum>
QComboBox* choice(const QString& name, std::initializer_list<std::pair<QString, Enum>> entries)
{
    auto* box = new QComboBox;
    box->setObjectName(name);
    for (const auto& [text, value] : entries) {
        box->addItem(text, static_cast<int>(value));
    }
    return box;
}

}  // namespace

CloudSettings::CloudSettings(PointCloudView& view, QWidget* parent) : QWidget(parent), m_view(view)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(theme::kControlGap);
    grid->setVerticalSpacing(theme::kControlGap);
    grid->setColumnStretch(1, 1);
    int row = 0;
    const auto add = [&](const QString& text, QWidget* control) {
        auto* label = new QLabel(text);
        label->setBuddy(control);
        grid->addWidget(label, row, 0);
        grid->addWidget(control, row++, 1);
        return label;
    };
    m_layout = choice<CloudLayout>(QStringLiteral("cloudLayout"),
                                   {{tr("Side by side"), CloudLayout::SideBySide},
                                    {tr("Over each other"), CloudLayout::Overlaid},
                                    {tr("Input alone"), CloudLayout::First},
                                    {tr("Reconstruction alone"), CloudLayout::Second}});
    add(tr("Clouds"), m_layout);
    m_coloring =
        choice<CloudColoring>(QStringLiteral("cloudColoring"), {{tr("Of the image"), CloudColoring::Image},
                                                                {tr("By depth"), CloudColoring::Depth},
                                                                {tr("By error"), CloudColoring::Error},
                                                                {tr("One each"), CloudColoring::Single}});
    add(tr("Colours"), m_coloring);
    m_pointSize = new QSlider(Qt::Horizontal);
    m_pointSize->setObjectName(QStringLiteral("pointSize"));
    m_pointSize->setRange(1, 10);
    m_pointSize->setValue(static_cast<int>(view.pointSize()));
    add(tr("Point size"), m_pointSize);
    m_background = choice<CloudBackground>(QStringLiteral("cloudBackground"),
                                           {{tr("As the window"), CloudBackground::Theme},
                                            {tr("Light"), CloudBackground::Light},
                                            {tr("Dark"), CloudBackground::Dark},
                                            {tr("Black"), CloudBackground::Black},
                                            {tr("White"), CloudBackground::White}});
    add(tr("Background"), m_background);
    m_side = choice<StandardView>(QStringLiteral("standardView"), {{tr("The camera"), StandardView::Camera},
                                                                   {tr("Front"), StandardView::Front},
                                                                   {tr("Back"), StandardView::Back},
                                                                   {tr("Left"), StandardView::Left},
                                                                   {tr("Right"), StandardView::Right},
                                                                   {tr("Top"), StandardView::Top},
                                                                   {tr("Bottom"), StandardView::Bottom}});
    add(tr("Look from"), m_side);
    m_near = metres(QStringLiteral("clipNear"), kFarthest);
    m_near->setSpecialValueText(tr("all"));
    add(tr("Nearest"), m_near);
    m_far = metres(QStringLiteral("clipFar"), kFarthest);
    m_far->setSpecialValueText(tr("all"));
    add(tr("Farthest"), m_far);
    const auto addBox = [&](const QString& text, std::size_t first) {
        auto* line = new QWidget;
        auto* both = new QHBoxLayout(line);
        both->setContentsMargins(0, 0, 0, 0);
        both->setSpacing(theme::kControlGap);
        for (const std::size_t end : {first, first + 1}) {
            auto* box = new BoundEdit(end == first ? -kFarthest : kFarthest);
            box->setObjectName(QStringLiteral("clipBox-%1").arg(end));
            box->setToolTip(end == first ? tr("The least that is shown") : tr("The most that is shown"));
            connect(box, &QDoubleSpinBox::valueChanged, this, &CloudSettings::updateClip);
            both->addWidget(box, 1);
            m_box.at(end) = box;
        }
        (void)add(text, line);
    };
    addBox(tr("X, right"), 0);
    addBox(tr("Y, down"), 2);
    m_edge = new QDoubleSpinBox;
    m_edge->setObjectName(QStringLiteral("edge"));
    m_edge->setRange(0, 100);
    m_edge->setDecimals(0);
    m_edge->setSuffix(tr(" %"));
    m_edge->setSpecialValueText(tr("off"));
    m_edge->setValue(10);
    m_edge->setToolTip(
        tr("Points where depth jumps by more than this between neighbouring pixels are left out: "
           "they float between two surfaces."));
    add(tr("Cut jumps of"), m_edge);
    m_filling = choice<HoleFilling>(QStringLiteral("holeFilling"),
                                    {{tr("Left open"), HoleFilling::None},
                                     {tr("Filled by colour (Levin)"), HoleFilling::Colourise},
                                     {tr("Filled by a bilateral filter"), HoleFilling::Bilateral}});
    m_fillingLabel = add(tr("Holes of true depth"), m_filling);
    m_scale = metres(QStringLiteral("truthScale"), kFarthest);
    m_scale->setSpecialValueText(tr("as the estimate"));
    m_scale->setToolTip(
        tr("The true depth has no metres: this many are where it is white. Set to \"as the estimate\", its "
           "median is brought to that of the estimated depth."));
    m_scaleLabel = add(tr("Scale of true depth"), m_scale);
    m_lighting = new QCheckBox(tr("Eye-dome lighting"));
    m_lighting->setObjectName(QStringLiteral("eyeDomeLighting"));
    m_lighting->setChecked(view.eyeDomeLighting());
    m_orthographic = new QCheckBox(tr("Orthographic"));
    m_orthographic->setObjectName(QStringLiteral("orthographic"));
    m_truth = new QCheckBox(tr("Input cloud from the true depth"));
    m_truth->setObjectName(QStringLiteral("cloudOfTruth"));
    for (auto* box : {m_lighting, m_orthographic, m_truth}) {
        grid->addWidget(box, row++, 0, 1, 2);
    }
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(theme::kControlGap);
    const auto button = [&](const QString& text, const QString& name) {
        auto* made = new QPushButton(text);
        made->setObjectName(name);
        buttons->addWidget(made);
        return made;
    };
    connect(button(tr("Fit"), QStringLiteral("fitView")), &QPushButton::clicked, &view, &PointCloudView::fit);
    connect(button(tr("Reset"), QStringLiteral("resetView")), &QPushButton::clicked, &view,
            &PointCloudView::resetCamera);
    connect(button(tr("Tour"), QStringLiteral("tour")), &QPushButton::clicked, &view,
            &PointCloudView::startTour);
    grid->addLayout(buttons, row++, 0, 1, 2);
    m_join = new QPushButton(tr("Join all frames by their poses"));
    m_join->setObjectName(QStringLiteral("joinFrames"));
    grid->addWidget(m_join, row++, 0, 1, 2);
    m_exportCloud = new QPushButton(tr("Save clouds"));
    m_exportCloud->setObjectName(QStringLiteral("exportCloud"));
    auto* kinds = new QMenu(m_exportCloud);
    const auto addKind = [&](const QString& text, const QString& name, bool ascii, bool normals) {
        kinds->addAction(text, this, [this, ascii, normals] { Q_EMIT exportCloudWanted(ascii, normals); })
            ->setObjectName(name);
    };
    addKind(tr("Binary PLY..."), QStringLiteral("plyBinary"), false, false);
    addKind(tr("Binary PLY with normals..."), QStringLiteral("plyBinaryNormals"), false, true);
    addKind(tr("Text PLY..."), QStringLiteral("plyText"), true, false);
    addKind(tr("Text PLY with normals..."), QStringLiteral("plyTextNormals"), true, true);
    m_exportCloud->setMenu(kinds);
    m_exportView = new QPushButton(tr("Save view"));
    m_exportView->setObjectName(QStringLiteral("exportView"));
    auto* sizes = new QMenu(m_exportView);
    constexpr std::array<std::pair<int, const char*>, 3> kSizes{
        {{1, "viewOnce"}, {2, "viewTwice"}, {4, "viewFourTimes"}}};
    for (const auto& [factor, name] : kSizes) {
        sizes
            ->addAction(tr("%1 x its size...").arg(factor), this,
                        [this, times = factor] { Q_EMIT exportViewWanted(times); })
            ->setObjectName(QString::fromLatin1(name));
    }
    sizes->addSeparator();
    sizes->addAction(tr("Copy camera"), &view, &PointCloudView::copyCamera);
    sizes->addAction(tr("Paste camera"), &view, &PointCloudView::pasteCamera);
    m_exportView->setMenu(sizes);
    auto* exports = new QHBoxLayout;
    exports->setSpacing(theme::kControlGap);
    exports->addWidget(m_exportCloud);
    exports->addWidget(m_exportView);
    grid->addLayout(exports, row, 0, 1, 2);

    connect(m_layout, &QComboBox::activated, this,
            [this] { m_view.setLayoutMode(static_cast<CloudLayout>(m_layout->currentData().toInt())); });
    connect(m_coloring, &QComboBox::activated, this,
            [this] { m_view.setColoring(static_cast<CloudColoring>(m_coloring->currentData().toInt())); });
    connect(m_pointSize, &QSlider::valueChanged, this, [this](int size) { m_view.setPointSize(size); });
    connect(m_background, &QComboBox::activated, this, [this] {
        m_view.setBackgroundKind(static_cast<CloudBackground>(m_background->currentData().toInt()));
    });
    connect(m_side, &QComboBox::activated, this,
            [this] { m_view.look(static_cast<StandardView>(m_side->currentData().toInt())); });
    connect(m_near, &QDoubleSpinBox::valueChanged, this, &CloudSettings::updateClip);
    connect(m_far, &QDoubleSpinBox::valueChanged, this, &CloudSettings::updateClip);
    connect(m_lighting, &QCheckBox::toggled, this, [this](bool on) { m_view.setEyeDomeLighting(on); });
    connect(m_orthographic, &QCheckBox::toggled, this, [this](bool on) { m_view.setOrthographic(on); });
    connect(&view, &PointCloudView::cameraChanged, this, [this] {  // O on the keyboard changes it too
        m_orthographic->setChecked(m_view.camera().orthographic);
    });
    connect(m_edge, &QDoubleSpinBox::valueChanged, this, &CloudSettings::optionsChanged);
    connect(m_filling, &QComboBox::activated, this, &CloudSettings::optionsChanged);
    connect(m_scale, &QDoubleSpinBox::valueChanged, this, &CloudSettings::optionsChanged);
    connect(m_truth, &QCheckBox::toggled, this, &CloudSettings::optionsChanged);
    connect(m_join, &QPushButton::clicked, this, &CloudSettings::joinWanted);
    setTruth(false, false, false);
    setSaveable(false);
}

void CloudSettings::updateClip()
{
    CloudClip clip;
    if (m_near->value() > 0) {
        clip.nearest = static_cast<float>(m_near->value());
    }
    if (m_far->value() > 0) {
        clip.farthest = static_cast<float>(m_far->value());
    }
    const auto bound = [this](std::size_t end) { return static_cast<float>(m_box.at(end)->value()); };
    const bool open = m_box[0]->value() == -kFarthest && m_box[1]->value() == kFarthest &&
                      m_box[2]->value() == -kFarthest && m_box[3]->value() == kFarthest;
    if (!open) {
        constexpr float kNoBound = std::numeric_limits<float>::max();
        clip.box = CloudClip::Box{{bound(0), bound(2), -kNoBound}, {bound(1), bound(3), kNoBound}};
    }
    m_view.setClip(clip);
}

void CloudSettings::addTo(DepthOptions& options) const
{
    options.edge = m_edge->value() / 100;
    options.filling = static_cast<HoleFilling>(m_filling->currentData().toInt());
    options.cloudOfTruth = m_truth->isChecked();
    if (m_scale->value() > 0) {
        options.truthScale = m_scale->value();
    }
}

void CloudSettings::setTruth(bool there, bool relative, bool canJoin)
{
    m_truth->setVisible(there);
    m_filling->setVisible(there);
    m_fillingLabel->setVisible(there);
    m_scale->setVisible(relative);
    m_scaleLabel->setVisible(relative);
    m_join->setVisible(canJoin);
}

void CloudSettings::setSaveable(bool any)
{
    m_exportCloud->setEnabled(any);
    m_exportView->setEnabled(any);
}

}  // namespace elbo
