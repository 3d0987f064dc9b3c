// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/point_cloud_view.h"

#include "core/base/color_map.h"
#include "core/base/error.h"
#include "widgets/empty_state.h"
#include "widgets/picture_file.h"
#include "widgets/point_cloud_canvas.h"
#include "widgets/point_cloud_overlay.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtGui/QResizeEvent>
#include <QtWidgets/QStackedLayout>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr std::size_t kFewPoints = 40000;  ///< drawn while the camera moves, where the processor draws
constexpr int kStillMs = 60;

}  // namespace

PointCloudView::PointCloudView(QWidget* parent) : QWidget(parent), m_depthMap(QStringLiteral("turbo"))
{
    setObjectName(QStringLiteral("point-cloud-view"));
    setFocusPolicy(Qt::StrongFocus);
    grabGesture(Qt::PinchGesture);
    setAccessibleName(tr("Point clouds"));
    m_stack = new QStackedLayout(this);
    m_message = new EmptyState(QStringLiteral("warning"), {}, {}, this);
    m_message->setObjectName(QStringLiteral("point-cloud-message"));
    m_stack->addWidget(m_message);
    m_overlay = new PointCloudOverlay(this);
    m_overlay->setObjectName(QStringLiteral("point-cloud-overlay"));
    if (const auto why = PointCloudCanvas::whyImpossible(); !why.isEmpty()) {
        showMessage(why);
    } else {
        m_canvas = new PointCloudCanvas(this);
        m_canvas->setObjectName(QStringLiteral("point-cloud-canvas"));
        m_canvas->setAttribute(Qt::WA_TransparentForMouseEvents);  // this widget answers
        m_stack->addWidget(m_canvas);
        m_stack->setCurrentWidget(m_canvas);
        connect(m_canvas, &PointCloudCanvas::unusable, this, &PointCloudView::showMessage);
    }
    m_overlay->raise();
    m_still.setSingleShot(true);
    m_still.setInterval(kStillMs);
    connect(&m_still, &QTimer::timeout, this, &PointCloudView::refresh);
    m_tour.setInterval(16);
    connect(&m_tour, &QTimer::timeout, this, &PointCloudView::tourStep);
    refresh();
}

PointCloudView::~PointCloudView() = default;

void PointCloudView::showMessage(const QString& sentence)
{
    m_message->setSentence(sentence);
    m_stack->setCurrentWidget(m_message);
    m_overlay->hide();
    if (m_canvas) {
        m_canvas->deleteLater();
        m_canvas = nullptr;
    }
}

bool PointCloudView::canDraw() const
{
    return m_canvas != nullptr;
}

void PointCloudView::setCloud(int index, std::shared_ptr<const PointCloud> cloud, const QString& label)
{
    const auto at = static_cast<std::size_t>(index);
    if (m_atHome && !m_clouds[0] && !m_clouds[1]) {
        m_homeAspect = 0;  // the first: the camera is found anew
    }
    std::optional<ShownCloud> shown;
    if (cloud && cloud->size() > 0) {
        shown.emplace(std::move(cloud));
        shown->clip(m_clip);
    }
    m_clouds.at(at) = std::move(shown);
    m_labels.at(at) = label;
    clearPicks();
    recolor();
}

void PointCloudView::clearClouds()
{
    m_clouds = {};
    m_atHome = true;
    clearPicks();
    recolor();
}

std::shared_ptr<const PointCloud> PointCloudView::cloud(int index) const
{
    const auto& shown = m_clouds.at(static_cast<std::size_t>(index));
    return shown ? shown->shared() : nullptr;
}

void PointCloudView::setErrors(int index, std::vector<float> errors, const QString& unit)
{
    auto& shown = m_clouds.at(static_cast<std::size_t>(index));
    if (!shown) {
        throw Error(ErrorCode::BadSetting, "There is no cloud for these errors: show the cloud first.");
    }
    shown->setErrors(std::move(errors));
    m_errorUnit = unit;
    recolor();
}

void PointCloudView::setLayoutMode(CloudLayout layout)
{
    m_layout = layout;
    recolor();
}

void PointCloudView::setColoring(CloudColoring coloring)
{
    m_coloring = coloring;
    recolor();
}

void PointCloudView::setDepthMap(const QString& key)
{
    static_cast<void>(findColorMap(key.toStdString()));
    m_depthMap = key;
    recolor();
}

void PointCloudView::setColorRange(std::optional<ValueRange> range)
{
    m_range = range;
    recolor();
}

ValueRange PointCloudView::colorRange() const
{
    if (m_range) {
        return *m_range;
    }
    ValueRange range;  // one for both, so that they can be compared
    for (const auto& shown : m_clouds) {
        if (shown) {
            range =
                range.united(m_coloring == CloudColoring::Error ? shown->errorRange() : shown->depthRange());
        }
    }
    return range;
}

void PointCloudView::setPointSize(double pixels)
{
    m_style.pointSize = std::clamp(pixels, 1.0, 20.0);
    refresh();
}

void PointCloudView::setEyeDomeLighting(bool on)
{
    m_style.eyeDomeLighting = on;
    refresh();
}

void PointCloudView::setBackgroundKind(CloudBackground background)
{
    m_background = background;
    recolor();
}

QColor PointCloudView::background() const
{
    switch (m_background) {
        case CloudBackground::Theme:
            break;
        case CloudBackground::Light:
            return {240, 240, 240};
        case CloudBackground::Dark:
            return {32, 32, 32};
        case CloudBackground::Black:
            return Qt::black;
        case CloudBackground::White:
            return Qt::white;
    }
    return theme::pictureGround(palette());
}

void PointCloudView::setClip(const CloudClip& clip)
{
    m_clip = clip;
    for (auto& shown : m_clouds) {
        if (shown) {
            shown->clip(clip);
        }
    }
    // A mark where no point is drawn any more would tell of something that cannot be seen.
    clearPicks();
    recolor();
}

void PointCloudView::setRelativeScale(std::optional<double> metres)
{
    if (metres && !(std::isfinite(*metres) && *metres > 0)) {
        throw Error(ErrorCode::BadSetting, "The scale of relative depth must be a number above zero.");
    }
    m_relativeScale = metres;
    refresh();
}

void PointCloudView::recolor()
{
    const bool dark = theme::contrast(background(), Qt::white) > theme::contrast(background(), Qt::black);
    const std::array<QColor, kCloudCount> plain{dark ? QColor(0x56, 0xB4, 0xE9) : QColor(0x00, 0x72, 0xB2),
                                                dark ? QColor(0xE6, 0x9F, 0x00) : QColor(0xD5, 0x5E, 0x00)};
    const auto map = m_coloring == CloudColoring::Error ? std::string("magma") : m_depthMap.toStdString();
    const auto range = colorRange();
    // A reconstruction has fewer pixels than its photograph for the same view: larger points close its gaps.
    constexpr double kLargestScale = 8;
    int finest = 0;
    for (const auto& shown : m_clouds) {
        finest = std::max(finest, shown ? shown->cloud().width : 0);
    }
    for (std::size_t i = 0; i < m_clouds.size(); ++i) {
        const auto& shown = m_clouds[i];
        if (!shown) {
            m_drawn[i] = {};
            continue;
        }
        auto& drawn = m_drawn[i];
        drawn.positions = {shown->shared(), &shown->cloud().positions};
        const int width = shown->cloud().width;
        drawn.pointScale = width > 0 ? std::min(static_cast<double>(finest) / width, kLargestScale) : 1.0;
        drawn.colors = shown->colors(m_coloring, map, range, plain[i]);
        if (drawn.all != shown->visible()) {
            drawn.all = shown->visible();
            drawn.few = shown->thinned(kFewPoints / kCloudCount);
        }
    }
    refresh();
}

void PointCloudView::refresh()
{
    if (m_atHome && aspect() != m_homeAspect) {
        resetCamera();
        return;
    }
    if (m_canvas) {
        auto style = m_style;
        style.background = background();
        style.fewPoints = m_canvas->isSoftware() && (m_dragging || m_still.isActive() || m_tour.isActive());
        m_canvas->setPicture({m_drawn, panes(), m_camera, style});
    }
    m_overlay->setMarks(marks());
}

QImage PointCloudView::picture(int factor)
{
    if (!m_canvas) {
        throw Error(ErrorCode::Unsupported,
                    "The picture could not be made: there is no OpenGL on this screen.");
    }
    refresh();
    auto image = m_canvas->render(factor);
    QPainter painter(&image);
    const auto scale = image.width() / static_cast<double>(std::max(1, width()));
    painter.scale(scale, scale);
    paintMarks(painter, QSizeF(size()), marks(), font());
    painter.end();
    return image.convertToFormat(QImage::Format_RGB32);
}

QString PointCloudView::savePicture(const QString& file, int factor)
{
    return writePicture(picture(factor), file);
}

void PointCloudView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        recolor();
    }
}

void PointCloudView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_overlay->setGeometry(rect());
    refresh();
}

}  // namespace elbo
