// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/registry.h"

#include "core/base/error.h"
#include "core/models/conditional_vae.h"
#include "core/models/fc_vae.h"
#include "core/models/pca.h"
#include "core/models/rgbd_vae.h"
#include "core/models/vgg_vae.h"

#include <algorithm>
#include <string>

namespace elbo {

const std::vector<ModelEntry>& modelEntries()
{
    static const std::vector<ModelEntry> entries{
        {rgbdVaeInfo(), makeRgbdVae}, {fcVaeInfo(), makeFcVae}, {conditionalVaeInfo(), makeConditionalVae},
        {vggVaeInfo(), makeVggVae},   {pcaInfo(), makePca},
    };
    return entries;
}

std::shared_ptr<Vae> makeModel(const ModelConfig& config, const ImageShape& shape)
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

}  // namespace elbo
