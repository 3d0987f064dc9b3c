// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report.h"
#include "app/window/report/report_page.h"
#include "app/window/report/report_plot.h"
#include "app/window/report/report_runs.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "tests/app/cli/cli_process.h"
#include "tests/app/window/window_fixture.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtCore/QXmlStreamReader>
#include <QtGui/QImage>
#include <QtTest/QTest>

#include <cmath>
#include <functional>

using namespace elbo;
using namespace elbo::tests;

namespace {

QByteArray contentOf(const std::filesystem::path& path)
{
    QFile file(toQt(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString& path, const QByteArray& content)
{
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    QCOMPARE(file.write(content), content.size());
}

/// A run whose description says something else.
void rewrite(const QString& run, const std::function<void(QJsonObject&)>& change)
{
    const auto path = run + QStringLiteral("/run.json");
    auto json = QJsonDocument::fromJson(contentOf(toPath(path))).object();
    QVERIFY(!json.isEmpty());
    change(json);
    put(path, QJsonDocument(json).toJson());
}

bool holds(const std::vector<std::string>& sentences, const std::string& part)
{
    return std::any_of(sentences.begin(), sentences.end(),
                       [&part](const std::string& one) { return one.find(part) != std::string::npos; });
}

std::vector<std::string> cellsOf(const ReportFigure& figure)
{
    std::vector<std::string> cells;
    for (const auto& table : figure.tables) {
        for (const auto& row : table.rows) {
            cells.insert(cells.end(), row.begin(), row.end());
        }
    }
    return cells;
}

JobContext context(const std::stop_token& stop = {})
{
    return {stop, [](const Progress&) {}};
}

/// What gatherReport throws for these runs; nothing when it does not.
std::optional<Failure> failureOf(const std::vector<std::filesystem::path>& runs)
{
    try {
        (void)gatherReport(runs, {}, context());
    } catch (const Error&) {
        return currentFailure();
    }
    return std::nullopt;
}

}  // namespace

class ReportTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString at(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] std::filesystem::path path(const char* name) const { return toPath(at(name)); }
    void train(const char* name, const char* options, const QString& data) const
    {
        const auto result =
            runCli(words("--quiet train --set batch_size=8 --set device=cpu") + words(options) +
                   QStringList{QStringLiteral("--data"), data, QStringLiteral("--out"), at(name)});
        QVERIFY2(result.status == 0, result.errors.constData());
    }
    /// A copy of a run that a test may spoil.
    [[nodiscard]] QString copyOf(const char* name, const char* copy) const
    {
        std::filesystem::copy(path(name), path(copy), std::filesystem::copy_options::recursive);
        return at(copy);
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto digits = WindowFixture::smallDigits(path("digits"));
        const auto mnist = QStringLiteral("mnist:") + at("digits");
        const auto rooms = QStringLiteral("rooms:count=40,size=32,test=0.4");
        train("digits-fc", "--model fc-vae --epochs 2", mnist);
        train("rooms-fc", "--model fc-vae --epochs 3", rooms);
        train("rooms-vgg", "--model vgg-vae --epochs 1 --set filters=4 --set latent_size=8", rooms);
        train(
            "rooms-rgbd",
            "--model rgbd-vae --epochs 3 --set encoder_filters=8 --set decoder_filters=8 --set latent_size=8",
            rooms);
        train("rooms-depth", "--model bts-mobilenetv2 --epochs 1 --set decoder_width=64",
              QStringLiteral("rooms:count=12,size=32"));
    }

    void everyFigureIsMadeFromTheRunThatFitsIt()
    {
        const auto report = gatherReport(
            {path("rooms-fc"), path("digits-fc"), path("rooms-vgg"), path("rooms-rgbd")}, {}, context());
        QCOMPARE(report.figures.size(), std::size_t{6});
        QCOMPARE(report.runs.size(), std::size_t{4});
        const auto& one = report.figures[0];
        QCOMPARE(one.panels.size(), std::size_t{2});
        // The digits, although the rooms stand first and have more epochs; VGG-VAE has rooms alone.
        QVERIFY(one.panels[0].title.find("digits-fc") != std::string::npos);
        QVERIFY(one.panels[0].title.find("after 2 epochs") != std::string::npos);
        QCOMPARE(one.panels[0].rows.size(), std::size_t{2});
        QCOMPARE(one.panels[0].rows[0].pictures.front().channels, 1);
        QVERIFY(one.panels[1].title.find("rooms-vgg") != std::string::npos);
        QVERIFY(holds(one.differences, "rooms-vgg learned from"));
        QVERIFY(holds(one.missing, "elbo-cli train --preset paper/conditional-vae-mnist"));
        QVERIFY(holds(one.missing, "digits-fc kept no pictures of epoch 20: epoch 2 is shown"));
        QVERIFY(holds(one.missing, "--resume " + path("digits-fc").string() + " --epochs 20"));

        QCOMPARE(report.figures[1].panels.size(), std::size_t{1});
        QCOMPARE(report.figures[1].panels[0].rows.size(), std::size_t{4});
        // Both epochs that figure 3 wants are nearest to the last one: it is shown once.
        QCOMPARE(report.figures[2].panels.size(), std::size_t{1});
        QVERIFY(holds(report.figures[2].missing, "of epoch 10: epoch 3 is shown"));
        QVERIFY(holds(report.figures[2].missing, "of epoch 200: epoch 3 is shown"));
        QCOMPARE(report.figures[3].panels.size(), std::size_t{4});
        QVERIFY(report.figures[3].panels[0].title.starts_with("RGB-D VAE"));
        QCOMPARE(report.figures[3].panels[0].plots.size(), std::size_t{4});
        QCOMPARE(report.figures[3].panels[0].plots[3].curves[0].test.size(), std::size_t{3});
        QVERIFY(report.figures[3].missing.empty());
        QCOMPARE(report.figures[4].panels.size(), std::size_t{2});
        QCOMPARE(report.figures[4].panels[0].rows.size(), std::size_t{4});
        QCOMPARE(report.figures[4].panels[1].rows[0].pictures.size(), std::size_t{8});
        QVERIFY(report.figures[4].missing.empty());
        QCOMPARE(report.figures[5].panels[0].rows.size(), std::size_t{5});
        QVERIFY(report.figures[5].panels[0].title.starts_with("METER"));
        QVERIFY(holds(report.figures[5].differences, "BTS"));
    }

    void numbersStandBesideThePublishedOnes()
    {
        const auto report = gatherReport({path("rooms-rgbd")}, {}, context());
        for (const int number : {3, 4, 5, 6}) {
            const auto cells = cellsOf(report.figures[static_cast<std::size_t>(number - 1)]);
            for (const auto* wanted :
                 {"4,464", "4,391", "The report", "16,131,716", "Learning rate", "795 and 654"}) {
                QVERIFY2(holds(cells, wanted), wanted);
            }
        }
        QVERIFY(holds(cellsOf(report.figures[5]), "0.392"));
        QVERIFY(holds(report.figures[3].differences, "14/16"));
        QVERIFY(holds(report.figures[2].differences, "neither the published 32"));
        // Ours: the last epoch's of the history.
        const auto evaluation =
            runCli(words("--quiet evaluate --json") + QStringList{at("rooms-rgbd")}).json();
        const auto& rows = report.figures[2].tables[0].rows;
        QCOMPARE(rows[1][1], std::string("3"));
        const auto told = QString::fromStdString(rows[1][5]).remove(QLatin1Char(',')).toDouble();
        const auto known = evaluation[QStringLiteral("mse")].toDouble();
        QVERIFY2(std::abs(told - known) < 0.05 * known, qPrintable(QString::number(told)));
    }

    void publishedLinesAreDrawnForTheReportsSetAlone()
    {
        const auto rooms = gatherReport({path("rooms-rgbd")}, {}, context());
        QVERIFY(!rooms.figures[3].panels[0].plots[3].published);
        const auto nyu = copyOf("rooms-rgbd", "nyu-rgbd");
        rewrite(nyu, [](QJsonObject& run) {
            run[QStringLiteral("data_title")] = QStringLiteral("NYU, a folder");
        });
        // Of two it is preferred to the rooms, and stands in a panel first.
        const auto report = gatherReport({path("rooms-rgbd"), toPath(nyu)}, {}, context());
        QVERIFY(report.figures[2].panels[0].title.find("NYU") != std::string::npos);
        QCOMPARE(report.figures[3].panels.size(), std::size_t{1});  // one set, as its fingerprint tells
        QVERIFY(!holds(gatherReport({toPath(nyu)}, {}, context()).figures[2].differences, "do not compare"));
    }

    void aDepthNetworkAmongTheRunsEstimatesTheDepth()
    {
        const auto report = gatherReport({path("rooms-depth"), path("rooms-rgbd")}, {}, context());
        QVERIFY(report.figures[5].panels[0].title.find("rooms-depth") != std::string::npos);
        QVERIFY(!holds(report.figures[5].differences, "do not come with Elbo"));
    }

    void thePageNeedsNothingElse()
    {
        const auto hostile = copyOf("rooms-rgbd", "hostile");
        rewrite(hostile, [](QJsonObject& run) {
            run[QStringLiteral("name")] =
                QStringLiteral("<script>alert('1')</script>\"><img src=https://x.y/z>");
            run[QStringLiteral("data_title")] = QStringLiteral("<b>rooms</b> & more");
        });
        const auto report = gatherReport({path("digits-fc"), toPath(hostile)}, {}, context());
        const auto result = writeReport(report, path("out/deep"));
        QCOMPARE(result.page, path("out/deep") / "index.html");
        QCOMPARE(result.files.back(), result.page);
        QCOMPARE(result.files.size(), std::size_t{11});  // all but figure 2
        for (const auto& file : result.files) {
            QVERIFY2(QFile::exists(toQt(file)), file.c_str());
        }
        QCOMPARE(QDir(at("out/deep")).entryList(QDir::Files).size(), 11);

        const auto html = QString::fromUtf8(contentOf(result.page));
        QVERIFY(!html.contains(QStringLiteral("<script")));
        QVERIFY(!html.contains(QStringLiteral("<img src=https")));
        QVERIFY(html.contains(QStringLiteral("&lt;script&gt;alert(&#39;1&#39;)")));
        QVERIFY(html.contains(QStringLiteral("&lt;b&gt;rooms&lt;/b&gt; &amp; more")));
        for (const auto* no : {"<link", "@import", "url(", "file:", "<iframe", "<object", "href="}) {
            QVERIFY2(!html.contains(QLatin1String(no)), no);
        }
        static const QRegularExpression sources(QStringLiteral("src=\"(.{0,30})"));
        int images = 0;
        for (auto found = sources.globalMatch(html); found.hasNext();) {
            QVERIFY(found.next().captured(1).startsWith(QStringLiteral("data:image/svg+xml;base64,")));
            ++images;
        }
        QCOMPARE(images, 5);
        QVERIFY(html.contains(QStringLiteral("@media print")));
        QVERIFY(html.contains(QStringLiteral("prefers-color-scheme:dark")));
        QVERIFY(html.contains(QStringLiteral("4,464")));
        QVERIFY(html.contains(QStringLiteral("<code>elbo-cli train --preset paper/vgg-vae-nyu")));
    }

    void picturesAreDrawn()
    {
        const auto result = writeReport(gatherReport({path("rooms-rgbd")}, {}, context()), path("drawn"));
        QCOMPARE(result.files.size(), std::size_t{9});
        for (const auto& file : result.files) {
            if (file.extension() == ".png") {
                const QImage picture(toQt(file));
                QCOMPARE(picture.width(), 2240);
                QVERIFY(picture.height() > 400);
                QSet<QRgb> colors;
                for (int y = 0; y < picture.height(); y += 3) {
                    for (int x = 0; x < picture.width(); x += 3) {
                        colors.insert(picture.pixel(x, y));
                    }
                }
                QVERIFY2(colors.size() > 20, file.c_str());
            } else if (file.extension() == ".svg") {
                QXmlStreamReader xml(contentOf(file));
                int pictures = 0;
                while (!xml.atEnd()) {
                    if (xml.readNext() == QXmlStreamReader::StartElement &&
                        xml.name() == QLatin1String("image")) {
                        for (const auto& attribute : xml.attributes()) {
                            QVERIFY(attribute.name() != QLatin1String("href") ||
                                    attribute.value().startsWith(QLatin1String("data:image/")));
                        }
                        ++pictures;
                    }
                }
                QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
                QCOMPARE(pictures > 0, file.stem() != "figure-4");
            }
        }
        // Made again it replaces what was there.
        QCOMPARE(writeReport(gatherReport({path("rooms-rgbd")}, {}, context()), path("drawn")).files,
                 result.files);
    }

    void whatARunLacksIsSaid()
    {
        const auto bare = copyOf("rooms-rgbd", "bare");
        std::filesystem::remove_all(toPath(bare) / "kept");
        std::filesystem::remove_all(toPath(bare) / "weights");
        // Without pictures and weights nothing tells that its images have depth.
        auto report = gatherReport({toPath(bare)}, {}, context());
        QVERIFY(report.figures[2].panels.empty());
        QVERIFY(holds(report.figures[2].missing, "elbo-cli train --preset paper/rgbd-vae-nyu"));
        QCOMPARE(report.figures[3].panels.size(), std::size_t{1});

        const auto weightless = copyOf("rooms-rgbd", "weightless");
        std::filesystem::remove_all(toPath(weightless) / "weights");
        report = gatherReport({toPath(weightless)}, {}, context());
        QCOMPARE(report.figures[2].panels.size(), std::size_t{1});
        QVERIFY(holds(report.figures[4].missing, "weightless"));
        QVERIFY(report.figures[4].panels.empty());

        const auto torn = copyOf("rooms-rgbd", "torn");
        put(torn + QStringLiteral("/history.jsonl"), "no history\nat all\n");
        report = gatherReport({toPath(torn)}, {}, context());
        QVERIFY(report.figures[3].panels.empty());
        QVERIFY(holds(report.figures[3].missing, "history.jsonl"));
        const auto result = writeReport(report, path("torn-report"));
        QVERIFY(holds(result.missing, "history.jsonl"));
        QVERIFY(!QFile::exists(at("torn-report/figure-4.png")));
    }

    void aSetThatHasGoneCostsTwoFiguresOnly()
    {
        const auto set = at("rooms.safetensors");
        const auto prepared =
            runCli(words("--quiet prepare --data rooms:count=20,size=32 --out") + QStringList{set});
        QVERIFY2(prepared.status == 0, prepared.errors.constData());
        train("gone", "--model rgbd-vae --epochs 1 --set encoder_filters=8 --set decoder_filters=8",
              QStringLiteral("prepared:") + set);
        QVERIFY(QFile::remove(set));
        const auto report = gatherReport({path("gone")}, {}, context());
        QCOMPARE(report.figures[2].panels.size(), std::size_t{1});
        for (const std::size_t figure : {std::size_t{4}, std::size_t{5}}) {
            QVERIFY(report.figures[figure].panels.empty());
            QVERIFY(holds(report.figures[figure].missing, "rooms.safetensors"));
        }
    }

    void badInputIsOneSentence()
    {
        QVERIFY(failureOf({}).value_or(Failure{}).code == ErrorCode::BadSetting);
        const auto unknown = failureOf({path("absent")}).value_or(Failure{});
        QVERIFY(unknown.code == ErrorCode::NotFound);
        QVERIFY(unknown.sentence.find("absent") != std::string::npos);
        const auto half = copyOf("rooms-fc", "half");
        QVERIFY(QFile::remove(half + QStringLiteral("/run.json")));
        QVERIFY(failureOf({path("rooms-fc"), toPath(half)}).value_or(Failure{}).code == ErrorCode::NotFound);
        put(half + QStringLiteral("/run.json"), "{");
        QVERIFY(failureOf({toPath(half)}).value_or(Failure{}).code == ErrorCode::BadFile);

        put(at("file"), "no folder");
        QVERIFY_THROWS_EXCEPTION(Error, prepareReportFolder(path("file")));
        QVERIFY_THROWS_EXCEPTION(Error, (void)writeReport({}, path("file") / "below"));
    }

    void stoppingLeavesNothingBehind()
    {
        std::stop_source source;
        source.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled,
                                 (void)gatherReport({path("rooms-rgbd")}, {}, context(source.get_token())));
        const auto report = gatherReport({path("rooms-fc")}, {}, context());
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)writeReport(report, path("stopped"), source.get_token()));
        QVERIFY(QDir(at("stopped")).isEmpty());
    }

    void aRunGivenTwiceCountsOnce()
    {
        QCOMPARE(readReportRuns({path("rooms-fc"), path("rooms-fc") / ".", path("rooms-vgg")}).size(),
                 std::size_t{2});
    }

    void curvesEndAtTheBorderOfThePlot()
    {
        const auto inside = clipped({{1, 10}, {2, 0}, {3, 4}}, 0, 5);
        QCOMPARE(inside.size(), std::size_t{3});
        QCOMPARE(inside[0].first, 1.5);
        QCOMPARE(inside[0].second, 5.0);
        const auto left = clipped({{1, 0}, {2, 10}, {3, 0}}, 0, 5);
        QCOMPARE(left.size(), std::size_t{5});
        QVERIFY(std::isnan(left[2].second));
        QVERIFY(clipped({{1, std::nan("")}}, 0, 5).empty());
        ReportPlot plot{
            .title = {}, .curves = {{.run = "a", .train = {}, .test = {}}}, .published = std::nullopt};
        QCOMPARE(shownRange(plot), std::pair(0.0, 1.0));
        plot.curves[0].test = {{1, 1e6}, {2, 20}, {3, 10}, {4, 15}};
        QVERIFY(shownRange(plot).second < 30);  // the first epoch is far away
        plot.published = 50;
        QVERIFY(shownRange(plot).second > 50);
    }

    void wordsForAShellAreQuoted()
    {
        QCOMPARE(shellWord("/runs/a-1.b"), std::string("/runs/a-1.b"));
        QCOMPARE(shellWord("it's; rm"), std::string("'it'\\''s; rm'"));
        QCOMPARE(shellWord(""), std::string("''"));
        QCOMPARE(htmlText("a<b\n\x01"), std::string("a&lt;b\\x0A\\x01"));
    }
};

QTEST_MAIN(ReportTest)
#include "tst_report.moc"
