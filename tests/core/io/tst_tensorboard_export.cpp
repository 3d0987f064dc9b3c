// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/color_map.h"
#include "core/base/error.h"
#include "core/io/images.h"
#include "core/io/tensorboard_export.h"
#include "core/training/kept_pictures.h"
#include "core/training/run_folder.h"
#include "core/training/run_paths.h"
#include "tests/core/io/event_parser.h"
#include "tests/core/training/made_data.h"
#include "tests/support/plain_user.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <utility>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

using Key = std::pair<std::string, std::int64_t>;  ///< tag and step

std::string sentenceOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

std::string pngOf(const Image8& image)
{
    const auto png = encodePng(image);
    return {png.begin(), png.end()};
}

}  // namespace

class TensorBoardExportTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_run;
    double m_created = 0;
    std::map<Key, tests::ParsedEvent> m_events;

    fs::path at(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    fs::path copyOfRun(const std::string& name) const
    {
        fs::copy(m_run, at(name), fs::copy_options::recursive);
        return at(name);
    }
    /// Takes a value out of the events; those that are left at the end were not expected.
    std::optional<tests::ParsedEvent> take(const std::string& tag, std::int64_t step)
    {
        auto node = m_events.extract(Key{tag, step});
        return node.empty() ? std::nullopt : std::optional(node.mapped());
    }
    void compareValue(const std::string& tag, std::int64_t step, double value)
    {
        const auto event = take(tag, step);
        QVERIFY2(event && event->value, tag.c_str());
        QCOMPARE(*event->value, static_cast<float>(value));
    }
    void comparePicture(const std::string& tag, std::int64_t step, const Image8& expected)
    {
        const auto event = take(tag, step);
        QVERIFY2(event && event->image, tag.c_str());
        QCOMPARE(event->image->width, expected.width);
        QCOMPARE(event->image->height, expected.height);
        QCOMPARE(event->image->channels, expected.channels);
        QCOMPARE(event->image->encoded, pngOf(expected));
    }
    void readEvents(const fs::path& file)
    {
        m_events.clear();
        const auto events = tests::parseEvents(readTextFile(file));
        QCOMPARE(events.front().version, std::string("brain.Event:2"));
        m_created = events.front().wallTime;
        for (std::size_t i = 1; i < events.size(); ++i)
            QVERIFY2(m_events.emplace(Key{events[i].tag, events[i].step}, events[i]).second,
                     events[i].tag.c_str());
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto config = tests::madeConfig(3);
        m_run = createRunFolder(at("runs"), config);
        tests::Recording recording;
        TrainingControl control;
        QVERIFY(trainRun(config, tests::madeData({.train = 22, .test = 6, .validation = 4}), m_run, recording,
                         control) == TrainingEnd::Completed);
    }

    // Everything that the history holds, and nothing that it does not.
    void everyValueIsInside()
    {
        std::vector<Progress> told;
        const auto file = exportTensorBoard(
            m_run, at("logs/run"), {.progress = [&](const auto& p) { told.push_back(p); }, .stop = {}});
        QCOMPARE(told.front().done, 0);
        QCOMPARE(told.back().done, told.back().total);
        QCOMPARE(file.parent_path(), at("logs/run"));
        readEvents(file);
        const auto history = readHistory(RunPaths{m_run}.history());
        QVERIFY(!history.steps.empty());
        QCOMPARE(history.epochs.size(), 3U);
        for (const auto& record : history.steps) {
            for (const auto& [key, value] : record.train)
                compareValue("step/train/" + key, record.step, value);
            compareValue("step/learning_rate", record.step, record.learningRate);
            compareValue("step/beta", record.step, record.beta);
            compareValue("step/epoch", record.step, record.epochFraction);
        }
        for (const auto& record : history.epochs) {
            QVERIFY(record.train.contains("elbo") && record.test.contains("mse") &&
                    record.validation.contains("kl"));
            for (const auto& [key, value] : record.train)
                compareValue("train/" + key, record.epoch, value);
            for (const auto& [key, value] : record.test)
                compareValue("test/" + key, record.epoch, value);
            for (const auto& [key, value] : record.validation)
                compareValue("validation/" + key, record.epoch, value);
            compareValue("learning_rate", record.epoch, record.learningRate);
            compareValue("beta", record.epoch, record.beta);
            compareValue("seconds", record.epoch, record.seconds);
            compareValue("best", record.epoch, record.best ? 1 : 0);
        }
        for (const auto epoch : keptEpochs(m_run)) {
            const auto strip = readKeptStrip(m_run, epoch);
            QCOMPARE(strip.names.size(), 6U);
            for (std::size_t i = 0; i < strip.names.size(); ++i) {
                const auto number = "/" + std::to_string(i) + "/";
                const auto [low, high] = std::ranges::minmax(strip.truthDepth[i].values);
                const auto& turbo = findColorMap("turbo");
                comparePicture("color" + number + "truth", epoch, strip.truthColor[i]);
                comparePicture("color" + number + "reconstruction", epoch, strip.color[i]);
                comparePicture("depth" + number + "truth", epoch,
                               applyColorMap(strip.truthDepth[i], turbo, low, high));
                comparePicture("depth" + number + "reconstruction", epoch,
                               applyColorMap(strip.depth[i], turbo, low, high));
            }
        }
        for (const auto& [key, event] : m_events)
            QFAIL(("unexpected: " + key.first).c_str());
    }

    // From the run's creation on, by the seconds of its epochs.
    void wallTimesFollowTheEpochs()
    {
        readEvents(exportTensorBoard(m_run, at("times")));
        const auto created =
            QDateTime::fromString(QString::fromStdString(readRunInfo(m_run).createdUtc), Qt::ISODate);
        QCOMPARE(m_created, static_cast<double>(created.toSecsSinceEpoch()));
        const auto history = readHistory(RunPaths{m_run}.history());
        double passed = m_created;
        for (const auto& epoch : history.epochs) {
            for (const auto& step : history.steps) {
                if (step.epoch == epoch.epoch) {
                    const auto time = m_events.at({"step/train/elbo", step.step}).wallTime;
                    QVERIFY(time >= passed - 1e-6 && time <= passed + epoch.seconds + 1e-6);
                }
            }
            passed += epoch.seconds;
            QVERIFY(std::abs(m_events.at({"test/elbo", epoch.epoch}).wallTime - passed) < 1e-5);
        }
    }

    void writingAgainReplacesIt()
    {
        const auto file = exportTensorBoard(m_run, at("again"));
        const auto before = readTextFile(file);
        std::ofstream(file) << "old";
        QCOMPARE(exportTensorBoard(m_run, at("again")), file);
        QCOMPARE(readTextFile(file), before);
        QCOMPARE(std::distance(fs::directory_iterator(at("again")), fs::directory_iterator()), 1);
        QVERIFY(file.filename().string().starts_with("events.out.tfevents."));
    }

    void aDepthNetworkHasNoColors()
    {
        const auto run = copyOfRun("estimates");
        // What such a run keeps, without training one.
        auto data = tests::madeData();
        for (const auto epoch : keptEpochs(run)) {
            auto pictures = KeptPictures{};
            pictures.epoch = epoch;
            pictures.metric = true;
            pictures.names = {"one"};
            pictures.truthColor = data->color.narrow(0, 0, 1);
            pictures.truthDepth = data->depth.view(at::kShort).narrow(0, 0, 1).view(at::kUInt16);
            pictures.ranges = data->ranges.narrow(0, 0, 1);
            pictures.depth = pictures.truthDepth;
            pictures.depthRanges = at::tensor({0.0F, 10.0F}).view({1, 2});
            writeKept(RunPaths{run}.kept(epoch), pictures, {});
        }
        readEvents(exportTensorBoard(run, at("estimates-out")));
        QVERIFY(m_events.contains({"color/0/truth", 1}));
        QVERIFY(m_events.contains({"depth/0/reconstruction", 1}));
        QVERIFY(!m_events.contains({"color/0/reconstruction", 1}));
    }

    void badRunsAreOneSentence()
    {
        const auto out = at("none");
        const auto of = [&](const fs::path& run) { return sentenceOf([&] { exportTensorBoard(run, out); }); };
        QVERIFY(of(at("absent")).find("is no run folder") != std::string::npos);
        const auto halved = copyOfRun("halved");
        fs::remove(RunPaths{halved}.history());
        QVERIFY2(of(halved).find("history.jsonl is missing") != std::string::npos, of(halved).c_str());
        const auto garbled = copyOfRun("garbled");
        std::ofstream(RunPaths{garbled}.history()) << "no json\nat all\n";
        QVERIFY2(of(garbled).find("history.jsonl") != std::string::npos, of(garbled).c_str());
        const auto torn = copyOfRun("torn");
        fs::resize_file(RunPaths{torn}.kept(2), 100);
        QVERIFY2(of(torn).find("epoch-0002") != std::string::npos, of(torn).c_str());
        const auto timeless = copyOfRun("timeless");
        auto info = nlohmann::json::parse(readTextFile(RunPaths{timeless}.info()));
        info["created_utc"] = "yesterday";
        std::ofstream(RunPaths{timeless}.info()) << info.dump();
        QVERIFY2(of(timeless).find("created_utc") != std::string::npos, of(timeless).c_str());
        QVERIFY(!fs::exists(out));
    }

    void aFailureLeavesTheOldFile()
    {
        const auto file = exportTensorBoard(m_run, at("kept"));
        std::ofstream(file) << "old";
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(
            exportTensorBoard(m_run, at("kept"), {.progress = {}, .stop = source.get_token()}), Cancelled);
        QCOMPARE(readTextFile(file), std::string("old"));
        QCOMPARE(std::distance(fs::directory_iterator(at("kept")), fs::directory_iterator()), 1);
    }

    void whereItCannotBeWrittenIsSaid()
    {
        std::ofstream(at("a-file")) << "x";
        const auto inFile = sentenceOf([&] { exportTensorBoard(m_run, at("a-file")); });
        QVERIFY2(inFile.find("a-file") != std::string::npos, inFile.c_str());
        const auto closed = at("closed");
        fs::create_directories(closed);
        const tests::PlainUser user;
        QVERIFY(user.isPlain());
        fs::permissions(closed, fs::perms::owner_read | fs::perms::owner_exec);
        const auto inside = sentenceOf([&] { exportTensorBoard(m_run, closed); });
        const auto below = sentenceOf([&] { exportTensorBoard(m_run, closed / "new"); });
        fs::permissions(closed, fs::perms::owner_all);
        QVERIFY2(inside.find("permission denied") != std::string::npos, inside.c_str());
        QVERIFY2(below.find("permission denied") != std::string::npos, below.c_str());
    }
};

QTEST_GUILESS_MAIN(TensorBoardExportTest)
#include "tst_tensorboard_export.moc"
