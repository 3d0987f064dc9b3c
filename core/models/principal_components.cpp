// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/principal_components.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace elbo {
namespace {

constexpr std::int64_t kBlock = 256;
/// An exact eigendecomposition of larger matrices takes longer than passes over the images.
constexpr std::int64_t kExactSide = 2048;
constexpr std::int64_t kOversampling = 20;
constexpr int kIterations = 6;
constexpr auto kWhat = "Fitting principal components";

/// Centred blocks of rows, with progress over a known number of passes.
class Rows {
public:
    Rows(const ImageBlocks& images, const ProgressFunction& progress, const std::stop_token& stop)
        : m_images(images), m_progress(progress), m_stop(stop)
    {
    }
    void expectPasses(std::int64_t passes) { m_total = passes * m_images.images; }
    void setMean(const at::Tensor& mean) { m_mean = mean; }
    [[nodiscard]] std::int64_t count() const { return m_images.images; }

    /// float32 [n,D], n at most kBlock
    [[nodiscard]] at::Tensor read(std::int64_t first) const
    {
        throwIfStopped(m_stop);
        const auto rows =
            m_images.read(first, std::min(kBlock, m_images.images - first)).flatten(1).to(at::kFloat);
        return m_mean.defined() ? rows - m_mean : rows;
    }

    /// Calls `visit` with every block.
    template <typename Visit>
    void forEach(const Visit& visit)
    {
        for (std::int64_t first = 0; first < m_images.images; first += kBlock) {
            const auto rows = read(first);
            visit(first, rows);
            m_done += rows.size(0);
            if (m_progress)
                m_progress({kWhat, std::min(m_done, m_total), m_total});
        }
    }

private:
    const ImageBlocks& m_images;
    const ProgressFunction& m_progress;
    const std::stop_token& m_stop;
    at::Tensor m_mean;
    std::int64_t m_done = 0;
    std::int64_t m_total = 0;
};

/// Leading eigenvalues (descending, none below 0) and eigenvectors as columns of a symmetric float64 matrix.
std::pair<at::Tensor, at::Tensor> leadingEigen(const at::Tensor& matrix, std::int64_t count)
{
    const auto [values, vectors] = at::linalg_eigh(matrix);  // ascending
    const auto side = matrix.size(0);
    return {values.narrow(0, side - count, count).flip(0).clamp_min(0),
            vectors.narrow(1, side - count, count).flip(1)};
}

at::Tensor normalisedRows(const at::Tensor& rows)
{
    return rows / rows.norm(2, {1}, /*keepdim=*/true).clamp_min(1e-30);
}

void byCovariance(Rows& rows, std::int64_t count, PrincipalComponents& result)
{
    rows.expectPasses(2);
    at::Tensor sum;
    rows.forEach([&](std::int64_t /*first*/, const at::Tensor& block) {
        const auto product = at::mm(block.t(), block).to(at::kCPU, at::kDouble);
        sum = sum.defined() ? sum.add_(product) : product;
    });
    const auto [values, vectors] = leadingEigen(sum / static_cast<double>(rows.count()), count);
    result.variances = values;
    result.components = vectors.t().to(at::kFloat).contiguous();
}

void byGram(Rows& rows, std::int64_t count, PrincipalComponents& result)
{
    const auto blocks = (rows.count() + kBlock - 1) / kBlock;
    rows.expectPasses(2);
    auto gram = at::zeros({rows.count(), rows.count()}, at::kDouble);
    for (std::int64_t i = 0; i < blocks; ++i) {
        const auto left = rows.read(i * kBlock);
        for (std::int64_t j = i; j < blocks; ++j) {
            const auto right = i == j ? left : rows.read(j * kBlock);
            const auto product = at::mm(left, right.t()).to(at::kCPU, at::kDouble);
            gram.narrow(0, i * kBlock, left.size(0)).narrow(1, j * kBlock, right.size(0)).copy_(product);
            gram.narrow(0, j * kBlock, right.size(0)).narrow(1, i * kBlock, left.size(0)).copy_(product.t());
        }
    }
    const auto [values, vectors] = leadingEigen(gram / static_cast<double>(rows.count()), count);
    result.variances = values;
    const auto weights = vectors.to(at::kFloat).to(result.mean.device());  // [N,K']
    result.components = at::zeros({count, result.mean.numel()}, result.mean.options());
    rows.forEach([&](std::int64_t first, const at::Tensor& block) {
        result.components.addmm_(weights.narrow(0, first, block.size(0)).t(), block);
    });
    result.components = normalisedRows(result.components);
}

void byRandomisation(Rows& rows, std::int64_t count, std::uint64_t seed, PrincipalComponents& result)
{
    const auto values = result.mean.numel();
    const auto columns = std::min({count + kOversampling, values, rows.count()});
    rows.expectPasses(kIterations + 2);
    auto basis = normalNoise(seed, RandomPurpose::Weights, fnv1a64("pca"), 0, values, columns)
                     .to(result.mean.device());  // [D,m]
    for (int iteration = 0; iteration < kIterations; ++iteration) {
        basis = std::get<0>(at::linalg_qr(basis));
        auto image = at::zeros_like(basis);
        rows.forEach([&](std::int64_t /*first*/, const at::Tensor& block) {
            image.addmm_(block.t(), at::mm(block, basis));
        });
        basis = image;
    }
    basis = std::get<0>(at::linalg_qr(basis));
    auto small = at::zeros({columns, columns}, at::kDouble);
    rows.forEach([&](std::int64_t /*first*/, const at::Tensor& block) {
        const auto projected = at::mm(block, basis);
        small.add_(at::mm(projected.t(), projected).to(at::kCPU, at::kDouble));
    });
    const auto [variances, vectors] = leadingEigen(small / static_cast<double>(rows.count()), count);
    result.variances = variances;
    result.components = normalisedRows(at::mm(vectors.to(at::kFloat).to(basis.device()).t(), basis.t()));
}

ComponentSolver chosen(ComponentSolver asked, std::int64_t images, std::int64_t values)
{
    if (asked != ComponentSolver::Automatic)
        return asked;
    if (values <= kExactSide && values <= images)
        return ComponentSolver::Covariance;
    return images <= kExactSide ? ComponentSolver::Gram : ComponentSolver::Randomised;
}

}  // namespace

PrincipalComponents principalComponents(const ImageBlocks& images, std::int64_t components,
                                        std::uint64_t seed, const ProgressFunction& progress,
                                        const std::stop_token& stop, ComponentSolver solver)
{
    if (images.images < 2)
        throw Error(ErrorCode::BadData,
                    "Principal components need at least two training images: give the set more.");
    const c10::AutoGradMode noGradient(false);
    Rows rows(images, progress, stop);
    rows.expectPasses(2);
    at::Tensor sum;  // float64 [D]
    double squares = 0;
    rows.forEach([&](std::int64_t /*first*/, const at::Tensor& block) {
        const auto precise = block.to(at::kDouble);
        const auto part = precise.sum(0);
        sum = sum.defined() ? sum.add_(part) : part;
        squares += precise.square().sum().item<double>();
    });
    const auto mean = sum / static_cast<double>(images.images);
    PrincipalComponents result;
    result.mean = mean.to(at::kFloat);
    result.totalVariance =
        std::max(0.0, squares / static_cast<double>(images.images) - mean.square().sum().item<double>());
    rows.setMean(result.mean);
    const auto count = std::min({components, images.images - 1, result.mean.numel()});
    switch (chosen(solver, images.images, result.mean.numel())) {
        case ComponentSolver::Covariance:
            byCovariance(rows, count, result);
            break;
        case ComponentSolver::Gram:
            byGram(rows, count, result);
            break;
        case ComponentSolver::Randomised:
        case ComponentSolver::Automatic:
            byRandomisation(rows, count, seed, result);
            break;
    }
    result.components = result.components.to(result.mean.device());
    return result;
}

FitCost principalComponentsCost(std::int64_t images, std::int64_t values, std::int64_t components)
{
    constexpr double kRead = 20;   // operations that reading and centring a value takes
    constexpr double kEigen = 10;  // of an eigendecomposition, times the cube of its side
    const auto n = static_cast<double>(images);
    const auto d = static_cast<double>(values);
    const auto k = static_cast<double>(std::min({components, images - 1, values}));
    const auto read = kRead * n * d;
    const auto block = std::min(kBlock, images) * values * std::int64_t{8 + 4 + 4};  // with its float64 copy
    const auto matrix = [&](std::int64_t side) { return 3 * side * side * std::int64_t{8}; };
    const auto found = std::min({components, images - 1, values}) * values * std::int64_t{4};
    switch (chosen(ComponentSolver::Automatic, images, values)) {
        case ComponentSolver::Covariance:
            return {2 * read + 2 * n * d * d + kEigen * d * d * d, block + matrix(values) + found};
        case ComponentSolver::Gram: {
            const auto blocks = static_cast<double>((images + kBlock - 1) / kBlock);
            return {(2 + (blocks + 1) / 2) * read + n * n * d + kEigen * n * n * n + 2 * n * k * d,
                    2 * block + matrix(images) + 2 * found};
        }
        case ComponentSolver::Randomised:
        case ComponentSolver::Automatic:
            break;
    }
    const auto columns = std::min({components + kOversampling, values, images});
    const auto m = static_cast<double>(columns);
    return {
        (kIterations + 2) * (read + 4 * n * d * m) + (kIterations + 1) * 4 * d * m * m + kEigen * m * m * m,
        block + 3 * values * columns * std::int64_t{4} + 2 * found};
}

}  // namespace elbo
