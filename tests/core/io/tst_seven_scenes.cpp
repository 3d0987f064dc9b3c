// SPDX-License-Identifier: GPL-3.0-or-later
// Real Kinect frames with poses: depth, intrinsics and poses together must put walls upon walls.
#include "core/geometry/cloud_filter.h"
#include "core/geometry/pose.h"
#include "core/io/exif.h"
#include "core/io/images.h"
#include "tests/support/shared_folder.h"

#include <QtTest/QtTest>

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

using namespace elbo;

namespace {

constexpr int kFrames = 10;
constexpr int kStep = 20;  ///< between the frames that are here
constexpr double kNear = 0.05;
constexpr double kReach = 0.15;

std::filesystem::path frame(const std::filesystem::path& folder, int number, const char* what)
{
    auto digits = std::to_string(number * kStep);
    digits.insert(0, 6 - digits.size(), '0');
    return folder / ("frame-" + digits + what);
}

PointCloud cloudOf(const std::filesystem::path& folder, int number)
{
    const auto depth = readDepth(frame(folder, number, ".depth.png"), std::nullopt);
    const auto values = depth.depth.contiguous();
    const auto* data = values.const_data_ptr<float>();
    const DepthImage image{static_cast<int>(values.size(1)),
                           static_cast<int>(values.size(0)),
                           {data, data + values.numel()},
                           {},
                           depth.metric};
    const auto camera = knownIntrinsics(frame(folder, number, ".color.jpg"), image.width, image.height);
    return thinned(unproject(withoutEdges(image, 0.05F), camera), 15000);
}

}  // namespace

class SevenScenesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void framesJoinedByTheirPosesAgree()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto folder = shared / "data" / "7scenes_kitchen";
        std::vector<PointCloud> own, right, inverted;
        for (int number = 0; number < kFrames; ++number) {
            own.push_back(cloudOf(folder, number));
            QVERIFY(own.back().metric);
            QVERIFY(own.back().size() > 5000);
            const auto pose = readPose(frame(folder, number, ".pose.txt"));
            right.push_back(moved(own.back(), pose));
            inverted.push_back(moved(own.back(), inverse(pose)));
        }
        const auto agreement = agreementOf(right, kNear, kReach);
        QVERIFY2(agreement.share() >= 0.8, std::to_string(agreement.share()).c_str());
        QVERIFY(agreement.overlapping > right.size() * 5000);
        // Poses of other frames, and world-to-camera instead of camera-to-world, put nothing in its place.
        std::vector<PointCloud> shuffled;
        for (int number = 0; number < kFrames; ++number)
            shuffled.push_back(moved(own[static_cast<std::size_t>(number)],
                                     readPose(frame(folder, (number * 7 + 3) % kFrames, ".pose.txt"))));
        QVERIFY2(agreementOf(shuffled, kNear, kReach).share() < 0.8, "frames in the wrong order agree");
        QVERIFY2(agreementOf(inverted, kNear, kReach).share() < 0.8, "inverted poses agree");
        QCOMPARE(joined(right).size(), [&] {
            std::size_t sum = 0;
            for (const auto& cloud : right)
                sum += cloud.size();
            return sum;
        }());
    }
};

QTEST_APPLESS_MAIN(SevenScenesTest)
#include "tst_seven_scenes.moc"
