// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/trainable.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace elbo {

/// Running sums of a network's terms, on its device in float64; only means() waits for the device.
class TermSums {
public:
    TermSums(const std::vector<TermInfo>& terms, const c10::Device& device);

    /// @param terms float32 [T], sums over `images` images
    void add(const at::Tensor& terms, std::int64_t images);
    void reset();
    [[nodiscard]] std::int64_t images() const { return m_images; }
    [[nodiscard]] const at::Tensor& sums() const { return m_sums; }  ///< float64 [T]
    void restore(const at::Tensor& sums, std::int64_t images);
    /// Means per image by the term's key. @throws Error(Internal) without an image
    [[nodiscard]] std::map<std::string, double> means() const;

private:
    std::vector<std::string> m_keys;
    at::Tensor m_sums;
    std::int64_t m_images = 0;
};

/// Whether every value is a number.
[[nodiscard]] bool allFinite(const std::map<std::string, double>& terms);

}  // namespace elbo
