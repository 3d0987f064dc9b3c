// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/term_sums.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

namespace elbo {

TermSums::TermSums(const std::vector<TermInfo>& terms, const c10::Device& device)
    : m_sums(
          at::zeros({static_cast<std::int64_t>(terms.size())}, at::TensorOptions(at::kDouble).device(device)))
{
    for (const auto& term : terms)
        m_keys.push_back(term.key);
}

void TermSums::add(const at::Tensor& terms, std::int64_t images)
{
    m_sums.add_(terms);
    m_images += images;
}

void TermSums::reset()
{
    m_sums.zero_();
    m_images = 0;
}

void TermSums::restore(const at::Tensor& sums, std::int64_t images)
{
    if (sums.sizes() != m_sums.sizes() || images < 0)
        throw Error(ErrorCode::BadFile,
                    "The saved sums of the run do not fit its model: start the run anew.");
    m_sums.copy_(sums);
    m_images = images;
}

std::map<std::string, double> TermSums::means() const
{
    if (m_images == 0)
        throw Error(ErrorCode::Internal, "The mean of no images was asked for: please report this.");
    const auto sums = m_sums.cpu();
    const auto values = sums.accessor<double, 1>();
    std::map<std::string, double> means;
    for (std::size_t i = 0; i < m_keys.size(); ++i)
        means[m_keys[i]] = values[static_cast<std::int64_t>(i)] / static_cast<double>(m_images);
    return means;
}

bool allFinite(const std::map<std::string, double>& terms)
{
    return std::ranges::all_of(terms, [](const auto& term) { return std::isfinite(term.second); });
}

}  // namespace elbo
