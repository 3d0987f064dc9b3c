// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace elbo {

/// A small 8-bit picture that crosses from core to the window: a copy, row-major, interleaved.
struct Image8 {
    int width = 0;
    int height = 0;
    int channels = 3;                  ///< 1 grey, 3 RGB
    std::vector<std::uint8_t> pixels;  ///< height * width * channels
    [[nodiscard]] bool empty() const { return pixels.empty(); }
    bool operator==(const Image8&) const = default;
};

/// One channel of real values (depth in metres or relative, an error map): row-major; NaN = no value.
struct ImageF {
    int width = 0;
    int height = 0;
    std::vector<float> values;
    [[nodiscard]] bool empty() const { return values.empty(); }
    bool operator==(const ImageF&) const = default;
};

/// An image as the window and the command line show it; free of LibTorch.
struct ShownImage {
    Image8 color;
    ImageF depth;  ///< metres when metric, else relative in [0, 1]; empty without depth
    bool metric = false;
};

}  // namespace elbo
