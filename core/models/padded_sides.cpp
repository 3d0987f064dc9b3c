// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/padded_sides.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

namespace elbo {
namespace {

constexpr std::int64_t kReduction = 32;  ///< five times a factor of two

}  // namespace

PaddedSides::PaddedSides(const ImageShape& shape, const std::string& title)
    : m_padding(shape.height == 28 && shape.width == 28 ? 2 : 0)
{
    const auto height = shape.height + 2 * m_padding;
    const auto width = shape.width + 2 * m_padding;
    if (height <= 0 || width <= 0 || height % kReduction != 0 || width % kReduction != 0) {
        throw Error(ErrorCode::BadSetting,
                    "The " + title + " takes images whose sides are multiples of 32 (or 28x28), not " +
                        std::to_string(shape.width) + "x" + std::to_string(shape.height) +
                        "; prepare the data with size=64 or size=128.");
    }
    m_height = height / kReduction;
    m_width = width / kReduction;
}

at::Tensor PaddedSides::pad(const at::Tensor& x, double black) const
{
    return m_padding == 0 ? x : at::constant_pad_nd(x, {m_padding, m_padding, m_padding, m_padding}, black);
}

at::Tensor PaddedSides::crop(const at::Tensor& y) const
{
    return m_padding == 0 ? y
                          : y.narrow(2, m_padding, y.size(2) - 2 * m_padding)
                                .narrow(3, m_padding, y.size(3) - 2 * m_padding);
}

}  // namespace elbo
