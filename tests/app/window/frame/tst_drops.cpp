// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/drops.h"
#include "app/window/session/text.h"
#include "core/io/pair_names.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <fstream>

using elbo::classifyDrop;
using elbo::DropKind;

class DropsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void kindsAreToldByName()
    {
        const QTemporaryDir home;
        const auto base = elbo::toPath(home.path());
        std::filesystem::create_directories(base / "run");
        std::ofstream(base / "run" / "run.json") << "{}";
        std::filesystem::create_directories(base / "images");
        QVERIFY(classifyDrop({base / "run"}).kind == DropKind::Run);
        QCOMPARE(elbo::toQt(classifyDrop({base / "run" / "run.json"}).paths.front()),
                 elbo::toQt(base / "run"));
        QVERIFY(classifyDrop({base / "images"}).kind == DropKind::Data);
        for (const auto* name : {"a.safetensors", "a.pt", "a.PTH", "model_best.pth.tar", "a.ckpt"}) {
            QVERIFY2(classifyDrop({base / name}).kind == DropKind::Weights, name);
        }
        // Weights without an ending are told by what they begin with.
        std::ofstream(base / "best_model") << "PK\x03\x04 and so on";
        QVERIFY(classifyDrop({base / "best_model"}).kind == DropKind::Weights);
        QVERIFY(classifyDrop({base / "t10k-images-idx3-ubyte.gz"}).kind == DropKind::Data);
        QVERIFY(classifyDrop({base / "nyu_depth_v2_labeled.mat"}).kind == DropKind::Data);
        // Every picture that rgbd-folder reads can be dropped alone, too.
        for (const auto* name : {"a.png", "a.JPG", "a.jpeg", "a.tif", "a.tiff", "a.bmp", "a.webp", "a.pgm"}) {
            QVERIFY2(elbo::isPictureName(base / name), name);
            QVERIFY2(classifyDrop({base / name}).kind == DropKind::Pictures, name);
        }
        QVERIFY(classifyDrop({base / "letter.txt"}).kind == DropKind::Nothing);
        QVERIFY(classifyDrop({}).kind == DropKind::Nothing);
    }

    void aMixedDropKeepsWhatTheFirstKnownFileIs()
    {
        const auto drop = classifyDrop({"letter.txt", "a.PNG", "b.jpg", "c.safetensors"});
        QVERIFY(drop.kind == DropKind::Pictures);
        QCOMPARE(drop.paths.size(), std::size_t{2});
    }

    void whatWillHappenIsSaid()
    {
        QCOMPARE(describeDrop(classifyDrop({"x/sofa.png"})), QStringLiteral("Reconstruct sofa.png"));
        QCOMPARE(describeDrop(classifyDrop({"a.png", "b.png"})), QStringLiteral("Reconstruct 2 pictures"));
        QVERIFY(describeDrop(classifyDrop({"letter.txt"})).isEmpty());
        QVERIFY(!describeDrop(classifyDrop({"best.safetensors"})).isEmpty());
        // PyTorch's files hold weights and nothing else.
        QCOMPARE(describeDrop(classifyDrop({"best.PTH"})),
                 QStringLiteral("Open the weights best.PTH to reconstruct with"));
    }

    void onlyLocalFilesAreTaken()
    {
        const auto paths = elbo::localPaths({QUrl(QStringLiteral("https://example.org/a.png")),
                                             QUrl::fromLocalFile(QStringLiteral("/tmp/b.png"))});
        QCOMPARE(paths.size(), std::size_t{1});
        QCOMPARE(elbo::toQt(paths.front()), QStringLiteral("/tmp/b.png"));
    }
};

QTEST_GUILESS_MAIN(DropsTest)
#include "tst_drops.moc"
