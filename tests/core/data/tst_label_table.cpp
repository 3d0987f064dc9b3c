// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/label_table.h"

#include <QtTest/QtTest>

#include <fstream>

using namespace elbo;

class LabelTableTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string write(const char* text)
    {
        const auto file = m_folder.path().toStdString() + "/labels.csv";
        std::ofstream(file) << text;
        return file;
    }

private Q_SLOTS:
    void findsByNamePartAndSuffix()
    {
        const LabelTable table(
            write("\xEF\xBB\xBFimage,scene_type\r\n00002,kitchen\r\na/7.jpg,\"bath, "
                  "small\"\r\n00003,unknown\r\n00004,\r\n"));
        QCOMPARE(table.size(), std::size_t{4});
        QCOMPARE(table.find("00002"), std::optional<std::string>("kitchen"));
        QCOMPARE(table.find("pairs/00002"), std::optional<std::string>("kitchen"));
        QCOMPARE(table.find("a/7"), std::optional<std::string>("bath, small"));
        QCOMPARE(table.find("00003"), std::optional<std::string>());
        QCOMPARE(table.find("00004"), std::optional<std::string>());
        QCOMPARE(table.find("0000"), std::optional<std::string>());
    }

    void anyColumnOrderWillDo()
    {
        QCOMPARE(LabelTable(write("type,image\nx,1\n")).find("1"), std::optional<std::string>("x"));
    }

    void othersAreRefused()
    {
        QVERIFY_EXCEPTION_THROWN(LabelTable(write("name,type\na,b\n")), Error);
        QVERIFY_EXCEPTION_THROWN(LabelTable(write("image\na\n")), Error);
        QVERIFY_EXCEPTION_THROWN(LabelTable(write("")), Error);
        QVERIFY_EXCEPTION_THROWN(LabelTable("/no/such.csv"), Error);
        QVERIFY(!LabelTable::looksLikeOne(write("x,y\n")));
        QVERIFY(LabelTable::looksLikeOne(write("image,y\n")));
        QVERIFY(!LabelTable::looksLikeOne("/no/such.csv"));
    }

    void damagedLinesAreNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("part");
        QTest::newRow("an open quotation mark") << QByteArray("image,type\n1,a\n\"2,b\n")
                                                << QByteArray("its line 3 leaves a quotation mark open");
        QTest::newRow("a label that is missing") << QByteArray("image,type\n\n1,a\n2\n")
                                                 << QByteArray("its line 4 has fewer columns than the first");
        QTest::newRow("two labels for one image")
            << QByteArray("image,type\n1,a\n2,b\n1,b\n") << QByteArray("its line 4 gives 1 another label");
        QTest::newRow("cut within a line")
            << QByteArray("image,type\n1,a\n2") << QByteArray("its line 3 has fewer columns");
        QTest::newRow("semicolons") << QByteArray("image;type\n1;a\n") << QByteArray("holds no labels");
        QTest::newRow("another kind") << QByteArray("\x89PNG\r\n\x1a\n", 8) << QByteArray("holds no labels");
    }
    void damagedLinesAreNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, part);
        try {
            (void)LabelTable(write(text.constData()));
            QFAIL("the table was taken");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadFile);
            QVERIFY2(QByteArray(error.what()).contains(part), error.what());
            QVERIFY(QByteArray(error.what()).contains("labels.csv"));
        }
    }

    void whatIsToldTwiceAlikeIsFine()
    {
        const LabelTable table(write("image,type,more\n1,a,x,y\n1,a\n,b\n"));
        QCOMPARE(table.find("1"), std::optional<std::string>("a"));
        QCOMPARE(table.size(), std::size_t{1});
    }

    void aFolderIsRefused() { QVERIFY_EXCEPTION_THROWN(LabelTable(m_folder.path().toStdString()), Error); }

    void fieldsMayBeQuoted()
    {
        QCOMPARE(csvFields("a,\"b,\"\"c\"\"\",,d"), (std::vector<std::string>{"a", "b,\"c\"", "", "d"}));
    }
};

QTEST_GUILESS_MAIN(LabelTableTest)
#include "tst_label_table.moc"
