// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/parts.h"
#include "app/window/pages/cloud_settings.h"
#include "app/window/pages/depth_inspector.h"
#include "app/window/session/depth_session.h"
#include "app/window/session/text.h"
#include "widgets/point_cloud_view.h"
#include "widgets/read_outs.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

void DepthInspector::addPicksPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Picked points")));
    m_picks = new ReadOuts;
    m_picks->setObjectName(QStringLiteral("picks"));
    const auto row = [](const char* key, const QString& name) {
        return ReadOutRow{QString::fromLatin1(key), name, {}, GoodDirection::None, {}};
    };
    m_picks->setRows({row("pixel", tr("Row, column")), row("color", tr("Colour")), row("x", tr("X, right")),
                      row("y", tr("Y, down")), row("z", tr("Z, away")),
                      row("distance", tr("Distance of two"))});
    layout.addWidget(m_picks);
    auto* clear = new QPushButton(tr("Clear picks"));
    clear->setObjectName(QStringLiteral("clearPicks"));
    layout.addWidget(clear);
    connect(clear, &QPushButton::clicked, &m_clouds, &PointCloudView::clearPicks);
    connect(&m_clouds, &PointCloudView::picked, this, &DepthInspector::updatePicks);
    connect(&m_clouds, &PointCloudView::measured, this, &DepthInspector::updatePicks);
    connect(&m_clouds, &PointCloudView::picksCleared, this, &DepthInspector::updatePicks);
}

void DepthInspector::updatePicks()
{
    const auto& picks = m_clouds.picks();
    if (picks.empty()) {
        m_picks->clearValues();
        m_picks->setText(QStringLiteral("pixel"), tr("click a point"));
        return;
    }
    const auto& last = picks.back();
    m_picks->setText(QStringLiteral("pixel"), last.row < 0
                                                  ? tr("not known")
                                                  : QStringLiteral("%1, %2").arg(last.row).arg(last.column));
    m_picks->setText(
        QStringLiteral("color"),
        last.color.isValid()
            ? QStringLiteral("%1 %2 %3").arg(last.color.red()).arg(last.color.green()).arg(last.color.blue())
            : tr("not known"));
    constexpr std::array<const char*, 3> kAxes{"x", "y", "z"};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        m_picks->setText(QString::fromLatin1(kAxes.at(axis)),
                         m_clouds.lengthText(static_cast<double>(last.position.at(axis))));
    }
    const auto distance = m_clouds.pickedDistance();
    m_picks->setText(QStringLiteral("distance"), distance ? m_clouds.lengthText(*distance) : QString());
}

void DepthInspector::addNumbersPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Numbers")));
    m_numbers = new ReadOuts;
    m_numbers->setObjectName(QStringLiteral("depthNumbers"));
    const auto row = [](const char* key, const QString& name, const QString& unit, const QString& help) {
        return ReadOutRow{QString::fromLatin1(key), name, unit, GoodDirection::None, help};
    };
    m_numbers->setRows({row("size", tr("Picture"), {}, {}),
                        row("range", tr("Depth"), tr("m"), tr("Nearest and farthest estimate")),
                        row("abs_rel", tr("AbsRel"), {}, tr("Mean of |estimate - truth| / truth")),
                        row("rmse", tr("RMSE"), tr("m"), {}),
                        row("silog", tr("silog"), {}, tr("Scale-invariant logarithmic error, times 100")),
                        row("log10", tr("log10"), {}, {}),
                        row("d1", tr("d1"), {}, tr("Share of pixels within 25 % of the truth")),
                        row("vae_mse", tr("MSE of the VAE"), {}, tr("Sum of squares of values in [-1, 1]")),
                        row("vae_psnr", tr("PSNR of the VAE"), tr("dB"), {}),
                        row("vae_ssim", tr("SSIM of the VAE"), {}, {})});
    layout.addWidget(m_numbers);
    m_times = new ReadOuts;
    m_times->setObjectName(QStringLiteral("depthTimes"));
    m_times->setRows({row("read", tr("Reading"), tr("ms"), {}),
                      row("estimate", tr("Estimating"), tr("ms"), {}),
                      row("reconstruct", tr("Rebuilding"), tr("ms"), {}),
                      row("cloud", tr("Making clouds"), tr("ms"), {})});
    layout.addWidget(m_times);
    m_notes = noteLabel({});
    m_notes->setObjectName(QStringLiteral("depthNotes"));
    layout.addWidget(m_notes);
}

void DepthInspector::updateSource()
{
    const auto& inputs = m_session.inputs();
    const QSignalBlocker blocker(m_pictures);
    m_pictures->clear();
    for (const auto& input : inputs) {
        m_pictures->addItem(toQt(input.name));
    }
    m_pictures->setCurrentIndex(m_session.current());
    const bool live = m_session.isLive();
    m_pictureLine->setVisible(!inputs.empty() && !live);
    m_previous->setEnabled(m_session.current() > 0);
    m_next->setEnabled(m_session.current() + 1 < static_cast<int>(inputs.size()));
    m_liveLine->setVisible(live);
    m_liveNote->setVisible(live);
    m_pause->setText(m_session.isPaused() ? tr("Go on") : tr("Pause"));
    m_record->setText(m_session.isRecording() ? tr("End recording") : tr("Record..."));
    m_save->setEnabled(!inputs.empty());
    m_pairs->setEnabled(!inputs.empty());
    updateScene();
}

void DepthInspector::updateCamera()
{
    const int presets = static_cast<int>(intrinsicsPresets().size());
    m_degreesLine->setVisible(m_cameraKind->currentIndex() == presets + 1);
    const bool typed = m_cameraKind->currentIndex() == presets + 2;
    if (typed && !m_typedLine->isVisibleTo(this) && m_session.scene()) {
        const auto& now = m_session.scene()->intrinsics;  // what was in use, to be changed
        m_filling = true;
        const std::array<double, 4> values{now.fx, now.fy, now.cx, now.cy};
        for (std::size_t i = 0; i < values.size(); ++i) {
            m_typed.at(i)->setValue(values.at(i));
        }
        m_filling = false;
    }
    m_typedLine->setVisible(typed);
}

void DepthInspector::updateScene()
{
    const auto scene = m_session.scene();
    m_numbers->clearValues();
    m_times->clearValues();
    m_cloudSettings->setSaveable(scene != nullptr);
    m_send->setEnabled(scene != nullptr && !scene->input.file.empty());
    bool truth = false;
    for (const auto& input : m_session.inputs()) {
        truth = truth || !input.depth.empty();
    }
    m_cloudSettings->setTruth(truth, scene && !scene->truth.empty() && !scene->truthMetric,
                              m_session.canJoin());
    if (m_session.isLive()) {
        m_liveNote->setText(m_session.isPaused() ? tr("%1, paused").arg(m_session.liveTitle())
                                                 : tr("%1, live; %2 pictures were skipped to keep up")
                                                       .arg(m_session.liveTitle())
                                                       .arg(m_session.droppedFrames()));
    }
    if (!scene) {
        m_cameraNote->setText(tr("In pixels of the picture; lengths in the clouds rest on them."));
        m_notes->clear();
        return;
    }
    const auto& camera = scene->intrinsics;
    m_cameraNote->setText(tr("fx %1, fy %2, cx %3, cy %4 pixels: %5")
                              .arg(camera.fx, 0, 'f', 1)
                              .arg(camera.fy, 0, 'f', 1)
                              .arg(camera.cx, 0, 'f', 1)
                              .arg(camera.cy, 0, 'f', 1)
                              .arg(camera.guessed ? tr("a guess") : toQt(camera.source)));
    m_numbers->setText(QStringLiteral("size"),
                       QStringLiteral("%1 x %2").arg(scene->color.width).arg(scene->color.height));
    const auto [low, high] = std::ranges::minmax(scene->estimated.values);
    m_numbers->setText(QStringLiteral("range"), QStringLiteral("%1 - %2")
                                                    .arg(static_cast<double>(low), 0, 'f', 2)
                                                    .arg(static_cast<double>(high), 0, 'f', 2));
    if (scene->metrics) {
        forEachMetric(*scene->metrics, [this](const char* name, double value) {
            m_numbers->setNumber(QString::fromLatin1(name), value, 3);
        });
    }
    if (scene->reconstruction) {
        m_numbers->setNumber(QStringLiteral("vae_mse"), scene->reconstruction->mse, 4);
        m_numbers->setNumber(QStringLiteral("vae_psnr"), scene->reconstruction->psnr, 3);
        m_numbers->setNumber(QStringLiteral("vae_ssim"), scene->reconstruction->ssim, 3);
    }
    for (const auto& time : scene->times) {
        m_times->setNumber(toQt(time.step), time.milliseconds, 3);
    }
    QStringList notes;
    for (const auto& note : scene->notes) {
        notes << toQt(note);
    }
    m_notes->setText(notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!notes.isEmpty());
}

}  // namespace elbo
