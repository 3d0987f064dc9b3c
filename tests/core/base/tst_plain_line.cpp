// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/plain_line.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace elbo;

class PlainLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTextBecomesALineOfUtf8_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("line");
        const auto add = [](const char* name, const QByteArray& text, const QByteArray& line) {
            QTest::newRow(name) << text << line;
        };
        add("empty", "", "");
        add("plain", "pairs/00002", "pairs/00002");
        add("UTF-8 of 2, 3 and 4 bytes",
            "K\xC3\xBC"
            "che \xE2\x82\xAC \xF0\x9F\x98\x80",
            "K\xC3\xBC"
            "che \xE2\x82\xAC \xF0\x9F\x98\x80");
        add("Latin-1",
            "K\xFC"
            "che",
            "K\\xFCche");
        add("Latin-1 at the end", "caf\xE9", "caf\\xE9");
        add("line feed", "a\nb", "a\\x0Ab");
        add("other control characters", QByteArray("\0\t\x1B[1m\x7F", 7), "\\x00\\x09\\x1B[1m\\x7F");
        add("longer than need be", "\xC0\x80 \xE0\x80\x80", "\\xC0\\x80 \\xE0\\x80\\x80");
        add("a surrogate", "\xED\xA0\x80", "\\xED\\xA0\\x80");
        add("above the last character", "\xF4\x90\x80\x80 \xF8", "\\xF4\\x90\\x80\\x80 \\xF8");
        add("cut short", "\xE2\x82", "\\xE2\\x82");
    }
    void everyTextBecomesALineOfUtf8()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, line);
        const auto made = plainLine(text.toStdString());
        QCOMPARE(QByteArray::fromStdString(made), line);
        // Throws when it is no UTF-8.
        QCOMPARE(nlohmann::json::parse(nlohmann::json(made).dump()).get<std::string>(), made);
        QCOMPARE(plainLine(made), made);
    }
};

QTEST_GUILESS_MAIN(PlainLineTest)
#include "tst_plain_line.moc"
