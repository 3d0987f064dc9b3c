// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/registry.h"

#include "core/base/error.h"
#include "core/models/conditional_vae.h"
#include "core/models/depth_network.h"
#include "core/models/fc_vae.h"
#include "core/models/pca.h"
#include "core/models/rgbd_vae.h"
#include "core/models/vgg_vae.h"

#include <algorithm>
#include <string>
#include <utility>

namespace elbo {

const std::vector<ModelEntry>& modelEntries()
{
    static const std::vector<ModelEntry> entries = [] {
        std::vector<ModelEntry> made{
            {rgbdVaeInfo(), makeRgbdVae},
            {fcVaeInfo(), makeFcVae},
            {conditionalVaeInfo(), makeConditionalVae},
            {vggVaeInfo(), makeVggVae},
            {pcaInfo(), makePca},
        };
        for (auto& info : depthNetworkInfos())
            made.push_back({std::move(info), makeDepthNetwork});
        return made;
    }();
    return entries;
}

std::shared_ptr<Trainable> makeModel(const ModelConfig& config, const ImageShape& shape)
{
    if (const auto found = problems(config); !found.empty()) {
        throw Error(ErrorCode::BadSetting, found.front());
    }
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1) {
        throw Error(ErrorCode::BadSetting,
                    "A model needs images with at least one channel and one pixel; choose other data.");
    }
    const auto entry =
        std::ranges::find(modelEntries(), config.key, [](const ModelEntry& each) { return each.info.key; });
    return entry->make(config, shape);
}

std::shared_ptr<Vae> makeVae(const ModelConfig& config, const ImageShape& shape)
{
    const auto& info = findModelInfo(config.key);
    if (info.estimatesDepth) {
        throw Error(ErrorCode::BadSetting, info.title +
                                               " estimates depth and has no latent code: use it on the page "
                                               "Depth 3-D, with depth or with evaluate-depth.");
    }
    return std::dynamic_pointer_cast<Vae>(makeModel(config, shape));
}

}  // namespace elbo
