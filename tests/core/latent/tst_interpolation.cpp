// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/latent/interpolation.h"
#include "core/latent/traversal.h"
#include "core/nn/initialisation.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

using namespace elbo;

namespace {

at::Tensor code(std::initializer_list<float> values)
{
    return at::tensor(std::vector<float>(values), at::kFloat);
}

double angle(const at::Tensor& a, const at::Tensor& b)
{
    return std::acos(std::min(1.0, (a.dot(b) / (a.norm() * b.norm())).item<double>()));
}

}  // namespace

/// Ways between codes, and grids of codes.
class InterpolationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bothEndsAreExact()
    {
        const auto a = goldenUniform("a", 64), b = goldenUniform("b", 64);
        for (const auto path : {LatentPath::Linear, LatentPath::Spherical}) {
            QVERIFY(between(a, b, 0, path).equal(a) && between(a, b, 1, path).equal(b));
            const auto way = pathThrough(at::stack({a, b}), 7, path);
            QVERIFY(way[0].equal(a) && way[6].equal(b));
        }
    }

    void aLineIsALine()
    {
        QVERIFY(between(code({0, 2}), code({4, 0}), 0.25, LatentPath::Linear).allclose(code({1, 1.5})));
    }

    // A quarter circle: the angle grows evenly, and so does the length.
    void anArcHasItsNormAndItsAngle()
    {
        const auto a = code({3, 0, 0}), b = code({0, 5, 0});
        for (const double t : {0.1, 0.25, 0.5, 0.9}) {
            const auto z = between(a, b, t, LatentPath::Spherical);
            QVERIFY(std::abs(z.norm().item<double>() - (3 + 2 * t)) < 1e-5);
            QVERIFY(std::abs(angle(a, z) - t * std::numbers::pi / 2) < 1e-5);
            QVERIFY(std::abs(z[2].item<double>()) < 1e-6);
        }
        const auto long1 = goldenUniform("a", 400), long2 = goldenUniform("b", 400);
        const auto middle = between(long1, long2, 0.5, LatentPath::Spherical);
        const auto mean = (long1.norm() + long2.norm()).item<double>() / 2;
        QVERIFY(std::abs(middle.norm().item<double>() - mean) < 1e-3);
        // A straight line would pass nearer to the origin than any code lies.
        QVERIFY(between(long1, long2, 0.5, LatentPath::Linear).norm().item<double>() < 0.8 * mean);
    }

    void arcsThatAreNoneStayFinite()
    {
        const auto a = code({1, 2, 2});
        const auto zero = at::zeros({3});
        for (const auto& b : {a.clone(), a * 2, -a, zero}) {
            for (const double t : {0.3, 0.5}) {
                const auto z = between(a, b, t, LatentPath::Spherical);
                QVERIFY(z.isfinite().all().item<bool>());
                if (!b.equal(zero))
                    QVERIFY(std::abs(z.norm().item<double>() - ((1 - t) * 3 + t * b.norm().item<double>())) <
                            1e-4);
            }
        }
        QVERIFY(between(zero, a, 0.5, LatentPath::Spherical).allclose(a / 2));
        QVERIFY(between(a, -a, 0.3, LatentPath::Spherical).equal(between(a, -a, 0.3, LatentPath::Spherical)));
    }

    void wayPointsAreMetExactly()
    {
        const auto points = at::stack({code({0, 0}), code({1, 3}), code({-2, 5})});
        const auto way = pathThrough(points, 9, LatentPath::Linear);
        QVERIFY(way[0].equal(points[0]) && way[4].equal(points[1]) && way[8].equal(points[2]));
        QVERIFY(way[2].allclose((points[0] + points[1]) / 2));
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(pathThrough(points, 1, LatentPath::Linear)), Error);
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(pathThrough(points.narrow(0, 0, 1), 5, LatentPath::Linear)), Error);
    }

    void pathsHaveNames()
    {
        for (const auto path : {LatentPath::Linear, LatentPath::Spherical})
            QVERIFY(parseLatentPath(toString(path)) == path);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(parseLatentPath("bent")), Error);
    }

    void aTraversalChangesOneDimensionARow()
    {
        const auto z = code({0.1F, 0.2F, 0.3F, 0.4F});
        const auto codes = traverse(z, {2, 0}, 5, 3);
        QVERIFY(codes.sizes() == at::IntArrayRef({10, 4}));
        for (std::int64_t i = 0; i < 10; ++i) {
            const std::int64_t dim = i < 5 ? 2 : 0;
            const std::vector<float> values{-3, -1.5, 0, 1.5, 3};
            for (std::int64_t k = 0; k < 4; ++k)
                QCOMPARE(codes[i][k].item<float>(),
                         k == dim ? values[static_cast<std::size_t>(i % 5)] : z[k].item<float>());
        }
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(traverse(z, {4}, 5, 3)), Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(traverse(z, {0}, 1, 3)), Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(traverse(z, {0}, 5, 0)), Error);
    }

    void thePlaneBeginsAtItsUpperLeft()
    {
        const auto plane = latentPlane(3, 2);
        QVERIFY(plane.sizes() == at::IntArrayRef({9, 2}));
        QVERIFY(plane[0].equal(code({-2, 2})) && plane[2].equal(code({2, 2})));
        QVERIFY(plane[4].equal(code({0, 0})) && plane[8].equal(code({2, -2})));
    }
};

QTEST_GUILESS_MAIN(InterpolationTest)
#include "tst_interpolation.moc"
