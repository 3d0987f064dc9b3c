// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/data_config.h"
#include "core/data/data_fields.h"
#include "core/data/recognise.h"
#include "core/data/registry.h"
#include "tests/support/plain_user.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <set>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

std::string sentenceOf(const std::string& spec)
{
    try {
        (void)parseDataSpec(spec);
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

class DataConfigTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsKeysAndOptions()
    {
        QCOMPARE(parseDataSpec("rooms"), DataConfig{});
        const auto rooms = parseDataSpec("rooms:count=24,size=640x480,seed=7,test=0.25,fill=none");
        QCOMPARE(dataInteger(rooms, "count"), 24);
        QCOMPARE(dataText(rooms, "size"), std::string("640x480"));
        QCOMPARE(dataReal(rooms, "test"), 0.25);
        QCOMPARE(dataText(rooms, "fill"), std::string("none"));
        QCOMPARE(dataInteger(rooms, "limit"), 0);
        const auto folder = parseDataSpec("rgbd-folder:/data/pairs,limit=120,size=64");
        QCOMPARE(dataText(folder, "path"), std::string("/data/pairs"));
        QCOMPARE(dataInteger(folder, "limit"), 120);
    }

    void pathAsLastOptionTakesTheRest()
    {
        const auto config = parseDataSpec("rgbd-folder:size=64,path=/data/a,b=c,limit=2");
        QCOMPARE(dataText(config, "path"), std::string("/data/a,b=c,limit=2"));
        QCOMPARE(dataInteger(config, "limit"), 0);
    }

    void quotedValuesHoldCommas()
    {
        const auto config = parseDataSpec("rooms:labels=\"/data/a,\"\"b\"\".csv\",count=3");
        QCOMPARE(dataText(config, "labels"), std::string("/data/a,\"b\".csv"));
        QCOMPARE(dataInteger(config, "count"), 3);
    }

    void relativePathsBecomeWhole()
    {
        QCOMPARE(dataText(parseDataSpec("mnist:some/folder/"), "path"),
                 (fs::current_path() / "some/folder").string());
        qputenv("HOME", "/home/someone");
        QCOMPARE(dataText(parseDataSpec("mnist:~/digits"), "path"), std::string("/home/someone/digits"));
    }

    void writtenSpecsReadBackEqual_data()
    {
        QTest::addColumn<QString>("spec");
        for (const char* spec :
             {"rooms", "rooms:count=24,size=640x480,seed=7,test=0.3", "rgbd-folder:/a b/c,limit=3",
              "prepared:/x/y.safetensors",
              "rgbd-folder:depth-scale=5000,intrinsics=500;501;320;240,labels=\"/a,b.csv\",path=/p,q=r",
              "mnist:/m,validation=0.1,split=seeded", "rgbd-folder:unusable=refuse,path=/p",
              "nyu-mat:depths=raw,splits=/s.mat,path=/n.mat", "frames-h5:/f,limit=3", "official-splits:/o"})
            QTest::newRow(spec) << QString::fromUtf8(spec);
    }
    void writtenSpecsReadBackEqual()
    {
        QFETCH(QString, spec);
        const auto config = parseDataSpec(spec.toStdString());
        QCOMPARE(parseDataSpec(dataSpec(config)), config);
        QCOMPARE(dataConfigFromJson(toJson(config)), config);
    }

    void aSplitThatWasAskedForIsPassedOn()
    {
        QCOMPARE(dataSpec(parseDataSpec("rooms:count=3,split=official")),
                 std::string("rooms:count=3,split=official"));
        QCOMPARE(dataSpec(parseDataSpec("rooms:count=3,fill=nearest")), std::string("rooms:count=3"));
    }

    void everySetOfFilesCanBeRefused()
    {
        for (const auto& entry : dataSets()) {
            const auto* field = findField(entry.fields, "unusable");
            QCOMPARE(field != nullptr, entry.needsPath && entry.key != "prepared");
            if (field != nullptr)
                QCOMPARE(fieldValueText(field->defaultValue), std::string("leave-out"));
        }
    }

    void noPermissionIsNotTakenForNoFile()
    {
        const QTemporaryDir folder;
        const fs::path closed = fs::path(folder.path().toStdString()) / "closed";
        fs::create_directories(closed / "pairs");
        std::ofstream(closed / "labels.csv") << "image,type\n";
        const elbo::tests::PlainUser user;
        QVERIFY(user.isPlain());
        fs::permissions(closed, fs::perms::none);
        const auto path = (closed / "pairs").string();
        const auto bare = sentenceOf(path);
        const auto limited = sentenceOf(path + ",limit=3");
        const auto named = problems(parseDataSpec("rgbd-folder:" + path));
        const auto labels = problems(parseDataSpec("rooms:labels=" + (closed / "labels.csv").string()));
        fs::permissions(closed, fs::perms::owner_all);
        QCOMPARE(bare, "Could not read " + path +
                           ": permission denied; choose another place or change its rights.");
        QCOMPARE(limited, bare);
        QCOMPARE(named, std::vector<std::string>{bare});
        QVERIFY(labels.size() == 1 && labels.front().find("permission denied") != std::string::npos);
    }

    void wrongTextsAreRefusedWithASentence_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("part");
        const auto add = [](const char* spec, const char* part) {
            QTest::newRow(spec) << QString::fromUtf8(spec) << QString::fromUtf8(part);
        };
        add("", "No data set is named");
        add("roms:count=3", "rooms, mnist");
        add("roms", "neither a data set nor a file");
        add("rooms:colour=red", "no option colour");
        add("rooms:coutn=3", "no option coutn (nearest: count): its options are count, seed");
        add("rooms:count", "takes no path (\"count\") (nearest: count)");
        add("rgbd-folder:depth_scale=3,path=/x", "no option depth_scale (nearest: depth-scale)");
        add("mnis:/x", "\"mnis\" (nearest: mnist): use one of rooms");
        add("room", "nor a file or folder (nearest: rooms)");
        add("room:count=3", "\"room\" (nearest: rooms)");
        add("rooms:count=many", "count must be a whole number");
        add("rooms:/some/path", "takes no path");
        add("rooms:count=3,count=4", "given twice");
        add("rooms:labels=\"a", "not closed");
        add("rooms:labels=\"a\"b", "comma is missing");
        add("/no/such/folder", "check the path");
    }
    void wrongTextsAreRefusedWithASentence()
    {
        QFETCH(QString, spec);
        QFETCH(QString, part);
        const auto sentence = QString::fromStdString(sentenceOf(spec.toStdString()));
        QVERIFY2(sentence.contains(part), qPrintable(sentence));
    }

    void barePathsAreRecognised()
    {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        fs::create_directories(root / "pairs, mine");
        QCOMPARE(parseDataSpec((root / "pairs, mine").string()).key, std::string("rgbd-folder"));
        const auto limited = parseDataSpec((root / "pairs, mine").string() + ",limit=5");
        QCOMPARE(dataInteger(limited, "limit"), 5);
        QCOMPARE(dataText(limited, "path"), (root / "pairs, mine").string());
        fs::create_directories(root / "digits");
        std::ofstream(root / "digits" / "train-images-idx3-ubyte.gz") << "x";
        QCOMPARE(recogniseDataSet((root / "digits").string()), std::string("mnist"));
        fs::rename(root / "digits", root / "Fashion-MNIST");
        QCOMPARE(recogniseDataSet((root / "Fashion-MNIST").string()), std::string("fashion-mnist"));
        std::ofstream(root / "set.safetensors") << "x";
        QCOMPARE(recogniseDataSet((root / "set.safetensors").string()), std::string("prepared"));
        std::ofstream(root / "set.MAT") << "x";
        QCOMPARE(recogniseDataSet((root / "set.MAT").string()), std::string("nyu-mat"));
        fs::create_directories(root / "frames/train/office_0001");
        std::ofstream(root / "frames/train/office_0001/1.h5") << "x";
        QCOMPARE(recogniseDataSet((root / "frames").string()), std::string("frames-h5"));
        QVERIFY(sentenceOf((root / "frames/train/office_0001/1.h5").string()).find("one HDF5 file") !=
                std::string::npos);
        fs::create_directories(root / "splits/train/office");
        std::ofstream(root / "splits/train/office/rgb_00001.jpg") << "x";
        QCOMPARE(recogniseDataSet((root / "splits").string()), std::string("rgbd-folder"));
        std::ofstream(root / "splits/train/office/sync_depth_00001.png") << "x";
        QCOMPARE(recogniseDataSet((root / "splits").string()), std::string("official-splits"));
        std::ofstream(root / "splits/other.jpg") << "x";
        QCOMPARE(recogniseDataSet((root / "splits").string()), std::string("rgbd-folder"));
        std::ofstream(root / "letter.txt") << "x";
        QVERIFY_EXCEPTION_THROWN((void)recogniseDataSet((root / "letter.txt").string()), Error);
        QVERIFY_EXCEPTION_THROWN(
            (void)recogniseDataSet((root / "Fashion-MNIST/train-images-idx3-ubyte.gz").string()), Error);
        QVERIFY_EXCEPTION_THROWN((void)recogniseDataSet((root / "nothing").string()), Error);
    }

    void problemsNameWhatCannotBeUsed()
    {
        const auto first = [](const DataConfig& config) {
            const auto found = problems(config);
            return found.empty() ? std::string() : found.front();
        };
        QCOMPARE(first(DataConfig{}), std::string());
        QVERIFY(first({"nothing", {}}).find("There is no data set") == 0);
        QVERIFY(first({"mnist", {}}).find("needs a path") != std::string::npos);
        DataConfig rooms;
        rooms.fields.set("size", std::string("12x"));
        QVERIFY(first(rooms).find("size must be") == 0);
        rooms.fields.set("size", std::string("4"));
        QVERIFY(first(rooms).find("size must be") == 0);
        rooms.fields.set("size", std::string("64"));
        rooms.fields.set("count", std::int64_t{0});
        QVERIFY(first(rooms).find("count") != std::string::npos);
        rooms.fields.set("count", std::int64_t{1});
        rooms.fields.set("labels", std::string("/no/such.csv"));
        QVERIFY(first(rooms).find("labels") != std::string::npos);
        rooms.fields.set("labels", std::string());
        rooms.fields.set("split", std::string("/here/offical"));
        QVERIFY2(first(rooms).find("for the option split (nearest: official)") != std::string::npos,
                 first(rooms).c_str());
    }

    void foreignJsonIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("part");
        const auto add = [](const char* text, const char* part) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(part);
        };
        add("[1]", "lacks the data set's key");
        add("{}", "lacks the data set's key");
        add(R"({"key": 3})", "lacks the data set's key");
        add(R"({"key": "roms"})", "(nearest: rooms)");
        add(R"({"key": "rooms", "fields": [1]})", "must be a JSON object");
        add(R"({"key": "rooms", "fields": {"cuont": 3}})", "(nearest: count)");
        add(R"({"key": "rooms", "fields": {"count": "3"}})", "count must be a whole number");
        add(R"({"key": "rooms", "fields": {"count": 3.5}})", "count must be a whole number");
        add(R"({"key": "rooms", "fields": {"count": 0}})", "count must be a whole number");
        add(R"({"key": "rooms", "fields": {"size": 64}})", "size must be text");
        add(R"({"key": "rooms", "fields": {"fill": "glue"}})", "fill must be nearest");
        add(R"({"key": "rooms", "fieldz": {"count": 3}})", "no part \"fieldz\" (nearest: fields)");
    }
    void foreignJsonIsRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, part);
        try {
            (void)dataConfigFromJson(nlohmann::json::parse(text.toStdString()));
            QFAIL("the description was taken");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadSetting);
            QVERIFY2(QByteArray(error.what()).contains(part), error.what());
        }
    }

    void intrinsicsAreFourNumbersOrAFile()
    {
        const std::array<double, 4> expected{500.5, 501, 320, 240};
        QCOMPARE(parseIntrinsics("500.5;501;320;240"), expected);
        const QTemporaryDir folder;
        const auto file = folder.path().toStdString() + "/k.txt";
        std::ofstream(file) << "500.5 0 320\n0 501 240\n0 0 1\n";
        QCOMPARE(parseIntrinsics(file), expected);
        std::ofstream(file) << "hello";
        QVERIFY_EXCEPTION_THROWN((void)parseIntrinsics(file), Error);
        QVERIFY_EXCEPTION_THROWN((void)parseIntrinsics("1;2;3"), Error);
        QVERIFY_EXCEPTION_THROWN((void)parseIntrinsics("0;1;2;3"), Error);
        const auto told = [](const std::string& text) {
            try {
                (void)parseIntrinsics(text);
            } catch (const Error& error) {
                return QByteArray(error.what());
            }
            return QByteArray("no error");
        };
        for (const char* text : {"1;2;3;4;5", "1;2;3;x", "nan;1;2;3", "inf;1;2;3", "1e999;1;1;1", ";;;"})
            QVERIFY2(told(text).startsWith("intrinsics must be four numbers"), told(text).constData());
        QVERIFY(told("-1;1;2;3").contains("must be above 0"));
        QVERIFY(told(folder.path().toStdString()).contains("it is a folder; give a file"));
        QVERIFY(told(file + ".not").contains("it is not there"));
        for (const char* content : {"", "1 2 3", "1 2 3 4 5 6 7 8 9 10", "1 2 3 four", "a\0b"}) {
            std::ofstream(file) << content;
            QVERIFY2(told(file).contains("holds no camera intrinsics"), content);
        }
        std::ofstream(file) << "0 0 320\n0 501 240\n0 0 1\n";
        QVERIFY(told(file).contains("must be above 0"));
    }

    void everyFieldIsDescribed()
    {
        std::set<std::string> keys;
        for (const auto& entry : dataSets()) {
            QVERIFY2(keys.insert(entry.key).second, entry.key.c_str());
            QVERIFY(!entry.title.empty() && !entry.help.empty() && !entry.source.empty());
            for (const auto& field : entry.fields) {
                QVERIFY2(!field.label.empty() && !field.help.empty(), field.name.c_str());
                QVERIFY2(fieldProblem(field, field.defaultValue).empty(), field.name.c_str());
            }
        }
        QVERIFY(keys.contains("rooms") && keys.contains("mnist") && keys.contains("rgbd-folder") &&
                keys.contains("prepared") && keys.contains("nyu-mat") && keys.contains("frames-h5") &&
                keys.contains("official-splits"));
    }
};

QTEST_GUILESS_MAIN(DataConfigTest)
#include "tst_data_config.moc"
