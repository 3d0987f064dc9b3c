// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"
#include "tests/support/shared_folder.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace elbo::tests;

/// That a network learns real images as well as the published one does. tests/benchmarks/quality.sh does the
/// same for what takes longer.
class LearningTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // A Python run of the published network reaches 28.8; the mean image has 52.9.
    void fcVaeLearnsMnistInThreeEpochs()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const QTemporaryDir folder;
        const auto data = QStringLiteral("mnist:") + QString::fromStdString((shared / "data/mnist").string());
        const auto result = runCli(
            {QStringLiteral("train"), QStringLiteral("--preset"), QStringLiteral("paper/fc-vae-mnist"),
             QStringLiteral("--data"), data, QStringLiteral("--epochs"), QStringLiteral("3"),
             QStringLiteral("--device"), QStringLiteral("cpu"), QStringLiteral("--json"),
             QStringLiteral("--quiet"), QStringLiteral("--out"), folder.filePath(QStringLiteral("run"))});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto lines = result.jsonLines();
        QCOMPARE(lines.size(), 4);
        const auto mse = lines[2][QStringLiteral("test")].toObject()[QStringLiteral("mse")].toDouble();
        QVERIFY2(mse > 0.0 && mse < 32.0, qPrintable(QString::number(mse)));
    }
};

QTEST_GUILESS_MAIN(LearningTest)
#include "tst_learning.moc"
