// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/plain_rgbd_vae.h"

#include <torch/nn/functional/activation.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/upsampling.h>
#include <torch/types.h>

#include <cmath>
#include <numbers>
#include <string>

namespace elbo::bench {
namespace {

constexpr std::int64_t kLatent = 400;

torch::nn::LeakyReLU leakyRelu()
{
    return torch::nn::LeakyReLU(torch::nn::LeakyReLUOptions().negative_slope(0.2));
}

torch::nn::Sequential downBlock(std::int64_t inputs, std::int64_t outputs)
{
    return torch::nn::Sequential(
        torch::nn::Conv2d(torch::nn::Conv2dOptions(inputs, outputs, 4).stride(2).padding(1)),
        torch::nn::BatchNorm2d(outputs), leakyRelu());
}

torch::nn::Sequential upBlock(std::int64_t inputs, std::int64_t outputs, bool last)
{
    torch::nn::Sequential block(
        torch::nn::Upsample(
            torch::nn::UpsampleOptions().scale_factor(std::vector<double>{2, 2}).mode(torch::kNearest)),
        torch::nn::Conv2d(
            torch::nn::Conv2dOptions(inputs, outputs, 3).padding(1).padding_mode(torch::kReplicate)));
    if (!last) {
        block->push_back(torch::nn::BatchNorm2d(outputs));
        block->push_back(leakyRelu());
    }
    return block;
}

}  // namespace

/// Encoder or decoder: five blocks under `convs` and one linear layer.
struct PlainRgbdVae::Half : torch::nn::Module {
    Half(const std::string& linearName, std::int64_t inputs, std::int64_t outputs)
        : linear(register_module(linearName, torch::nn::Linear(inputs, outputs))),
          convs(register_module("convs", torch::nn::ModuleList()))
    {
    }
    at::Tensor runBlocks(at::Tensor x) const
    {
        for (const auto& block : *convs) {
            x = block->as<torch::nn::Sequential>()->forward(x);
        }
        return x;
    }
    torch::nn::Linear linear;
    torch::nn::ModuleList convs;
};

PlainRgbdVae::PlainRgbdVae(std::int64_t decoderFilters) : m_firstChannels(8 * decoderFilters)
{
    m_encoder = register_module("encoder", std::make_shared<Half>("fc1", 512 * 4 * 4, 2 * kLatent));
    std::int64_t inputs = 4;
    for (const std::int64_t outputs : {64, 128, 256, 512, 512}) {
        m_encoder->convs->push_back(downBlock(inputs, outputs));
        inputs = outputs;
    }
    m_decoder = register_module("decoder", std::make_shared<Half>("fc", kLatent, m_firstChannels * 4 * 4));
    inputs = m_firstChannels;
    for (const std::int64_t factor : {8, 4, 2, 1}) {
        m_decoder->convs->push_back(upBlock(inputs, factor * decoderFilters, /*last=*/false));
        inputs = factor * decoderFilters;
    }
    m_decoder->convs->push_back(upBlock(inputs, 4, /*last=*/true));
}

std::pair<at::Tensor, at::Tensor> PlainRgbdVae::encode(const at::Tensor& x)
{
    const auto features = m_encoder->runBlocks(x).flatten(1);
    const auto halves = m_encoder->linear->forward(features).chunk(2, 1);
    return {halves[0], torch::nn::functional::softplus(halves[1]) + 1e-5};
}

at::Tensor PlainRgbdVae::decode(const at::Tensor& z)
{
    const auto features = m_decoder->linear->forward(z).view({-1, m_firstChannels, 4, 4});
    return torch::tanh(m_decoder->runBlocks(features));
}

PlainTraining::PlainTraining(std::shared_ptr<PlainRgbdVae> model, double learningRate)
    : m_model(std::move(model)), m_optimiser(m_model->parameters(), torch::optim::AdamOptions(learningRate))
{
}

PlainTraining::Result PlainTraining::step(const at::Tensor& x)
{
    Result result;
    m_optimiser.zero_grad();
    const auto [mean, std] = m_model->encode(x);
    const auto y = m_model->decode(mean + std * torch::randn_like(std));
    const auto logProbability = (-0.5 * (x - y).pow(2) - 0.5 * std::log(2 * std::numbers::pi)).sum({1, 2, 3});
    const auto kl = 0.5 * (mean.pow(2) + std.pow(2) - 1 - 2 * torch::log(std)).sum(1);
    const auto loss = (kl - logProbability).mean();
    loss.backward();
    m_optimiser.step();
    result.loss = loss.item<double>();
    const torch::NoGradGuard noGrad;
    const auto [newMean, newStd] = m_model->encode(x);
    const auto again = m_model->decode(newMean + newStd * torch::randn_like(newStd));
    result.mse = (x - again).pow(2).sum({1, 2, 3}).mean().item<double>();
    return result;
}

}  // namespace elbo::bench
