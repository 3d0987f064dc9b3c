// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_config.h"
#include "core/models/model_table.h"
#include "core/training/schedules.h"

#include <QtTest/QtTest>

#include <cmath>
#include <numbers>

using namespace elbo;

namespace {

constexpr double kStep = 0.25;  ///< four steps an epoch

RunConfig made()
{
    RunConfig config;
    config.training.fields.set("epochs", std::int64_t{20});
    config.training.fields.set("learning_rate", 0.01);
    config.training.fields.set("beta", 0.8);
    return config;
}

bool close(double a, double b)
{
    return std::abs(a - b) <= 1e-12;
}

}  // namespace

class SchedulesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingMovesUnlessAsked()
    {
        for (const auto& preset : presets()) {
            const bool report = preset.name.starts_with("paper/") &&
                                !findModelInfo(preset.config.model.key).estimatesDepth;
            const bool asked = preset.config.training.fields.has("learning_rate_schedule");
            QVERIFY2(!report || !asked, preset.name.c_str());  // the report's runs have none
            if (asked)
                continue;
            for (const double epoch : {0.0, 0.3, 7.0, 19.9}) {
                QCOMPARE(betaAt(preset.config, epoch), preset.config.real("beta"));
                QCOMPARE(learningRateAt(preset.config, epoch, kStep), preset.config.real("learning_rate"));
            }
        }
    }

    void betaWarmsUp()
    {
        auto config = made();
        config.training.fields.set("beta_schedule", std::string("warm-up"));
        config.training.fields.set("beta_warmup_epochs", std::int64_t{4});
        QVERIFY(close(betaAt(config, 0), 0));
        QVERIFY(close(betaAt(config, 1), 0.2));
        QVERIFY(close(betaAt(config, 2.5), 0.5));
        QVERIFY(close(betaAt(config, 4), 0.8));
        QVERIFY(close(betaAt(config, 19), 0.8));
    }

    // Four cycles of five epochs: up over two and a half, then level.
    void betaCycles()
    {
        auto config = made();
        config.training.fields.set("beta_schedule", std::string("cyclic"));
        config.training.fields.set("beta_cycles", std::int64_t{4});
        for (const double cycle : {0.0, 5.0, 10.0, 15.0}) {
            QVERIFY(close(betaAt(config, cycle), 0));
            QVERIFY(close(betaAt(config, cycle + 1.25), 0.4));
            QVERIFY(close(betaAt(config, cycle + 2.5), 0.8));
            QVERIFY(close(betaAt(config, cycle + 4.9), 0.8));
        }
    }

    void theLearningRateFallsInSteps()
    {
        auto config = made();
        config.training.fields.set("learning_rate_schedule", std::string("step"));
        config.training.fields.set("learning_rate_step_epochs", std::int64_t{5});
        config.training.fields.set("learning_rate_step_factor", 0.5);
        QVERIFY(close(learningRateAt(config, 4.99, kStep), 0.01));
        QVERIFY(close(learningRateAt(config, 5, kStep), 0.005));
        QVERIFY(close(learningRateAt(config, 19, kStep), 0.01 / 8));
    }

    void theLearningRateFollowsACosine()
    {
        auto config = made();
        config.training.fields.set("learning_rate_schedule", std::string("cosine"));
        config.training.fields.set("learning_rate_end", 0.1);
        QVERIFY(close(learningRateAt(config, 0, kStep), 0.01));
        QVERIFY(close(learningRateAt(config, 10, kStep), 0.01 * 0.55));
        QVERIFY(close(learningRateAt(config, 5, kStep),
                      0.01 * (0.1 + 0.45 * (1 + std::cos(std::numbers::pi / 4)))));
        QVERIFY(close(learningRateAt(config, 20, kStep), 0.001));
    }

    void theLearningRateFollowsAPolynomial()
    {
        auto config = made();
        config.training.fields.set("learning_rate_schedule", std::string("polynomial"));
        config.training.fields.set("learning_rate_power", 2.0);
        QVERIFY(close(learningRateAt(config, 0, kStep), 0.01));
        QVERIFY(close(learningRateAt(config, 15, kStep), 0.01 / 16));
        QVERIFY(close(learningRateAt(config, 20, kStep), 0));
    }

    // The first of eight steps takes an eighth, the eighth and all after it the whole.
    void theLearningRateWarmsUp()
    {
        auto config = made();
        config.training.fields.set("learning_rate_warmup_epochs", std::int64_t{2});
        QVERIFY(close(learningRateAt(config, 0, kStep), 0.01 / 8));
        QVERIFY(close(learningRateAt(config, 1, kStep), 0.01 * 5 / 8));
        QVERIFY(close(learningRateAt(config, 1.75, kStep), 0.01));
        QVERIFY(close(learningRateAt(config, 9, kStep), 0.01));
    }

    void wrongValuesAreSaid_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::newRow("schedule") << "beta_schedule" << "sideways";
        QTest::newRow("no cycles") << "beta_cycles" << "0";
        QTest::newRow("warm-up of no epochs") << "beta_warmup_epochs" << "0";
        QTest::newRow("rate schedule") << "learning_rate_schedule" << "linear";
        QTest::newRow("steps of no epochs") << "learning_rate_step_epochs" << "0";
        QTest::newRow("growing steps") << "learning_rate_step_factor" << "1.5";
        QTest::newRow("clip below 0") << "gradient_clip" << "-1";
        QTest::newRow("clip that is no number") << "gradient_clip" << "much";
        QTest::newRow("best by") << "best_by" << "kl";
        QTest::newRow("patience") << "early_stopping_epochs" << "1.5";
        QTest::newRow("crop all") << "crop" << "1";
        QTest::newRow("flip") << "flip" << "maybe";
        QTest::newRow("brightness") << "brightness" << "2";
    }
    void wrongValuesAreSaid()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        const auto* described = findField(trainingFields(), field.toStdString());
        QVERIFY(described != nullptr);
        std::string sentence;
        try {
            sentence = fieldProblem(*described, parseFieldValue(*described, value.toStdString()));
        } catch (const std::exception& error) {
            sentence = error.what();
        }
        QVERIFY2(sentence.find(field.toStdString()) != std::string::npos, sentence.c_str());
    }
};

QTEST_GUILESS_MAIN(SchedulesTest)
#include "tst_schedules.moc"
