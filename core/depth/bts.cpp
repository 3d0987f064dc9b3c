// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/bts.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

namespace elbo {

namespace {

struct Group : torch::nn::Module {};

std::int64_t checkedWidth(std::int64_t width)
{
    if (width != 512 && width != 256 && width != 128 && width != 64)
        throw Error(ErrorCode::BadSetting, "The decoder of BTS is 512, 256, 128 or 64 wide, not " +
                                               std::to_string(width) + ": choose one of these.");
    return width;
}

}  // namespace

Bts::Bts(std::string_view encoder, std::int64_t width)
{
    const auto group = register_module("encoder", std::make_shared<Group>());
    m_encoder = group->register_module("base_model", makeDepthEncoder(encoder));
    m_decoder =
        register_module("decoder", std::make_shared<BtsDecoder>(m_encoder->widths(), checkedWidth(width)));
}

BtsOutput Bts::forward(const at::Tensor& x)
{
    return m_decoder->forward(m_encoder->features(x));
}

at::Tensor imageNetNormalised(const at::Tensor& unit)
{
    const auto values = [&](std::initializer_list<double> numbers) {
        return at::tensor(std::vector<double>(numbers), unit.options()).view({1, 3, 1, 1});
    };
    return (unit - values({0.485, 0.456, 0.406})) / values({0.229, 0.224, 0.225});
}

}  // namespace elbo
