// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_text.h"

#include <QtTest/QtTest>

#include <cmath>
#include <limits>

class NumberTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbers_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << 0.0 << QStringLiteral("0");
        QTest::newRow("whole") << 42.0 << QStringLiteral("42");
        QTest::newRow("thousands") << 1234.0 << QStringLiteral("1,234");
        QTest::newRow("negative") << -16384.4 << QStringLiteral("-16,384");
        QTest::newRow("digits beyond are kept whole") << 1234567.0 << QStringLiteral("1,234,567");
        QTest::newRow("small") << 0.00012 << QStringLiteral("0.00012");
        QTest::newRow("tiny") << 1.2e-7 << QStringLiteral("1.2e-7");
        QTest::newRow("huge") << 3e15 << QStringLiteral("3e15");
        QTest::newRow("rounded") << 3.14159265 << QStringLiteral("3.1416");
        QTest::newRow("nan") << std::nan("") << QStringLiteral("n/a");
        QTest::newRow("infinite") << -std::numeric_limits<double>::infinity() << QStringLiteral("-∞");
    }
    void numbers()
    {
        QFETCH(double, value);
        QTEST(elbo::numberText(value), "text");
    }

    void axisNumbers_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<double>("step");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero of rounding") << 1e-17 << 0.1 << QStringLiteral("0");
        QTest::newRow("tenths") << 0.30000000000000004 << 0.1 << QStringLiteral("0.3");
        QTest::newRow("quarters") << 0.25 << 0.25 << QStringLiteral("0.25");
        QTest::newRow("hundreds") << -12400.0 << 200.0 << QStringLiteral("-12,400");
        QTest::newRow("thousands") << -58000.0 << 2000.0 << QStringLiteral("-58k");
        QTest::newRow("half thousands") << 2500.0 << 2500.0 << QStringLiteral("2.5k");
        QTest::newRow("millions") << 1.5e6 << 5e5 << QStringLiteral("1,500k");
        QTest::newRow("whole millions") << 4e6 << 2e6 << QStringLiteral("4M");
        QTest::newRow("tiny") << 2e-6 << 1e-6 << QStringLiteral("2e-6");
    }
    void axisNumbers()
    {
        QFETCH(double, value);
        QFETCH(double, step);
        QTEST(elbo::axisNumberText(value, step), "text");
    }

    void durations()
    {
        QCOMPARE(elbo::durationText(4.24), QStringLiteral("4.2 s"));
        QCOMPARE(elbo::durationText(42.0), QStringLiteral("42 s"));
        QCOMPARE(elbo::durationText(200.0), QStringLiteral("3 min 20 s"));
        QCOMPARE(elbo::durationText(7500.0), QStringLiteral("2 h 05 min"));
        QCOMPARE(elbo::durationText(-1.0), QStringLiteral("unknown"));
        QCOMPARE(elbo::durationText(std::numeric_limits<double>::infinity()), QStringLiteral("unknown"));
    }

    void roughTimesHaveTwoOfTheirUnitAtLeast()
    {
        QCOMPARE(elbo::roughDurationText(0.2), QStringLiteral("a second"));
        QCOMPARE(elbo::roughDurationText(40.4), QStringLiteral("40 seconds"));
        QCOMPARE(elbo::roughDurationText(90.0), QStringLiteral("2 minutes"));
        QCOMPARE(elbo::roughDurationText(5400.0), QStringLiteral("2 hours"));
        QCOMPARE(elbo::roughDurationText(42.2 * 3600), QStringLiteral("42 hours"));
        QCOMPARE(elbo::roughDurationText(86400.0 * 3), QStringLiteral("3 days"));
        QCOMPARE(elbo::roughDurationText(86400.0 * 365.25 * 12), QStringLiteral("12 years"));
        QCOMPARE(elbo::roughDurationText(-1.0), QStringLiteral("unknown"));
    }

    void bytes()
    {
        QCOMPARE(elbo::byteText(512.0), QStringLiteral("512 B"));
        QCOMPARE(elbo::byteText(1.44e9), QStringLiteral("1.4 GB"));
        QCOMPARE(elbo::byteText(700e6), QStringLiteral("700 MB"));
    }
};

QTEST_GUILESS_MAIN(NumberTextTest)
#include "tst_number_text.moc"
