// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/point_cloud_scene.h"
#include "widgets/shown_cloud.h"
#include "widgets/view_camera.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QPoint>
#include <QtCore/QString>
#include <QtCore/QTimer>
#include <QtGui/QColor>
#include <QtGui/QImage>
#include <QtWidgets/QWidget>

#include <array>
#include <memory>
#include <optional>
#include <vector>

class QStackedLayout;

namespace elbo {

class EmptyState;
class PointCloudCanvas;
class PointCloudOverlay;
struct CloudMarks;

/// Which clouds are seen, and where.
enum class CloudLayout { SideBySide, Overlaid, First, Second };

enum class CloudBackground { Theme, Light, Dark, Black, White };

/// A point that the user clicked on.
struct PickedPoint {
    int cloud = 0;          ///< 0 or 1
    std::size_t point = 0;  ///< index in the cloud
    int row = -1;           ///< of the pixel it came from; -1 where the cloud does not tell
    int column = -1;
    std::array<float, 3> position{};  ///< X, Y, Z in the cloud's unit
    QColor color;                     ///< of that pixel; invalid without
    bool metric = true;               ///< the unit is the metre
    bool operator==(const PickedPoint&) const = default;
};

/// One or two point clouds that are turned, measured and exported; both are always seen by the same camera.
///
/// Left button: turn; click: pick. Middle button or Shift: move. Wheel or pinch: nearer and farther, at the
/// pointer. Arrows turn, + and - zoom, F fits, R resets, 0 looks from the camera, 1 to 6 from front, back,
/// left, right, top, bottom, O changes between orthographic and perspective, Escape clears the picks, Ctrl+C
/// and Ctrl+V copy and paste the camera. Where OpenGL is missing a sentence stands in place of the clouds;
/// everything else works as always.
class PointCloudView : public QWidget {
    Q_OBJECT

public:
    explicit PointCloudView(QWidget* parent = nullptr);
    ~PointCloudView() override;

    /// Shows a cloud, which is shared and not copied. The camera stays, but for the first cloud.
    /// @param index  0 or 1  @param cloud  null or empty: none  @param label  at the corner of its pane
    /// @throws Error(BadSetting) when the cloud's arrays do not belong together
    void setCloud(int index, std::shared_ptr<const PointCloud> cloud, const QString& label);
    void clearClouds();
    [[nodiscard]] std::shared_ptr<const PointCloud> cloud(int index) const;
    /// For CloudColoring::Error: one value a point, NaN for none. A new cloud has none.
    /// @param unit  on the scale; empty: none
    /// @throws Error(BadSetting) for another number of values
    void setErrors(int index, std::vector<float> errors, const QString& unit);

    void setLayoutMode(CloudLayout layout);
    [[nodiscard]] CloudLayout layoutMode() const { return m_layout; }
    void setColoring(CloudColoring coloring);
    [[nodiscard]] CloudColoring coloring() const { return m_coloring; }
    /// @param key  of the map for depth ("turbo", "viridis")  @throws Error(BadSetting) for an unknown one
    void setDepthMap(const QString& key);
    /// Of the colours for depth or error; nothing: from the clouds' own values.
    void setColorRange(std::optional<ValueRange> range);
    [[nodiscard]] ValueRange colorRange() const;  ///< in use
    /// @param pixels  side of a point, 1 to 20
    void setPointSize(double pixels);
    [[nodiscard]] double pointSize() const { return m_style.pointSize; }
    void setEyeDomeLighting(bool on);
    [[nodiscard]] bool eyeDomeLighting() const { return m_style.eyeDomeLighting; }
    void setBackgroundKind(CloudBackground background);
    [[nodiscard]] CloudBackground backgroundKind() const { return m_background; }
    void setClip(const CloudClip& clip);
    [[nodiscard]] const CloudClip& clip() const { return m_clip; }
    /// Metres of one unit of clouds whose depth is relative; nothing: lengths are called relative.
    /// @throws Error(BadSetting) unless it is finite and above zero
    void setRelativeScale(std::optional<double> metres);

    [[nodiscard]] const ViewCamera& camera() const { return m_camera; }
    void setCamera(const ViewCamera& camera);
    [[nodiscard]] QString cameraJson() const;
    /// @throws Error(BadSetting) for a text that is no camera
    void setCameraJson(const QString& text);
    void fit();
    void resetCamera();  ///< to the camera of the image, in perspective
    void look(StandardView view);
    void setOrthographic(bool on);

    [[nodiscard]] const std::vector<PickedPoint>& picks() const { return m_picks; }
    /// Between two picks, in the cloud's unit (in metres with a relative scale).
    [[nodiscard]] std::optional<double> pickedDistance() const;
    /// A length in the words of this view: "1.482 m", "0.31 relative".
    [[nodiscard]] QString lengthText(double length) const;
    /// Where a point of a cloud's frame is seen, in this widget; nothing for a cloud that is not shown.
    [[nodiscard]] std::optional<QPointF> placeOf(int index, const Vector3& position) const;
    /// The pane of a cloud in this widget.
    [[nodiscard]] std::optional<QRectF> paneOf(int index) const;

    /// The view with its labels and marks, drawn anew at 1, 2 or 4 times its device pixels.
    /// @throws Error(Unsupported) where nothing can be drawn or the size is too large
    [[nodiscard]] QImage picture(int factor = 1);
    /// @return the file written  @throws Error as picture() and writePicture()
    QString savePicture(const QString& file, int factor = 1);

    [[nodiscard]] bool canDraw() const;
    [[nodiscard]] bool isTouring() const { return m_tour.isActive(); }
    [[nodiscard]] QSize sizeHint() const override { return {640, 400}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 120}; }

public Q_SLOTS:
    void clearPicks();
    /// Swings the camera around the target once; any input stops it.
    void startTour();
    void stopTour();
    void copyCamera();
    void pasteCamera();  ///< failed() says why it could not

Q_SIGNALS:
    void picked(const elbo::PickedPoint& point);
    /// A second pick: their distance as pickedDistance() gives it.
    void measured(double distance);
    void picksCleared();
    void cameraChanged();
    void tourEnded();
    void failed(const QString& sentence);

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showMessage(const QString& sentence);
    void recolor();
    void refresh();  ///< hands everything to canvas and overlay
    [[nodiscard]] QColor background() const;
    [[nodiscard]] std::vector<DrawnPane> panes() const;
    [[nodiscard]] QRectF pixels(const DrawnPane& pane) const;
    [[nodiscard]] double aspect() const;                    ///< of a pane
    [[nodiscard]] std::vector<float> viewedPoints() const;  ///< of what is shown
    [[nodiscard]] CloudMarks marks() const;
    void addPickMarks(CloudMarks& marks) const;
    void addScale(CloudMarks& marks) const;
    void moveTo(const ViewCamera& camera);  ///< by the user: with few points until still
    [[nodiscard]] std::optional<PickedPoint> pickAt(const QPointF& place) const;
    void pick(const QPointF& place);
    void zoomAt(const QPointF& place, double factor);
    bool cameraKey(int key);
    void tourStep();

    QStackedLayout* m_stack = nullptr;
    PointCloudCanvas* m_canvas = nullptr;  ///< null where there is no OpenGL
    PointCloudOverlay* m_overlay = nullptr;
    EmptyState* m_message = nullptr;

    std::array<std::optional<ShownCloud>, kCloudCount> m_clouds;
    std::array<QString, kCloudCount> m_labels;
    std::array<DrawnCloud, kCloudCount> m_drawn;
    QString m_errorUnit;
    CloudLayout m_layout = CloudLayout::SideBySide;
    CloudColoring m_coloring = CloudColoring::Image;
    CloudBackground m_background = CloudBackground::Theme;
    QString m_depthMap;
    std::optional<ValueRange> m_range;
    CloudClip m_clip;
    std::optional<double> m_relativeScale;
    DrawnStyle m_style;

    ViewCamera m_camera;
    bool m_atHome = true;  ///< the camera of the image: it follows the shape of the panes
    double m_homeAspect = 0;
    std::vector<PickedPoint> m_picks;
    QPointF m_pressed;
    QPointF m_last;
    Qt::MouseButton m_button = Qt::NoButton;
    bool m_dragging = false;
    QTimer m_still;  ///< after wheel and keys: the camera stands still again
    QTimer m_tour;
    QElapsedTimer m_tourTime;
    ViewCamera m_tourStart;
};

}  // namespace elbo
