// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/models/vae.h"

#include <c10/core/Device.h>

#include <cstdint>
#include <optional>
#include <span>

namespace elbo {

struct PreparedImage;

/// Values in [0, 1] as a network of that range wants them, and back.
[[nodiscard]] at::Tensor toValueRange(const at::Tensor& unit, ValueRange range);
[[nodiscard]] at::Tensor toUnitRange(const at::Tensor& values, ValueRange range);

/// Where the network's parameters (a closed form's values) live.
[[nodiscard]] c10::Device deviceOf(const Vae& model);

/// Images of a data set for a network, on its device, with their labels when the set has any.
[[nodiscard]] Batch batchOf(const Dataset& data, std::span<const std::int64_t> indices, const Vae& model);

/// One picture that was prepared for the network, with its class where that is known.
/// @throws Error(BadSetting) when its shape is not the model's
[[nodiscard]] Batch batchOf(const PreparedImage& image, std::optional<std::int64_t> label, const Vae& model);

/// Noise of each image by its place in the data set, whatever else is looked at: [B,columns] on the CPU.
[[nodiscard]] at::Tensor noiseOf(std::span<const std::int64_t> indices, std::uint64_t seed,
                                 RandomPurpose purpose, std::int64_t columns);

/// @throws Error(BadSetting) when the data's channels, sides or depth are not those the model was made for
void checkShape(const Vae& model, const ImageShape& data);

/// Puts a model into evaluation mode and back as it was.
class EvaluationMode {
public:
    explicit EvaluationMode(Vae& model) : m_model(model), m_wasTraining(model.is_training())
    {
        m_model.eval();
    }
    ~EvaluationMode() { m_model.train(m_wasTraining); }
    EvaluationMode(const EvaluationMode&) = delete;
    EvaluationMode& operator=(const EvaluationMode&) = delete;

private:
    Vae& m_model;
    bool m_wasTraining;
};

}  // namespace elbo
