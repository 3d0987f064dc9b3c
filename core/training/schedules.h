// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace elbo {

struct RunConfig;

/// The weight of the KL term at a moment of a run: `beta`, or a part of it while a warm-up or a cycle rises.
/// constant: beta. warm-up: beta min(1, t / beta_warmup_epochs) (Sonderby et al. 2016). cyclic: the run is
/// beta_cycles equal parts; in each, beta rises linearly over the first half and stays over the second (Fu et
/// al. 2019, with their ratio of 1/2).
/// @param epoch t, epochs done so far with the part of the one under way, 0 at the start
[[nodiscard]] double betaAt(const RunConfig& config, double epoch);

/// Adam's step size at a moment of a run, r = `learning_rate`, T = `epochs`, e = `learning_rate_end` (a part
/// of r): constant: r. step: r f^floor(t / n). cosine: r (e + (1 - e) (1 + cos(pi t / T)) / 2) (Loshchilov
/// and Hutter 2017). polynomial: r (e + (1 - e) (1 - t / T)^p). All of them times min(1, t' / w) over the
/// first w = learning_rate_warmup_epochs epochs, where t' counts the step under way, so that no step is lost
/// to a rate of 0.
/// @param epoch t as above @param stepLength one step, in epochs
[[nodiscard]] double learningRateAt(const RunConfig& config, double epoch, double stepLength);

}  // namespace elbo
