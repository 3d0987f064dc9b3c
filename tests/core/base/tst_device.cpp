// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/device.h"
#include "core/base/error.h"

#include <QtTest/QtTest>

#include <functional>
#include <optional>

using namespace elbo;

namespace {

std::optional<ErrorCode> codeOf(const std::function<void()>& throwing)
{
    try {
        throwing();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

}  // namespace

class DeviceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theProcessorIsAlwaysThere()
    {
        const auto devices = availableDevices();
        QCOMPARE(devices.front().key, std::string("cpu"));
        QVERIFY(devices.front().memoryBytes > 0);
        QVERIFY(chooseDevice("cpu").is_cpu());
        QVERIFY(chooseDevice("auto").is_cpu() == (devices.size() == 1));
    }

    void aGpuThatIsAbsentIsOneSentence()
    {
        if (availableDevices().size() > 1)
            QVERIFY(chooseDevice("cuda").is_cuda());
        else
            QVERIFY(codeOf([] { (void)chooseDevice("cuda"); }) == ErrorCode::NoDevice);
        QVERIFY(codeOf([] { (void)chooseDevice("cuda:99"); }) == ErrorCode::NoDevice);
        for (const auto* text : {"gpu", "cuda:", "cuda:x", "cuda:-1", ""})
            QVERIFY(codeOf([text] { (void)chooseDevice(text); }) == ErrorCode::BadSetting);
    }

    void precisionIsChosenOrTaken()
    {
        const auto cpu = chooseDevice("cpu");
        QVERIFY(choosePrecision("float32", cpu) == Precision::Float32);
        QVERIFY(choosePrecision("bf16", cpu) == Precision::BFloat16);
        QCOMPARE((choosePrecision("auto", cpu) == Precision::BFloat16), deviceInfo(cpu).fastBFloat16);
        QVERIFY(codeOf([&cpu] { (void)choosePrecision("half", cpu); }) == ErrorCode::BadSetting);
    }

    void memoryIsRead()
    {
        QVERIFY(residentBytes() > 1 << 20);
        QVERIFY(peakResidentBytes() >= residentBytes() / 2);
    }
};

QTEST_GUILESS_MAIN(DeviceTest)
#include "tst_device.moc"
