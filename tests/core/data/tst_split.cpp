// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/split.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <fstream>
#include <map>

using namespace elbo;

namespace {

std::vector<SourceItem> itemsNamed(int count)
{
    std::vector<SourceItem> items;
    for (int i = 0; i < count; ++i)
        items.push_back({"pairs/" + std::to_string(10000 + i), "", std::nullopt, std::nullopt});
    return items;
}

std::int64_t countOf(const SplitResult& split, SplitSide side)
{
    return std::count(split.sides.begin(), split.sides.end(), side);
}

}  // namespace

class SplitTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void seededTakesWholeNeighbourhoods()
    {
        const auto items = itemsNamed(795);
        const auto split = splitItems(items, {"seeded", true, 1, 0.1, 0.0});
        QCOMPARE(countOf(split, SplitSide::Test), 80);  // the first multiple of ten at or above 79.5
        for (std::size_t i = 0; i < items.size(); ++i)
            QCOMPARE(split.sides[i], split.sides[i / 10 * 10]);
        QVERIFY(split.note.empty());
        QCOMPARE(splitItems(items, {"seeded", true, 1, 0.1, 0.0}).sides, split.sides);
        QVERIFY(splitItems(items, {"seeded", true, 2, 0.1, 0.0}).sides != split.sides);
    }

    void seededKeepsScenesTogether()
    {
        auto items = itemsNamed(100);
        for (std::size_t i = 0; i < items.size(); ++i)
            items[i].group = "scene" + std::to_string(i % 7);
        const auto split = splitItems(items, {"seeded", true, 5, 0.3, 0.2});
        std::map<std::string, SplitSide> sideOf;
        for (std::size_t i = 0; i < items.size(); ++i)
            QCOMPARE(split.sides[i], sideOf.try_emplace(items[i].group, split.sides[i]).first->second);
        QVERIFY(countOf(split, SplitSide::Test) >= 30);
        QVERIFY(countOf(split, SplitSide::Validation) > 0);
        QVERIFY(countOf(split, SplitSide::Train) > 0);
    }

    void oneSceneAloneIsStillParted()
    {
        auto items = itemsNamed(8);
        const auto split = splitItems(items, {"seeded", true, 1, 0.25, 0.0});
        QCOMPARE(countOf(split, SplitSide::Test), 2);
        QCOMPARE(countOf(splitItems(itemsNamed(1), {"seeded", true, 1, 0.5, 0.0}), SplitSide::Train), 1);
    }

    void officialIsUsedWhereItHasBothSides()
    {
        auto items = itemsNamed(50);
        for (std::size_t i = 0; i < items.size(); ++i)
            items[i].officialSide = i < 40 ? SplitSide::Train : SplitSide::Test;
        const auto split = splitItems(items, {});
        QCOMPARE(split.kind, std::string("official"));
        QCOMPARE(countOf(split, SplitSide::Test), 10);
        const auto validated = splitItems(items, {"official", true, 1, 0.1, 0.25});
        QCOMPARE(countOf(validated, SplitSide::Test), 10);
        QCOMPARE(countOf(validated, SplitSide::Validation), 10);
    }

    void officialWithoutTestImagesFallsBackAndSaysSo()
    {
        auto items = itemsNamed(60);
        for (auto& item : items)
            item.officialSide = SplitSide::Train;
        const auto split = splitItems(items, {});
        QCOMPARE(split.kind, std::string("seeded"));
        QVERIFY(split.note.find("no test images among the 60 present") != std::string::npos);
        QCOMPARE(countOf(split, SplitSide::Test), 10);
        QVERIFY(splitItems(itemsNamed(60), {}).note.empty());
        QVERIFY(!splitItems(itemsNamed(60), {"official", true, 1, 0.1, 0.0}).note.empty());
    }

    void aFileNamesTheTestSide()
    {
        const QTemporaryDir folder;
        const auto file = folder.path().toStdString() + "/test.txt";
        std::ofstream(file) << "10003\r\npairs/10007  \n\nunknown\n";
        const auto split = splitItems(itemsNamed(20), {file, true, 1, 0.1, 0.0});
        QCOMPARE(split.kind, std::string("file"));
        QCOMPARE(countOf(split, SplitSide::Test), 2);
        QCOMPARE(split.sides[3], SplitSide::Test);
        QCOMPARE(split.sides[7], SplitSide::Test);
        std::ofstream every(file);
        for (const auto& item : itemsNamed(20))
            every << item.name << '\n';
        every.close();
        QVERIFY_EXCEPTION_THROWN((void)splitItems(itemsNamed(20), {file, true, 1, 0.1, 0.0}), Error);
        for (const auto& content : {std::string(), std::string("\0\xFF\x01", 3), std::string(100'000, 'x')}) {
            std::ofstream(file, std::ios::binary) << content;
            QVERIFY_EXCEPTION_THROWN((void)splitItems(itemsNamed(20), {file, true, 1, 0.1, 0.0}), Error);
        }
        QVERIFY_EXCEPTION_THROWN(
            (void)splitItems(itemsNamed(20), {folder.path().toStdString(), true, 1, 0.1, 0.0}), Error);
        std::ofstream(file) << "nobody\n";
        QVERIFY_EXCEPTION_THROWN((void)splitItems(itemsNamed(20), {file, true, 1, 0.1, 0.0}), Error);
        QVERIFY_EXCEPTION_THROWN((void)splitItems(itemsNamed(20), {file + ".not", true, 1, 0.1, 0.0}), Error);
    }

    void limitsSpreadEvenly()
    {
        QCOMPARE(evenlySpread(10, 5), (std::vector<std::int64_t>{0, 2, 4, 6, 8}));
        QCOMPARE(evenlySpread(3, 0).size(), std::size_t{3});
        QCOMPARE(evenlySpread(3, 9).size(), std::size_t{3});
        const auto places = evenlySpread(795, 24);
        QCOMPARE(places.size(), std::size_t{24});
        QVERIFY(std::adjacent_find(places.begin(), places.end(),
                                   [](auto a, auto b) { return b - a < 33 || b - a > 34; }) == places.end());
    }

    void namesAreOrderedByTheirNumbers()
    {
        std::vector<std::string> names{"frame-10", "frame-9", "b/1", "a/2", "frame-009", "a/10", "frame-9b"};
        std::sort(names.begin(), names.end(),
                  [](const auto& a, const auto& b) { return beforeInNameOrder(a, b); });
        QCOMPARE(names, (std::vector<std::string>{"a/2", "a/10", "b/1", "frame-009", "frame-9", "frame-9b",
                                                  "frame-10"}));
    }
};

QTEST_GUILESS_MAIN(SplitTest)
#include "tst_split.moc"
