// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_view.h"

#include "app/window/frame/parts.h"
#include "app/window/pages/explore_cloud.h"
#include "app/window/pages/explore_map.h"
#include "app/window/pages/explore_samples.h"
#include "app/window/session/latent_export.h"
#include "app/window/session/text.h"
#include "widgets/color_bar.h"
#include "widgets/picture.h"
#include "widgets/picture_strip.h"
#include "widgets/picture_table.h"
#include "widgets/picture_view.h"
#include "widgets/theme.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

constexpr int kTickMs = 33;
constexpr double kTickStep = 0.01;  ///< part of the way

QWidget* cellOf(PictureView* picture, QWidget* bar)
{
    auto* cell = new QWidget;
    auto* layout = new QVBoxLayout(cell);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kStep);
    layout->addWidget(picture, 1);
    layout->addWidget(bar);
    return cell;
}

}  // namespace

ExploreView::ExploreView(LatentSession& session, LatentMapSession& map, QWidget* parent)
    : QWidget(parent), m_session(session), m_map(map)
{
    m_color = new PictureView;
    m_color->setObjectName(QStringLiteral("decodedColor"));
    m_depth = new PictureView;
    m_depth->setObjectName(QStringLiteral("decodedDepth"));
    for (auto* picture : {m_color, m_depth}) {
        connect(picture, &PictureView::menuWanted, this, &ExploreView::menuWanted);
        connect(picture, &PictureView::failed, this, &ExploreView::failed);
    }
    m_bar = new ColorBar;
    auto* room = new ColorBar;  // as high as the scale of depth, so that both pictures are of one size
    auto policy = room->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    room->setSizePolicy(policy);
    auto* pictures = new QWidget;
    auto* row = new QHBoxLayout(pictures);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::kControlGap);
    row->addWidget(cellOf(m_color, room), 1);
    room->hide();
    m_depthCell = cellOf(m_depth, m_bar);
    row->addWidget(m_depthCell, 1);

    m_strip = new PictureStrip;
    m_strip->setObjectName(QStringLiteral("wayStrip"));
    m_strip->setEmptyText(
        tr("Two codes or more make a way: choose a start at the right, add it as a point, then another."));
    m_add = namedButton(tr("Add this code as a point"), QStringLiteral("addPoint"));
    m_clear = namedButton(tr("Clear"), QStringLiteral("clearPoints"));
    m_path = new QComboBox;
    m_path->setObjectName(QStringLiteral("wayPath"));
    m_path->addItem(tr("Straight line"), static_cast<int>(LatentPath::Linear));
    m_path->addItem(tr("Great circle"), static_cast<int>(LatentPath::Spherical));
    m_path->setToolTip(
        tr("A great circle keeps the codes between as far from the middle of latent space as its ends."));
    m_play = namedButton(tr("Play"), QStringLiteral("playWay"));
    m_play->setIcon(theme::icon(QStringLiteral("play")));
    m_play->setCheckable(true);
    m_save = namedButton(tr("Save way..."), QStringLiteral("saveWay"));
    m_points = noteLabel({});
    m_points->setObjectName(QStringLiteral("wayPoints"));
    auto* controls = new QHBoxLayout;
    controls->setSpacing(theme::kControlGap);
    for (auto* widget : std::initializer_list<QWidget*>{m_add, m_clear, m_path, m_play, m_save}) {
        controls->addWidget(widget);
    }
    controls->addWidget(m_points, 1);
    auto* way = new QWidget;
    auto* wayLayout = new QVBoxLayout(way);
    wayLayout->setContentsMargins(0, 0, 0, 0);
    wayLayout->setSpacing(theme::kControlGap);
    wayLayout->addLayout(controls);
    wayLayout->addWidget(m_strip, 1);

    m_splitter = new QSplitter(Qt::Vertical);
    m_splitter->setObjectName(QStringLiteral("exploreSplitter"));
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(theme::kPanelGap);
    m_tabs = new QTabWidget;
    m_tabs->setObjectName(QStringLiteral("exploreTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(pictures, tr("Image"));
    m_tabs->addTab(makeGrid(), tr("Grid"));
    auto* scatter = new ExploreMap(session, map);
    scatter->setObjectName(QStringLiteral("exploreMap"));
    auto* samples = new ExploreSamples(session, map);
    samples->setObjectName(QStringLiteral("exploreSamples"));
    m_cloud = new ExploreCloud(session);
    m_cloud->setObjectName(QStringLiteral("exploreCloud"));
    m_tabs->addTab(scatter, tr("Map"));
    m_tabs->addTab(samples, tr("Samples"));
    m_tabs->addTab(m_cloud, tr("3-D"));
    connect(scatter, &ExploreMap::saveWanted, this, &ExploreView::saveDrawingWanted);
    connect(samples, &ExploreSamples::saveWanted, this, &ExploreView::saveWanted);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this, scatter](int tab) {
        m_session.setGridWanted(tab == 1);
        m_map.setWanted(m_tabs->currentWidget() == scatter);
    });
    m_splitter->addWidget(m_tabs);
    m_splitter->addWidget(way);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({520, 200});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);

    connect(&session, &LatentSession::decodedChanged, this, &ExploreView::showDecoded);
    connect(&session, &LatentSession::wayChanged, this, &ExploreView::showWay);
    connect(m_add, &QPushButton::clicked, this, &ExploreView::addPoint);
    connect(m_clear, &QPushButton::clicked, this, [this] { m_session.setWayPoints({}); });
    connect(m_path, &QComboBox::activated, this,
            [this] { m_session.setPath(static_cast<LatentPath>(m_path->currentData().toInt())); });
    connect(m_play, &QPushButton::toggled, this, &ExploreView::play);
    connect(m_save, &QPushButton::clicked, this, &ExploreView::saveWayWanted);
    connect(m_strip, &PictureStrip::placeChosen, this, &ExploreView::goTo);
    m_playing.setInterval(kTickMs);
    connect(&m_playing, &QTimer::timeout, this, &ExploreView::advance);
    showWay();
}

QWidget* ExploreView::makeGrid()
{
    m_table = new PictureTable;
    m_table->setObjectName(QStringLiteral("latentGrid"));
    m_table->setEmptyText(tr("The grid is being decoded."));
    m_gridDepth = new QCheckBox(tr("Depth"));
    m_gridDepth->setObjectName(QStringLiteral("gridDepth"));
    m_gridNote = noteLabel({});
    auto* line = new QHBoxLayout;
    line->setSpacing(theme::kControlGap);
    line->addWidget(m_gridDepth);
    line->addWidget(m_gridNote, 1);
    m_saveGrid = namedButton(tr("Save grid..."), QStringLiteral("saveGrid"));
    line->addWidget(m_saveGrid);
    connect(m_saveGrid, &QPushButton::clicked, this, [this] {
        if (const auto grid = m_session.grid()) {
            Q_EMIT saveWanted(toQImage(gridSheet(*grid)), tr("grid"));
        }
    });
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, theme::kControlGap, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addLayout(line);
    layout->addWidget(m_table, 1);
    connect(&m_session, &LatentSession::gridChanged, this, &ExploreView::showGrid);
    connect(m_gridDepth, &QCheckBox::toggled, this, &ExploreView::showGrid);
    connect(m_table, &PictureTable::chosen, this, [this](int index) {
        if (const auto grid = m_session.grid()) {
            m_session.setCode(grid->codes[static_cast<std::size_t>(index)]);
        }
    });
    return page;
}

void ExploreView::showGrid()
{
    const auto grid = m_session.grid();
    m_saveGrid->setEnabled(grid != nullptr);
    if (!grid || grid->images.empty()) {
        m_table->setPictures({}, 1);
        return;
    }
    const bool hasDepth = !grid->images.front().depth.empty();
    m_gridDepth->setVisible(hasDepth);
    const bool depth = hasDepth && m_gridDepth->isChecked();
    auto range = finiteRange(grid->images.front().depth);
    for (const auto& image : grid->images) {  // one scale, so that pictures can be compared
        const auto own = finiteRange(image.depth);
        range = {std::min(range.low, own.low), std::max(range.high, own.high)};
    }
    std::vector<QImage> pictures;
    for (const auto& image : grid->images) {
        pictures.push_back(depth ? toQImage(image.depth, m_depthMap, range.low, range.high)
                                 : toQImage(image.color));
    }
    const auto text = [](float value) { return QString::number(static_cast<double>(value), 'g', 2); };
    QStringList rows, columns;
    for (const auto value : grid->values) {
        columns << text(value);
        if (grid->plane) {
            rows.prepend(text(value));
        }
    }
    for (const auto dim : grid->dims) {
        rows << tr("z%1").arg(dim);
    }
    m_gridNote->setText(
        grid->plane ? tr("The whole plane: z0 across, z1 upwards. A click decodes that point.")
                    : tr("The present code with one dimension at a time set to each value. A click takes "
                         "that code."));
    m_table->setPictures(std::move(pictures), static_cast<int>(grid->values.size()));
    m_table->setNames(rows, columns);
}

void ExploreView::setDepthMap(const QString& key)
{
    m_depthMap = key;
    m_cloud->setDepthMap(key);
    showDecoded();
    showWay();
    showGrid();
}

void ExploreView::showDecoded()
{
    const auto decoded = m_session.decoded();
    if (!decoded) {
        m_color->clear();
        m_depth->clear();
        return;
    }
    const auto& image = decoded->image;
    m_color->setLabel(image.color.channels == 1 ? tr("Decoded image") : tr("Decoded colour"));
    m_color->setImage(image.color);
    m_depthCell->setVisible(!image.depth.empty());
    if (!image.depth.empty()) {
        const auto range = finiteRange(image.depth);
        m_depth->setLabel(tr("Decoded depth"));
        m_depth->setValues(image.depth, m_depthMap, range.low, range.high);
        m_bar->setMap(m_depthMap);
        m_bar->setScale(range.low, range.high, image.metric ? tr("m") : QString());
    }
}

void ExploreView::showWay()
{
    std::vector<Image8> colors;
    std::vector<ImageF> depths;
    for (const auto& image : m_session.way()) {
        colors.push_back(image.color);
        if (!image.depth.empty()) {
            depths.push_back(image.depth);
        }
    }
    m_strip->setPictures(colors, depths, m_depthMap);
    const auto points = static_cast<int>(m_session.wayPoints().size());
    m_points->setText(points == 0   ? QString()
                      : points == 1 ? tr("1 point; add another to make a way")
                                    : tr("%1 points").arg(points));
    m_clear->setEnabled(points > 0);
    m_play->setEnabled(points > 1);
    m_save->setEnabled(!colors.empty());
    m_add->setEnabled(m_session.space() != nullptr);
    if (points < 2) {
        m_play->setChecked(false);
    }
}

void ExploreView::addPoint()
{
    auto points = m_session.wayPoints();
    points.push_back(m_session.code());
    m_session.setWayPoints(std::move(points));
}

void ExploreView::goTo(double place)
{
    m_play->setChecked(false);
    if (m_session.wayPoints().size() > 1) {
        m_session.moveTo(m_session.codeOnWay(place));
    }
}

void ExploreView::play(bool on)
{
    m_play->setText(on ? tr("Pause") : tr("Play"));
    m_play->setIcon(theme::icon(on ? QStringLiteral("pause") : QStringLiteral("play")));
    if (on) {
        m_session.rememberCode();
        m_playing.start();
    } else {
        m_playing.stop();
    }
}

/// There and back again.
void ExploreView::advance()
{
    auto place = m_strip->place() + (m_forward ? kTickStep : -kTickStep);
    if (place >= 1 || place <= 0) {
        m_forward = place <= 0;
        place = place >= 1 ? 1.0 : 0.0;
    }
    m_strip->setPlace(place);
    m_session.moveTo(m_session.codeOnWay(place));
}

}  // namespace elbo
