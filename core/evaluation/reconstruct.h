// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"
#include "core/data/fit.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

class Vae;
struct Dataset;
struct PreparedImage;
struct SourceImage;

/// Truth and reconstruction of one image, as the window and the command line show it; free of LibTorch.
struct Reconstruction {
    std::string name;
    Image8 truthColor, color;  ///< true colours (the range of the truth applied)
    ImageF truthDepth, depth;  ///< metres when metric, else relative in [0, 1]; empty without depth
    bool metric = false;
    double mse = 0;  ///< sum over values, in the reported range (models.md)
    double mseColor = 0, mseDepth = 0;
    double psnr = 0, ssim = 0;  ///< from data in [0, 1]
    double depthRmse = -1;      ///< metres, -1 when unknown
};

struct ReconstructionOptions {
    bool sample = false;  ///< z ~ q(z|x) instead of its mean
    std::uint64_t seed = 1;
    Fit fit = Fit::Stretch;  ///< of pictures from files; a set's images have their size
    /// For models that are given the class: decode as this one, whatever the image is; it stands in for an
    /// image's own class where that is not known. Others ignore it.
    std::optional<std::int64_t> asClass = {};
};

/// @throws Error(BadData) when the model needs a class that neither an image nor options.asClass gives;
/// Error(BadSetting) for a class or an image that is not there
[[nodiscard]] std::vector<Reconstruction> reconstruct(Vae& model, const Dataset& data,
                                                      const std::vector<std::int64_t>& indices,
                                                      const ReconstructionOptions& options);
[[nodiscard]] Reconstruction reconstruct(Vae& model, const PreparedImage& image, const std::string& name,
                                         bool metric, std::optional<std::int64_t> label,
                                         const ReconstructionOptions& options);

/// A picture from a file: prepared for the model with options.fit, which is undone in the pictures of the
/// result. The numbers are of what the network saw.
[[nodiscard]] Reconstruction reconstructSource(Vae& model, const SourceImage& image, bool storedUnchanged,
                                               const std::string& name, bool metric,
                                               const ReconstructionOptions& options);

/// Truth above reconstruction, colour then depth (depth through Turbo on the pair's own range), one column an
/// image, gaps of 4 px grey.
[[nodiscard]] Image8 reconstructionSheet(const std::vector<Reconstruction>& reconstructions);

}  // namespace elbo
