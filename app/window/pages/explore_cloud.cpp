// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_cloud.h"

#include "app/window/frame/parts.h"
#include "app/window/session/depth_scene.h"
#include "app/window/session/text.h"
#include "widgets/point_cloud_view.h"
#include "widgets/theme.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

namespace {

constexpr double kEdge = 0.08;       ///< share of its depth beyond which a step is an edge and no surface
constexpr double kViewPixels = 600;  ///< about the width of the image in the view

}  // namespace

ExploreCloud::ExploreCloud(LatentSession& session, QWidget* parent) : QWidget(parent), m_session(session)
{
    m_view = new PointCloudView;
    m_view->setObjectName(QStringLiteral("exploreCloudView"));
    m_view->setLayoutMode(CloudLayout::First);
    m_note = noteLabel({});
    m_note->setObjectName(QStringLiteral("exploreCloudNote"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::kControlGap, 0, 0);
    layout->setSpacing(theme::kStep);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_note);
    connect(&session, &LatentSession::decodedChanged, this, &ExploreCloud::showDecoded);
    connect(&session, &LatentSession::spaceChanged, this, &ExploreCloud::showDecoded);
}

void ExploreCloud::setDepthMap(const QString& key)
{
    m_view->setDepthMap(key);
}

void ExploreCloud::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showDecoded();
}

void ExploreCloud::showDecoded()
{
    const auto decoded = m_session.decoded();
    if (!isVisible() || !decoded || !m_session.space()) {
        return;
    }
    const auto& image = decoded->image;
    if (image.depth.empty()) {
        m_view->clearClouds();
        m_note->setText(tr("This model decodes no depth: open one that was trained on colour and depth."));
        return;
    }
    // As large as pixels are far from each other, so that small images make surfaces, too.
    m_view->setPointSize(std::clamp(kViewPixels / image.depth.width, 2.0, 12.0));
    const auto& camera = m_session.space()->intrinsics;
    m_view->setCloud(0, cloudOf(image.color, image.depth, camera, kEdge, image.metric), tr("Decoded"));
    m_note->setText(
        camera.guessed
            ? tr("Nothing tells the camera of this set: 60 degrees of view are guessed. Depth goes "
                 "over the median range of the training images (assumed range).")
            : tr("Camera of %1; depth over the median range of the training images (assumed "
                 "range).")
                  .arg(toQt(camera.source)));
}

}  // namespace elbo
