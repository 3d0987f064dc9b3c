// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/pickle_machine.h"
#include "tests/core/store/made_torch_file.h"

#include <QtTest/QtTest>

#include <string_view>

using namespace elbo::tests;
using Kind = elbo::PickleValue::Kind;

namespace {

std::string_view view(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

}  // namespace

class PickleMachineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersAreRead_data()
    {
        QTest::addColumn<QByteArray>("instructions");
        QTest::addColumn<qint64>("expected");
        QTest::newRow("BININT1") << QByteArray("K\xff") << qint64{255};
        QTest::newRow("BININT2") << QByteArray("M\xff\xff") << qint64{65535};
        QTest::newRow("BININT") << QByteArray("J\xfe\xff\xff\xff") << qint64{-2};
        QTest::newRow("LONG1, none") << QByteArray("\x8a\x00", 2) << qint64{0};
        QTest::newRow("LONG1, negative") << QByteArray("\x8a\x01\xff") << qint64{-1};
        QTest::newRow("LONG1, 128") << QByteArray("\x8a\x02\x80\x00", 4) << qint64{128};
        QTest::newRow("LONG1, largest")
            << QByteArray("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f") << std::numeric_limits<qint64>::max();
        QTest::newRow("LONG4") << QByteArray("\x8b\x01\x00\x00\x00\x05", 6) << qint64{5};
        QTest::newRow("memo") << QByteArray("K\x05q\x07K\x06h\x07") << qint64{5};
        QTest::newRow("long memo") << QByteArray("K\x05r\xff\xff\xff\xffj\xff\xff\xff\xff") << qint64{5};
        QTest::newRow("MEMOIZE") << QByteArray("K\x05\x94h\x00", 5) << qint64{5};
        QTest::newRow("POP") << QByteArray(
                                    "K\x05K\x06"
                                    "0")
                             << qint64{5};
        QTest::newRow("POP_MARK") << QByteArray(
                                         "K\x05(K\x06K\x07"
                                         "1")
                                  << qint64{5};
    }
    void numbersAreRead()
    {
        QFETCH(QByteArray, instructions);
        QFETCH(qint64, expected);
        const QByteArray bytes = pickle(instructions);
        elbo::PickleMachine machine(view(bytes), "made");
        const auto value = machine.run();
        QVERIFY(value.kind == Kind::Integer);
        QCOMPARE(static_cast<qint64>(value.number), expected);
        QCOMPARE(machine.position(), static_cast<std::size_t>(bytes.size()));
    }

    void containersAreRead()
    {
        const QByteArray bytes = pickle(
            "](K\x01K\x02"
            "e"
            "K\x03"
            "a"
            "K\x04\x85"
            "a");
        elbo::PickleMachine machine(view(bytes), "made");
        const auto list = machine.run();
        QVERIFY(list.kind == Kind::List);
        const auto& items = machine.objects().items(list);
        QCOMPARE(items.size(), std::size_t{4});
        QVERIFY(items[3].kind == Kind::Tuple);
        QCOMPARE(machine.objects().items(items[3]).at(0).number, std::int64_t{4});
    }

    void aStateDictKeepsItsAttributesOut()
    {
        const QByteArray bytes = pickle(pickleGlobal("collections", "OrderedDict") + ")R(" + pickleText("a") +
                                        "K\x01u" + pickleDictionary({pickleText("_metadata"), "}"}) + "b");
        elbo::PickleMachine machine(view(bytes), "made");
        const auto value = machine.run();
        QVERIFY(value.kind == Kind::Dictionary);
        QCOMPARE(machine.objects().items(value).size(), std::size_t{2});
    }

    void otherPicklesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("reason");
        const auto global = [](const char* module, const char* name) {
            return pickle(pickleGlobal(module, name) + pickleText("touch PWNED") + "\x85R");
        };
        for (const auto& [module, name] : {std::pair{"os", "system"},
                                           {"posix", "system"},
                                           {"builtins", "eval"},
                                           {"__builtin__", "exec"},
                                           {"torch", "load"},
                                           {"torch.hub", "load"},
                                           {"torch._utils", "_rebuild_qtensor"},
                                           {"torch._utils", "__class__"},
                                           {"collections", "OrderedDict.fromkeys"},
                                           {"torch", ""},
                                           {"numpy.core.multiarray", "_reconstruct"},
                                           {"functools", "partial"},
                                           {"__main__", "Net"}}) {
            QTest::addRow("%s.%s", module, name) << global(module, name) << QByteArray(module) + "." + name;
        }
        QTest::newRow("STACK_GLOBAL")
            << pickle(pickleText("os") + pickleText("system") + "\x93") << QByteArray("os.system");
        QTest::newRow("TorchScript") << global("__torch__.net", "Net") << QByteArray("TorchScript");
        QTest::newRow("INST") << pickle("(ios\nsystem\n") << QByteArray("0x69");
        QTest::newRow("OBJ") << pickle("(" + pickleGlobal("torch", "Size") + "o") << QByteArray("0x6f");
        QTest::newRow("NEWOBJ") << pickle(pickleGlobal("torch", "Size") + ")\x81") << QByteArray("0x81");
        QTest::newRow("EXT1") << pickle("\x82\x01") << QByteArray("0x82");
        QTest::newRow("PERSID") << pickle("P1\n") << QByteArray("0x50");
        QTest::newRow("a name without end") << QByteArray(
                                                   "\x80\x02"
                                                   "cos")
                                            << QByteArray("cut short");
        QTest::newRow("protocol 0") << QByteArray("\x80\x00N.", 4) << QByteArray("protocol");
        QTest::newRow("protocol 6") << QByteArray("\x80\x06N.") << QByteArray("protocol");
        QTest::newRow("nothing") << QByteArray() << QByteArray("cut short");
        QTest::newRow("no STOP") << QByteArray("\x80\x02N") << QByteArray("cut short");
        QTest::newRow("nothing at STOP") << pickle("") << QByteArray("not there");
        QTest::newRow("nothing to take") << pickle("0") << QByteArray("not there");
        QTest::newRow("below a mark") << pickle("K\x01(0") << QByteArray("not there");
        QTest::newRow("a tuple without mark") << pickle("t") << QByteArray("not there");
        QTest::newRow("an empty memo") << pickle("h\x01") << QByteArray("not there");
        QTest::newRow("text behind the end")
            << QByteArray("\x80\x02X\xff\xff\xff\x7f") << QByteArray("cut short");
        QTest::newRow("text of 2^64")
            << QByteArray("\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff") << QByteArray("cut short");
        QTest::newRow("a dictionary of three") << pickle("}(K\x01K\x02K\x03u") << QByteArray("no container");
        QTest::newRow("an item for a number") << pickle(
                                                     "K\x01K\x02"
                                                     "a")
                                              << QByteArray("no container");
        QTest::newRow("items for a tuple") << pickle(
                                                  ")(K\x01"
                                                  "e")
                                           << QByteArray("no container");
        QTest::newRow("a call of a number") << pickle("K\x01)R") << QByteArray("cannot be called");
        QTest::newRow("a call of a storage")
            << pickle(pickleGlobal("torch", "FloatStorage") + ")R") << QByteArray("cannot be called");
        QTest::newRow("a call without arguments")
            << pickle(pickleGlobal("torch", "Size") + "NR") << QByteArray("without arguments");
        QTest::newRow("a call with few arguments")
            << pickle(pickleGlobal("torch._utils", "_rebuild_tensor_v2") + ")R") << QByteArray("wrongly");
        QTest::newRow("a tensor type that calls itself")
            << pickle(pickleGlobal("torch._tensor", "_rebuild_from_type_v2") +
                      pickleTuple(QByteArrayList{pickleGlobal("torch._tensor", "_rebuild_from_type_v2"),
                                                 pickleGlobal("torch", "Tensor"), ")", "}"}) +
                      "R")
            << QByteArray("wrongly");
        QTest::newRow("attributes of a number") << pickle("K\x01}b") << QByteArray("attributes");
        QTest::newRow("a storage that is text")
            << pickle(pickleText("storage") + "Q") << QByteArray("wrongly");
        QTest::newRow("a storage of no type")
            << pickle(pickleTuple(QByteArrayList{pickleText("storage"), pickleText("x")}) + "Q")
            << QByteArray("wrongly");
        QTest::newRow("marks") << pickle(QByteArray(20'000, '(')) << QByteArray("too deeply");
        QTest::newRow("a deep stack") << pickle(QByteArray(1'100'000, 'N')) << QByteArray("more values");
        QTest::newRow("values without end")
            << pickle(QByteArray("N0").repeated(8'100'000)) << QByteArray("more values");
        QTest::newRow("lists without end")
            << pickle(QByteArray("]0").repeated(1'100'000)) << QByteArray("more objects");
    }
    void otherPicklesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, reason);
        try {
            elbo::PickleMachine machine(view(bytes), "made.pth");
            static_cast<void>(machine.run());
            QFAIL("the pickle was accepted");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::BadFile);
            const QByteArray sentence = error.what();
            QVERIFY2(sentence.contains(reason), sentence.constData());
            QVERIFY(sentence.contains("made.pth") && sentence.endsWith('.') && !sentence.contains('\n'));
        }
        QVERIFY(!QFile::exists(QStringLiteral("PWNED")));
    }
};

QTEST_GUILESS_MAIN(PickleMachineTest)
#include "tst_pickle_machine.moc"
