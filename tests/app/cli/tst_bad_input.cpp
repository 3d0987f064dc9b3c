// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"

#include <QtCore/QBuffer>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtCore/QtEndian>
#include <QtGui/QImage>
#include <QtTest/QtTest>

#include <algorithm>

#include <unistd.h>

using namespace elbo::tests;

namespace {

/// Before a command: root without the capabilities that pass by the permissions of files; nobody else needs
/// it.
QStringList asPlainUser()
{
    return ::geteuid() == 0 ? words("setpriv --bounding-set=-dac_override,-dac_read_search") : QStringList();
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The weights with another model's key in their description: its tensors stay what they are.
QByteArray asAnotherModels(const QByteArray& weights)
{
    const auto length = qFromLittleEndian<quint64>(weights.constData());
    auto header = QJsonDocument::fromJson(weights.mid(8, static_cast<qsizetype>(length))).object();
    auto metadata = header[QStringLiteral("__metadata__")].toObject();
    auto description = QJsonDocument::fromJson(metadata[QStringLiteral("elbo")].toString().toUtf8()).object();
    auto config = description[QStringLiteral("config")].toObject();
    config[QStringLiteral("model")] = QJsonObject{{QStringLiteral("key"), QStringLiteral("rgbd-vae")}};
    description[QStringLiteral("config")] = config;
    metadata[QStringLiteral("elbo")] =
        QString::fromUtf8(QJsonDocument(description).toJson(QJsonDocument::Compact));
    header[QStringLiteral("__metadata__")] = metadata;
    auto text = QJsonDocument(header).toJson(QJsonDocument::Compact);
    text = text.leftJustified((text.size() + 7) / 8 * 8, ' ');
    QByteArray size(8, '\0');
    qToLittleEndian(static_cast<quint64>(text.size()), size.data());
    return size + text + weights.mid(8 + static_cast<qsizetype>(length));
}

constexpr int kPairs = 12;

QImage colorPicture(int number, QSize size = {40, 30})
{
    QImage picture(size, QImage::Format_RGB888);
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            picture.setPixelColor(x, y, QColor(5 * x, 7 * y, 20 * number));
    picture.setPixelColor(0, 0, Qt::white);
    return picture;
}

QImage depthPicture(int nearest)
{
    QImage picture(40, 30, QImage::Format_Grayscale16);
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            reinterpret_cast<quint16*>(picture.scanLine(y))[x] =
                static_cast<quint16>(nearest > 0 ? nearest + 20 * x + 10 * y : 0);
    return picture;
}

/// Pairs rgb/N.png and depth/N.png.
bool makePairs(const QString& folder)
{
    bool made =
        QDir().mkpath(folder + QStringLiteral("/rgb")) && QDir().mkpath(folder + QStringLiteral("/depth"));
    for (int i = 0; i < kPairs; ++i)
        made = made && colorPicture(i).save(folder + QStringLiteral("/rgb/%1.png").arg(i)) &&
               depthPicture(1000 + i).save(folder + QStringLiteral("/depth/%1.png").arg(i));
    return made;
}

}  // namespace

/// What cannot be used is one sentence, or a line an image; what was saved stays usable.
class BadInputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const auto result = runCli(words("train --model fc-vae --epochs 1 --device cpu --quiet --out") +
                                   QStringList{run()} + kTinyData);
        QVERIFY2(result.status == 0, result.errors.constData());
    }

    void badInputIsOneSentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("part");
        const auto train = words("train --model fc-vae --quiet --epochs 1 --out") +
                           QStringList{m_folder.filePath(QStringLiteral("never"))};
        const auto data = [&](const QString& spec) {
            return train + QStringList{QStringLiteral("--data"), spec};
        };
        const auto file = [this](const char* name, const QByteArray& bytes) { return write(name, bytes); };
        QTest::newRow("missing data")
            << data(QStringLiteral("rgbd-folder:/does/not/exist")) << QByteArray("/does/not/exist");
        QTest::newRow("unknown set") << data(QStringLiteral("clouds:count=3")) << QByteArray("clouds");
        QTest::newRow("unknown option") << data(QStringLiteral("rooms:colour=3")) << QByteArray("colour");
        QTest::newRow("empty file") << data(QStringLiteral("prepared:") + file("empty.safetensors", {}))
                                    << QByteArray("empty.safetensors");
        QTest::newRow("foreign file")
            << data(QStringLiteral("prepared:") + file("foreign.safetensors", QByteArray(400, 'x')))
            << QByteArray("foreign.safetensors");
        const auto whole = m_folder.filePath(QStringLiteral("whole.safetensors"));
        QCOMPARE(runCli(words("prepare --quiet --out") + QStringList{whole} + kTinyData).status, 0);
        const auto prepared = contentOf(whole);
        QTest::newRow("truncated file") << data(QStringLiteral("prepared:") +
                                                file("cut.safetensors", prepared.first(prepared.size() / 2)))
                                        << QByteArray("cut.safetensors");
        const auto colors = m_folder.filePath(QStringLiteral("colors"));
        makePairs(colors);
        QDir(colors + QStringLiteral("/depth")).removeRecursively();
        QTest::newRow("colour without depth")
            << data(QStringLiteral("rgbd-folder:") + colors) << QByteArray("no depth image");
        QTest::newRow("no test images")
            << QStringList{QStringLiteral("reconstruct"), run(),
                           QStringLiteral("--data"),      QStringLiteral("rooms:count=20,size=32,test=0"),
                           QStringLiteral("--out"),       m_folder.filePath(QStringLiteral("x.png"))}
            << QByteArray("no test images");
        QTest::newRow("no model") << words("train --quiet") + kTinyData << QByteArray("--model");
        QTest::newRow("unknown model") << words("train --quiet --model gan") + kTinyData << QByteArray("gan");
        QTest::newRow("absent GPU") << train + kTinyData + words("--device cuda:99") << QByteArray("cuda:99");
        QTest::newRow("rate out of range")
            << train + kTinyData + words("--set learning_rate=5") << QByteArray("learning_rate");
        QTest::newRow("unknown field") << train + kTinyData + words("--set wings=2") << QByteArray("wings");
        QTest::newRow("no run there") << words("evaluate /does/not/exist") << QByteArray("/does/not/exist");
        QTest::newRow("weights of another program")
            << QStringList{QStringLiteral("evaluate"),
                           file("weights.safetensors", QByteArray("\x02\0\0\0\0\0\0\0{}", 10))}
            << QByteArray("weights.safetensors");
        const auto weights = contentOf(run() + QStringLiteral("/weights/last.safetensors"));
        QTest::newRow("truncated weights")
            << QStringList{QStringLiteral("evaluate"),
                           file("half.safetensors", weights.first(weights.size() / 2))}
            << QByteArray("half.safetensors");
        QTest::newRow("weights of another model")
            << QStringList{QStringLiteral("evaluate"), file("other.safetensors", asAnotherModels(weights))}
            << QByteArray("weights of another model");
        QTest::newRow("another model's weights to begin with")
            << words("train --model rgbd-vae --quiet --epochs 1 --out") +
                   QStringList{m_folder.filePath(QStringLiteral("never")), QStringLiteral("--init"), run()} +
                   kTinyData
            << QByteArray("holds weights of FC-VAE, and the run trains RGB-D VAE");
        QTest::newRow("index outside")
            << QStringList{QStringLiteral("reconstruct"), run(),
                           QStringLiteral("--index"),     QStringLiteral("4000"),
                           QStringLiteral("--out"),       m_folder.filePath(QStringLiteral("x.png"))}
            << QByteArray("4000");
        QTest::newRow("other shape") << QStringList{QStringLiteral("evaluate"), run(),
                                                    QStringLiteral("--data"),
                                                    QStringLiteral("rooms:count=20,size=64")}
                                     << QByteArray("64");
        QTest::newRow("nothing fetched")
            << data(QStringLiteral("mnist")) << QByteArray("or fetch it with: elbo-cli fetch mnist");
        QTest::newRow("nothing to fetch")
            << words("fetch --quiet cifar") << QByteArray("mnist, fashion-mnist");
        QTest::newRow("fetched into a file")
            << words("fetch --quiet mnist --out") + QStringList{file("a-file", "x")} << QByteArray("a-file");
        QTest::newRow("unknown benchmark") << words("bench wings") << QByteArray("wings");
    }
    void badInputIsOneSentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, part);
        const auto result = runCli(arguments);
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains(part), result.errors.constData());
        QVERIFY2(result.sentence().endsWith('.'), result.errors.constData());
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("never"))));
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("x.png"))));
    }

    void oneBadImageIsListedByName_data()
    {
        QTest::addColumn<QByteArray>("color");
        QTest::addColumn<QByteArray>("depth");
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<bool>("leftOut");
        const auto png = [](const QImage& picture) {
            QByteArray bytes;
            QBuffer buffer(&bytes);
            picture.save(&buffer, "PNG");
            return bytes;
        };
        const auto color = png(colorPicture(3));
        const auto depth = png(depthPicture(1500));
        QTest::newRow("foreign") << QByteArray("no picture") << depth << QByteArray("3.png") << true;
        QTest::newRow("empty") << QByteArray() << depth << QByteArray("3.png") << true;
        QTest::newRow("cut short") << color.first(color.size() / 2) << depth << QByteArray("cut short")
                                   << true;
        QTest::newRow("cut depth") << color << depth.first(depth.size() / 2) << QByteArray("cut short")
                                   << true;
        QTest::newRow("sides disagree")
            << png(colorPicture(3, {60, 30})) << depth << QByteArray("60x30") << true;
        QTest::newRow("no valid depth")
            << color << png(depthPicture(0)) << QByteArray("no valid value") << true;
        QImage red(40, 30, QImage::Format_RGB888);
        red.fill(Qt::red);
        QTest::newRow("constant channel") << png(red) << depth << QByteArray("one value everywhere") << false;
    }
    // It is told by name and reason, and training goes on with the others.
    void oneBadImageIsListedByName()
    {
        QFETCH(QByteArray, color);
        QFETCH(QByteArray, depth);
        QFETCH(QByteArray, reason);
        QFETCH(bool, leftOut);
        const auto folder = m_folder.filePath(QString::fromUtf8(QTest::currentDataTag()));
        QVERIFY(makePairs(folder));
        write(QByteArray(QTest::currentDataTag()) + "/rgb/3.png", color);
        write(QByteArray(QTest::currentDataTag()) + "/depth/3.png", depth);
        const auto spec = QStringLiteral("rgbd-folder:size=32,path=") + folder;
        const auto result =
            runCli(words("train --model fc-vae --device cpu --epochs 1 --out") +
                   QStringList{folder + QStringLiteral("-run"), QStringLiteral("--data"), spec});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto lines = result.errors.split('\n');
        QVERIFY2(std::ranges::any_of(lines,
                                     [&](const QByteArray& line) {
                                         return line.startsWith("rgb/3: ") && line.contains(reason);
                                     }),
                 result.errors.constData());
        const auto info = runCli({QStringLiteral("info"), spec, QStringLiteral("--json")}).json();
        QCOMPARE(info[QStringLiteral("images")].toInt(), leftOut ? kPairs - 1 : kPairs);
        const auto problem = info[QStringLiteral("problems")].toArray().first().toObject();
        QCOMPARE(problem[QStringLiteral("name")].toString(), QStringLiteral("rgb/3"));
        QCOMPARE(problem[QStringLiteral("left_out")].toBool(), leftOut);
    }

    // One step an epoch: the first has a finite loss, and its weights no longer give one.
    void aRateThatExplodesKeepsTheLastGoodEpoch()
    {
        const auto folder = m_folder.filePath(QStringLiteral("explodes"));
        const auto result =
            runCli(words("train --model fc-vae --device cpu --precision float32 --epochs 50 --quiet --set "
                         "learning_rate=1 --set batch_size=64 --data rooms:count=40,size=32,test=0 --out") +
                   QStringList{folder});
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("learning rate"), result.errors.constData());
        QVERIFY2(result.sentence().contains("epoch 1 is kept"), result.errors.constData());
        const auto infoOf = [](const QString& path) {
            return runCli({QStringLiteral("info"), path, QStringLiteral("--json")}).json();
        };
        QCOMPARE(infoOf(folder)[QStringLiteral("state")].toString(), QStringLiteral("failed"));
        QCOMPARE(infoOf(folder)[QStringLiteral("epochs")].toInt(), 1);
        const auto weights = infoOf(folder + QStringLiteral("/weights/last.safetensors"));
        QCOMPARE(weights[QStringLiteral("epoch")].toInt(), 1);
    }

    // A limit on the size of files plays the full disk: the system refuses the write as it would there.
    void aFullDiskIsOneSentence()
    {
        const auto folder = m_folder.filePath(QStringLiteral("full"));
        const auto full = limited(QStringLiteral("ulimit -f 100"));
        const auto train =
            words("train --model fc-vae --epochs 1 --device cpu --quiet --out") + QStringList{folder};
        auto result = runCli(train + kTinyData, full);
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains("disk is full"), result.errors.constData());

        // A run that has saved an epoch keeps it, and goes on when there is room again.
        const auto resume = [&](const QStringList& wrapper) {
            return runCli({QStringLiteral("train"), QStringLiteral("--resume"), run(),
                           QStringLiteral("--epochs"), QStringLiteral("3"), QStringLiteral("--quiet")},
                          wrapper);
        };
        const auto evaluated = [this] {
            return runCli(
                {QStringLiteral("evaluate"), run(), QStringLiteral("--json"), QStringLiteral("--quiet")});
        };
        const auto before = evaluated();
        QVERIFY2(before.status == 0, before.errors.constData());
        result = resume(full);
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains("disk is full"), result.errors.constData());
        QCOMPARE(evaluated().output, before.output);
        result = resume({});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto info = runCli({QStringLiteral("info"), run(), QStringLiteral("--json")}).json();
        QCOMPARE(info[QStringLiteral("epochs")].toInt(), 3);
    }

    void noPermissionInTheRunFolderIsOneSentence()
    {
        QDir folder(m_folder.path());
        QVERIFY(folder.mkdir(QStringLiteral("closed")));
        const auto closed = m_folder.filePath(QStringLiteral("closed"));
        const auto inside = closed + QStringLiteral("/run");
        const auto train = words("train --model fc-vae --epochs 1 --device cpu --quiet --out");
        QCOMPARE(runCli(train + QStringList{inside} + kTinyData).status, 0);
        const auto shut = [](const QString& path) {
            return QFile::setPermissions(path, QFile::ReadOwner | QFile::ExeOwner);
        };
        QVERIFY(shut(closed));
        auto result =
            runCli(train + QStringList{closed + QStringLiteral("/other")} + kTinyData, asPlainUser());
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains("permission denied"), result.errors.constData());

        // A run that may be read but not written: going on is refused, what it has learned can be used.
        QVERIFY(shut(inside));
        result = runCli({QStringLiteral("train"), QStringLiteral("--resume"), inside,
                         QStringLiteral("--epochs"), QStringLiteral("2"), QStringLiteral("--quiet")},
                        asPlainUser());
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains("permission denied"), result.errors.constData());
        result =
            runCli({QStringLiteral("evaluate"), inside, QStringLiteral("--json"), QStringLiteral("--quiet")},
                   asPlainUser());
        QVERIFY2(result.status == 0, result.errors.constData());
        for (const auto& path : {closed, inside})
            QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const auto resumed =
            runCli({QStringLiteral("train"), QStringLiteral("--resume"), inside, QStringLiteral("--epochs"),
                    QStringLiteral("2"), QStringLiteral("--quiet")});
        QVERIFY2(resumed.status == 0, resumed.errors.constData());
    }

    void aFolderInUseIsNotOverwritten()
    {
        const auto result =
            runCli(words("train --model fc-vae --quiet --epochs 1 --out") + QStringList{run()} + kTinyData);
        QCOMPARE(result.status, 1);
        QVERIFY(result.sentence().contains("not empty"));
    }

    // The sentence is the last line; what only the details tell comes before it.
    void detailsAreToldWhenTheyAreAskedFor()
    {
        const QStringList train{QStringLiteral("train"), QStringLiteral("--config"),
                                write("details.json", "{]")};
        auto result = runCli(train);
        QCOMPARE(result.status, 1);
        QCOMPARE(result.errors.trimmed().split('\n').size(), 1);
        result = runCli(train + words("--verbose"));
        QCOMPARE(result.status, 1);
        QVERIFY2(result.errors.contains("parse error"), result.errors.constData());
        QVERIFY2(result.sentence().contains("details.json"), result.errors.constData());
    }

    // The system ends the helper, which takes more of the processor than the limit; nobody asked for details.
    void aHelperThatFailsIsToldWithDetails()
    {
        const auto result = runCli(words("train --model fc-vae --quiet --data rooms:count=100000,size=64"),
                                   limited(QStringLiteral("ulimit -c 0; ulimit -t 4")));
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains("process that reads the data set"), result.errors.constData());
        QVERIFY2(result.errors.contains("signal "), result.errors.constData());
    }

private:
    [[nodiscard]] QString run() const { return m_folder.filePath(QStringLiteral("run")); }

    QString write(const QByteArray& name, const QByteArray& bytes) const
    {
        QFile target(m_folder.filePath(QString::fromUtf8(name)));
        if (target.open(QIODevice::WriteOnly))
            target.write(bytes);
        return target.fileName();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(BadInputTest)
#include "tst_bad_input.moc"
