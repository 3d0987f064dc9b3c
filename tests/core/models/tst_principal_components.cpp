// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/models/principal_components.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

namespace {

using elbo::ComponentSolver;

/// N x D of falling variances around a mean, as images [N,1,1,D].
at::Tensor madeRows(std::int64_t images, std::int64_t values)
{
    const auto noise = elbo::normalNoise(3, elbo::RandomPurpose::Sampling, 0, 0, images, values);
    const auto turn =
        std::get<0>(at::linalg_qr(elbo::normalNoise(4, elbo::RandomPurpose::Sampling, 0, 0, values, values)));
    const auto scales = at::pow(0.8, at::arange(values, at::kFloat));
    return at::mm(noise * scales, turn) + at::arange(values, at::kFloat) * 0.1;
}

elbo::ImageBlocks blocks(const at::Tensor& rows)
{
    return {
        .read = [rows](std::int64_t first,
                       std::int64_t count) { return rows.narrow(0, first, count).view({count, 1, 1, -1}); },
        .images = rows.size(0)};
}

}  // namespace

class PrincipalComponentsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Against the singular values of the centred matrix, which is another algorithm.
    void everySolverFindsTheSingularVectors_data()
    {
        QTest::addColumn<int>("solver");
        QTest::addColumn<int>("images");
        QTest::addColumn<int>("values");
        QTest::newRow("covariance") << static_cast<int>(ComponentSolver::Covariance) << 600 << 40;
        QTest::newRow("gram, more values") << static_cast<int>(ComponentSolver::Gram) << 300 << 700;
        QTest::newRow("gram, more images") << static_cast<int>(ComponentSolver::Gram) << 600 << 40;
        QTest::newRow("randomised") << static_cast<int>(ComponentSolver::Randomised) << 600 << 400;
        QTest::newRow("chosen by itself") << static_cast<int>(ComponentSolver::Automatic) << 300 << 700;
    }
    void everySolverFindsTheSingularVectors()
    {
        QFETCH(int, solver);
        QFETCH(int, images);
        QFETCH(int, values);
        const auto rows = madeRows(images, values);
        const auto found =
            elbo::principalComponents(blocks(rows), 10, 1, {}, {}, static_cast<ComponentSolver>(solver));
        const auto mean = rows.to(at::kDouble).mean(0);
        const auto centred = rows.to(at::kDouble) - mean;
        const auto [left, singular, right] = at::linalg_svd(centred, /*full_matrices=*/false);
        QVERIFY(at::allclose(found.mean.to(at::kDouble), mean, 1e-5, 1e-5));
        const auto variances = singular.square().narrow(0, 0, 10) / images;
        QVERIFY(at::allclose(found.variances, variances, 1e-4, 1e-7));
        const double total = centred.square().sum().item<double>() / images;
        QVERIFY(std::abs(found.totalVariance - total) < 1e-5 * total);
        const auto cosines = (found.components.to(at::kDouble) * right.narrow(0, 0, 10)).sum(1).abs();
        QVERIFY2(cosines.min().item<double>() > 0.9999,
                 qPrintable(QString::number(cosines.min().item<double>())));
        const auto products = at::mm(found.components, found.components.t());
        QVERIFY(at::allclose(products, at::eye(10), 1e-4, 1e-4));
    }

    void thereAreAtMostImagesLessOne()
    {
        const auto found = elbo::principalComponents(blocks(madeRows(6, 30)), 400, 1, {}, {});
        QCOMPARE(found.variances.size(0), std::int64_t{5});
        QVERIFY(found.components.sizes() == at::IntArrayRef({5, 30}));
    }

    void theSameSeedGivesTheSameNumbers()
    {
        const auto rows = madeRows(300, 200);
        const auto solve = [&] {
            return elbo::principalComponents(blocks(rows), 5, 7, {}, {}, ComponentSolver::Randomised)
                .components;
        };
        QVERIFY(solve().equal(solve()));
    }

    void oneImageIsRefusedAndAStopIsObeyed()
    {
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(elbo::principalComponents(blocks(madeRows(1, 5)), 2, 1, {}, {})), elbo::Error);
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::principalComponents(blocks(madeRows(9, 5)), 2, 1, {},
                                                                             source.get_token())),
                                 elbo::Cancelled);
    }
};

QTEST_GUILESS_MAIN(PrincipalComponentsTest)
#include "tst_principal_components.moc"
