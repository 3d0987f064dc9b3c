// SPDX-License-Identifier: GPL-3.0-or-later
// One step shared by several processes against the same step of one. The processes are this program again,
// started by mpirun.
#include "core/base/error.h"
#include "core/base/mpi_group.h"
#include "core/base/random_stream.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/nn/shared_norm.h"
#include "core/store/safetensors.h"
#include "core/training/compute_threads.h"
#include "core/training/data_parallel.h"
#include "core/training/test_pass.h"
#include "tests/core/training/made_data.h"
#include "tests/support/mpirun.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#include <algorithm>
#include <string>
#include <string_view>

using namespace elbo;
using namespace elbo::tests;

namespace {

/// Gradients, running statistics, terms and loss of one step, and the terms of a look at the test images.
void stepInto(ProcessGroup& group, const std::string& key, std::int64_t images,
              const std::filesystem::path& file)
{
    useComputeThreads(1);
    const auto data = madeData({.train = images, .test = 11, .side = 64});
    const auto model = makeVae(madeConfig(1, key).model, data->shape());
    initialise(*model, 1);
    model->train();
    DataParallel parallel(group, model->parameters());
    const DeviceData onDevice(*data, c10::Device(c10::kCPU));
    const auto share = parallel.share(0, images);
    const auto noise = normalNoise(1, RandomPurpose::TrainingNoise, 1, 0, images, model->noiseSize());
    const auto indices = at::arange(images, at::kLong).narrow(0, share.first, share.count);
    StepResult result;
    {
        const SharedNorms norms(group, share.counts());
        result = model->step(onDevice.batch(indices, model->valueRange(), true),
                             noise.narrow(0, share.first, share.count), 1.0);
    }
    const auto loss = at::full({1}, result.loss.item<double>() * share.weight, at::kDouble);
    group.sum(loss);
    parallel.backward(result, share, /*stop=*/group.rank() == group.size() - 1);

    std::vector<NamedTensor> tensors{{"loss", loss},
                                     {"terms", result.terms.to(at::kDouble)},
                                     {"stop", at::full({1}, parallel.stopAgreed() ? 1.0 : 0.0)}};
    for (const auto& parameter : model->named_parameters())
        tensors.push_back({"gradient/" + parameter.key(), parameter.value().grad().contiguous()});
    for (const auto& buffer : model->named_buffers())
        tensors.push_back({"buffer/" + buffer.key(), buffer.value().to(at::kDouble)});
    const TestSettings settings{
        .batchSize = 3, .seed = 1, .precision = Precision::Float32, .channelsLast = true, .group = &group};
    const auto terms =
        runTestPass(*model, onDevice, {data->indices(SplitSide::Test), 7}, settings, [](std::int64_t) {});
    for (const auto& [name, value] : terms)
        tensors.push_back({"test/" + name, at::full({1}, value, at::kDouble)});
    if (group.isFirst())
        writeSafetensors(file, tensors, {});
}

/// Gradients that are zero but for rounding: a batch norm takes away what a bias before it adds.
bool isBiasBeforeNorm(const SafetensorsFile& file, const std::string& name)
{
    const auto weight = name.substr(0, name.rfind('.')) + ".weight";
    return name.ends_with(".bias") && file.at(weight).dim() == 4 &&
           file.at(name).abs().max().item<double>() < 1e-3 * file.at(weight).abs().max().item<double>();
}

double deviation(const at::Tensor& value, const at::Tensor& expected)
{
    const auto scale = std::max(expected.abs().max().item<double>(), 1e-30);
    return (value - expected).abs().max().item<double>() / scale;
}

/// The process that mpirun started.
int worker(const std::string& what, const std::string& argument, const std::string& file)
{
    const auto group = MpiGroup::join([](const std::string& sentence) { qWarning("%s", sentence.c_str()); });
    if (what == "different") {
        DataParallel parallel(*group, {});
        std::string sentence;
        try {
            parallel.requireSame("images of " + std::to_string(group->rank()), "images");
        } catch (const Error& error) {
            sentence = error.what();
        }
        group->leave();
        return sentence.starts_with("The processes of this run were given different images") ? 0 : 1;
    }
    if (what == "equal") {
        DataParallel parallel(*group, {});
        parallel.requireSame("the same", "images");
        auto values = at::full({3}, static_cast<double>(group->rank()), at::kDouble);
        const bool differs = !parallel.isSameEverywhere(values);
        parallel.copyFromFirst({{"values", values}});
        const bool copied = at::equal(values, at::zeros({3}, at::kDouble));
        const bool same = parallel.isSameEverywhere(values);
        const bool stops = parallel.agreeOnStop(group->rank() == group->size() - 1);
        group->leave();
        return differs && copied && same && stops ? 0 : 1;
    }
    stepInto(*group, what, std::stoll(argument), file);
    group->leave();
    return 0;
}

}  // namespace

class DataParallelTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] SafetensorsFile stepOf(int processes, const std::string& model, std::int64_t images) const
    {
        const auto file = m_folder.filePath(
            QStringLiteral("%1-%2-%3").arg(processes).arg(QString::fromStdString(model)).arg(images));
        const auto result = runParallel(
            processes, QCoreApplication::applicationFilePath(),
            {QStringLiteral("--worker"), QString::fromStdString(model), QString::number(images), file});
        if (result.status != 0)
            qWarning("%s", result.errors.constData());
        return result.status == 0 ? readSafetensors(file.toStdString()) : SafetensorsFile{};
    }

private Q_SLOTS:
    void sharesAreEvenAndWhole()
    {
        for (const std::int64_t count : {0, 1, 5, 7, 8, 50}) {
            for (const int size : {1, 2, 3, 4, 8}) {
                std::int64_t next = 0;
                for (int rank = 0; rank < size; ++rank) {
                    const auto [first, images] = shareOf(count, rank, size);
                    QCOMPARE(first, next);
                    QVERIFY(images == count / size || images == count / size + 1);
                    next += images;
                }
                QCOMPARE(next, count);
            }
        }
    }

    void aloneNothingChanges()
    {
        DataParallel parallel(aloneGroup(), {});
        const auto share = parallel.share(10, 5);
        QCOMPARE(share.first, 10);
        QCOMPARE(share.count, 5);
        QCOMPARE(share.weight, 1.0);
        QVERIFY(!parallel.agreeOnStop(false) && parallel.agreeOnStop(true));
        QVERIFY(parallel.isSameEverywhere(at::ones({2})));
    }

    void oneStepOfAll_data()
    {
        QTest::addColumn<int>("processes");
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("images");
        QTest::newRow("2, batch norm") << 2 << QStringLiteral("rgbd-vae") << 8;
        QTest::newRow("4, batch norm") << 4 << QStringLiteral("rgbd-vae") << 8;
        QTest::newRow("2, uneven") << 2 << QStringLiteral("rgbd-vae") << 7;
        QTest::newRow("4, uneven") << 4 << QStringLiteral("rgbd-vae") << 6;
        QTest::newRow("4, fewer images than processes") << 4 << QStringLiteral("rgbd-vae") << 3;
        QTest::newRow("2, no batch norm") << 2 << QStringLiteral("fc-vae") << 5;
    }
    void oneStepOfAll()
    {
        QFETCH(int, processes);
        QFETCH(QString, model);
        QFETCH(int, images);
        if (!hasMpirun())
            QSKIP("mpirun is not installed");
        const auto alone = m_folder.filePath(QStringLiteral("alone"));
        stepInto(aloneGroup(), model.toStdString(), images, alone.toStdString());
        const auto expected = readSafetensors(alone.toStdString());
        const auto shared = stepOf(processes, model.toStdString(), images);
        QCOMPARE(shared.tensors.size(), expected.tensors.size());
        int compared = 0;
        for (const auto& [name, tensor] : expected.tensors) {
            if (name == "stop" || (name.starts_with("gradient/") && isBiasBeforeNorm(expected, name)))
                continue;
            const auto limit = name.starts_with("gradient/") ? 1e-4 : 1e-5;
            QVERIFY2(deviation(shared.at(name), tensor) < limit,
                     qPrintable(QStringLiteral("%1: %2")
                                    .arg(QString::fromStdString(name))
                                    .arg(deviation(shared.at(name), tensor))));
            ++compared;
        }
        QVERIFY(compared > 15);
        QCOMPARE(shared.at("stop").item<float>(), 1.0F);  // the last process alone had asked for it
    }

    void processesAreKeptEqual_data()
    {
        QTest::addColumn<QString>("what");
        QTest::newRow("values of the first, wishes of any") << QStringLiteral("equal");
        QTest::newRow("different images are refused") << QStringLiteral("different");
    }
    void processesAreKeptEqual()
    {
        QFETCH(QString, what);
        if (!hasMpirun())
            QSKIP("mpirun is not installed");
        const auto result = runParallel(3, QCoreApplication::applicationFilePath(),
                                        {QStringLiteral("--worker"), what, QString(), QString()});
        QVERIFY2(result.status == 0, result.errors.constData());
    }
};

int main(int argc, char** argv)
{
    if (argc == 5 && std::string_view(argv[1]) == "--worker")
        return worker(argv[2], argv[3], argv[4]);
    QCoreApplication application(argc, argv);
    DataParallelTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_data_parallel.moc"
