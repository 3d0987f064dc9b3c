// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/golden.h"

#include "core/base/error.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"

#include <ATen/Functions.h>
#include <torch/utils.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>

namespace elbo {
namespace {

using nlohmann::json;

constexpr double kGradientTolerance = 1e-3;
/// A bias that a BatchNorm follows has gradient 0; ours must be below this part of its convolution's weight
/// gradient.
constexpr double kZeroGradientTolerance = 1e-5;

/// Collects comparisons of one network with one file.
class Comparer {
public:
    explicit Comparer(const json& golden) : m_golden(golden) {}
    [[nodiscard]] std::vector<GoldenComparison> take() { return std::move(m_comparisons); }

    void add(const std::string& what, double deviation, double tolerance = 1e-4)
    {
        m_comparisons.push_back({what, deviation, tolerance});
    }

    /// Against {shape, mean, std, min, max, l2, at}.
    void summary(const std::string& what, const json& expected, const at::Tensor& output)
    {
        add(what, goldenDeviation(expected, output));
    }
    void summary(const std::string& what, const at::Tensor& output)
    {
        summary(what, m_golden.at(what), output);
    }

    /// Against a list of one number an image.
    void numbers(const std::string& what, const at::Tensor& output)
    {
        const auto expected = at::tensor(m_golden.at(what).get<std::vector<double>>());
        const auto deviation =
            (output.detach().to(at::kCPU, at::kDouble) - expected).abs().max() / expected.abs().max();
        add(what, deviation.item<double>());
    }

private:
    const json& m_golden;
    std::vector<GoldenComparison> m_comparisons;
};

/// The network of that key with weights made from their names.
std::shared_ptr<Vae> goldenModel(std::string_view key, const ImageShape& shape, const c10::Device& device)
{
    auto model = makeVae({.key = std::string(key), .fields = {}}, shape);
    initialiseFromNames(*model);
    model->to(device);
    model->eval();
    return model;
}

at::Tensor imageSum(const at::Tensor& x, const at::Tensor& y)
{
    return (x - y).square().flatten(1).sum(1);
}

void compareGradients(const Vae& model, const json& golden, Comparer& comparer)
{
    const auto parameters = model.named_parameters();
    const auto buffers = model.named_buffers();
    const auto norm = [&](const std::string& name) {
        return parameters[name].grad().to(at::kCPU, at::kDouble).norm().item<double>();
    };
    for (const auto& [name, expected] : golden.at("train_mode_gradient_l2").items()) {
        const std::string what = "train_mode_gradient_l2 " + name;
        // PREFIX.N.bias with PREFIX.(N+1).running_mean beside it
        const auto dot = name.rfind('.');
        const auto numberBegin = name.rfind('.', dot - 1) + 1;
        const auto position = name.substr(numberBegin, dot - numberBegin);
        const bool numbered = position.find_first_not_of("0123456789") == std::string::npos;
        if (numbered && name.ends_with(".bias") &&
            buffers.contains(name.substr(0, numberBegin) + std::to_string(std::stoi(position) + 1) +
                             ".running_mean")) {
            comparer.add(what, norm(name) / norm(name.substr(0, dot) + ".weight"), kZeroGradientTolerance);
            continue;
        }
        const auto value = expected.get<double>();
        comparer.add(what, std::abs(norm(name) - value) / value, kGradientTolerance);
    }
}

void compareRgbdVae(const json& golden, const c10::Device& device, Comparer& comparer)
{
    const auto model = goldenModel("rgbd-vae", {}, device);
    const auto x = goldenUniform("input", 2 * 4 * 128 * 128).reshape({2, 4, 128, 128}).to(device);
    const auto eps = goldenUniform("eps", 2 * 400).reshape({2, 400}).to(device);
    std::int64_t count = 0;
    for (const auto& parameter : model->parameters()) {
        count += parameter.numel();
    }
    comparer.add("parameters", std::abs(static_cast<double>(count) - golden.at("parameters").get<double>()),
                 0.0);
    {
        const torch::NoGradGuard noGrad;
        const auto posterior = model->encode({.x = x, .labels = {}});
        comparer.summary("mean", posterior.mean);
        comparer.summary("std", posterior.std);
        comparer.summary("decode_mean", model->decode(posterior.mean));
        const auto y = model->decode(posterior.mean + posterior.std * eps);
        comparer.summary("decode_z", y);
        const auto logProbability = model->likelihood().logProbability(x, y);
        const auto kl = klPerDimension(posterior).sum(1);
        comparer.numbers("log_likelihood_of_input_given_z_nats", logProbability);
        comparer.numbers("kl_nats", kl);
        comparer.numbers("elbo_nats", logProbability - kl);
        comparer.numbers("squared_error_sum", imageSum(x, y));
    }
    model->train();
    const auto step = model->step({.x = x, .labels = {}}, eps, /*beta=*/1.0);
    const auto loss = golden.at("train_mode_loss_nats").get<double>();
    comparer.add("train_mode_loss_nats", std::abs(step.loss.item<double>() - loss) / std::abs(loss));
    step.loss.backward();
    compareGradients(*model, golden, comparer);
    const auto buffers = model->named_buffers();
    for (const auto& [name, expected] : golden.at("train_mode_running_mean_after_one_forward").items()) {
        comparer.summary(name, expected, buffers[name]);
    }
}

void compareFcVae(const c10::Device& device, Comparer& comparer)
{
    const ImageShape shape{.channels = 1, .height = 28, .width = 28, .classes = 0, .hasDepth = false};
    const auto model = goldenModel("fc-vae", shape, device);
    const auto x = ((goldenUniform("input", 4 * 784) + 1) / 2).reshape({4, 1, 28, 28}).to(device);
    const auto eps = goldenUniform("eps", 4 * 10).reshape({4, 10}).to(device);
    const torch::NoGradGuard noGrad;
    const auto posterior = model->encode({.x = x, .labels = {}});
    comparer.summary("mean", posterior.mean);
    comparer.summary("log_variance", 2 * posterior.std.log());
    const auto y = model->decode(posterior.mean + posterior.std * eps);
    comparer.summary("decode_z", y.flatten(1));
    const auto kl = klPerDimension(posterior).sum(1);
    comparer.numbers("squared_error_sum", imageSum(x, y));
    comparer.numbers("kl_nats", kl);
    // The published loss lacks the Gaussian's constant, 784/2 ln(pi) for sigma^2 = 1/2.
    const double constant = 0.5 * 784 * std::log(std::numbers::pi);
    comparer.numbers("paper_loss", kl - model->likelihood().logProbability(x, y) - constant);
}

void compareConditionalVae(const json& golden, const c10::Device& device, Comparer& comparer)
{
    const ImageShape shape{.channels = 1, .height = 28, .width = 28, .classes = 10, .hasDepth = false};
    const auto model = goldenModel("conditional-vae", shape, device);
    const auto x = ((goldenUniform("input", 4 * 784) + 1) / 2).reshape({4, 1, 28, 28}).to(device);
    const auto labels =
        at::tensor(golden.at("labels").get<std::vector<std::int64_t>>(), at::kLong).to(device);
    const auto eps = goldenUniform("eps", 4 * 2).reshape({4, 2}).to(device);
    std::int64_t count = 0;
    for (const auto& parameter : model->parameters()) {
        count += parameter.numel();
    }
    comparer.add("parameters", std::abs(static_cast<double>(count) - golden.at("parameters").get<double>()),
                 0.0);
    const torch::NoGradGuard noGrad;
    const auto posterior = model->encode({.x = x, .labels = labels});
    comparer.summary("mean", posterior.mean);
    comparer.summary("log_variance", 2 * posterior.std.log());
    const auto y = model->decode(posterior.mean + posterior.std * eps, labels);
    comparer.summary("decode_z", y.flatten(1));
    const auto kl = klPerDimension(posterior).sum(1);
    comparer.numbers("squared_error_sum", imageSum(x, y));
    comparer.numbers("kl_nats", kl);
    // The published loss lacks the Gaussian's constant, 784/2 ln(pi) for sigma^2 = 1/2.
    const double constant = 0.5 * 784 * std::log(std::numbers::pi);
    comparer.numbers("paper_loss", kl - model->likelihood().logProbability(x, y) - constant);
}

}  // namespace

double goldenDeviation(const nlohmann::json& expected, const at::Tensor& output)
{
    constexpr auto kWrong = std::numeric_limits<double>::infinity();
    if (output.sizes().vec() != expected.at("shape").get<std::vector<std::int64_t>>())
        return kWrong;
    const auto values = output.detach().to(at::kCPU, at::kDouble).contiguous().flatten();
    const auto least = expected.at("min").get<double>();
    const auto most = expected.at("max").get<double>();
    const double scale = std::max(std::abs(least), std::abs(most));
    const auto difference = [&](const char* name, const at::Tensor& ours) {
        return std::abs(ours.item<double>() - expected.at(name).get<double>());
    };
    double worst =
        std::max({difference("mean", values.mean()), difference("std", values.std(/*unbiased=*/false)),
                  difference("min", values.min()), difference("max", values.max())}) /
        scale;
    worst = std::max(worst, difference("l2", values.norm()) / expected.at("l2").get<double>());
    for (const auto& [index, value] : expected.at("at").get<std::vector<std::pair<std::int64_t, double>>>()) {
        worst = std::max(worst, std::abs(values[index].item<double>() - value) / scale);
    }
    // std::max drops a NaN, so it is asked for apart.
    return values.isfinite().all().item<bool>() ? worst : kWrong;
}

std::vector<GoldenComparison> compareWithGolden(std::string_view modelKey, const json& golden,
                                                const c10::Device& device)
{
    Comparer comparer(golden);
    try {
        if (modelKey == "rgbd-vae") {
            compareRgbdVae(golden, device, comparer);
        } else if (modelKey == "fc-vae") {
            compareFcVae(device, comparer);
        } else if (modelKey == "conditional-vae") {
            compareConditionalVae(golden, device, comparer);
        } else {
            throw Error(ErrorCode::BadSetting, "There are no golden values for \"" + std::string(modelKey) +
                                                   "\"; choose rgbd-vae, fc-vae or conditional-vae.");
        }
    } catch (const json::exception& error) {
        throw Error(ErrorCode::BadFile,
                    "The golden values of " + std::string(modelKey) + " are incomplete; install Elbo again.",
                    error.what());
    }
    return comparer.take();
}

}  // namespace elbo
