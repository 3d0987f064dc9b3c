// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/depth_view.h"

#include "app/window/session/text.h"
#include "widgets/color_bar.h"
#include "widgets/picture.h"
#include "widgets/picture_view.h"
#include "widgets/point_cloud_view.h"
#include "widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace elbo {

DepthView::DepthView(QWidget* parent) : QWidget(parent)
{
    constexpr std::array<const char*, kPictures> kNames{"colorPicture",        "estimatedPicture",
                                                        "truthPicture",        "differencePicture",
                                                        "rebuiltColorPicture", "rebuiltDepthPicture"};
    auto* row = new QWidget;
    auto* rowLayout = new QHBoxLayout(row);
    rowLayout->setContentsMargins(0, 0, 0, 0);
    rowLayout->setSpacing(theme::kControlGap);
    for (std::size_t i = 0; i < kPictures; ++i) {
        auto* cell = new QWidget;
        auto* layout = new QVBoxLayout(cell);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(theme::kStep);
        auto* picture = new PictureView;
        picture->setObjectName(QString::fromLatin1(kNames.at(i)));
        connect(picture, &PictureView::menuWanted, this, &DepthView::menuWanted);
        connect(picture, &PictureView::failed, this, &DepthView::failed);
        layout->addWidget(picture, 1);
        const bool color = i == Color || i == RebuiltColor;
        auto* bar = new ColorBar;
        // Colours have an empty bar of the same height, so that all pictures of the row are of one size.
        auto policy = bar->sizePolicy();
        policy.setRetainSizeWhenHidden(true);
        bar->setSizePolicy(policy);
        layout->addWidget(bar);
        bar->setVisible(!color);
        m_bars.at(i) = color ? nullptr : bar;
        m_pictures.at(i) = picture;
        m_cells.at(i) = cell;
        rowLayout->addWidget(cell, 1);
    }
    m_clouds = new PointCloudView;
    m_clouds->setObjectName(QStringLiteral("clouds"));
    connect(m_clouds, &PointCloudView::failed, this, &DepthView::failed);
    m_splitter = new QSplitter(Qt::Vertical);
    m_splitter->setObjectName(QStringLiteral("depthSplitter"));
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(theme::kPanelGap);
    m_splitter->addWidget(row);
    m_splitter->addWidget(m_clouds);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({240, 480});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    showPictures();
}

void DepthView::setDepthMap(const QString& key)
{
    m_depthMap = key;
    m_clouds->setDepthMap(key);
    showPictures();
}

void DepthView::showDepth(Picture which, const ImageF& values, const QString& label)
{
    auto* picture = m_pictures.at(which);
    picture->setLabel(label);
    picture->setValues(values, m_depthMap, m_low, m_high);
    m_bars.at(which)->setMap(m_depthMap);
    m_bars.at(which)->setScale(m_low, m_high, tr("m"));
}

void DepthView::showPictures()
{
    const auto* scene = m_scene.get();
    const bool truth = scene != nullptr && !scene->truth.empty();
    const bool rebuilt = scene != nullptr && scene->reconstruction.has_value();
    m_cells[Truth]->setVisible(truth);
    m_cells[Difference]->setVisible(truth);
    m_cells[RebuiltColor]->setVisible(rebuilt);
    m_cells[RebuiltDepth]->setVisible(rebuilt);
    if (scene == nullptr) {
        for (auto* picture : m_pictures) {
            picture->clear();
        }
        return;
    }
    auto range = finiteRange(scene->estimated);
    if (truth) {  // one scale for all of them, so that they can be compared
        const auto own = finiteRange(scene->truth);
        range = {std::min(range.low, own.low), std::max(range.high, own.high)};
    }
    m_low = range.low;
    m_high = range.high;
    m_pictures[Color]->setLabel(toQt(scene->input.name));
    m_pictures[Color]->setImage(scene->color);
    showDepth(Estimated, scene->estimated, tr("Estimated depth"));
    if (truth) {
        showDepth(Truth, scene->truth, scene->truthMetric ? tr("True depth") : tr("True depth, scaled"));
        const auto extremes = finiteRange(scene->difference);
        const float most = std::max({std::abs(extremes.low), std::abs(extremes.high), 1e-3F});
        const auto map = QStringLiteral("signed");
        m_pictures[Difference]->setLabel(tr("Estimated - true"));
        m_pictures[Difference]->setValues(scene->difference, map, -most, most);
        m_bars[Difference]->setMap(map);
        m_bars[Difference]->setScale(-most, most, tr("m"));
    }
    if (rebuilt) {
        m_pictures[RebuiltColor]->setLabel(tr("Colour by the VAE"));
        m_pictures[RebuiltColor]->setImage(scene->reconstruction->color);
        showDepth(RebuiltDepth, scene->reconstruction->depth, tr("Depth by the VAE"));
    }
}

void DepthView::setScene(std::shared_ptr<const DepthScene> scene)
{
    m_scene = std::move(scene);
    showPictures();
    if (!m_scene) {
        m_clouds->clearClouds();
        return;
    }
    m_clouds->setCloud(0, m_scene->cloud, tr("Input"));
    if (m_scene->cloudErrors.size() == m_scene->cloud->size() && m_scene->cloud->size() > 0) {
        m_clouds->setErrors(0, m_scene->cloudErrors, tr("m"));
    }
    m_clouds->setCloud(1, m_scene->rebuilt, tr("Reconstruction"));
    if (m_scene->rebuilt && m_scene->rebuilt->size() > 0) {
        m_clouds->setErrors(1, m_scene->rebuiltErrors, tr("m"));
    }
}

void DepthView::setJoinedCloud(std::shared_ptr<const PointCloud> cloud, const QString& label)
{
    m_clouds->clearClouds();
    m_clouds->setCloud(0, std::move(cloud), label);
    m_clouds->fit();
}

}  // namespace elbo
