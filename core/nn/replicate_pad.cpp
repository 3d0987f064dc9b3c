// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/replicate_pad.h"

#include "core/nn/pixel_copy.h"

#include <ATen/Functions.h>
#include <torch/autograd.h>

namespace elbo {

namespace {

class ReplicatePad : public torch::autograd::Function<ReplicatePad> {
public:
    static at::Tensor forward(torch::autograd::AutogradContext* /*context*/, const at::Tensor& x)
    {
        const auto height = x.size(2);
        const auto width = x.size(3);
        auto padded = at::empty({x.size(0), x.size(1), height + 2, width + 2},
                                x.options().memory_format(at::MemoryFormat::ChannelsLast));
        const auto rows = padded.narrow(2, 1, height);
        copyPixels(rows.narrow(3, 1, width), x);
        copyPixels(rows.narrow(3, 0, 1), x.narrow(3, 0, 1));
        copyPixels(rows.narrow(3, width + 1, 1), x.narrow(3, width - 1, 1));
        copyPixels(padded.narrow(2, 0, 1), padded.narrow(2, 1, 1));
        copyPixels(padded.narrow(2, height + 1, 1), padded.narrow(2, height, 1));
        return padded;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* /*context*/,
                                                   const torch::autograd::variable_list& gradients)
    {
        const at::Tensor& padded = gradients[0];
        const auto height = padded.size(2) - 2;
        const auto width = padded.size(3) - 2;
        // What the border adds: first its columns, then its rows with the corners in their columns.
        const auto foldColumns = [width](const at::Tensor& row) {  // [B,C,n,W+2] -> [B,C,n,W]
            auto folded = row.narrow(3, 1, width).clone();
            folded.narrow(3, 0, 1).add_(row.narrow(3, 0, 1));
            folded.narrow(3, width - 1, 1).add_(row.narrow(3, width + 1, 1));
            return folded;
        };
        auto inner = at::empty({padded.size(0), padded.size(1), height, width},
                               padded.options().memory_format(at::MemoryFormat::ChannelsLast));
        const auto rows = padded.narrow(2, 1, height);
        copyPixels(inner, rows.narrow(3, 1, width));
        inner.narrow(3, 0, 1).add_(rows.narrow(3, 0, 1));
        inner.narrow(3, width - 1, 1).add_(rows.narrow(3, width + 1, 1));
        inner.narrow(2, 0, 1).add_(foldColumns(padded.narrow(2, 0, 1)));
        inner.narrow(2, height - 1, 1).add_(foldColumns(padded.narrow(2, height + 1, 1)));
        return {inner};
    }
};

}  // namespace

at::Tensor replicatePad(const at::Tensor& x)
{
    return ReplicatePad::apply(x);
}

}  // namespace elbo
