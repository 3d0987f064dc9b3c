// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/picture_input.h"

#include "core/base/error.h"
#include "core/data/preparation.h"
#include "core/latent/encoding.h"
#include "core/models/vae.h"
#include "core/training/weights.h"

#ifdef ELBO_WITH_IO
#include "core/io/images.h"
#endif

namespace elbo::cli {

#ifdef ELBO_WITH_IO

at::Tensor codeOfPicture(const LoadedModel& loaded, const std::string& file,
                         std::optional<std::int64_t> label)
{
    SourceImage source;
    source.color = readColor(file, /*keepGrey=*/!loaded.shape.hasDepth);
    if (loaded.shape.hasDepth) {
        const auto beside = findDepthBeside(file);
        if (!beside)
            throw Error(ErrorCode::BadData,
                        file +
                            " needs depth, since the model reads colour and depth: put its depth image "
                            "beside it (N.png beside N.jpg, depth/ beside rgb/).");
        source.depth = readDepth(*beside, loaded.depthScale).depth;
    }
    return encodePicture(*loaded.model,
                         prepareImage(source, loaded.shape, loaded.storedUnchanged, Fit::Stretch), label)
        .mean[0];
}

#else

at::Tensor codeOfPicture(const LoadedModel& /*loaded*/, const std::string& /*file*/,
                         std::optional<std::int64_t> /*label*/)
{
    throw Error(
        ErrorCode::Unsupported,
        "Pictures need OpenCV, which this build was made without: build Elbo with the preset release.");
}

#endif

}  // namespace elbo::cli
