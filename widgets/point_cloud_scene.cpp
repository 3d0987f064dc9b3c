// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/point_cloud_scene.h"

#include "widgets/eye_dome_lighting.h"

#include <QtGui/QOpenGLContext>
#include <QtGui/QOpenGLExtraFunctions>
#include <vtkActor.h>
#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkCullerCollection.h>
#include <vtkFloatArray.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkOpenGLFramebufferObject.h>
#include <vtkOpenGLPolyDataMapper.h>
#include <vtkOpenGLState.h>
#include <vtkOpenGLVertexBufferObject.h>
#include <vtkOutputWindow.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkTextureObject.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace elbo {

namespace {

/// VTK's array over values that somebody else owns and VTK only reads.
template <typename Array, typename Value>
vtkSmartPointer<Array> borrowed(const std::vector<Value>& values, int components)
{
    const auto array = vtkSmartPointer<Array>::New();
    array->SetNumberOfComponents(components);
    using Element = typename Array::ValueType;
    static_assert(sizeof(Element) == sizeof(Value));
    auto* data = const_cast<Value*>(values.data());
    array->SetArray(reinterpret_cast<Element*>(data), static_cast<vtkIdType>(values.size()), /*save=*/1);
    return array;
}

/// VTK's complaints go where Qt's go, in place of standard error.
class MessagesToQt : public vtkOutputWindow {
public:
    static MessagesToQt* New();
    vtkTypeMacro(MessagesToQt, vtkOutputWindow) void DisplayText(const char* text) override
    {
        qWarning("VTK: %s", text);
    }
};
vtkStandardNewMacro(MessagesToQt)

    /// Points of one list of indices, as an actor.
    struct Layer {
    vtkNew<vtkPolyData> data;
    vtkNew<vtkOpenGLPolyDataMapper> mapper;
    vtkNew<vtkActor> actor;
    std::shared_ptr<const std::vector<std::uint32_t>> indices;

    Layer()
    {
        mapper->SetInputData(data);
        // Coordinates of a camera's image are small: VTK need not copy them to shift and scale them.
        mapper->SetVBOShiftScaleMethod(vtkOpenGLVertexBufferObject::DISABLE_SHIFT_SCALE);
        actor->SetMapper(mapper);
        actor->GetProperty()->LightingOff();
        actor->PickableOff();
        actor->VisibilityOff();
    }

    void set(vtkPoints* points, vtkUnsignedCharArray* colors,
             std::shared_ptr<const std::vector<std::uint32_t>> wanted)
    {
        if (data->GetPoints() != points) {
            data->SetPoints(points);
        }
        if (data->GetPointData()->GetScalars() != colors) {
            data->GetPointData()->SetScalars(colors);
        }
        if (indices == wanted) {
            return;
        }
        indices = std::move(wanted);
        vtkNew<vtkTypeInt32Array> offsets;
        offsets->InsertNextValue(0);
        offsets->InsertNextValue(static_cast<vtkTypeInt32>(indices->size()));
        vtkNew<vtkCellArray> cells;
        cells->SetData(offsets, borrowed<vtkTypeInt32Array>(*indices, 1));
        data->SetVerts(cells);
    }
};

struct Cloud {
    DrawnCloud drawn;
    vtkSmartPointer<vtkPoints> points;
    vtkSmartPointer<vtkUnsignedCharArray> colors;
    Layer all;
    Layer few;
    double radius = 0;  ///< of a ball around `middle` with all points
    Vector3 middle{};
};

}  // namespace

struct PointCloudScene::Parts {
    std::function<void()> makeCurrent;
    std::function<bool()> isCurrent;
    vtkNew<vtkGenericOpenGLRenderWindow> window;
    vtkNew<vtkCamera> camera;
    vtkNew<vtkRenderer> renderer;
    EyeDomeLighting shading;
    std::array<Cloud, kCloudCount> clouds;
    std::size_t pointsDrawn = 0;
    bool usable = false;

    void observe(unsigned long event, void (*answer)(vtkObject*, unsigned long, void*, void*))
    {
        vtkNew<vtkCallbackCommand> command;
        command->SetClientData(this);
        command->SetCallback(answer);
        window->AddObserver(event, command);
    }
    void start();
    void placeCamera(const ViewCamera& view);
    void shade(const ViewCamera& view, const QSize& size, const DrawnStyle& style);
    void showLayers(const std::array<bool, kCloudCount>& shown, const DrawnStyle& style);
};

/// Loads OpenGL's functions first: the rest of VTK's start calls them without asking.
void PointCloudScene::Parts::start()
{
    usable = true;
    vtkNew<vtkCallbackCommand> refused;  // in place of VTK's printing it
    refused->SetClientData(&usable);
    refused->SetCallback(
        [](vtkObject*, unsigned long, void* answer, void*) { *static_cast<bool*>(answer) = false; });
    const auto observer = window->AddObserver(vtkCommand::ErrorEvent, refused);
    window->OpenGLInitContext();
    window->RemoveObserver(observer);
    if (usable) {
        window->OpenGLInit();
    }
}

PointCloudScene::PointCloudScene(std::function<void()> makeCurrent, std::function<bool()> isCurrent)
    : m_parts(std::make_unique<Parts>())
{
    vtkOutputWindow::SetInstance(vtkNew<MessagesToQt>());
    auto& parts = *m_parts;
    parts.makeCurrent = std::move(makeCurrent);
    parts.isCurrent = std::move(isCurrent);
    parts.observe(vtkCommand::WindowMakeCurrentEvent, [](vtkObject*, unsigned long, void* self, void*) {
        const auto& owner = *static_cast<Parts*>(self);
        if (!owner.isCurrent()) {  // doing it again inside a repaint would bind another framebuffer
            owner.makeCurrent();
        }
    });
    parts.observe(vtkCommand::WindowIsCurrentEvent, [](vtkObject*, unsigned long, void* self, void* answer) {
        *static_cast<bool*>(answer) = static_cast<Parts*>(self)->isCurrent();
    });
    parts.window->SetOwnContext(0);
    parts.window->SetReadyForRendering(true);
    parts.window->SetMultiSamples(
        0);  // points need none, and depth for the shading has to be one value a pixel
    parts.window->SetFrameBlitModeToNoBlit();
    parts.window->SwapBuffersOn();
    parts.start();
    parts.renderer->SetActiveCamera(parts.camera);
    parts.renderer->AutomaticLightCreationOff();
    parts.renderer->GetCullers()->RemoveAllItems();
    parts.renderer->SetBackgroundAlpha(1.0);
    parts.window->AddRenderer(parts.renderer);
    for (const auto& cloud : parts.clouds) {
        parts.renderer->AddActor(cloud.all.actor);
        parts.renderer->AddActor(cloud.few.actor);
    }
}

PointCloudScene::~PointCloudScene()
{
    if (m_parts->usable) {
        m_parts->window->Finalize();
    }
    m_parts->window->RemoveAllObservers();
}

bool PointCloudScene::isUsable() const
{
    return m_parts->usable;
}

void PointCloudScene::setCloud(int index, const DrawnCloud& cloud)
{
    auto& kept = m_parts->clouds[static_cast<std::size_t>(index)];
    if (kept.drawn == cloud) {
        return;
    }
    const auto before = std::exchange(kept.drawn, cloud);  // lives until VTK reads the new arrays
    if (!cloud.positions) {
        kept.points = nullptr;
        kept.colors = nullptr;
        kept.all.data->Initialize();
        kept.few.data->Initialize();
        kept.all.indices = nullptr;
        kept.few.indices = nullptr;
        return;
    }
    if (!kept.points || before.positions != cloud.positions) {
        kept.points = vtkSmartPointer<vtkPoints>::New();
        kept.points->SetData(borrowed<vtkFloatArray>(*cloud.positions, 3));
        kept.all.indices = nullptr;
        kept.few.indices = nullptr;
    }
    if (!kept.colors || before.colors != cloud.colors) {
        kept.colors = borrowed<vtkUnsignedCharArray>(*cloud.colors, 3);
    }
    kept.all.set(kept.points, kept.colors, cloud.all);
    kept.few.set(kept.points, kept.colors, cloud.few);
    Vector3 low, high;
    low.fill(std::numeric_limits<double>::infinity());
    high.fill(-std::numeric_limits<double>::infinity());
    for (const auto point : *cloud.all) {
        for (std::size_t i = 0; i < 3; ++i) {
            const double value = (*cloud.positions)[3 * static_cast<std::size_t>(point) + i];
            low[i] = std::min(low[i], value);
            high[i] = std::max(high[i], value);
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        kept.middle[i] = (low[i] + high[i]) / 2;
    }
    kept.radius = std::hypot(high[0] - low[0], high[1] - low[1], high[2] - low[2]) / 2;
}

void PointCloudScene::Parts::placeCamera(const ViewCamera& view)
{
    const auto forward = view.forward();
    double nearest = std::numeric_limits<double>::infinity();
    double farthest = 0;
    auto eye = view.position();
    // In a parallel view only the direction counts, so the camera steps back until all is before it.
    if (view.orthographic) {
        double back = 0;
        for (const auto& cloud : clouds) {
            const auto reach =
                std::hypot(cloud.middle[0] - eye[0], cloud.middle[1] - eye[1], cloud.middle[2] - eye[2]);
            back = std::max(back, cloud.drawn.positions ? reach + cloud.radius : 0);
        }
        for (std::size_t i = 0; i < 3; ++i) {
            eye[i] -= back * forward[i];
        }
    }
    for (const auto& cloud : clouds) {
        if (!cloud.drawn.positions || !(cloud.radius >= 0)) {
            continue;
        }
        double depth = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            depth += (cloud.middle[i] - eye[i]) * forward[i];
        }
        nearest = std::min(nearest, depth - cloud.radius);
        farthest = std::max(farthest, depth + cloud.radius);
    }
    farthest = std::max(farthest * 1.01, 1e-3);
    nearest = std::isfinite(nearest) ? std::max(nearest * 0.99, farthest * 5e-4) : farthest * 5e-4;
    camera->SetPosition(eye[0], eye[1], eye[2]);
    camera->SetFocalPoint(eye[0] + forward[0], eye[1] + forward[1], eye[2] + forward[2]);
    const auto up = view.up();
    camera->SetViewUp(up[0], up[1], up[2]);
    camera->SetViewAngle(view.viewAngle);
    camera->SetParallelProjection(view.orthographic);
    camera->SetParallelScale(view.halfHeight());
    camera->SetClippingRange(nearest, farthest);
}

void PointCloudScene::Parts::showLayers(const std::array<bool, kCloudCount>& shown, const DrawnStyle& style)
{
    pointsDrawn = 0;
    for (std::size_t i = 0; i < clouds.size(); ++i) {
        auto& cloud = clouds[i];
        const auto& drawn = cloud.drawn;
        const bool empty = !shown[i] || !drawn.positions || drawn.all->empty();
        const bool few = style.fewPoints && !empty && !drawn.few->empty() && drawn.few != drawn.all;
        cloud.all.actor->SetVisibility(!empty && !few);
        cloud.few.actor->SetVisibility(!empty && few);
        if (empty) {
            continue;
        }
        const auto count = few ? drawn.few->size() : drawn.all->size();
        const auto fewer = static_cast<double>(drawn.all->size()) / static_cast<double>(count);
        const auto& actor = few ? cloud.few.actor : cloud.all.actor;
        actor->GetProperty()->SetPointSize(
            static_cast<float>(style.pointSize * drawn.pointScale * std::sqrt(fewer)));
        pointsDrawn += count;
    }
}

/// From what was rendered into what is shown.
void PointCloudScene::Parts::shade(const ViewCamera& view, const QSize& size, const DrawnStyle& style)
{
    auto* rendered = window->GetRenderFramebuffer();
    auto* color = rendered->GetColorAttachmentAsTextureObject(0);
    auto* depth = rendered->GetDepthAttachmentAsTextureObject();
    if (!color || !depth) {
        return;
    }
    const auto* planes = camera->GetClippingRange();
    auto* gl = QOpenGLContext::currentContext()->extraFunctions();
    gl->glBindFramebuffer(GL_FRAMEBUFFER, window->GetDisplayFramebuffer()->GetFBOIndex());
    shading.draw(color->GetHandle(), depth->GetHandle(), size,
                 {planes[0], planes[1], view.orthographic ? view.distance : 0.0, style.shadingReach});
}

unsigned int PointCloudScene::draw(const std::array<bool, kCloudCount>& shown, const ViewCamera& camera,
                                   const QSize& size, const DrawnStyle& style)
{
    auto& parts = *m_parts;
    parts.placeCamera(camera);
    parts.showLayers(shown, style);
    parts.renderer->SetBackground(style.background.redF(), style.background.greenF(),
                                  style.background.blueF());
    parts.window->SetSize(size.width(), size.height());
    // Qt has drawn with this context since, and VTK skips what it believes is set already.
    auto* state = parts.window->GetState();
    state->Reset();
    state->Push();
    parts.window->Render();
    state->Pop();
    if (style.eyeDomeLighting) {
        parts.shade(camera, size, style);
    }
    return parts.window->GetDisplayFramebuffer()->GetFBOIndex();
}

std::size_t PointCloudScene::pointsDrawn() const
{
    return m_parts->pointsDrawn;
}

}  // namespace elbo
