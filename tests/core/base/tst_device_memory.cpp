// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/device.h"
#include "core/base/device_memory.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

using namespace elbo;

class DeviceMemoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// On the device that this machine has; without a GPU the call must still be a call of nothing.
    void tensorsKeepTheirs()
    {
        const auto device = chooseDevice("auto");
        const auto kept = at::arange(1000, at::kFloat).to(device);
        at::empty({1000, 1000}, at::TensorOptions(at::kFloat).device(device));
        releaseUnusedDeviceMemory();
        QCOMPARE(kept.sum().item<float>(), 499500.0F);
        const auto next = at::ones({1000, 1000}, at::TensorOptions(at::kFloat).device(device));
        QCOMPARE(next.sum().item<float>(), 1e6F);
    }
};

QTEST_GUILESS_MAIN(DeviceMemoryTest)
#include "tst_device_memory.moc"
