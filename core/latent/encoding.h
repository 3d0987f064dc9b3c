// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace elbo {

class Vae;
struct Dataset;
struct PreparedImage;

/// q(z|x) of some images of a set: where they lie in latent space.
struct LatentCodes {
    std::vector<std::int64_t> indices;  ///< of the images in their set
    at::Tensor mean;                    ///< float32 [N,K] on the CPU
    at::Tensor std;                     ///< float32 [N,K] on the CPU

    [[nodiscard]] std::int64_t size() const { return mean.defined() ? mean.size(0) : 0; }
};

/// @param data  as dataForModel() gives it: with classes for a model that is given them
/// @throws Error(BadSetting) when the data's shape is not the model's; Cancelled
[[nodiscard]] LatentCodes encodeImages(Vae& model, const Dataset& data,
                                       const std::vector<std::int64_t>& indices,
                                       const ProgressFunction& progress = {},
                                       const std::stop_token& stop = {});

/// q(z|x) of one picture that was prepared for the model, as one row; its index is -1.
/// @param label  its class, for a model that is given one @throws Error(BadSetting) for another shape
[[nodiscard]] LatentCodes encodePicture(Vae& model, const PreparedImage& image,
                                        std::optional<std::int64_t> label);

/// Squared error of each image's reconstruction from its posterior mean, in the reported range (models.md,
/// "Comparing models"): one value for each index. A model that is given the class decodes as the image's own.
/// @throws Error(BadSetting) when the data's shape is not the model's; Cancelled
[[nodiscard]] std::vector<float> reconstructionErrors(Vae& model, const Dataset& data,
                                                      const std::vector<std::int64_t>& indices,
                                                      const ProgressFunction& progress = {},
                                                      const std::stop_token& stop = {});

/// The mean of the posterior means of these rows: [K]. The difference of two of them is the direction of what
/// the groups differ in (Larsen et al. 2016, "attribute vectors").
/// @throws Error(BadSetting) for no row
[[nodiscard]] at::Tensor meanCode(const LatentCodes& codes, std::span<const std::int64_t> rows);

/// Mean image and standard deviation of each value of a group, in [0, 1] as the network sees them.
struct GroupImages {
    at::Tensor mean;  ///< float32 [C,H,W]
    at::Tensor std;   ///< float32 [C,H,W]
};
/// @param indices  of images of the set, at least one @throws Error(BadSetting) for none; Cancelled
[[nodiscard]] GroupImages groupImages(const Dataset& data, const std::vector<std::int64_t>& indices,
                                      const std::stop_token& stop = {});

}  // namespace elbo
