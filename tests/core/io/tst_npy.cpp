// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/npy.h"

#include <QtTest/QtTest>

#include <cmath>
#include <fstream>
#include <limits>

using namespace elbo;

class NpyTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    /// A file as numpy.save writes it.
    std::filesystem::path made(const QByteArray& dictionary, const QByteArray& data, char version = 1) const
    {
        QByteArray header = dictionary;
        header += QByteArray(64 - (10 + header.size() + 1) % 64, ' ') + '\n';
        QByteArray bytes("\x93NUMPY", 6);
        bytes += version;
        bytes += '\0';
        bytes += static_cast<char>(header.size() & 0xff);
        bytes += static_cast<char>(header.size() >> 8);
        const auto file = path("made.npy");
        std::ofstream(file, std::ios::binary) << (bytes + header + data).toStdString();
        return file;
    }
    static QByteArray dictionary(const char* type, const char* shape, const char* order = "False")
    {
        return QByteArray("{'descr': '") + type + "', 'fortran_order': " + order + ", 'shape': " + shape +
               ", }";
    }

private Q_SLOTS:
    void whatIsWrittenIsReadBack()
    {
        ImageF image{3, 2, {1.5F, -2, 0, 1e-30F, 3e8F, std::numeric_limits<float>::quiet_NaN()}};
        writeNpy(path("a.npy"), image);
        const auto back = readNpy(path("a.npy"));
        QCOMPARE(back.width, 3);
        QCOMPARE(back.height, 2);
        for (std::size_t i = 0; i < 5; ++i)
            QCOMPARE(back.values[i], image.values[i]);
        QVERIFY(std::isnan(back.values[5]));
        const auto bytes = readTextFile(path("a.npy"));
        QCOMPARE(bytes.size() % 64, std::size_t{24});  // the data begin at a multiple of 64
    }

    void typesOfOthersAreRead_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<float>("second");
        QTest::newRow("f2") << QByteArray("<f2") << QByteArray::fromHex("003c00c0") << -2.0F;
        QTest::newRow("f4 big") << QByteArray(">f4") << QByteArray::fromHex("3f800000c0000000") << -2.0F;
        QTest::newRow("f8") << QByteArray("<f8") << QByteArray::fromHex("000000000000f03f00000000000000c0")
                            << -2.0F;
        QTest::newRow("u2") << QByteArray("<u2") << QByteArray::fromHex("0100ffff") << 65535.0F;
        QTest::newRow("i2") << QByteArray("<i2") << QByteArray::fromHex("0100feff") << -2.0F;
        QTest::newRow("u1") << QByteArray("|u1") << QByteArray::fromHex("01ff") << 255.0F;
        QTest::newRow("i4") << QByteArray("<i4") << QByteArray::fromHex("01000000feffffff") << -2.0F;
    }
    void typesOfOthersAreRead()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, bytes);
        QFETCH(float, second);
        const auto image = readNpy(made(dictionary(type, "(1, 2)"), bytes));
        QCOMPARE(image.width, 2);
        QCOMPARE(image.values[0], 1.0F);
        QCOMPARE(image.values[1], second);
    }

    void whatIsNoDepthIsRefused_data()
    {
        QTest::addColumn<QByteArray>("dictionary");
        QTest::addColumn<QByteArray>("data");
        const QByteArray eight(8, '\0');
        QTest::newRow("complex") << dictionary("<c8", "(1, 1)") << eight;
        QTest::newRow("objects") << dictionary("|O", "(1, 1)") << eight;
        QTest::newRow("columns first") << dictionary("<f4", "(1, 2)", "True") << eight;
        QTest::newRow("one dimension") << dictionary("<f4", "(2,)") << eight;
        QTest::newRow("three dimensions") << dictionary("<f4", "(1, 2, 1)") << eight;
        QTest::newRow("empty") << dictionary("<f4", "(0, 2)") << QByteArray();
        QTest::newRow("huge") << dictionary("<f4", "(999999999, 999999999)") << eight;
        QTest::newRow("short") << dictionary("<f4", "(1, 3)") << eight;
        QTest::newRow("long") << dictionary("<f4", "(1, 1)") << eight;
        QTest::newRow("no dictionary") << QByteArray("hello") << eight;
    }
    void whatIsNoDepthIsRefused()
    {
        QFETCH(QByteArray, dictionary);
        QFETCH(QByteArray, data);
        QVERIFY_EXCEPTION_THROWN((void)readNpy(made(dictionary, data)), Error);
    }

    void cutAnywhereItIsRefused()
    {
        writeNpy(path("whole.npy"), {2, 2, {1, 2, 3, 4}});
        const auto bytes = readTextFile(path("whole.npy"));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            std::ofstream(path("cut.npy"), std::ios::binary) << bytes.substr(0, size);
            QVERIFY_EXCEPTION_THROWN((void)readNpy(path("cut.npy")), Error);
        }
        QVERIFY_EXCEPTION_THROWN((void)readNpy(m_folder.path().toStdString()), Error);
        QVERIFY_EXCEPTION_THROWN((void)readNpy(made(dictionary("<f4", "(1, 2)"), QByteArray(8, '\0'), 9)),
                                 Error);
    }
};

QTEST_APPLESS_MAIN(NpyTest)
#include "tst_npy.moc"
