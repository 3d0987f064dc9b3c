// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/depth/bts.h"
#include "core/depth/depth_weights.h"
#include "core/depth/estimator.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "core/store/weights_file.h"
#include "tests/support/shared_folder.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <functional>
#include <limits>

using namespace elbo;

namespace {

/// A picture that is made, uint8 [3,height,width].
at::Tensor picture(std::int64_t height, std::int64_t width)
{
    return (goldenUniform("picture", 3 * height * width) + 1).mul(127).to(at::kByte).view({3, height, width});
}

std::string sentenceOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

bool contains(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

class EstimatorTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path path(const std::string& name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    /// A narrow BTS with made weights, and the file that holds them.
    std::shared_ptr<Bts> saved(const std::string& name, const std::string& prefix = {},
                               const std::function<void(std::vector<NamedTensor>&)>& change = {})
    {
        auto network = std::make_shared<Bts>("mobilenetv2", 64);
        initialiseFromNames(*network);
        network->eval();
        auto tensors = stateDict(*network);
        for (auto& tensor : tensors)
            tensor.name = prefix + tensor.name;
        if (change)
            change(tensors);
        writeWeights(path(name), tensors, {});
        return network;
    }
    [[nodiscard]] std::string refusal(const std::string& file, const char* key = "bts-mobilenetv2") const
    {
        return sentenceOf([&] { (void)makeDepthEstimator(key, {.weights = path(file)}); });
    }

private Q_SLOTS:
    void theFirstEstimatorBringsItsWeights()
    {
        QCOMPARE(depthEstimatorInfos().front().key, std::string("meter-xxs"));
        QVERIFY(depthEstimatorInfos().front().bundled);
        QCOMPARE(depthEstimatorInfos().size(), std::size_t{8});
        const auto meter = makeDepthEstimator("meter-xxs", {});
        QCOMPARE(meter->parameterCount(), 713464);
        QVERIFY(meter->note().empty());
    }

    void anySizeComesBackInItsSize_data()
    {
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::newRow("one pixel") << 1 << 1;
        QTest::newRow("a line") << 1 << 300;
        QTest::newRow("odd") << 37 << 53;
        QTest::newRow("its own") << 192 << 256;
    }
    void anySizeComesBackInItsSize()
    {
        QFETCH(int, height);
        QFETCH(int, width);
        saved("sizes.safetensors");
        const auto meter = makeDepthEstimator("meter-xxs", {});
        const auto bts = makeDepthEstimator("bts-mobilenetv2", {.weights = path("sizes.safetensors")});
        for (auto* estimator : {meter.get(), bts.get()}) {
            const auto depth = estimator->estimate(picture(height, width));
            QCOMPARE(depth.sizes().vec(), (std::vector<std::int64_t>{height, width}));
            QVERIFY(depth.scalar_type() == at::kFloat);
            QVERIFY(depth.gt(0).all().item<bool>() && depth.isfinite().all().item<bool>());
        }
    }

    void greyIsRepeated()
    {
        const auto meter = makeDepthEstimator("meter-xxs", {});
        const auto grey = picture(48, 64).narrow(0, 0, 1);
        QVERIFY(at::equal(meter->estimate(grey), meter->estimate(grey.expand({3, 48, 64}).contiguous())));
    }

    void flippingMakesTheMirrorImageEqual()
    {
        const auto meter = makeDepthEstimator("meter-xxs", {.weights = {}, .flip = true});
        const auto image = picture(96, 128);
        const auto there = meter->estimate(image);
        const auto back = meter->estimate(image.flip(2)).flip(1);
        QVERIFY((there - back).abs().max().item<double>() < 1e-4);
        const auto once = makeDepthEstimator("meter-xxs", {})->estimate(image);
        QVERIFY((there - once).abs().max().item<double>() > 1e-3);
    }

    void btsSeesTheImageItselfWhereItCan()
    {
        const auto network = saved("bts.safetensors");
        const auto estimator = makeDepthEstimator("bts-mobilenetv2", {.weights = path("bts.safetensors")});
        const at::NoGradGuard noGradients;
        const auto expected = [&](const at::Tensor& image) {
            return network->forward(imageNetNormalised(image.unsqueeze(0).to(at::kFloat).div(255)))
                .depth.mul(10)
                .view({image.size(1), image.size(2)});
        };
        const auto whole = picture(64, 96);
        QVERIFY(at::allclose(estimator->estimate(whole), expected(whole), 1e-4, 1e-5));
        // Other sides: the edge repeated to the right and below, and cut off again.
        const auto part = whole.narrow(1, 0, 50).narrow(2, 0, 70);
        const auto padded =
            at::replication_pad2d(part.to(at::kFloat).unsqueeze(0), {0, 26, 0, 14}).squeeze(0).to(at::kByte);
        QVERIFY(at::allclose(estimator->estimate(part), expected(padded).narrow(0, 0, 50).narrow(1, 0, 70),
                             1e-4, 1e-5));
    }

    void largePicturesAreShrunkForBts()
    {
        saved("large.safetensors");
        const auto estimator = makeDepthEstimator("bts-mobilenetv2", {.weights = path("large.safetensors")});
        const auto depth = estimator->estimate(picture(40, 2000));
        QCOMPARE(depth.sizes().vec(), (std::vector<std::int64_t>{40, 2000}));
    }

    void largePicturesMirrorToo()
    {
        saved("large.safetensors");
        const auto estimator =
            makeDepthEstimator("bts-mobilenetv2", {.weights = path("large.safetensors"), .flip = true});
        const auto image = picture(40, 1300);
        const auto there = estimator->estimate(image);
        QVERIFY(at::allclose(there, estimator->estimate(image.flip(2)).flip(1), 1e-3, 1e-3));
        const auto grey = image.narrow(0, 0, 1);
        QVERIFY(at::equal(estimator->estimate(grey), estimator->estimate(grey.repeat({3, 1, 1}))));
    }

    // A number in bf16 has 8 bits: depth must not become a staircase where networks compute in it.
    void depthHasNoStepsInBf16()
    {
        saved("steps.safetensors");
        const auto image = picture(96, 128);
        for (const char* key : {"meter-xxs", "bts-mobilenetv2"}) {
            const auto made = [&](Precision precision) {
                const auto weights = std::string_view(key) == "meter-xxs" ? std::filesystem::path()
                                                                          : path("steps.safetensors");
                return makeDepthEstimator(key, {.weights = weights, .precision = precision})->estimate(image);
            };
            const auto exact = made(Precision::Float32), rounded = made(Precision::BFloat16);
            QVERIFY(((exact - rounded).abs().mean() / exact.mean()).item<double>() < 0.02);
            const auto values = [](const at::Tensor& depth) {
                return std::get<0>(at::_unique(depth)).numel();
            };
            QVERIFY2(values(rounded) > values(exact) / 2, key);
        }
    }

    void kittiWeightsScaleDepth()
    {
        saved("kitti.safetensors");
        const auto image = picture(64, 96);
        const auto nyu =
            makeDepthEstimator("bts-mobilenetv2", {.weights = path("kitti.safetensors")})->estimate(image);
        const auto kitti =
            makeDepthEstimator("bts-mobilenetv2",
                               {.weights = path("kitti.safetensors"), .maxDepth = 80, .focal = 2 * 715.0873})
                ->estimate(image);
        QVERIFY(at::allclose(kitti, nyu * 16, 1e-5, 1e-5));
    }

    void checkpointsOpenAsTheyArePublished()
    {
        const auto image = picture(64, 96);
        saved("plain.safetensors");
        const auto expected =
            makeDepthEstimator("bts-mobilenetv2", {.weights = path("plain.safetensors")})->estimate(image);
        saved("prefixed.pth", "module.");
        const auto prefixed = makeDepthEstimator("bts-mobilenetv2", {.weights = path("prefixed.pth")});
        QVERIFY(at::equal(prefixed->estimate(image), expected));
        // Older files have no counters; files of others have more than is needed.
        saved("older.pt", {}, [](std::vector<NamedTensor>& tensors) {
            std::erase_if(tensors, [](const NamedTensor& tensor) {
                return tensor.name.ends_with("num_batches_tracked");
            });
            tensors.push_back({"optimizer_step", at::ones({1})});
        });
        const auto older = makeDepthEstimator("bts-mobilenetv2", {.weights = path("older.pt")});
        QVERIFY(at::equal(older->estimate(image), expected));
        QVERIFY2(contains(older->note(), "optimizer_step"), older->note().c_str());
    }

    void wrongWeightsAreOneSentence()
    {
        saved("right.safetensors");
        auto sentence = refusal("right.safetensors", "bts-resnet50");
        QVERIFY2(contains(sentence, "weights of BTS, MobileNetV2, not of BTS, ResNet-50"), sentence.c_str());
        sentence = refusal("right.safetensors", "meter-xxs");
        QVERIFY2(contains(sentence, "MobileNetV2"), sentence.c_str());
        saved("lacking.safetensors", {}, [](std::vector<NamedTensor>& tensors) {
            std::erase_if(tensors, [](const NamedTensor& tensor) {
                return tensor.name.starts_with("decoder.conv1") || tensor.name.starts_with("decoder.bn3.w");
            });
        });
        sentence = refusal("lacking.safetensors");
        QVERIFY2(contains(sentence, "lacks 2 of") && contains(sentence, "decoder.conv1.0.weight"),
                 sentence.c_str());
        saved("shape.safetensors", {},
              [](std::vector<NamedTensor>& tensors) { tensors.back().tensor = at::ones({7}); });
        sentence = refusal("shape.safetensors");
        QVERIFY2(contains(sentence, "another shape"), sentence.c_str());
        saved("nan.safetensors", {}, [](std::vector<NamedTensor>& tensors) {
            tensors.back().tensor =
                at::full_like(tensors.back().tensor, std::numeric_limits<float>::quiet_NaN());
        });
        sentence = refusal("nan.safetensors");
        QVERIFY2(contains(sentence, "no numbers"), sentence.c_str());
        saved("encoder.safetensors", {}, [](std::vector<NamedTensor>& tensors) {
            std::erase_if(tensors,
                          [](const NamedTensor& tensor) { return tensor.name.starts_with("decoder"); });
        });
        sentence = refusal("encoder.safetensors");
        QVERIFY2(contains(sentence, "encoder alone"), sentence.c_str());
        writeWeights(path("other.safetensors"), {{"fc1.weight", at::ones({3, 4})}}, {});
        sentence = refusal("other.safetensors");
        QVERIFY2(contains(sentence, "no weights of a depth network"), sentence.c_str());
        sentence = refusal("absent.safetensors");
        QVERIFY2(contains(sentence, "absent.safetensors"), sentence.c_str());
    }

    // What the names of weights look like, for each network.
    void everyNetworkIsRecognised()
    {
        for (const auto& info : depthEstimatorInfos()) {
            if (info.encoder.empty())
                continue;
            const Bts network(info.encoder, 64);
            const auto kind = recogniseDepthWeights(infosOf(stateDict(network)));
            QVERIFY(kind);
            QCOMPARE(kind->key, info.key);
            QCOMPARE(kind->width, 64);
        }
    }

    void impossibleWishesAreRefused()
    {
        saved("wishes.safetensors");
        QVERIFY(contains(sentenceOf([] { (void)makeDepthEstimator("meter-xx", {}); }), "nearest: meter-xxs"));
        QVERIFY(contains(sentenceOf([] { (void)makeDepthEstimator("bts-resnet50", {}); }),
                         "comes without weights"));
        const auto weights = path("wishes.safetensors");
        for (const double maxDepth : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 1e9})
            QVERIFY_EXCEPTION_THROWN(
                (void)makeDepthEstimator("bts-mobilenetv2", {.weights = weights, .maxDepth = maxDepth}),
                Error);
        QVERIFY_EXCEPTION_THROWN(
            (void)makeDepthEstimator("bts-mobilenetv2", {.weights = weights, .maxDepth = 80, .focal = 0.0}),
            Error);
        const auto meter = makeDepthEstimator("meter-xxs", {});
        QVERIFY_EXCEPTION_THROWN((void)meter->estimate(at::ones({2, 4, 4}, at::kByte)), Error);
        QVERIFY_EXCEPTION_THROWN((void)meter->estimate(at::ones({3, 4, 4})), Error);
        QVERIFY_EXCEPTION_THROWN((void)meter->estimate(at::ones({3, 0, 4}, at::kByte)), Error);
    }
};

QTEST_APPLESS_MAIN(EstimatorTest)
#include "tst_estimator.moc"
