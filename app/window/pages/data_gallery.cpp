// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/data_gallery.h"

#include "app/window/session/text.h"
#include "app/window/session/window_state.h"
#include "widgets/color_bar.h"
#include "widgets/image_grid.h"
#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtCore/QSignalBlocker>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSlider>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>

namespace elbo {

namespace {

constexpr int kWidestLabels = 90;  ///< longer ones are read in the list: the page must fit 1280 pixels
const auto kSideKey = QStringLiteral("data/side");
const auto kContentKey = QStringLiteral("data/content");

/// The range that a set's depth is shown on: one for all images when they are in metres, else each image's
/// own.
std::array<float, 2> shownDepthRange(const LoadedData& loaded, std::int64_t index)
{
    if (loaded.summary.metric) {
        return {static_cast<float>(loaded.summary.depthLow), static_cast<float>(loaded.summary.depthHigh)};
    }
    return loaded.view->depthRange(index);
}

QString sideName(int side)
{
    switch (side) {
        case 0:
            return DataGallery::tr("training");
        case 1:
            return DataGallery::tr("test");
        default:
            return DataGallery::tr("validation");
    }
}

}  // namespace

DataGallery::DataGallery(WindowState& state, QWidget* parent) : QWidget(parent), m_state(state)
{
    m_grid = new ImageGrid;
    m_grid->setObjectName(QStringLiteral("imageGrid"));
    m_scale = new ColorBar(Qt::Horizontal);
    m_scale->setObjectName(QStringLiteral("depthScale"));
    m_count = new QLabel;
    m_count->setObjectName(QStringLiteral("shownCount"));

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addWidget(makeTools());
    layout->addWidget(m_grid, 1);
    m_scaleLine = new QWidget;
    auto* scaleLayout = new QHBoxLayout(m_scaleLine);
    scaleLayout->setContentsMargins(0, 0, 0, 0);
    scaleLayout->addWidget(new QLabel(tr("Depth")));
    scaleLayout->addWidget(m_scale, 1);
    layout->addWidget(m_scaleLine);

    connect(m_grid, &ImageGrid::menuWanted, this, &DataGallery::fillMenu);
    connect(m_grid, &ImageGrid::selectionChanged, this, &DataGallery::showCount);
    connect(m_grid, &ImageGrid::sideChanged, m_zoom, &QSlider::setValue);
    m_grid->setSide(m_state.number(kSideKey, 112));
    m_zoom->setValue(m_grid->side());
    m_content->setCurrentIndex(std::clamp(m_state.number(kContentKey, 0), 0, m_content->count() - 1));
}

void DataGallery::saveState()
{
    m_state.setNumber(kSideKey, m_grid->side());
    m_state.setNumber(kContentKey, m_content->currentIndex());
}

QWidget* DataGallery::makeTools()
{
    m_content = new QComboBox;
    m_content->setObjectName(QStringLiteral("gridContent"));
    m_content->addItems({tr("Colour and depth"), tr("Colour"), tr("Depth")});
    m_map = new QComboBox;
    m_map->setObjectName(QStringLiteral("gridMap"));
    m_map->addItem(tr("Turbo"), QStringLiteral("turbo"));
    m_map->addItem(tr("Viridis"), QStringLiteral("viridis"));
    m_map->setToolTip(tr("Colour map of the depth"));
    m_side = new QComboBox;
    m_side->setObjectName(QStringLiteral("gridSplit"));
    m_label = new QComboBox;
    m_label->setObjectName(QStringLiteral("gridLabel"));
    m_side->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_label->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_jump = new QSpinBox;
    m_jump->setObjectName(QStringLiteral("gridJump"));
    m_jump->setToolTip(tr("Jump to the image of that index"));
    m_jump->setKeyboardTracking(false);
    m_jump->setPrefix(QStringLiteral("# "));
    m_jump->setAccessibleName(tr("Index"));
    m_zoom = new QSlider(Qt::Horizontal);
    m_zoom->setObjectName(QStringLiteral("gridZoom"));
    m_zoom->setRange(ImageGrid::kMinimumSide, ImageGrid::kMaximumSide);
    m_zoom->setToolTip(tr("Size of the pictures (Ctrl+wheel)"));
    m_zoom->setMaximumWidth(140);
    m_zoom->setMinimumWidth(40);

    connect(m_content, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_grid->setContent(index == 1   ? GridContent::Color
                           : index == 2 ? GridContent::Depth
                                        : GridContent::Pair);
        m_scaleLine->setVisible(m_data.view && m_data.summary.hasDepth && index != 1);
    });
    connect(m_map, &QComboBox::activated, this,
            [this] { Q_EMIT depthMapPicked(m_map->currentData().toString()); });
    connect(m_side, &QComboBox::currentIndexChanged, this, &DataGallery::applyFilter);
    connect(m_label, &QComboBox::currentIndexChanged, this, &DataGallery::applyFilter);
    connect(m_jump, &QSpinBox::valueChanged, this, [this](int index) {
        if (!m_grid->jumpTo(index)) {  // filtered away: the person asked for this very image
            m_side->setCurrentIndex(0);
            m_label->setCurrentIndex(0);
            m_grid->jumpTo(index);
        }
    });
    connect(m_zoom, &QSlider::valueChanged, m_grid, &ImageGrid::setSide);

    auto* tools = new QWidget;
    auto* line = new QHBoxLayout(tools);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(theme::kControlGap);
    line->addWidget(m_content);
    line->addWidget(m_map);
    line->addWidget(m_side);
    line->addWidget(m_label);
    line->addWidget(m_jump);
    line->addStretch(1);
    line->addWidget(m_count);
    line->addWidget(m_zoom);
    return tools;
}

void DataGallery::setData(const LoadedData& loaded)
{
    m_data = loaded;
    const auto& summary = m_data.summary;
    {
        const QSignalBlocker blockSide(m_side);
        const QSignalBlocker blockLabel(m_label);
        const QSignalBlocker blockJump(m_jump);
        m_side->clear();
        m_side->addItem(tr("All images"), -1);
        const std::array<std::int64_t, 3> counts{summary.train, summary.test, summary.validation};
        for (int side = 0; side < 3; ++side) {
            if (counts[static_cast<std::size_t>(side)] > 0) {
                m_side->addItem(tr("%1 (%2)").arg(sideName(side)).arg(counts[static_cast<std::size_t>(side)]),
                                side);
            }
        }
        m_label->clear();
        m_label->addItem(tr("All labels"), -1);
        for (std::size_t label = 0; label < summary.labels.size(); ++label) {
            m_label->addItem(
                tr("%1 (%2)").arg(toQt(summary.labels[label].first)).arg(summary.labels[label].second),
                static_cast<int>(label));
        }
        m_label->setVisible(!summary.labels.empty());
        // A box that has been laid out empty keeps that minimum when entries come.
        m_side->setMinimumWidth(m_side->sizeHint().width());
        m_label->setMinimumWidth(std::min(m_label->sizeHint().width(), kWidestLabels));
        m_jump->setRange(0, static_cast<int>(std::max<std::int64_t>(0, summary.images - 1)));
        m_jump->setValue(0);
    }
    m_content->setVisible(summary.hasDepth);
    m_map->setVisible(summary.hasDepth);
    m_scaleLine->setVisible(summary.hasDepth && m_content->currentIndex() != 1);
    m_scale->setScale(summary.metric ? summary.depthLow : 0, summary.metric ? summary.depthHigh : 1,
                      summary.metric ? QStringLiteral("m") : QString());

    m_grid->setSource(
        summary.images,
        [loaded](std::int64_t index) {
            const auto range = shownDepthRange(loaded, index);
            return GridPicture{loaded.view->color(index), loaded.view->depth(index), range[0], range[1]};
        },
        [loaded](std::int64_t index) {
            const auto item = loaded.view->item(index);
            GridCaption caption;
            caption.name = toQt(item.name);
            if (item.label >= 0 && item.label < static_cast<int>(loaded.summary.labels.size())) {
                caption.label = toQt(loaded.summary.labels[static_cast<std::size_t>(item.label)].first);
            }
            caption.toolTip = tr("%1\nindex %2, %3").arg(caption.name).arg(index).arg(sideName(item.side)) +
                              (caption.label.isEmpty() ? QString() : QStringLiteral(", ") + caption.label);
            return caption;
        },
        static_cast<double>(summary.width) / static_cast<double>(std::max<std::int64_t>(1, summary.height)));
    if (!summary.hasDepth) {
        m_grid->setContent(GridContent::Color);
    } else {
        m_grid->setContent(m_content->currentIndex() == 1   ? GridContent::Color
                           : m_content->currentIndex() == 2 ? GridContent::Depth
                                                            : GridContent::Pair);
    }
    showCount();
}

void DataGallery::setDepthMap(const QString& key)
{
    m_map->setCurrentIndex(m_map->findData(key));
    m_grid->setDepthMap(key);
    m_scale->setMap(key);
}

void DataGallery::applyFilter()
{
    const int side = m_side->currentData().toInt();
    const int label = m_label->currentData().toInt();
    if (side < 0 && label < 0) {
        m_grid->clearFilter();
    } else {
        std::vector<std::int64_t> indices;
        for (std::int64_t i = 0; i < m_data.view->size(); ++i) {
            const auto [itemLabel, itemSide] = m_data.view->place(i);
            if ((side < 0 || itemSide == side) && (label < 0 || itemLabel == label)) {
                indices.push_back(i);
            }
        }
        m_grid->setFilter(std::move(indices));
    }
    showCount();
}

void DataGallery::showCount()
{
    const auto selected = m_grid->selection().size();
    m_count->setText(selected > 1 ? tr("%1 of %2 selected").arg(selected).arg(m_grid->shownCount())
                                  : tr("%1 images").arg(m_grid->shownCount()));
}

void DataGallery::fillMenu(qint64 index, QMenu* menu)
{
    auto indices = m_grid->selection();
    if (std::find(indices.begin(), indices.end(), index) == indices.end()) {
        indices = {index};
    }
    const auto name = toQt(m_data.view->item(index).name);
    if (m_grid->content() != GridContent::Depth) {
        addPicture(*menu, toQImage(m_data.view->color(index)), name, tr("Copy picture"),
                   tr("Save picture as..."));
    }
    if (m_data.summary.hasDepth && m_grid->content() != GridContent::Color) {
        const auto range = shownDepthRange(m_data, index);
        addPicture(*menu,
                   toQImage(m_data.view->depth(index), m_map->currentData().toString(), range[0], range[1]),
                   tr("%1 depth").arg(name), tr("Copy depth"), tr("Save depth as..."));
    }
    menu->addSeparator();
    menu->addAction(tr("Send to Reconstruct"), this, [this, indices] { Q_EMIT reconstructWanted(indices); });
}

void DataGallery::addPicture(QMenu& menu, const QImage& picture, const QString& name, const QString& copy,
                             const QString& save)
{
    menu.addAction(theme::icon(QStringLiteral("copy")), copy, this,
                   [picture] { QGuiApplication::clipboard()->setImage(picture); });
    menu.addAction(theme::icon(QStringLiteral("save")), save, this,
                   [this, picture, name] { Q_EMIT saveWanted(picture, name); });
}

}  // namespace elbo
