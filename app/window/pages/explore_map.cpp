// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_map.h"

#include "app/window/frame/parts.h"
#include "app/window/pages/explore_groups.h"
#include "app/window/session/text.h"
#include "core/base/color_map.h"
#include "widgets/latent_scatter.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace elbo {

namespace {

enum Coloring { Plain, ByLabel, ByError };

/// Ten colours that differ in lightness as well as in hue, after Okabe and Ito and Tol (2012); further labels
/// take them lighter, then darker, and only from the thirty-first on again.
QRgb labelColor(int label)
{
    static constexpr std::array<QRgb, 10> colors{0xff0072b2, 0xffd55e00, 0xff009e73, 0xffcc79a7, 0xffe69f00,
                                                 0xff56b4e9, 0xff882255, 0xff999933, 0xff7f7f7f, 0xff332288};
    if (label < 0) {
        return qRgb(150, 150, 150);
    }
    const auto place = static_cast<std::size_t>(label);
    const QColor color(colors[place % colors.size()]);
    switch (place / colors.size() % 3) {
        case 1:
            return color.lighter(165).rgb();
        case 2:
            return color.darker(190).rgb();
        default:
            return color.rgb();
    }
}

}  // namespace

ExploreMap::ExploreMap(LatentSession& session, LatentMapSession& map, QWidget* parent)
    : QWidget(parent), m_session(session), m_map(map)
{
    m_scatter = new LatentScatter;
    m_scatter->setObjectName(QStringLiteral("latentScatter"));
    m_scatter->setEmptyText(tr("The codes are being placed."));
    m_groups = new ExploreGroups(session, map);
    m_legend = noteLabel({});
    m_legend->setObjectName(QStringLiteral("mapLegend"));
    m_legend->setTextFormat(Qt::RichText);
    auto* left = new QVBoxLayout;
    left->setSpacing(theme::kStep);
    left->addWidget(m_scatter, 1);
    left->addWidget(m_legend);
    auto* row = new QHBoxLayout;
    row->setSpacing(theme::kPanelGap);
    row->addLayout(left, 1);
    row->addWidget(m_groups);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::kControlGap, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addWidget(makeControls());
    layout->addLayout(row, 1);
    connect(m_scatter, &LatentScatter::hovered, this, [this](int point) {
        const auto& placed = m_map.map();
        const auto place = static_cast<std::size_t>(point);
        m_groups->preview(point < 0 || !placed || place >= placed->rows.size()
                              ? std::nullopt
                              : std::optional(placed->rows[place]));
    });
    connect(m_scatter, &LatentScatter::clicked, this, &ExploreMap::take);
    connect(m_scatter, &LatentScatter::placeClicked, this, [this](const QPointF& place) {
        // In the plane of a 2-dimensional code every place is a code; in a projection none is.
        if (m_session.space()->size == 2 && m_map.kind() == MapKind::Dimensions) {
            auto code = m_session.code();
            code[static_cast<std::size_t>(m_x->value())] = static_cast<float>(place.x());
            code[static_cast<std::size_t>(m_y->value())] = static_cast<float>(place.y());
            m_session.setCode(std::move(code));
        }
    });
    connect(m_scatter, &LatentScatter::selectionChanged, this, [this] {
        std::vector<std::size_t> rows;
        if (const auto& placed = m_map.map()) {
            for (const auto point : m_scatter->selection()) {
                rows.push_back(placed->rows[static_cast<std::size_t>(point)]);
            }
        }
        m_map.select(std::move(rows));
    });
    connect(&session, &LatentSession::spaceChanged, this, &ExploreMap::showSpace);
    connect(&session, &LatentSession::codeChanged, this, &ExploreMap::showMark);
    connect(&map, &LatentMapSession::mapChanged, this, &ExploreMap::showMap);
    connect(&map, &LatentMapSession::errorsChanged, this, &ExploreMap::showColors);
    showSpace();
    showMap();
}

QWidget* ExploreMap::makeControls()
{
    m_kind = new QComboBox;
    m_kind->setObjectName(QStringLiteral("mapKind"));
    m_kind->addItem(tr("Principal directions"), static_cast<int>(MapKind::Principal));
    m_kind->addItem(tr("Two dimensions"), static_cast<int>(MapKind::Dimensions));
    m_kind->addItem(tr("t-SNE"), static_cast<int>(MapKind::Tsne));
    m_kind->setItemData(2,
                        tr("Neighbours stay neighbours; distances between groups mean little. At most "
                           "5,000 images."),
                        Qt::ToolTipRole);
    m_x = new QSpinBox;
    m_x->setObjectName(QStringLiteral("mapX"));
    m_x->setPrefix(tr("across z"));
    m_y = new QSpinBox;
    m_y->setObjectName(QStringLiteral("mapY"));
    m_y->setPrefix(tr("up z"));
    m_coloring = new QComboBox;
    m_coloring->setObjectName(QStringLiteral("mapColoring"));
    m_which = new QComboBox;
    m_which->setObjectName(QStringLiteral("mapImages"));
    m_which->addItem(tr("up to 2,000 test images"), static_cast<int>(EncodedImages::SomeTest));
    m_which->addItem(tr("all test images"), static_cast<int>(EncodedImages::AllTest));
    m_which->addItem(tr("all images"), static_cast<int>(EncodedImages::All));
    auto* lasso = new QToolButton;
    lasso->setObjectName(QStringLiteral("mapLasso"));
    lasso->setText(tr("Lasso"));
    lasso->setCheckable(true);
    lasso->setToolTip(tr("Dragging draws a lasso around a group (or hold Shift). Escape lets go of it."));
    auto* save = new QToolButton;
    save->setObjectName(QStringLiteral("mapSave"));
    save->setIcon(theme::icon(QStringLiteral("save")));
    save->setToolTip(tr("Save the map as a drawing or a picture..."));
    auto* controls = new QWidget;
    auto* line = new QHBoxLayout(controls);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(theme::kControlGap);
    for (auto* widget : std::initializer_list<QWidget*>{m_kind, m_x, m_y, m_coloring, m_which, lasso, save}) {
        line->addWidget(widget);
    }
    line->addStretch(1);
    connect(m_kind, &QComboBox::activated, this, &ExploreMap::chooseKind);
    connect(m_x, &QSpinBox::valueChanged, this, &ExploreMap::chooseKind);
    connect(m_y, &QSpinBox::valueChanged, this, &ExploreMap::chooseKind);
    connect(m_coloring, &QComboBox::activated, this, [this] {
        if (m_coloring->currentData().toInt() == ByError) {
            m_map.wantErrors();
        }
        showColors();
    });
    connect(m_which, &QComboBox::activated, this, [this] {
        m_session.setEncodedImages(static_cast<EncodedImages>(m_which->currentData().toInt()));
    });
    connect(lasso, &QToolButton::toggled, m_scatter, &LatentScatter::setLasso);
    connect(save, &QToolButton::clicked, this,
            [this] { Q_EMIT saveWanted(m_scatter->grab().toImage(), m_scatter->svg(), tr("map")); });
    return controls;
}

void ExploreMap::showSpace()
{
    const auto space = m_session.space();
    if (!space) {
        return;
    }
    const QSignalBlocker x(m_x), y(m_y);
    const auto last = static_cast<int>(space->size - 1);
    m_x->setRange(0, last);
    m_y->setRange(0, last);
    if (space->byKl.size() > 1) {
        m_x->setValue(space->size == 2 ? 0 : static_cast<int>(space->byKl[0]));
        m_y->setValue(space->size == 2 ? 1 : static_cast<int>(space->byKl[1]));
    }
    if (space->size == 2) {  // the plane itself, not a projection of it
        m_kind->setCurrentIndex(1);
    }
    const auto before = m_coloring->currentData();
    m_coloring->clear();
    const bool labelled = !space->labelNames.empty();
    if (labelled) {
        m_coloring->addItem(tr("coloured by label"), ByLabel);
    }
    m_coloring->addItem(tr("coloured by error"), ByError);
    m_coloring->addItem(tr("one colour"), Plain);
    const auto place = m_coloring->findData(before);
    m_coloring->setCurrentIndex(place >= 0 && before.isValid() ? place : labelled ? 0 : 1);
    m_which->setCurrentIndex(m_which->findData(static_cast<int>(m_session.encodedImages())));
    chooseKind();
}

void ExploreMap::chooseKind()
{
    const auto kind = static_cast<MapKind>(m_kind->currentData().toInt());
    m_x->setVisible(kind == MapKind::Dimensions);
    m_y->setVisible(kind == MapKind::Dimensions);
    m_map.setKind(kind, m_x->value(), m_y->value());
}

void ExploreMap::showMap()
{
    const auto& map = m_map.map();
    m_scatter->setEmptyText(m_map.isMapping() ? tr("The codes are being placed.")
                                              : tr("These codes cannot be placed this way."));
    if (!map || m_map.isMapping()) {
        m_scatter->setPoints({});
        return;
    }
    std::vector<QPointF> points;
    points.reserve(map->points.size());
    for (const auto& [x, y] : map->points) {
        points.emplace_back(x, y);
    }
    m_scatter->setPoints(std::move(points));
    switch (map->kind) {
        case MapKind::Dimensions:
            m_scatter->setAxisNames(tr("z%1").arg(map->x), tr("z%1").arg(map->y));
            break;
        case MapKind::Principal:
            m_scatter->setAxisNames(tr("PC 1"), tr("PC 2"));
            break;
        case MapKind::Tsne:
            m_scatter->setAxisNames(tr("t-SNE"), tr("t-SNE"));
            break;
    }
    if (m_coloring->currentData().toInt() == ByError && m_measured != m_session.space()) {
        m_measured = m_session.space();  // once: what is cancelled is not begun again by itself
        m_map.wantErrors();
    }
    showColors();
    showMark();
}

void ExploreMap::showColors()
{
    const auto& map = m_map.map();
    const auto space = m_session.space();
    if (!map || !space || m_scatter->points().size() != map->rows.size()) {
        return;
    }
    const auto coloring = m_coloring->currentData().toInt();
    std::vector<QRgb> colors;
    if (coloring == ByLabel) {
        QStringList legend;
        for (std::size_t label = 0; label < space->labelNames.size() && label < 30; ++label) {
            legend << QStringLiteral("<span style='color:%1'>\u25a0</span>&nbsp;%2")
                          .arg(QColor(labelColor(static_cast<int>(label))).name(),
                               toQt(space->labelNames[label]).toHtmlEscaped());
        }
        for (const auto row : map->rows) {
            colors.push_back(labelColor(space->labels[row]));
        }
        m_legend->setText(legend.join(QStringLiteral(" &nbsp; ")));
    } else if (coloring == ByError && !m_map.errors().empty()) {
        // Up to the 95th percentile: one image that went wrong would make all others alike.
        auto sorted = m_map.errors();
        std::erase_if(sorted, [](float error) { return !std::isfinite(error); });
        std::ranges::sort(sorted);
        if (sorted.empty()) {
            sorted.push_back(0);
        }
        const auto low = sorted.front(), high = sorted[sorted.size() * 95 / 100];
        const auto& table = findColorMap("magma").entries;
        for (const auto row : map->rows) {
            const auto error = m_map.errors()[row];
            const auto share = std::isfinite(error)
                                   ? std::clamp((error - low) / std::max(high - low, 1e-9F), 0.0F, 1.0F)
                                   : 1.0F;
            const auto& rgb = table[static_cast<std::size_t>(40 + share * 200)];
            colors.push_back(qRgb(rgb[0], rgb[1], rgb[2]));
        }
        m_legend->setText(tr("Squared error of the reconstruction: dark %1, bright %2 or more")
                              .arg(numberText(double(low), 3), numberText(double(high), 3)));
    } else {
        m_legend->setText(coloring != ByError ? QString()
                          : m_map.isMeasuring()
                              ? tr("The errors are being computed.")
                              : tr("The errors are not known: choose the colouring again."));
    }
    m_scatter->setColors(std::move(colors));
}

void ExploreMap::showMark()
{
    const auto& map = m_map.map();
    if (!map || !m_session.space() || m_session.code().empty()) {
        m_scatter->setMark({});
        return;
    }
    const auto place = placeOnMap(*m_session.space(), *map, m_session.code());
    m_scatter->setMark(place ? std::optional(QPointF(place->first, place->second)) : std::nullopt);
}

void ExploreMap::take(int point)
{
    const auto& map = m_map.map();
    if (map && m_session.space()) {
        const auto row = map->rows[static_cast<std::size_t>(point)];
        if (const auto label = m_session.space()->labels[row]; label >= 0) {
            m_session.setShownClass(label);
        }
        m_session.setCode(m_session.space()->codes[row]);
    }
}

}  // namespace elbo
