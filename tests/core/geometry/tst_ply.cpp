// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/geometry/cloud_filter.h"
#include "core/geometry/ply.h"

#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtTest/QtTest>

#include <cmath>
#include <fstream>

using namespace elbo;

namespace {

PointCloud sample()
{
    DepthImage image{5, 4, {}, {}, true};
    for (int i = 0; i < 20; ++i) {
        image.depth.push_back(1.0F + 0.013F * static_cast<float>(i));
        for (int channel = 0; channel < 3; ++channel)
            image.color.push_back(static_cast<std::uint8_t>(13 * i + channel));
    }
    return withNormals(unproject(image, {5, 5, 2, 1.5, 5, 4, false, {}}));
}

/// What a file tells: no pixels.
PointCloud told(PointCloud cloud)
{
    cloud.pixels.clear();
    cloud.width = cloud.height = 0;
    return cloud;
}

PointCloud parsed(const QByteArray& text)
{
    return parsePly(std::as_bytes(std::span(text.constData(), static_cast<std::size_t>(text.size()))),
                    "made");
}

const QByteArray kHeader =
    "ply\nformat ascii 1.0\nelement vertex 2\nproperty float x\nproperty float y\n"
    "property float z\nend_header\n";

}  // namespace

class PlyTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }

private Q_SLOTS:
    void whatIsWrittenIsReadBack_data()
    {
        QTest::addColumn<bool>("ascii");
        QTest::addColumn<bool>("normals");
        QTest::addColumn<bool>("colors");
        for (const bool ascii : {false, true})
            for (const bool normals : {false, true})
                for (const bool colors : {false, true})
                    QTest::addRow("%d%d%d", ascii, normals, colors) << ascii << normals << colors;
    }
    void whatIsWrittenIsReadBack()
    {
        QFETCH(bool, ascii);
        QFETCH(bool, normals);
        QFETCH(bool, colors);
        auto cloud = sample();
        if (!colors)
            cloud.colors.clear();
        cloud.metric = colors;
        writePly(path("cloud.ply"), cloud, {.ascii = ascii, .normals = normals});
        if (!normals)
            cloud.normals.clear();
        QCOMPARE(readPly(path("cloud.ply")), told(cloud));
    }

    // Read by a program that is not ours: the plyfile module, or VTK's reader.
    void othersReadIt_data()
    {
        QTest::addColumn<bool>("ascii");
        QTest::newRow("binary") << false;
        QTest::newRow("ascii") << true;
    }
    void othersReadIt()
    {
        QFETCH(bool, ascii);
        // The system's own Python has the system's modules; another one may come first on the path.
        auto python = QStandardPaths::findExecutable(QStringLiteral("python3"), {QStringLiteral("/usr/bin")});
        if (python.isEmpty())
            python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (python.isEmpty())
            QSKIP("there is no Python to read the file with");
        const auto cloud = sample();
        writePly(path("others.ply"), cloud, {.ascii = ascii});
        const QString script = QStringLiteral(
            "import sys\n"
            "try:\n"
            "    import plyfile\n"
            "    v = plyfile.PlyData.read(sys.argv[1])['vertex']\n"
            "    rows = [[float(v[n][i]) for n in ('x', 'y', 'z', 'nx', 'ny', 'nz', 'red', 'green', "
            "'blue')]\n"
            "            for i in range(v.count)]\n"
            "except ImportError:\n"
            "    try:\n"
            "        from vtkmodules.vtkIOPLY import vtkPLYReader\n"
            "    except ImportError:\n"
            "        print('absent'); sys.exit(0)\n"
            "    r = vtkPLYReader(); r.SetFileName(sys.argv[1]); r.Update(); o = r.GetOutput()\n"
            "    d = o.GetPointData()\n"
            "    rows = [list(o.GetPoint(i)) + list(d.GetNormals().GetTuple(i)) + "
            "list(d.GetScalars().GetTuple(i)[:3])\n"
            "            for i in range(o.GetNumberOfPoints())]\n"
            "for row in rows: print(*row)\n");
        QProcess reader;
        reader.start(python,
                     {QStringLiteral("-c"), script, QString::fromStdString(path("others.ply").string())});
        QVERIFY(reader.waitForFinished(60000));
        const auto output = QString::fromUtf8(reader.readAllStandardOutput());
        if (output.trimmed() == QLatin1String("absent"))
            QSKIP("Python has neither plyfile nor VTK");
        QVERIFY2(reader.exitCode() == 0, reader.readAllStandardError().constData());
        const auto lines = output.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(static_cast<std::size_t>(lines.size()), cloud.size());
        for (std::size_t i = 0; i < cloud.size(); ++i) {
            const auto values = lines[static_cast<qsizetype>(i)].split(QLatin1Char(' '));
            QCOMPARE(values.size(), 9);
            for (std::size_t k = 0; k < 3; ++k) {
                QVERIFY(std::abs(values[static_cast<qsizetype>(k)].toDouble() - cloud.positions[3 * i + k]) <
                        1e-5);
                QVERIFY(std::abs(values[static_cast<qsizetype>(3 + k)].toDouble() -
                                 cloud.normals[3 * i + k]) < 1e-5);
                QCOMPARE(values[static_cast<qsizetype>(6 + k)].toDouble(),
                         static_cast<double>(cloud.colors[3 * i + k]));
            }
        }
    }

    void filesOfOthersAreRead()
    {
        const auto cloud = parsed(
            "ply\r\nformat ascii 1.0\r\ncomment made by hand\r\nelement camera 1\r\nproperty int id\r\n"
            "element vertex 2\r\nproperty double x\r\nproperty double y\r\nproperty uchar quality\r\n"
            "property double z\r\nproperty float red\r\nproperty float green\r\nproperty float blue\r\n"
            "element face 1\r\nproperty list uchar int vertex_indices\r\nend_header\r\n"
            "7\r\n1 2 9 3 0 0.5 1\r\n4 5 9 6 2 -1 0\r\n3 0 1 0\r\n");
        QCOMPARE(cloud.positions, (std::vector<float>{1, 2, 3, 4, 5, 6}));
        QCOMPARE(cloud.colors, (std::vector<std::uint8_t>{0, 128, 255, 255, 0, 0}));
        const QByteArray big(
            "ply\nformat binary_big_endian 1.0\nelement vertex 1\nproperty float x\n"
            "property short y\nproperty double z\nend_header\n");
        const auto swapped = parsed(big + QByteArray::fromHex("3f800000fffe4008000000000000"));
        QCOMPARE(swapped.positions, (std::vector<float>{1, -2, 3}));
    }

    void whatIsNoPlyIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("other") << QByteArray("solid\n");
        QTest::newRow("no end") << QByteArray("ply\nformat ascii 1.0\nelement vertex 1\n");
        QTest::newRow("no format") << QByteArray("ply\nelement vertex 0\nend_header\n");
        QTest::newRow("odd format") << QByteArray("ply\nformat middle 1.0\nelement vertex 0\nend_header\n");
        QTest::newRow("no vertices") << QByteArray("ply\nformat ascii 1.0\nend_header\n");
        QTest::newRow("early property")
            << QByteArray("ply\nformat ascii 1.0\nproperty float x\nend_header\n");
        QTest::newRow("odd type") << QByteArray(kHeader).replace("float z", "quad z") + "1 2 3 4 5 6\n";
        QTest::newRow("no z") << QByteArray(kHeader).replace("float z", "float w") + "1 2 3 4 5 6\n";
        QTest::newRow("list") << QByteArray(kHeader).replace("float z", "list uchar float z") + "1 2 1 3\n";
        QTest::newRow("short") << kHeader + "1 2 3 4 5";
        QTest::newRow("words") << kHeader + "1 2 3 4 five 6";
        QTest::newRow("glued") << kHeader + "1 2 3 4 5 6x";
        QTest::newRow("not finite") << kHeader + "1 2 3 4 nan 6\n";
        QTest::newRow("huge") << QByteArray(kHeader).replace("vertex 2", "vertex 18446744073709551615") +
                                     "1 2 3\n";
        QTest::newRow("huge binary") << QByteArray(kHeader)
                                                .replace("ascii", "binary_little_endian")
                                                .replace("vertex 2", "vertex 4000000000") +
                                            QByteArray(48, '\0');
        QTest::newRow("negative") << QByteArray(kHeader).replace("vertex 2", "vertex -2") + "1 2 3\n";
    }
    void whatIsNoPlyIsRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY_EXCEPTION_THROWN((void)parsed(text), Error);
    }

    void cutAnywhereItIsRefused()
    {
        writePly(path("whole.ply"), sample());
        const auto bytes = readTextFile(path("whole.ply"));
        for (std::size_t size = 0; size < bytes.size(); ++size)
            QVERIFY_EXCEPTION_THROWN((void)parsed(QByteArray(bytes.data(), static_cast<qsizetype>(size))),
                                     Error);
    }

    void anEmptyCloudIsNotWritten()
    {
        QVERIFY_EXCEPTION_THROWN(writePly(path("empty.ply"), PointCloud{}), Error);
        QVERIFY(!std::filesystem::exists(path("empty.ply")));
    }

    void aFullDiskLeavesWhatWasThere()
    {
        std::ofstream(path("full.ply")) << "old";
        const auto full = [](const std::filesystem::path&, std::uint64_t bytes, bool) {
            if (bytes > 300)
                throw Error(ErrorCode::DiskFull, "The disk is full.");
        };
        QVERIFY_EXCEPTION_THROWN(writePly(path("full.ply"), sample(), {}, full), Error);
        QCOMPARE(readTextFile(path("full.ply")), std::string("old"));
        QCOMPARE(QDir(m_folder.path()).entryList({QStringLiteral("full.ply*")}).size(), 1);
    }
};

QTEST_GUILESS_MAIN(PlyTest)
#include "tst_ply.moc"
