// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/devices.h"

#include "core/base/device.h"

namespace elbo {

std::vector<DeviceChoice> deviceChoices()
{
    std::vector<DeviceChoice> choices;
    for (const auto& device : availableDevices()) {
        choices.push_back({device.key, device.title, device.fastBFloat16, device.memoryBytes});
    }
    return choices;
}

std::string describeDevice(const std::string& device, const std::string& precision)
{
    const auto chosen = chooseDevice(device);
    const auto info = deviceInfo(chosen);
    return info.title + ", " + std::string(toString(choosePrecision(precision, chosen)));
}

std::int64_t processMemory()
{
    return residentBytes();
}

}  // namespace elbo
