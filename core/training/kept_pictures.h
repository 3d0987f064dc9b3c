// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/training/device_data.h"
#include "core/training/run_folder.h"
#include "core/training/test_pass.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace elbo {

class Trainable;

/// Which images are looked at again and again: fixed for a run.
struct KeptChoice {
    std::vector<std::int64_t>
        strip;  ///< at most 8, spread over the test side (else validation, else training)
    std::vector<std::int64_t> posterior;  ///< at most 5,000 of the same side
};
[[nodiscard]] KeptChoice chooseKept(const Dataset& data);

/// Contents of kept/epoch-NNNN.safetensors; all on the CPU.
struct KeptPictures {
    std::int64_t epoch = 0;
    bool metric = false;
    std::vector<std::string> names;
    at::Tensor truthColor;  ///< uint8 [S,C,H,W], codes of the prepared set
    at::Tensor truthDepth;  ///< uint16 [S,1,H,W] or undefined
    at::Tensor ranges;      ///< float32 [S,C+D,2]
    /// uint8 [S,C,H,W], reconstruction from the posterior mean; undefined of a depth network, which makes
    /// none
    at::Tensor color;
    at::Tensor depth;        ///< uint16 [S,1,H,W] or undefined
    at::Tensor depthRanges;  ///< float32 [S,2] of `depth`; undefined: those of the truth
    /// Of a VAE; else the three are undefined.
    at::Tensor indices;        ///< int64 [P] of the posteriors' images in the set
    at::Tensor posteriorMean;  ///< float32 [P,K]
    at::Tensor posteriorStd;   ///< float32 [P,K]
};

/// @param model  a Vae or a DepthNetwork
[[nodiscard]] KeptPictures makeKept(Trainable& model, const DeviceData& deviceData, const Dataset& data,
                                    const KeptChoice& choice, const TestSettings& settings);
void writeKept(const std::filesystem::path& file, const KeptPictures& pictures,
               const WriteObserver& observer);

/// Whether the pictures of an epoch stay, best or not.
[[nodiscard]] bool isKeptEpoch(std::int64_t epoch, std::int64_t keepEvery);

}  // namespace elbo
