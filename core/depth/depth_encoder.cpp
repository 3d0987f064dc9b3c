// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/depth_encoder.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"

#include <algorithm>

namespace elbo {

namespace {

struct Entry {
    std::string_view name;
    std::shared_ptr<DepthEncoder> (*make)();
};
constexpr std::array<Entry, 7> kEncoders{{{"densenet121", makeDenseNet121},
                                          {"densenet161", makeDenseNet161},
                                          {"resnet50", makeResNet50},
                                          {"resnet101", makeResNet101},
                                          {"resnext50", makeResNext50},
                                          {"resnext101", makeResNext101},
                                          {"mobilenetv2", makeMobileNetV2}}};

}  // namespace

const std::vector<std::string>& depthEncoderNames()
{
    static const auto names = [] {
        std::vector<std::string> made;
        for (const auto& entry : kEncoders)
            made.emplace_back(entry.name);
        return made;
    }();
    return names;
}

std::shared_ptr<DepthEncoder> makeDepthEncoder(std::string_view name)
{
    const auto found = std::ranges::find(kEncoders, name, &Entry::name);
    if (found == kEncoders.end())
        throw Error(ErrorCode::BadSetting, "There is no encoder \"" + std::string(name) + "\"" +
                                               nearestHint(name, depthEncoderNames()) + ": use one of " +
                                               listed(depthEncoderNames()) + ".");
    return found->make();
}

}  // namespace elbo
