// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/image_tensor.h"

#include <ATen/Functions.h>

#include <algorithm>

namespace elbo {

ImageF toImage(const at::Tensor& depth)
{
    const auto values = depth.to(at::kFloat).contiguous();
    const auto* data = values.const_data_ptr<float>();
    return {static_cast<int>(depth.size(1)), static_cast<int>(depth.size(0)), {data, data + values.numel()}};
}

Image8 toPicture(const at::Tensor& color)
{
    const auto rows = color.permute({1, 2, 0}).contiguous();
    const auto* bytes = rows.const_data_ptr<std::uint8_t>();
    return {static_cast<int>(color.size(2)),
            static_cast<int>(color.size(1)),
            static_cast<int>(color.size(0)),
            {bytes, bytes + rows.numel()}};
}

at::Tensor toTensor(const Image8& picture)
{
    auto rows = at::empty({picture.height, picture.width, picture.channels}, at::kByte);
    std::ranges::copy(picture.pixels, rows.mutable_data_ptr<std::uint8_t>());
    return rows.permute({2, 0, 1}).contiguous();
}

at::Tensor toTensor(const ImageF& values)
{
    auto tensor = at::empty({values.height, values.width}, at::kFloat);
    std::ranges::copy(values.values, tensor.mutable_data_ptr<float>());
    return tensor;
}

}  // namespace elbo
