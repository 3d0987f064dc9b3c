// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/depth_filling.h"

#include "core/base/error.h"
#include "core/data/resize.h"

#include <ATen/Functions.h>

#include <Eigen/IterativeLinearSolvers>
#include <Eigen/SparseCholesky>
#include <Eigen/SparseCore>

#include <algorithm>
#include <array>
#include <cmath>

namespace elbo {

namespace {

using Matrix = Eigen::SparseMatrix<double>;

constexpr Eigen::Index kDirect = 200'000;  ///< unknowns up to which factors fit the helper's memory
constexpr double kTolerance = 1e-8;        ///< of the iterative solution's residual, relative
constexpr int kIterations = 200;           ///< between two looks at the stop token
constexpr int kRounds = 25;

struct Step {
    int down;
    int right;
};
/// The opposite of step k is step 7 - k.
constexpr std::array<Step, 8> kSteps{{{-1, -1}, {-1, 0}, {-1, 1}, {0, -1}, {0, 1}, {1, -1}, {1, 0}, {1, 1}}};

/// The affinities of a pixel to its 8 neighbours; 0 outside the image.
class Affinities {
public:
    explicit Affinities(const at::Tensor& color)
        : m_grey(greyOf(color)), m_height(color.size(1)), m_width(color.size(2))
    {
    }

    /// Neighbour k of a pixel, or -1 outside.
    [[nodiscard]] std::int64_t neighbour(std::int64_t pixel, std::size_t k) const
    {
        const auto y = pixel / m_width + kSteps.at(k).down;
        const auto x = pixel % m_width + kSteps.at(k).right;
        return y >= 0 && y < m_height && x >= 0 && x < m_width ? y * m_width + x : -1;
    }

    /// Sums to 1. None is 0: a neighbour that differs by d makes the variance at least 8/81 d^2.
    [[nodiscard]] std::array<double, 8> of(std::int64_t pixel) const
    {
        const auto* grey = m_grey.const_data_ptr<double>();
        std::array<double, 8> weights{};
        double sum = grey[pixel];
        double squares = grey[pixel] * grey[pixel];
        double least = 1.0;
        double count = 1.0;
        for (std::size_t k = 0; k < 8; ++k) {
            const auto other = neighbour(pixel, k);
            if (other < 0)
                continue;
            const double difference = grey[other] - grey[pixel];
            weights.at(k) = difference * difference;
            least = std::min(least, weights.at(k));
            sum += grey[other];
            squares += grey[other] * grey[other];
            count += 1.0;
        }
        const double variance = std::max(0.0, squares / count - sum / count * (sum / count));
        // As Levin's program: at least so wide that the most alike neighbour keeps a hundredth.
        const double width = std::max({0.6 * variance, least / -std::log(0.01), 2e-6});
        double total = 0.0;
        for (std::size_t k = 0; k < 8; ++k) {
            weights.at(k) = neighbour(pixel, k) < 0 ? 0.0 : std::exp(-weights.at(k) / width);
            total += weights.at(k);
        }
        for (auto& weight : weights)
            weight /= total;
        return weights;
    }

    /// What ties the pixel to neighbour k, from both sides.
    [[nodiscard]] double tie(const std::array<double, 8>& own, std::int64_t other, std::size_t k) const
    {
        return own.at(k) + of(other).at(7 - k);
    }

private:
    /// Rec. 601 luma in [0, 1], float64 [H,W].
    static at::Tensor greyOf(const at::Tensor& color)
    {
        const auto values = color.to(at::kDouble) / 255.0;
        if (color.size(0) == 1)
            return values[0].contiguous();
        return (0.299 * values[0] + 0.587 * values[1] + 0.114 * values[2]).contiguous();
    }

    at::Tensor m_grey;
    std::int64_t m_height;
    std::int64_t m_width;
};

/// The least squares of one connected hole.
class Hole {
public:
    /// Gathers what is connected with `first` and numbers it in `numbers` (-1: valid or not yet seen).
    Hole(const Affinities& affinities, const bool* valid, std::int64_t first, std::vector<int>& numbers)
        : m_affinities(affinities), m_valid(valid), m_numbers(numbers), m_pixels{first}
    {
        numbers[static_cast<std::size_t>(first)] = 0;
        for (std::size_t i = 0; i < m_pixels.size(); ++i) {
            for (std::size_t k = 0; k < 8; ++k) {
                const auto other = affinities.neighbour(m_pixels[i], k);
                if (other < 0 || valid[other] || numbers[static_cast<std::size_t>(other)] >= 0)
                    continue;
                numbers[static_cast<std::size_t>(other)] = static_cast<int>(m_pixels.size());
                m_pixels.push_back(other);
            }
        }
    }

    /// Writes the depths of the hole's pixels; those there are where the iteration begins.
    void fill(float* depth, float low, float high, const std::stop_token& stop) const
    {
        const auto size = static_cast<Eigen::Index>(m_pixels.size());
        Matrix matrix(size, size);
        Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
        build(depth, matrix, right, stop);
        throwIfStopped(stop);
        Eigen::VectorXd solution(size);
        for (Eigen::Index i = 0; i < size; ++i)
            solution[i] = depth[pixel(i)];
        solve(matrix, right, solution, stop);
        for (Eigen::Index i = 0; i < size; ++i)  // only roundings leave the range
            depth[pixel(i)] = std::clamp(static_cast<float>(solution[i]), low, high);
    }

private:
    [[nodiscard]] std::int64_t pixel(Eigen::Index i) const { return m_pixels[static_cast<std::size_t>(i)]; }

    /// The lower triangle; valid neighbours go to the right-hand side.
    void build(const float* depth, Matrix& matrix, Eigen::VectorXd& right, const std::stop_token& stop) const
    {
        matrix.reserve(Eigen::VectorXi::Constant(matrix.cols(), 9));
        for (Eigen::Index i = 0; i < matrix.cols(); ++i) {
            if (i % 4096 == 0)
                throwIfStopped(stop);
            const auto own = m_affinities.of(pixel(i));
            double diagonal = 0.0;
            for (std::size_t k = 0; k < 8; ++k) {
                const auto other = m_affinities.neighbour(pixel(i), k);
                if (other < 0)
                    continue;
                const double tie = m_affinities.tie(own, other, k);
                diagonal += tie;
                if (m_valid[other])
                    right[i] += tie * static_cast<double>(depth[other]);
                else if (const int j = m_numbers[static_cast<std::size_t>(other)]; j > i)
                    matrix.insert(j, i) = -tie;
            }
            matrix.insert(i, i) = diagonal;
        }
        matrix.makeCompressed();
    }

    static void solve(const Matrix& matrix, const Eigen::VectorXd& right, Eigen::VectorXd& solution,
                      const std::stop_token& stop)
    {
        if (matrix.cols() <= kDirect) {
            const Eigen::SimplicialLDLT<Matrix> factors(matrix);
            if (factors.info() == Eigen::Success) {
                solution = factors.solve(right);
                return;
            }
        } else {
            Eigen::ConjugateGradient<Matrix, Eigen::Lower, Eigen::IncompleteCholesky<double>> iteration;
            iteration.setTolerance(kTolerance);
            iteration.setMaxIterations(kIterations);
            iteration.compute(matrix);
            for (int round = 0; round < kRounds; ++round) {
                throwIfStopped(stop);
                solution = iteration.solveWithGuess(right, solution).eval();
                if (iteration.info() == Eigen::Success)
                    return;
            }
        }
        throw Error(ErrorCode::BadData,
                    "the holes of its depth could not be filled by colourisation: use fill=nearest");
    }

    const Affinities& m_affinities;
    const bool* m_valid;
    std::vector<int>& m_numbers;
    std::vector<std::int64_t> m_pixels;
};

}  // namespace

at::Tensor fillColourise(const at::Tensor& depth, const at::Tensor& color, const std::stop_token& stop)
{
    const auto valid = validDepth(depth).contiguous();
    const auto known = depth.masked_select(valid);
    if (known.numel() == 0)
        throw Error(ErrorCode::BadData, "its depth image has no valid value");
    auto filled = fillNearest(depth).contiguous().clone();
    const auto low = known.min().item<float>();
    const auto high = known.max().item<float>();
    const Affinities affinities(color);
    const auto* mask = valid.const_data_ptr<bool>();
    std::vector<int> numbers(static_cast<std::size_t>(depth.numel()), -1);
    for (std::int64_t pixel = 0; pixel < depth.numel(); ++pixel) {
        if (!mask[pixel] && numbers[static_cast<std::size_t>(pixel)] < 0) {
            throwIfStopped(stop);
            Hole(affinities, mask, pixel, numbers).fill(filled.data_ptr<float>(), low, high, stop);
        }
    }
    return filled;
}

void addDepthFillers(DataReaders& readers)
{
    readers.fillers["colourise"] = fillColourise;
    readers.fillers["bilateral"] = fillBilateral;
}

}  // namespace elbo
