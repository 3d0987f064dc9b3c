// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/closed_form.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <stop_token>

namespace elbo {

/// Mean and leading eigenvectors of a set's covariance (divided by N, as maximum likelihood has it).
struct PrincipalComponents {
    at::Tensor mean;           ///< float32 [D]
    at::Tensor components;     ///< float32 [K',D], orthonormal rows; K' = min(K, N - 1, D)
    at::Tensor variances;      ///< float64 [K'] on the CPU, descending, >= 0
    double totalVariance = 0;  ///< of all D values together
};

enum class ComponentSolver {
    Automatic,   ///< the first of these that the sizes allow
    Covariance,  ///< eigenvectors of the DxD covariance
    Gram,        ///< of the NxN matrix of inner products (Turk and Pentland 1991)
    Randomised,  ///< blockwise subspace iteration (Halko, Martinsson and Tropp 2011): memory of D x (K + 20)
};

/// Reads the images block by block, so that the set may be larger than memory.
/// @param components K, at least 1
/// @throws Error(BadData) for fewer than two images; Cancelled
[[nodiscard]] PrincipalComponents principalComponents(const ImageBlocks& images, std::int64_t components,
                                                      std::uint64_t seed, const ProgressFunction& progress,
                                                      const std::stop_token& stop,
                                                      ComponentSolver solver = ComponentSolver::Automatic);

/// What principalComponents() takes with the solver that it chooses.
/// @param values D
[[nodiscard]] FitCost principalComponentsCost(std::int64_t images, std::int64_t values,
                                              std::int64_t components);

}  // namespace elbo
