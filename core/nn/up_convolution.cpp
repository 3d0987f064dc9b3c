// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/up_convolution.h"

#include "core/nn/autocast.h"
#include "core/nn/patch_convolution.h"
#include "core/nn/pixel_copy.h"
#include "core/nn/replicate_pad.h"

#include <ATen/Functions.h>
#include <torch/autograd.h>

#include <optional>

namespace elbo {
namespace {

/// Row (k, l) of the 3x3 kernel, column (1 - a, 1 - b, u, v): 1 where kernel row k belongs to row u of phase
/// a, columns alike. Phase 0 looks at rows {k0}, {k1 + k2}, phase 1 at {k0 + k1}, {k2}. Phase 1 comes first,
/// because its pixels stand one row later in the padded image: interleaved in this order, the output is the
/// middle of the result.
at::Tensor kernelSums()
{
    const auto belongs = [](int phase, int u, int k) { return u == (phase == 0 ? k >= 1 : k >= 2); };
    auto sums = at::zeros({3, 3, 2, 2, 2, 2}, at::kDouble);
    auto entries = sums.accessor<double, 6>();
    for (int index = 0; index < 9 * 16; ++index) {
        const int k = index / 48, l = index / 16 % 3;
        const int a = index / 8 % 2, b = index / 4 % 2, u = index / 2 % 2, v = index % 2;
        entries[k][l][1 - a][1 - b][u][v] = belongs(a, u, k) && belongs(b, v, l) ? 1.0 : 0.0;
    }
    return sums.reshape({9, 16});
}

/// [B,(1 - a,1 - b,C),H+1,W+1] -> [B,C,2H,2W]: pixel (2i + a, 2j + b) is window (i + a, j + b) of its phase.
/// One pass over the values, where a view, a permutation and a crop would take two.
class Interleave : public torch::autograd::Function<Interleave> {
public:
    static at::Tensor forward(torch::autograd::AutogradContext* /*context*/, const at::Tensor& phases)
    {
        const auto channels = phases.size(1) / 4;
        const auto height = phases.size(2) - 1;
        const auto width = phases.size(3) - 1;
        auto image = at::empty({phases.size(0), channels, 2 * height, 2 * width},
                               phases.options().memory_format(at::MemoryFormat::ChannelsLast));
        for (int phase = 0; phase < 4; ++phase) {
            copyPixels(pixelsOf(image, phase), windowsOf(phases, phase));
        }
        return image;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* /*context*/,
                                                   const torch::autograd::variable_list& gradients)
    {
        const at::Tensor& image = gradients[0];
        auto phases =
            at::zeros({image.size(0), 4 * image.size(1), image.size(2) / 2 + 1, image.size(3) / 2 + 1},
                      image.options().memory_format(at::MemoryFormat::ChannelsLast));
        for (int phase = 0; phase < 4; ++phase) {
            copyPixels(windowsOf(phases, phase), pixelsOf(image, phase));
        }
        return {phases};
    }

private:
    static at::Tensor pixelsOf(const at::Tensor& image, std::int64_t phase)
    {
        return image.slice(2, phase / 2, std::nullopt, 2).slice(3, phase % 2, std::nullopt, 2);
    }
    static at::Tensor windowsOf(const at::Tensor& phases, std::int64_t phase)
    {
        const auto a = phase / 2, b = phase % 2;
        const auto channels = phases.size(1) / 4;
        const auto height = phases.size(2) - 1, width = phases.size(3) - 1;
        return phases.narrow(1, (3 - phase) * channels, channels).narrow(2, a, height).narrow(3, b, width);
    }
};

}  // namespace

UpConvolutionImpl::UpConvolutionImpl(std::int64_t inputChannels, std::int64_t outputChannels, PatchEdge edge)
    : m_edge(edge), m_sums(kernelSums())
{
    weight = register_parameter("weight", at::zeros({outputChannels, inputChannels, 3, 3}));
    bias = register_parameter("bias", at::zeros({outputChannels}));
}

at::Tensor UpConvolutionImpl::lowResolutionWeight()
{
    const WithoutAutocast float32;  // the sums are rounded once, as sums
    if (m_sums.device() != weight.device() || m_sums.scalar_type() != weight.scalar_type()) {
        m_sums = m_sums.to(weight.options());
    }
    const auto outputs = weight.size(0);
    const auto inputs = weight.size(1);
    return at::mm(weight.reshape({outputs * inputs, 9}), m_sums)  // [Cout*Cin, (a,b,u,v)]
        .view({outputs, inputs, 4, 2, 2})
        .permute({2, 0, 1, 3, 4})
        .reshape({4 * outputs, inputs, 2, 2});
}

at::Tensor UpConvolutionImpl::forward(const at::Tensor& x)
{
    return convolve(x, bias.repeat({4}));
}

at::Tensor UpConvolutionImpl::forwardWithoutBias(const at::Tensor& x)
{
    return convolve(x, {});
}

at::Tensor UpConvolutionImpl::convolve(const at::Tensor& x, const at::Tensor& phaseBias)
{
    const auto windows = (x.size(2) + 1) * (x.size(3) + 1);
    const auto phases =  // [B,(a,b,C),H+1,W+1]
        prefersPatches(x, windows) ? patchConvolution(x, lowResolutionWeight(), phaseBias,
                                                      {.stride = 1, .padding = 1, .edge = m_edge})
                                   : at::conv2d(padded(x), lowResolutionWeight(), phaseBias);
    return Interleave::apply(phases);
}

at::Tensor UpConvolutionImpl::plainForward(const at::Tensor& x)
{
    const auto large = at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
    return at::conv2d(padded(large), weight, bias);
}

at::Tensor UpConvolutionImpl::padded(const at::Tensor& x) const
{
    if (m_edge == PatchEdge::Zero)
        return at::constant_pad_nd(x, {1, 1, 1, 1});
    return x.is_cpu() ? at::replication_pad2d(x, {1, 1, 1, 1}) : replicatePad(x);
}

}  // namespace elbo
