// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>

#include <cstdint>
#include <memory>
#include <utility>

namespace elbo::bench {

/// The published RGB-D VAE as its script has it, in LibTorch's own modules: float32, NCHW, nearest
/// up-sampling and replicate-padded 3x3 convolutions. What ours is measured against; never used for anything
/// else. Same state-dict names and values as `rgbd-vae`.
class PlainRgbdVae : public torch::nn::Module {
public:
    explicit PlainRgbdVae(std::int64_t decoderFilters = 32);

    /// @param x [B,4,128,128] in [-1, 1]  @return mean and std of the code, [B,400] each
    [[nodiscard]] std::pair<at::Tensor, at::Tensor> encode(const at::Tensor& x);
    /// @param z [B,400]  @return [B,4,128,128]
    [[nodiscard]] at::Tensor decode(const at::Tensor& z);

private:
    struct Half;
    std::shared_ptr<Half> m_encoder;
    std::shared_ptr<Half> m_decoder;
    std::int64_t m_firstChannels;
};

/// The published script's training step: one sample of z, torch::optim::Adam, the loss read every step, and a
/// second forward pass for the training MSE.
class PlainTraining {
public:
    PlainTraining(std::shared_ptr<PlainRgbdVae> model, double learningRate);

    struct Result {
        double loss = 0.0;  ///< negative ELBO, nats per image
        double mse = 0.0;   ///< sum of squares per image
    };
    Result step(const at::Tensor& x);

private:
    std::shared_ptr<PlainRgbdVae> m_model;
    torch::optim::Adam m_optimiser;
};

}  // namespace elbo::bench
