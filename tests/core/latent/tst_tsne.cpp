// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/latent/tsne.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>

using namespace elbo;

namespace {

constexpr std::int64_t kGroup = 60;

/// Three groups far apart in ten dimensions.
at::Tensor groups()
{
    auto points = normalNoise(9, RandomPurpose::Sampling, 0, 0, 3 * kGroup, 10);
    for (std::int64_t group = 0; group < 3; ++group)
        points.narrow(0, group * kGroup, kGroup).select(1, group).add_(20);
    return points;
}

}  // namespace

class TsneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void neighboursHaveThePerplexityAskedFor()
    {
        const auto points = groups().to(at::kDouble);
        const auto squares = (points.unsqueeze(1) - points.unsqueeze(0)).square().sum(2);
        for (const double perplexity : {5.0, 30.0}) {
            const auto p = neighbourProbabilities(squares, perplexity);
            QVERIFY(p.sum(1).allclose(at::ones({3 * kGroup}, at::kDouble)));
            QVERIFY(p.diagonal().eq(0).all().item<bool>());
            const auto entropy = -at::xlogy(p, p).sum(1);
            QVERIFY((entropy.exp() - perplexity).abs().max().item<double>() < 1e-6);
        }
    }

    // Every point's nearest neighbours in the plane are of its own group.
    void groupsStayTogether()
    {
        const auto plane = tsne(groups(), {.perplexity = 15, .rounds = 300});
        QVERIFY(plane.sizes() == at::IntArrayRef({3 * kGroup, 2}) && plane.isfinite().all().item<bool>());
        auto distances = (plane.unsqueeze(1) - plane.unsqueeze(0)).square().sum(2);
        distances.fill_diagonal_(1e9);
        const auto nearest = std::get<1>(distances.topk(5, 1, /*largest=*/false));
        const auto own = at::arange(3 * kGroup).div(kGroup, "floor").unsqueeze(1);
        QVERIFY(nearest.div(kGroup, "floor").eq(own).to(at::kFloat).mean().item<double>() > 0.99);
        QVERIFY(plane.mean(0).abs().max().item<double>() < 1e-3);
    }

    void theSamePointsGiveTheSamePlane()
    {
        QVERIFY(tsne(groups(), {.rounds = 30}).equal(tsne(groups(), {.rounds = 30})));
    }

    void equalPointsStayFinite()
    {
        QVERIFY(tsne(at::ones({12, 3}), {.rounds = 50}).isfinite().all().item<bool>());
    }

    void itCanBeStoppedAndIsBounded()
    {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(tsne(groups(), {}, {}, stop.get_token())), Cancelled);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(tsne(at::zeros({3, 2}))), Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(tsne(at::zeros({kMostTsnePoints + 1, 2}))), Error);
    }
};

QTEST_GUILESS_MAIN(TsneTest)
#include "tst_tsne.moc"
