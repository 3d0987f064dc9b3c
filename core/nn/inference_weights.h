// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

namespace elbo {

/// What is done to each value that a convolution gives.
enum class After { Nothing, Relu, Relu6 };
/// In place.
[[nodiscard]] at::Tensor apply(After after, at::Tensor values);

/// A convolution with what stands around it multiplied in.
struct ConvolutionWeights {
    at::Tensor weight = {};  ///< float32 [Cout,Cin/groups,k,k]
    at::Tensor bias = {};    ///< float32 [Cout], or undefined
    std::vector<std::int64_t> stride{1, 1}, padding{0, 0}, dilation{1, 1};
    std::int64_t groups = 1;
};

/// The weights of a network in evaluation as its device wants them: made when a convolution is first met,
/// rounded to the type that is computed in and, for a CPU, laid out as oneDNN's kernels read them, which also
/// do what follows each convolution. Every step would make them anew else, at a third of its time and more.
/// Belongs to one network, whose weights must not change any more; used by one thread at a time.
class InferenceWeights {
public:
    /// While it lives, convNorm() and convolution() in this thread keep their weights there.
    class Use {
    public:
        explicit Use(InferenceWeights& weights);
        ~Use();
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

    private:
        InferenceWeights* m_before;
    };
    /// Those in use by this thread, or nullptr.
    [[nodiscard]] static InferenceWeights* current();

    /// @param key  of that convolution, as long as the network lives  @param make  gives its weights
    /// @param x  [B,Cin,H,W]  @param added  [B,Cout,H',W'] to the result, before what comes after; or
    /// undefined
    /// @return [B,Cout,H',W'] in the type that is computed in (that of autocast where it is on)
    [[nodiscard]] at::Tensor convolve(const void* key, const std::function<ConvolutionWeights()>& make,
                                      const at::Tensor& x, After after, const at::Tensor& added);

private:
    struct Kept {
        ConvolutionWeights weights;  ///< in the type of `type`; of `sides`, laid out for oneDNN
        at::ScalarType type = at::kFloat;
        std::vector<std::int64_t> sides;  ///< of the input that the layout suits; empty: the usual layout
    };
    std::unordered_map<const void*, Kept> m_kept;
};

}  // namespace elbo
