// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/models/model_config.h"
#include "core/nn/trainable.h"

#include <memory>

namespace elbo {

/// q(z|x) = N(mean, diag(std^2)); both [B,K].
struct Posterior {
    at::Tensor mean;
    at::Tensor std;
};

/// p(x|z) around the decoder's output. Source: models.md, "Objective and terms".
struct Likelihood {
    enum class Kind { Gaussian, Bernoulli };
    Kind kind = Kind::Gaussian;
    double sigma = 1.0;        ///< of the Gaussian, in the units of the network's value range
    at::Tensor logSigma = {};  ///< [], its logarithm where it is learned, which then counts; else undefined
    /// Of data that are compared with those of other models: whether log p(x|z) is that of a density, or of
    /// binary data. A Bernoulli of grey values is neither.
    bool comparable = true;
    /// Sigma as it is now; waits for the device where it is learned.
    [[nodiscard]] double sigmaNow() const;
    /// log p(x|z) in nats from sums of squared errors [..] over D values, every constant included.
    [[nodiscard]] at::Tensor gaussianLogProbability(const at::Tensor& squares, std::int64_t values) const;
    /// log p(x|z) in nats for each image, every constant included: float32 [B]. Bernoulli takes logits.
    [[nodiscard]] at::Tensor logProbability(const at::Tensor& x, const at::Tensor& decoderOutput) const;
    /// The expected image: the output itself, or sigmoid of the logits.
    [[nodiscard]] at::Tensor mean(const at::Tensor& decoderOutput) const;
};

/// Sigma of a Gaussian likelihood: fixed, or where learning begins.
struct GaussianSigma {
    double value = 1.0;
    bool learned = false;
};

/// KL( N(mean, std^2) || N(0, I) ) for each image and dimension, nats: [B,K].
[[nodiscard]] at::Tensor klPerDimension(const Posterior& posterior);

/// What a sum of squares in a network's value range is multiplied by to be the reported MSE: in [-1, 1] for
/// sets with depth, in [0, 1] for others (models.md, "Comparing models").
[[nodiscard]] double reportedMseFactor(const ImageShape& shape, ValueRange range);

/// A variational autoencoder: encode, decode, a likelihood. One objective for all (negative ELBO, nats per
/// image).
class Vae : public Trainable {
public:
    explicit Vae(const ImageShape& shape) : m_shape(shape) {}
    [[nodiscard]] const ImageShape& shape() const { return m_shape; }
    [[nodiscard]] virtual std::int64_t latentSize() const = 0;
    [[nodiscard]] virtual Likelihood likelihood() const = 0;
    /// Whether its images are binary (`binarise`), of which a Bernoulli likelihood is that of a density.
    void setBinaryData(bool binary) { m_binaryData = binary; }
    [[nodiscard]] bool hasBinaryData() const { return m_binaryData; }
    /// Whether encoding and decoding are given the class of each image.
    [[nodiscard]] virtual bool needsLabels() const { return false; }
    [[nodiscard]] virtual Posterior encode(const Batch& batch) = 0;
    /// @param z [B,K]; @param labels int64 [B] or undefined @return likelihood parameters [B,C,H,W] (logits
    /// for Bernoulli)
    [[nodiscard]] virtual at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& labels) = 0;
    /// The expected image [B,C,H,W] in the value range.
    [[nodiscard]] at::Tensor decode(const at::Tensor& z, const at::Tensor& labels = {});

    [[nodiscard]] const std::vector<TermInfo>& terms()
        const override;  ///< kl, log_likelihood, elbo, mse (+ mse_color, mse_depth with depth)
    [[nodiscard]] std::int64_t noiseSize() const override { return latentSize(); }
    [[nodiscard]] StepResult step(const Batch& batch, const at::Tensor& noise, double beta) override;
    /// Beside the terms: mse_mean, of the reconstruction from the posterior mean.
    [[nodiscard]] const std::vector<TermInfo>& testTerms() const override;
    [[nodiscard]] at::Tensor testStep(const Batch& batch, const at::Tensor& noise) override;

protected:
    /// For the constructors of models with a Gaussian likelihood. A learned sigma is the parameter
    /// `log_sigma`.
    void useGaussian(const GaussianSigma& sigma);
    /// The likelihood that useGaussian() chose.
    [[nodiscard]] Likelihood gaussian() const;
    /// @throws Error(BadData) when x is not [B,C,H,W] of shape()
    void checkImages(const at::Tensor& x) const;

private:
    /// @param output  decoderOutput() of samples of the posterior
    [[nodiscard]] StepResult stepFrom(const Posterior& posterior, const Batch& batch,
                                      const at::Tensor& output, double beta);

    ImageShape m_shape;
    double m_sigma = 1.0;
    at::Tensor m_logSigma;  ///< undefined unless learned
    bool m_binaryData = false;
};

}  // namespace elbo
