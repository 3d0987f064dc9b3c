// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/model_session.h"
#include "core/base/image8.h"
#include "core/geometry/intrinsics.h"
#include "core/latent/latent_path.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo {

/// A code as the window holds it.
using LatentCode = std::vector<float>;

/// Where the images of a set lie in a model's latent space; plain values.
struct LatentSpace {
    std::int64_t size = 0;               ///< K
    LatentCode mean, std;                ///< of the aggregate posterior, [K]
    std::vector<float> kl;               ///< nats per image, [K]
    std::vector<std::int64_t> byKl;      ///< all dimensions, largest KL first
    std::int64_t active = 0;             ///< the first so many of them tell something of an image
    std::vector<LatentCode> directions;  ///< principal ones of the posterior means, orthonormal, [D][K]
    std::vector<float> variances;        ///< along each, descending, [D]
    double totalVariance = 0;
    std::vector<std::int64_t> images;     ///< of the set, whose codes these are
    std::vector<std::string> names;       ///< of those images
    std::vector<int> labels;              ///< class of each, -1 unknown
    std::vector<LatentCode> codes;        ///< posterior mean of each
    std::vector<std::string> labelNames;  ///< of the set's classes; empty without
    Intrinsics intrinsics;  ///< of decoded images: the camera of the set's first image, or a guess
};

/// Which images of a set are encoded. SomeTest: test images, at most 2,000.
enum class EncodedImages { SomeTest, AllTest, All };

/// Encodes images of the set (with too few test images, training images too). For a worker.
/// @throws Error when the set does not fit the model or has fewer than two images; Cancelled
[[nodiscard]] LatentSpace latentSpace(const OpenedModel& model, const DatasetView& data, EncodedImages which,
                                      const ProgressFunction& progress, const std::stop_token& stop);

/// Decodes codes as one class (models without classes ignore it). For a worker.
/// @throws Error as shownCodes does; Cancelled
[[nodiscard]] std::vector<ShownImage> decodeLatent(const OpenedModel& model,
                                                   const std::vector<LatentCode>& codes, int shownClass,
                                                   const std::stop_token& stop);

/// What single dimensions do to a code, or for 2-dimensional codes the whole plane.
struct LatentGrid {
    bool plane = false;
    std::vector<std::int64_t> dims;  ///< of each row; empty for the plane
    std::vector<float> values;       ///< of each column; of the plane's rows too, from below
    std::vector<LatentCode> codes;   ///< row by row
    std::vector<ShownImage> images;
};
/// Dimensions with the largest KL down, at most eight; values from -3 to 3 across. For a worker.
/// @throws Error as shownCodes does; Cancelled
[[nodiscard]] LatentGrid latentGrid(const OpenedModel& model, const LatentSpace& space,
                                    const LatentCode& code, int shownClass, const std::stop_token& stop);

/// Codes from one to the other, both ends exact. @throws Error(BadSetting) for fewer than two steps
[[nodiscard]] std::vector<LatentCode> latentWay(const std::vector<LatentCode>& points, int steps,
                                                LatentPath path);
[[nodiscard]] LatentCode latentBetween(const LatentCode& a, const LatentCode& b, double t, LatentPath path);
/// A draw from the prior. @param seed  of the draw
[[nodiscard]] LatentCode drawnCode(std::int64_t size, std::uint64_t seed);

/// The code as text that readCode() reads back to the same numbers.
[[nodiscard]] std::string codeToText(const LatentCode& code);
/// @throws Error(BadSetting) for another number of numbers, and for what is no number
[[nodiscard]] LatentCode readCode(const std::string& text, std::int64_t size);

}  // namespace elbo
