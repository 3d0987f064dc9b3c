// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/encoding.h"

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/evaluation/batches.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace elbo {

namespace {

constexpr std::size_t kBatch = 64;

}  // namespace

LatentCodes encodeImages(Vae& model, const Dataset& data, const std::vector<std::int64_t>& indices,
                         const ProgressFunction& progress, const std::stop_token& stop)
{
    checkShape(model, data.shape());
    const EvaluationMode mode(model);
    const c10::AutoGradMode noGradient(false);
    LatentCodes codes;
    codes.indices = indices;
    std::vector<at::Tensor> means, stds;
    for (std::size_t first = 0; first < indices.size(); first += kBatch) {
        throwIfStopped(stop);
        const auto some = std::span(indices).subspan(first, std::min(kBatch, indices.size() - first));
        const auto posterior = model.encode(batchOf(data, some, model));
        means.push_back(posterior.mean.to(at::kFloat).cpu());
        stds.push_back(posterior.std.to(at::kFloat).cpu());
        if (progress)
            progress({"Encoding images", static_cast<std::int64_t>(first + some.size()),
                      static_cast<std::int64_t>(indices.size())});
    }
    const auto none = at::zeros({0, model.latentSize()}, at::kFloat);
    codes.mean = means.empty() ? none : at::cat(means);
    codes.std = stds.empty() ? none : at::cat(stds);
    return codes;
}

LatentCodes encodePicture(Vae& model, const PreparedImage& image, std::optional<std::int64_t> label)
{
    const EvaluationMode mode(model);
    const c10::AutoGradMode noGradient(false);
    const auto posterior = model.encode(batchOf(image, label, model));
    return {{-1}, posterior.mean.to(at::kFloat).cpu(), posterior.std.to(at::kFloat).cpu()};
}

std::vector<float> reconstructionErrors(Vae& model, const Dataset& data,
                                        const std::vector<std::int64_t>& indices,
                                        const ProgressFunction& progress, const std::stop_token& stop)
{
    checkShape(model, data.shape());
    const EvaluationMode mode(model);
    const c10::AutoGradMode noGradient(false);
    const auto factor = reportedMseFactor(model.shape(), model.valueRange());
    std::vector<float> errors;
    errors.reserve(indices.size());
    for (std::size_t first = 0; first < indices.size(); first += kBatch) {
        throwIfStopped(stop);
        const auto some = std::span(indices).subspan(first, std::min(kBatch, indices.size() - first));
        const auto batch = batchOf(data, some, model);
        const auto decoded = model.decode(model.encode(batch).mean, batch.labels);
        const auto squares = ((decoded - batch.x).square().flatten(1).sum(1, false, at::kDouble) * factor)
                                 .to(at::kFloat)
                                 .cpu();
        const auto* values = squares.const_data_ptr<float>();
        errors.insert(errors.end(), values, values + squares.numel());
        if (progress)
            progress({"Reconstructing images", static_cast<std::int64_t>(first + some.size()),
                      static_cast<std::int64_t>(indices.size())});
    }
    return errors;
}

at::Tensor meanCode(const LatentCodes& codes, std::span<const std::int64_t> rows)
{
    if (rows.empty())
        throw Error(ErrorCode::BadSetting, "The group has no images: choose at least one.");
    return codes.mean.index_select(0, at::tensor(at::ArrayRef<std::int64_t>(rows.data(), rows.size())))
        .mean(0);
}

GroupImages groupImages(const Dataset& data, const std::vector<std::int64_t>& indices,
                        const std::stop_token& stop)
{
    if (indices.empty())
        throw Error(ErrorCode::BadSetting, "The group has no images: choose at least one.");
    at::Tensor sum, squares;
    for (std::size_t first = 0; first < indices.size(); first += kBatch) {
        throwIfStopped(stop);
        const auto end = std::min(first + kBatch, indices.size());
        const auto values = imageValues(data, {indices.begin() + static_cast<std::ptrdiff_t>(first),
                                               indices.begin() + static_cast<std::ptrdiff_t>(end)})
                                .to(at::kDouble);
        const auto ofBlock = values.sum(0), squaresOfBlock = values.square().sum(0);
        sum = sum.defined() ? sum + ofBlock : ofBlock;
        squares = squares.defined() ? squares + squaresOfBlock : squaresOfBlock;
    }
    const auto count = static_cast<double>(indices.size());
    const auto mean = sum / count;
    return {mean.to(at::kFloat), (squares / count - mean.square()).clamp_min(0).sqrt().to(at::kFloat)};
}

}  // namespace elbo
