// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_space.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace elbo {

/// How codes of many dimensions become points of a plane.
enum class MapKind { Dimensions, Principal, Tsne };

/// Codes of a space as points of a plane; plain values.
struct LatentMap {
    MapKind kind = MapKind::Dimensions;
    std::int64_t x = 0, y = 1;                      ///< dimensions, of MapKind::Dimensions
    std::vector<std::size_t> rows;                  ///< of space.codes: which code each point is
    std::vector<std::pair<double, double>> points;  ///< one for each row
};
/// @param x, y  for MapKind::Dimensions. t-SNE takes at most 5,000 codes, spread evenly. For a worker.
/// @throws Error(BadSetting) for dimensions that are not there, Error(BadData) for fewer codes than t-SNE
/// needs; Cancelled
[[nodiscard]] LatentMap latentMap(const LatentSpace& space, MapKind kind, std::int64_t x, std::int64_t y,
                                  const ProgressFunction& progress, const std::stop_token& stop);
/// Where another code lies on that map; nothing with t-SNE, which has no place for it.
[[nodiscard]] std::optional<std::pair<double, double>> placeOnMap(const LatentSpace& space,
                                                                  const LatentMap& map,
                                                                  const LatentCode& code);

/// Squared error of the reconstruction of each image of the space. For a worker. @throws Error, Cancelled
[[nodiscard]] std::vector<float> errorsOfSpace(const OpenedModel& model, const DatasetView& data,
                                               const LatentSpace& space, const ProgressFunction& progress,
                                               const std::stop_token& stop);

/// What a group of images has in common.
struct LatentGroup {
    std::vector<std::size_t> rows;  ///< of the space
    LatentCode mean;                ///< of their codes
    ShownImage meanImage;           ///< shown over the ranges of the model's training images
    ImageF spread;                  ///< standard deviation of each pixel, mean over the channels, in [0, 1]
};
/// @param rows  of space.codes, at least one. For a worker. @throws Error, Cancelled
[[nodiscard]] LatentGroup latentGroup(const OpenedModel& model, const DatasetView& data,
                                      const LatentSpace& space, const std::vector<std::size_t>& rows,
                                      const std::stop_token& stop);
/// The mean of the codes of those rows. @throws Error(BadSetting) for none
[[nodiscard]] LatentCode meanOf(const LatentSpace& space, const std::vector<std::size_t>& rows);
/// a - b + c. @pre all of one length
[[nodiscard]] LatentCode combined(const LatentCode& a, const LatentCode& b, const LatentCode& c);

/// Codes drawn at random, decoded, with the training image that each is most like.
struct DrawnSamples {
    std::vector<LatentCode> codes;
    std::vector<ShownImage> images;
    std::vector<Image8> nearest;     ///< the training images, in their true colours
    std::vector<std::string> names;  ///< of those
    std::vector<double> distances;   ///< Euclidean, of prepared values in [0, 1]
};
struct DrawSettings {
    std::string from = "prior";  ///< "prior", "gaussian", "mixture", as the command line names them
    std::int64_t count = 16;
    double temperature = 1;
    std::uint64_t seed = 1;
    std::int64_t components = 10;
};
/// The codes and pictures that `elbo-cli sample` gives with the same settings. For a worker.
/// @throws Error(BadSetting), Cancelled
[[nodiscard]] DrawnSamples drawSamples(const OpenedModel& model, const DatasetView& data,
                                       const DrawSettings& settings, int shownClass,
                                       const ProgressFunction& progress, const std::stop_token& stop);

/// The posterior mean of a picture that a person gave. For a worker.
/// @param label  for a model that is given the class
/// @throws Error(BadData) when the model has depth and the pair has none, and what reading throws
[[nodiscard]] LatentCode encodePair(const OpenedModel& model, const PicturePair& pair, int label);

}  // namespace elbo
