// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/read_ahead.h"
#include "tests/core/training/prepared_data.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#include <filesystem>
#include <iterator>

using namespace elbo;
using namespace elbo::tests;

class ReadAheadTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<const Dataset> m_data;
    using Batches = std::vector<ReadAhead::Indices>;

    /// More batches than are ever ready.
    static Batches manyBatches()
    {
        Batches batches;
        for (std::int64_t i = 0; i < 60; ++i)
            batches.push_back({(7 * i) % 28, (3 * i + 1) % 28});
        return batches;
    }

    [[nodiscard]] bool isSame(const std::optional<ImageCodes>& codes, const ReadAhead::Indices& indices) const
    {
        const auto places = at::tensor(indices, at::kLong);
        return codes.has_value() && at::equal(codes->color, m_data->color.index_select(0, places)) &&
               at::equal(codes->depth, m_data->depth.view(at::kShort).index_select(0, places));
    }

    static std::ptrdiff_t threads()
    {
        return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
    }

private Q_SLOTS:
    void init()
    {
        m_data = preparedData(*madeData(),
                              std::filesystem::path(m_folder.path().toStdString()) / "set.safetensors");
    }

    void givesTheExpectedBatchesInTheirOrder()
    {
        const ImageReader reader(*m_data);
        ReadAhead ahead(reader, false);
        const auto batches = manyBatches();
        ahead.expect(batches);
        for (const auto& batch : batches)
            QVERIFY(isSame(ahead.take(batch), batch));
        QVERIFY(!ahead.take(batches.front()).has_value());
    }

    void leavesWhatIsExpectedWhenAnotherIsAskedFor()
    {
        const ImageReader reader(*m_data);
        ReadAhead ahead(reader, false);
        QVERIFY(!ahead.take(ReadAhead::Indices{1}).has_value());
        const auto batches = manyBatches();
        ahead.expect(batches);
        QVERIFY(!ahead.take(batches[1]).has_value());
        QVERIFY(isSame(ahead.take(batches[0]), batches[0]));
        QVERIFY(isSame(ahead.take(batches[1]), batches[1]));
    }

    void anotherOrderReplacesTheFirst()
    {
        const ImageReader reader(*m_data);
        ReadAhead ahead(reader, false);
        const auto first = manyBatches();
        const Batches second{{1, 2, 3}, {4}, {}, {5, 6}};
        for (int round = 0; round < 50; ++round) {
            ahead.expect(first);
            QVERIFY(isSame(ahead.take(first[0]), first[0]));
            ahead.expect(second);
            QVERIFY(!ahead.take(first[1]).has_value());
            for (const auto& batch : second)
                QVERIFY(isSame(ahead.take(batch), batch));
        }
        ahead.expect({});
        QVERIFY(!ahead.take(second[0]).has_value());
    }

    void throwsWhatReadingThrew()
    {
        const ImageReader reader(*m_data);
        ReadAhead ahead(reader, false);
        ahead.expect({{0}, {1}, {999}, {2}});
        QVERIFY(isSame(ahead.take(ReadAhead::Indices{0}), {0}));
        QVERIFY(isSame(ahead.take(ReadAhead::Indices{1}), {1}));
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(ahead.take(ReadAhead::Indices{999})), Error);
        ahead.expect({{2}});
        QVERIFY(isSame(ahead.take(ReadAhead::Indices{2}), {2}));
    }

    void leavesNoThread()
    {
        const auto before = threads();
        {
            const ImageReader reader(*m_data);
            ReadAhead waiting(reader, false);
            ReadAhead full(reader, false);
            full.expect(manyBatches());
            QVERIFY(full.take(manyBatches().front()).has_value());
            QCOMPARE(threads(), before + 2);
        }
        QTRY_COMPARE(threads(), before);  // the kernel forgets a joined thread a moment later
    }
};

QTEST_GUILESS_MAIN(ReadAheadTest)
#include "tst_read_ahead.moc"
