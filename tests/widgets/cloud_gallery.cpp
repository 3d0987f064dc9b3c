// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the view of point clouds, to be looked at:
//   cloud_gallery OUT_FOLDER [light|dark] [FRAME]
// FRAME: the beginning of the names of a 7-Scenes frame (.../frame-000000), which is then shown in place of
// the made room. Needs a screen with OpenGL.
#include "tests/widgets/test_box_scene.h"
#include "widgets/point_cloud_view.h"
#include "widgets/resources.h"
#include "widgets/theme.h"

#include <QtGui/QImageReader>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>

#include <cmath>
#include <cstdio>

using namespace elbo;

namespace {

DepthImage readFrame(const QString& name)
{
    const auto depth =
        QImage(name + QStringLiteral(".depth.png")).convertToFormat(QImage::Format_Grayscale16);
    const auto color = QImage(name + QStringLiteral(".color.jpg")).convertToFormat(QImage::Format_RGB888);
    DepthImage image;
    image.width = depth.width();
    image.height = depth.height();
    for (int y = 0; y < image.height; ++y) {
        const auto* row = reinterpret_cast<const quint16*>(depth.constScanLine(y));
        for (int x = 0; x < image.width; ++x) {
            image.depth.push_back(row[x] == 65535 ? 0.0F : static_cast<float>(row[x]) / 1000.0F);
        }
        image.color.insert(image.color.end(), color.constScanLine(y),
                           color.constScanLine(y) + 3 * color.width());
    }
    return image;
}

/// What a reconstruction is like: smooth and a little off.
DepthImage disturbed(DepthImage image)
{
    for (std::size_t i = 0; i < image.depth.size(); ++i) {
        const auto x = static_cast<float>(i % static_cast<std::size_t>(image.width));
        const auto y = static_cast<float>(i / static_cast<std::size_t>(image.width));
        image.depth[i] *= 1 + 0.03F * std::sin(x / 45) * std::cos(y / 38);
    }
    return image;
}

void save(PointCloudView& view, const QString& folder, const QString& name)
{
    QCoreApplication::processEvents();
    view.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    if (arguments.size() < 2) {
        std::fprintf(stderr, "cloud_gallery OUT_FOLDER [light|dark] [FRAME]\n");
        return 2;
    }
    loadResources();
    theme::applyScheme(arguments.value(2) == QLatin1String("dark") ? theme::Scheme::Dark
                                                                   : theme::Scheme::Light);
    const bool frame = arguments.size() > 3;
    const auto image = frame ? readFrame(arguments[3]) : tests::boxImage();
    const auto camera = frame ? intrinsicsOfView(57.36, 640, 480) : tests::nyuCamera();
    const auto input = std::make_shared<PointCloud>(unproject(image, camera));
    const auto output = std::make_shared<PointCloud>(unproject(disturbed(image), camera));
    std::vector<float> errors;
    for (std::size_t i = 0; i < input->size(); ++i) {
        errors.push_back(std::abs(input->positions[3 * i + 2] - output->positions[3 * i + 2]));
    }
    const auto folder = arguments[1];
    PointCloudView view;
    view.resize(1000, 560);
    view.setCloud(0, input, QStringLiteral("Input"));
    view.setCloud(1, output, QStringLiteral("Reconstruction"));
    view.show();
    if (!QTest::qWaitForWindowExposed(&view)) {
        return 1;
    }
    save(view, folder, QStringLiteral("1-side-by-side"));
    view.setEyeDomeLighting(false);
    save(view, folder, QStringLiteral("2-without-shading"));
    view.setEyeDomeLighting(true);
    view.setErrors(1, errors, QStringLiteral("m"));
    view.setColoring(CloudColoring::Error);
    view.setLayoutMode(CloudLayout::Second);
    auto turned = view.camera();
    turned.turn(25, 20);
    view.setCamera(turned);
    view.fit();
    save(view, folder, QStringLiteral("3-error"));
    view.setColoring(CloudColoring::Depth);
    view.setLayoutMode(CloudLayout::First);
    save(view, folder, QStringLiteral("4-depth"));
    view.setColoring(CloudColoring::Image);
    view.resetCamera();
    for (const int corner : {-1, 1}) {
        const auto point = frame ? input->size() / 2 + static_cast<std::size_t>(corner * 40200) : 0;
        const Vector3 position = frame ? Vector3{input->positions[3 * point], input->positions[3 * point + 1],
                                                 input->positions[3 * point + 2]}
                                       : tests::faceCorner(corner, -1);
        QTest::mouseClick(&view, Qt::LeftButton, {}, view.placeOf(0, position)->toPoint());
    }
    save(view, folder, QStringLiteral("5-measured"));
    view.savePicture(folder + QStringLiteral("/6-exported"), 2);
    view.clearPicks();
    view.setLayoutMode(CloudLayout::Overlaid);
    view.setColoring(CloudColoring::Single);
    view.look(StandardView::Top);
    save(view, folder, QStringLiteral("7-overlaid-from-the-top"));
    view.clearClouds();
    save(view, folder, QStringLiteral("8-empty"));
    return 0;
}
