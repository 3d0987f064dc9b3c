// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/device.h"
#include "core/base/progress.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo {

class Vae;
struct Dataset;

struct EvaluationOptions {
    std::uint64_t seed = 1;  ///< of the sampled z
    std::int64_t batchSize = 50;
    int importanceSamples = 0;  ///< K; 0 = no importance-weighted bound
    Precision precision = Precision::Float32;
    std::set<std::uint64_t> trainedOn = {};  ///< hashes of images that the weights were trained on: left out
};

/// Terms per image in nats, averaged over the images; mse with z sampled, the *_mean ones from the posterior
/// mean. MSE is a sum over values in [-1, 1] for RGB-D sets, in [0, 1] for others (models.md, "Comparing
/// models").
struct Evaluation {
    std::string model;  ///< registry key, when the caller knows it
    bool hasDepth = false;
    int importanceSamples = 0;
    std::int64_t images = 0;
    std::int64_t leftOut = 0;       ///< trained on
    std::int64_t withoutLabel = 0;  ///< left out by a model that is given the class
    double kl = 0, logLikelihood = 0, elbo = 0, mse = 0, mseMean = 0, psnr = 0, ssim = 0;
    /// The same two for data in [0, 1], so that models fed otherwise compare: + D ln 2 for [-1, 1].
    double logLikelihoodUnit = 0, elboUnit = 0;
    bool density = true;  ///< false: a Bernoulli objective of grey values, never ranked against densities
    double sigma = -1;    ///< of a Gaussian likelihood, in the network's value range; -1 without one
    double mseColor = 0, mseDepth = 0;  ///< of mseMean; 0 without depth
    double depthRmseMetres = -1;        ///< -1 where metres are not known
    double meanImageMse = 0;  ///< of the training set's mean image, same units: what no model should miss
    std::int64_t activeUnits = 0;  ///< variance of the posterior mean above 0.01
    double importanceLogLikelihood = 0, importanceStandardError = 0;  ///< only with importanceSamples
    std::vector<double> klPerDimension;                               ///< [K]
};

/// @param indices images of the data set @throws Error(BadSetting) when the data's shape is not the model's;
/// Cancelled
[[nodiscard]] Evaluation evaluate(Vae& model, const Dataset& data, const std::vector<std::int64_t>& indices,
                                  const EvaluationOptions& options, const ProgressFunction& progress = {},
                                  const std::stop_token& stop = {});
[[nodiscard]] nlohmann::json toJson(const Evaluation& evaluation);

/// 64-bit hash of an image's prepared codes, as kept in weights' metadata.
[[nodiscard]] std::uint64_t imageHash(const Dataset& data, std::int64_t index);

}  // namespace elbo
