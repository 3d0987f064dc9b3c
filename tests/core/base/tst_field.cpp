// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/field.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace elbo;

namespace {

std::vector<Field> table()
{
    Field epochs{.name = "epochs",
                 .label = "Epochs",
                 .help = {},
                 .unit = "epochs",
                 .kind = FieldKind::Integer,
                 .defaultValue = std::int64_t{20},
                 .minimum = 1,
                 .maximum = 100};
    Field rate{.name = "rate",
               .label = "Rate",
               .help = {},
               .unit = {},
               .kind = FieldKind::Real,
               .defaultValue = 1e-3,
               .minimum = 0,
               .maximum = 1,
               .minimumExclusive = true};
    Field on{.name = "on",
             .label = "On",
             .help = {},
             .unit = {},
             .kind = FieldKind::Boolean,
             .defaultValue = false};
    Field fill{.name = "fill",
               .label = "Fill",
               .help = {},
               .unit = {},
               .kind = FieldKind::Choice,
               .defaultValue = std::string("nearest"),
               .choices = {"nearest", "none"}};
    return {epochs, rate, on, fill};
}

QString sentenceOf(const std::function<void()>& throwing)
{
    try {
        throwing();
    } catch (const Error& error) {
        return error.code() == ErrorCode::BadSetting ? QString::fromUtf8(error.what())
                                                     : QStringLiteral("another code");
    }
    return {};
}

}  // namespace

class FieldTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void missingValuesHaveTheDefault()
    {
        const auto fields = table();
        FieldValues values;
        QCOMPARE(values.integer(fields, "epochs"), 20);
        values.set("epochs", std::int64_t{3});
        QCOMPARE(values.integer(fields, "epochs"), 3);
        QCOMPARE(values.real(fields, "rate"), 1e-3);
        QCOMPARE(values.text(fields, "fill"), std::string("nearest"));
        QCOMPARE(values.boolean(fields, "on"), false);
        QVERIFY_EXCEPTION_THROWN((void)values.real(fields, "epochs"), Error);
        QVERIFY_EXCEPTION_THROWN((void)values.real(fields, "nobody"), Error);
    }

    void textIsReadByKind()
    {
        const auto fields = table();
        QCOMPARE(parseFieldValue(fields[0], "7"), FieldValue(std::int64_t{7}));
        QCOMPARE(parseFieldValue(fields[1], "1e-4"), FieldValue(1e-4));
        QCOMPARE(parseFieldValue(fields[2], "yes"), FieldValue(true));
        QCOMPARE(parseFieldValue(fields[3], "none"), FieldValue(std::string("none")));
    }

    void wrongTextIsOneSentence_data()
    {
        QTest::addColumn<int>("field");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("word") << 0 << QByteArray("many")
                              << QStringLiteral("epochs must be a whole number from 1 to 100, not \"many\".");
        QTest::newRow("fraction") << 0 << QByteArray("1.5")
                                  << QStringLiteral(
                                         "epochs must be a whole number from 1 to 100, not \"1.5\".");
        QTest::newRow("range") << 0 << QByteArray("0")
                               << QStringLiteral("epochs must be a whole number from 1 to 100, not \"0\".");
        QTest::newRow("exclusive") << 1 << QByteArray("0")
                                   << QStringLiteral(
                                          "rate must be a number above 0 and at most 1, not \"0\".");
        QTest::newRow("nan") << 1 << QByteArray("nan")
                             << QStringLiteral("rate must be a number above 0 and at most 1, not \"nan\".");
        QTest::newRow("boolean") << 2 << QByteArray("maybe")
                                 << QStringLiteral("on must be true or false, not \"maybe\".");
        QTest::newRow("choice") << 3 << QByteArray("glue")
                                << QStringLiteral("fill must be nearest or none, not \"glue\".");
        QTest::newRow("as it was written")
            << 1 << QByteArray("1e9")
            << QStringLiteral("rate must be a number above 0 and at most 1, not \"1e9\".");
        QTest::newRow("empty") << 0 << QByteArray("")
                               << QStringLiteral("epochs must be a whole number from 1 to 100, not \"\".");
    }
    void wrongTextIsOneSentence()
    {
        QFETCH(int, field);
        QFETCH(QByteArray, text);
        QFETCH(QString, sentence);
        const auto fields = table();
        QCOMPARE(sentenceOf([&] {
                     (void)parseFieldValue(fields[static_cast<std::size_t>(field)], text.toStdString());
                 }),
                 sentence);
    }

    void textAndJsonReadBackToTheSameValues()
    {
        const auto fields = table();
        FieldValues values;
        values.set("epochs", std::int64_t{9});
        values.set("rate", 0.1 + 0.2);
        values.set("on", true);
        values.set("fill", std::string("none"));
        for (const auto& field : fields)
            QCOMPARE(parseFieldValue(field, fieldValueText(values.all().at(field.name))),
                     values.all().at(field.name));
        const auto json = nlohmann::json::parse(fieldValuesToJson(fields, values).dump());
        QCOMPARE(fieldValuesFromJson(fields, json), values);
    }

    void jsonIsChecked()
    {
        const auto fields = table();
        for (const auto* text :
             {R"({"epochs": "3"})", R"({"epochs": 0})", R"({"epochs": 1.5})", R"({"nobody": 1})",
              R"({"on": 1})", R"([])", R"({"epochs": 18446744073709551615})"})
            QVERIFY2(!sentenceOf([&] {
                          (void)fieldValuesFromJson(fields, nlohmann::json::parse(text));
                      }).isEmpty(),
                     text);
    }

    void problemsNameUnknownFields()
    {
        FieldValues values;
        values.set("nobody", true);
        values.set("rate", 2.0);
        QCOMPARE(fieldProblems(table(), values).size(), std::size_t{2});
    }

    void unknownFieldsTellTheNearest()
    {
        const auto wanted = QStringLiteral(
            "There is no setting named \"epocs\" here (nearest: epochs); "
            "`list fields` shows those there are.");
        QCOMPARE(
            sentenceOf([] { (void)fieldValuesFromJson(table(), nlohmann::json::parse(R"({"epocs": 3})")); }),
            wanted);
        FieldValues values;
        values.set("epocs", std::int64_t{3});
        QCOMPARE(QString::fromStdString(fieldProblems(table(), values).front()), wanted);
    }

    void wholeNumbersHaveWholeLimits()
    {
        auto field = table()[0];
        field.maximum = 1e6;
        QVERIFY(sentenceOf([&] {
                    (void)parseFieldValue(field, "0");
                }).contains(QLatin1String("from 1 to 1000000,")));
    }
};

QTEST_GUILESS_MAIN(FieldTest)
#include "tst_field.moc"
