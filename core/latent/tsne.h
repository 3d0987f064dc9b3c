// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <ATen/core/Tensor.h>

#include <stop_token>

namespace elbo {

/// More points would need more than half a gigabyte for each matrix of pairs.
constexpr std::int64_t kMostTsnePoints = 5000;

struct TsneSettings {
    double perplexity = 30;  ///< about how many neighbours each point keeps near; below a third of the points
    int rounds = 500;
};

/// Exact t-SNE (van der Maaten and Hinton 2008): a plane in which neighbours stay neighbours. Distances
/// between groups mean little. It begins with the two leading principal directions, so that the same points
/// give the same plane. @param points  float32 [N,K], 4 <= N <= kMostTsnePoints @return float32 [N,2]
/// @throws Error(BadData) for too few or too many points; Cancelled
[[nodiscard]] at::Tensor tsne(const at::Tensor& points, const TsneSettings& settings = {},
                              const ProgressFunction& progress = {}, const std::stop_token& stop = {});

/// p(j|i) of the paper: each row a Gaussian over the squared distances whose perplexity is the one asked for.
/// @param squares  [N,N] squared distances @return [N,N], rows of sum 1, zero diagonal
[[nodiscard]] at::Tensor neighbourProbabilities(const at::Tensor& squares, double perplexity);

}  // namespace elbo
