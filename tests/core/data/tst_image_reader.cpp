// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/data/image_reader.h"
#include "tests/core/training/prepared_data.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#include <filesystem>
#include <string>
#include <vector>

using namespace elbo;
using namespace elbo::tests;

class ImageReaderTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<const Dataset> m_made = madeData({.train = 30, .test = 10});

    [[nodiscard]] std::filesystem::path file(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    static bool isSame(const ImageCodes& codes, const Dataset& data, const std::vector<std::int64_t>& indices)
    {
        const auto places = at::tensor(indices, at::kLong);
        return at::equal(codes.color, data.color.index_select(0, places)) &&
               at::equal(codes.depth, data.depth.view(at::kShort).index_select(0, places));
    }

    static bool contains(const std::string& sentence, const std::string& words)
    {
        return sentence.find(words) != std::string::npos;
    }

    template <class Work>
    static std::string sentenceOf(const Work& work)
    {
        try {
            work();
        } catch (const Error& error) {
            return error.code() == ErrorCode::BadFile ? error.what() : "";
        }
        return {};
    }

private Q_SLOTS:
    void readsInTheOrderAskedFor_data()
    {
        QTest::addColumn<QList<qint64>>("indices");
        QTest::newRow("one") << QList<qint64>{17};
        QTest::newRow("none") << QList<qint64>{};
        QTest::newRow("in order") << QList<qint64>{3, 4, 5, 6};
        QTest::newRow("from everywhere") << QList<qint64>{39, 0, 12, 11, 13, 7, 38};
        QTest::newRow("twice") << QList<qint64>{5, 2, 5, 6};
    }
    void readsInTheOrderAskedFor()
    {
        QFETCH(QList<qint64>, indices);
        const std::vector<std::int64_t> wanted(indices.begin(), indices.end());
        const auto data = preparedData(*m_made, file("order.safetensors"));
        const ImageReader reader(*data);
        reader.announce(wanted);
        QVERIFY(isSame(reader.read(wanted), *m_made, wanted));
        QVERIFY(isSame(ImageReader(*m_made).read(wanted), *m_made, wanted));
        QCOMPARE(reader.imageBytes(), std::int64_t{8 * 8 * (3 + 2)});
    }

    void refusesAnImageThatIsNotThere()
    {
        const ImageReader reader(*m_made);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(reader.read(std::vector<std::int64_t>{40})), Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(reader.read(std::vector<std::int64_t>{-1})), Error);
    }

    void endsWhenAskedTo()
    {
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(ImageReader(*m_made).read(std::vector<std::int64_t>{1},
                                                                             false, source.get_token())),
                                 Cancelled);
    }

    void aFileThatBecameShorterIsAnError()
    {
        const auto path = file("short.safetensors");
        const auto data = preparedData(*m_made, path);
        const ImageReader reader(*data);
        std::filesystem::resize_file(path, 4096 + 100);
        const auto sentence = sentenceOf([&] { (void)reader.read(std::vector<std::int64_t>{1}); });
        QVERIFY2(contains(sentence, path.string()) && contains(sentence, "became shorter"), sentence.c_str());
        QVERIFY(!sentenceOf([&] { const ImageReader late(*data); }).empty());
    }

    void aFileThatWasDeletedIsReadOn()
    {
        const auto path = file("deleted.safetensors");
        const auto data = preparedData(*m_made, path);
        const ImageReader reader(*data);
        std::filesystem::remove(path);
        const std::vector<std::int64_t> wanted{8, 3};
        QVERIFY(isSame(reader.read(wanted), *m_made, wanted));
        QVERIFY_EXCEPTION_THROWN(ImageReader late(*data), Error);
    }

    void anotherSetInItsPlaceIsRefused()
    {
        const auto path = file("replaced.safetensors");
        const auto data = preparedData(*m_made, path);
        static_cast<void>(preparedData(*madeData({.train = 10}), path));
        QVERIFY(contains(sentenceOf([&] { const ImageReader reader(*data); }), "other images"));
        auto other = *m_made;
        other.fingerprint = "another";
        static_cast<void>(preparedData(other, path));
        QVERIFY(contains(sentenceOf([&] { const ImageReader reader(*data); }), "another set"));
    }
};

QTEST_GUILESS_MAIN(ImageReaderTest)
#include "tst_image_reader.moc"
