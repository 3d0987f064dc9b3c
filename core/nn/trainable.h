// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

/// The interval a network's data live in; batches are made for it.
enum class ValueRange {
    Unit,       ///< [0, 1], each channel over its own range
    Symmetric,  ///< [-1, 1] alike
    Original    ///< colour as it was read, in [0, 1] of white; depth in metres, 0 where there is none
};

/// One named term of what a network reports: plots, history and command line are made from these.
struct TermInfo {
    std::string key = {};    ///< in files: "elbo", "kl", "log_likelihood", "mse"
    std::string title = {};  ///< "ELBO", "KL divergence"; English
    std::string unit = {};   ///< "nats per image", "sum of squares per image"
    bool higherIsBetter = false;
    bool plotted = true;  ///< has a plot of its own (the first four); others are shown as numbers
    bool choosesBest =
        false;  ///< the term that an epoch is called the best by; one of a network's terms at most
    bool operator==(const TermInfo&) const = default;
};

struct Batch {
    at::Tensor x;       ///< float32 [B,C,H,W] in the network's value range, on its device
    at::Tensor labels;  ///< int64 [B] or undefined
};

struct StepResult {
    at::Tensor loss;   ///< float32 scalar, mean over the batch; differentiable
    at::Tensor terms;  ///< float32 [T] detached, sums over the batch, in the order of terms()
};

struct ParameterGroup {
    std::vector<at::Tensor> parameters = {};
    double weightDecay = 0.0;
    double learningRateFactor = 1.0;
    /// Whether the decay shrinks the weights themselves (AdamW, Loshchilov and Hutter 2019) instead of adding
    /// to their gradients.
    bool decoupledDecay = false;
};

/// What the one training loop trains.
class Trainable : public torch::nn::Module {
public:
    [[nodiscard]] virtual const std::vector<TermInfo>& terms() const = 0;
    [[nodiscard]] virtual ValueRange valueRange() const = 0;
    /// Columns of standard normal noise that a step needs for each image.
    [[nodiscard]] virtual std::int64_t noiseSize() const = 0;
    /// Forward pass and loss. @param noise float32 [B, noiseSize()] @param beta weight of the KL term
    [[nodiscard]] virtual StepResult step(const Batch& batch, const at::Tensor& noise, double beta) = 0;
    /// What a look at images between epochs reports: the terms of a step, then what only such a look tells.
    [[nodiscard]] virtual const std::vector<TermInfo>& testTerms() const { return terms(); }
    /// @return float32 [T'], sums over the batch in the order of testTerms()
    [[nodiscard]] virtual at::Tensor testStep(const Batch& batch, const at::Tensor& noise)
    {
        return step(batch, noise, 1.0).terms;
    }
    [[nodiscard]] virtual std::vector<ParameterGroup> parameterGroups();
};

}  // namespace elbo
