// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/crc32.h"
#include "core/store/torch_error.h"
#include "core/store/zip_archive.h"
#include "core/store/zip_writer.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <functional>
#include <string>
#include <vector>

using namespace elbo;

namespace {

Error damagedFile(const std::string& path, const std::string& reason)
{
    return torchFileError(path, reason);
}

std::span<const std::byte> bytesOf(const std::string& text)
{
    return std::as_bytes(std::span(text));
}

template <typename Number>
void put(QByteArray& bytes, qsizetype place, Number value)
{
    std::memcpy(bytes.data() + place, &value, sizeof value);
}

}  // namespace

class ZipArchiveTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QByteArray m_good;

    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    [[nodiscard]] std::filesystem::path write(const QByteArray& bytes) const
    {
        QFile out(QString::fromStdString(path("made.zip").string()));
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
            qFatal("cannot write");
        return path("made.zip");
    }
    static void readAll(const std::filesystem::path& path)
    {
        const InputFile file(path, damagedFile);
        const ZipArchive archive(file, damagedFile);
        for (const auto& entry : archive.entries()) {
            std::vector<std::byte> bytes(entry.bytes);
            archive.read(entry, bytes);
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        ZipWriter writer(path("good.zip"), {});
        writer.add("a/first", bytesOf("hello"));
        writer.add("a/second", bytesOf(std::string(100, 'x')));
        writer.add("a/nothing", {});
        writer.commit();
        QFile in(QString::fromStdString(path("good.zip").string()));
        QVERIFY(in.open(QIODevice::ReadOnly));
        m_good = in.readAll();
    }

    // The check value of the catalogue of parametrised CRC algorithms, and the empty sum.
    void theChecksumIsThatOfZip()
    {
        QCOMPARE(crc32(bytesOf("123456789")), 0xCBF43926U);
        QCOMPARE(crc32({}), 0U);
        const std::string text = "The quick brown fox jumps over the lazy dog";
        QCOMPARE(crc32(bytesOf(text)), 0x414FA339U);
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            QCOMPARE(crc32(bytesOf(text.substr(cut)), crc32(bytesOf(text.substr(0, cut)))), 0x414FA339U);
        }
    }

    void whatIsWrittenIsRead()
    {
        const InputFile file(path("good.zip"), damagedFile);
        const ZipArchive archive(file, damagedFile);
        QCOMPARE(archive.entries().size(), std::size_t{3});
        QVERIFY(archive.find("a/third") == nullptr);
        QCOMPARE(archive.find("a/nothing")->bytes, std::uint64_t{0});
        const auto* entry = archive.find("a/first");
        std::string text(entry->bytes, '\0');
        archive.read(*entry, std::as_writable_bytes(std::span(text)));
        QCOMPARE(text, std::string("hello"));
        for (const auto& each : archive.entries())
            QCOMPARE(each.offset % 64, std::uint64_t{0});
    }

    void everyTruncationIsRefused()
    {
        for (qsizetype length = 0; length < m_good.size(); ++length)
            QVERIFY_EXCEPTION_THROWN(readAll(write(m_good.left(length))), Error);
    }

    void hostileArchivesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("reason");
        const auto end = m_good.lastIndexOf("PK\x05\x06");
        const auto end64 = m_good.lastIndexOf("PK\x06\x06");
        const auto locator = m_good.lastIndexOf("PK\x06\x07");
        const auto first = m_good.indexOf("PK\x01\x02");
        const auto second = m_good.indexOf("PK\x01\x02", first + 4);
        const auto changed = [this](const std::function<void(QByteArray&)>& change) {
            QByteArray bytes = m_good;
            change(bytes);
            return bytes;
        };
        const auto numberAt = [&](qsizetype place, auto value) {
            return changed([&](QByteArray& bytes) { put(bytes, place, value); });
        };
        const auto firstNumbers = first + 46 + 7 + 4;  // size, stored size, offset
        QTest::newRow("compressed") << numberAt(first + 10, quint16{8}) << QByteArray("compressed");
        QTest::newRow("encrypted") << numberAt(first + 8, quint16{1}) << QByteArray("encrypted");
        QTest::newRow("several parts") << numberAt(end + 4, quint16{1}) << QByteArray("several");
        QTest::newRow("locator behind the end")
            << numberAt(locator + 8, quint64{1} << 60) << QByteArray("outside");
        QTest::newRow("locator at another place")
            << numberAt(locator + 8, quint64{3}) << QByteArray("damaged");
        QTest::newRow("directory behind the end")
            << numberAt(end64 + 48, ~quint64{0}) << QByteArray("outside");
        QTest::newRow("a large directory") << numberAt(end64 + 40, ~quint64{0}) << QByteArray("outside");
        QTest::newRow("many entries")
            << numberAt(end64 + 32, quint64{1'000'000'000}) << QByteArray("more entries");
        QTest::newRow("one entry more") << numberAt(end64 + 32, quint64{4}) << QByteArray("damaged");
        QTest::newRow("a long name") << numberAt(second + 28, quint16{60'000}) << QByteArray("cut short");
        QTest::newRow("another name")
            << changed([&](QByteArray& bytes) { bytes[first + 46] = 'b'; }) << QByteArray("another name");
        QTest::newRow("sizes that disagree")
            << numberAt(firstNumbers, quint64{6}) << QByteArray("contradict");
        QTest::newRow("no ZIP64 numbers") << numberAt(first + 46 + 7, quint16{2}) << QByteArray("contradict");
        QTest::newRow("an entry behind the end") << changed([&](QByteArray& bytes) {
            put(bytes, firstNumbers, quint64{1'000'000});
            put(bytes, firstNumbers + 8, quint64{1'000'000});
        }) << QByteArray("cut short");
        QTest::newRow("an entry without end") << changed([&](QByteArray& bytes) {
            put(bytes, firstNumbers, ~quint64{0});
            put(bytes, firstNumbers + 8, ~quint64{0});
        }) << QByteArray("cut short");
        QTest::newRow("an offset behind the end")
            << numberAt(firstNumbers + 16, ~quint64{0}) << QByteArray("outside");
        QTest::newRow("an offset into data")
            << numberAt(firstNumbers + 16, quint64{7}) << QByteArray("directory says");
        QTest::newRow("an entry over another") << changed([&](QByteArray& bytes) {
            put(bytes, firstNumbers, quint64{200});
            put(bytes, firstNumbers + 8, quint64{200});
        }) << QByteArray("share bytes");
        QTest::newRow("a wrong checksum") << numberAt(first + 16, quint32{1}) << QByteArray("checksum");
        QTest::newRow("damaged data")
            << changed([&](QByteArray& bytes) { bytes[64] = 'j'; }) << QByteArray("checksum");
    }
    void hostileArchivesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, reason);
        try {
            readAll(write(bytes));
            QFAIL("the archive was accepted");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadFile);
            const QByteArray sentence = error.what();
            QVERIFY2(sentence.contains(reason), sentence.constData());
            QVERIFY(sentence.endsWith('.') && !sentence.contains('\n'));
        }
    }

    void aNameTwiceIsRefused()
    {
        ZipWriter writer(path("twice.zip"), {});
        writer.add("a", bytesOf("1"));
        writer.add("a", bytesOf("2"));
        writer.commit();
        QVERIFY_EXCEPTION_THROWN(readAll(path("twice.zip")), Error);
    }

    void aCommentAtTheEndIsPassedBy()
    {
        QByteArray bytes = m_good;
        put(bytes, bytes.size() - 2, quint16{5});
        readAll(write(bytes + "notes"));
    }
};

QTEST_GUILESS_MAIN(ZipArchiveTest)
#include "tst_zip_archive.moc"
