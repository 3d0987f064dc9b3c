// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/safetensors.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <torch/types.h>

#include <cmath>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using elbo::NamedTensor;

namespace {

constexpr quint64 kMeasured = std::numeric_limits<quint64>::max();

/// A file of that header and that many bytes of data; `claimedLength` other than kMeasured lies about the
/// header.
QByteArray fileOf(const QByteArray& json, int dataBytes, quint64 claimedLength = kMeasured)
{
    const quint64 length = claimedLength == kMeasured ? static_cast<quint64>(json.size()) : claimedLength;
    QByteArray bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes + json + QByteArray(dataBytes, '\2');
}

bool sameBytes(const at::Tensor& a, const at::Tensor& b)
{
    const auto x = a.contiguous();
    const auto y = b.contiguous();
    return x.scalar_type() == y.scalar_type() && x.sizes() == y.sizes() &&
           (x.nbytes() == 0 || std::memcmp(x.const_data_ptr(), y.const_data_ptr(), x.nbytes()) == 0);
}

std::vector<NamedTensor> oneOfEachType()
{
    const auto values = torch::arange(-6, 6, torch::kFloat).reshape({3, 4}) * 1.37F;
    std::vector<NamedTensor> tensors;
    for (const auto type :
         {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort, at::kChar}) {
        tensors.push_back({c10::toString(type), values.to(type)});
    }
    tensors.push_back({"bytes", torch::arange(7).to(at::kByte)});
    tensors.push_back({"codes", torch::arange(65530, 65536).to(at::kInt).to(at::kUInt16)});
    tensors.push_back({"flags", values > 0});
    tensors.push_back({"scalar", torch::tensor(2.5F)});
    tensors.push_back({"nothing", torch::empty({0, 5})});
    const auto special =
        torch::tensor({std::numeric_limits<float>::quiet_NaN(), -0.0F, std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::denorm_min()});
    tensors.push_back({"special", special});
    return tensors;
}

}  // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    std::filesystem::path write(const QByteArray& bytes) const
    {
        const auto file = path("made.safetensors");
        QFile out(QString::fromStdString(file.string()));
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size()) {
            throw std::runtime_error("the test's file could not be written");
        }
        return file;
    }

private Q_SLOTS:
    void comesBackBitForBit_data()
    {
        QTest::addColumn<bool>("mapped");
        QTest::newRow("read") << false;
        QTest::newRow("mapped") << true;
    }
    void comesBackBitForBit()
    {
        QFETCH(bool, mapped);
        const auto tensors = oneOfEachType();
        const std::map<std::string, std::string> metadata{{"run", R"({"seed": 1})"},
                                                          {"title", "R\xc3\xa4ume"}};
        const auto file = path("all.safetensors");
        elbo::writeSafetensors(file, tensors, metadata);
        const auto back = mapped ? elbo::mapSafetensors(file) : elbo::readSafetensors(file);
        QVERIFY(back.metadata == metadata);
        QCOMPARE(back.tensors.size(), tensors.size());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            QVERIFY2(sameBytes(back.at(tensors[i].name), tensors[i].tensor), tensors[i].name.c_str());
        }
    }

    void keepsTheOrderGiven()
    {
        const auto file = path("order.safetensors");
        elbo::writeSafetensors(file, {{"z", torch::ones({2})}, {"a", torch::zeros({3})}}, {});
        const auto header = elbo::readSafetensorsHeader(file);
        QCOMPARE(header.tensors.size(), 2U);
        QCOMPARE(header.tensors[0].name, std::string("z"));
        QCOMPARE(header.tensors[1].begin, 8U);
        QCOMPARE(header.tensors[1].end, 20U);
        QCOMPARE(header.dataOffset % 64, 0U);
        QCOMPARE(std::filesystem::file_size(file), header.dataOffset + 20);
    }

    void writesStridedTensorsByValue()
    {
        const auto image = torch::rand({2, 3, 5, 7}).contiguous(at::MemoryFormat::ChannelsLast);
        const auto file = path("strided.safetensors");
        elbo::writeSafetensors(file, {{"image", image}, {"transposed", image[0][0].t()}}, {});
        const auto back = elbo::readSafetensors(file);
        QVERIFY(sameBytes(back.at("image"), image));
        QVERIFY(back.at("image").is_contiguous());
        QVERIFY(sameBytes(back.at("transposed"), image[0][0].t()));
    }

    void aMissingTensorIsNamed()
    {
        const auto file = path("few.safetensors");
        elbo::writeSafetensors(file, {{"a", torch::ones({2})}}, {});
        const auto back = elbo::readSafetensors(file);
        QVERIFY(back.find("b") == nullptr);
        try {
            static_cast<void>(back.at("b"));
            QFAIL("a tensor was found that is not there");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::BadFile);
            QVERIFY(std::string(error.what()).find("\"b\"") != std::string::npos);
        }
    }

    void aMappingOutlivesTheFile()
    {
        const auto file = path("gone.safetensors");
        const auto values = torch::arange(100000, torch::kFloat);
        elbo::writeSafetensors(file, {{"values", values}}, {});
        at::Tensor mapped = elbo::mapSafetensors(file).at("values");
        std::filesystem::remove(file);
        QVERIFY(sameBytes(mapped, values));
    }

    // The cache deletes only files it can lock alone.
    void aMappingHoldsASharedLock()
    {
        const auto file = path("locked.safetensors");
        elbo::writeSafetensors(file, {{"values", torch::ones({4})}}, {});
        at::Tensor mapped = elbo::mapSafetensors(file).at("values");
        const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        QVERIFY(descriptor >= 0);
        const int whileMapped = ::flock(descriptor, LOCK_EX | LOCK_NB);
        mapped.reset();
        const int afterwards = ::flock(descriptor, LOCK_EX | LOCK_NB);
        ::close(descriptor);
        QCOMPARE(whileMapped, -1);
        QCOMPARE(afterwards, 0);
    }

    void misalignedTensorsCanBeMapped()
    {
        const auto file = path("odd.safetensors");
        const auto values = torch::rand({33});
        elbo::writeSafetensors(file, {{"odd", torch::ones({3}, torch::kByte)}, {"values", values}}, {});
        QVERIFY(sameBytes(elbo::mapSafetensors(file).at("values"), values));
    }

    void anUnknownTypeIsRefusedOnSaving()
    {
        const auto file = path("complex.safetensors");
        QVERIFY_EXCEPTION_THROWN(
            elbo::writeSafetensors(file, {{"c", torch::zeros({2}, torch::kComplexFloat)}}, {}), elbo::Error);
        QVERIFY(!std::filesystem::exists(file));
    }

    void aNameTwiceIsRefusedOnSaving()
    {
        const auto file = path("twice.safetensors");
        QVERIFY_EXCEPTION_THROWN(
            elbo::writeSafetensors(file, {{"a", torch::ones({1})}, {"a", torch::ones({1})}}, {}),
            elbo::Error);
        QVERIFY(!std::filesystem::exists(file));
    }

    void aMissingFileIsNotFound()
    {
        try {
            static_cast<void>(elbo::readSafetensors(path("absent.safetensors")));
            QFAIL("a file was read that is not there");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::NotFound);
        }
    }

    void acceptsWhatTheFormatAllows_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no tensors") << fileOf("{}", 0);
        QTest::newRow("padding") << fileOf("{}      ", 0);
        QTest::newRow("tensors out of order") << fileOf(
            R"({"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},"a":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}})",
            6);
        QTest::newRow("empty tensors at one place") << fileOf(
            R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})",
            2);
    }
    void acceptsWhatTheFormatAllows()
    {
        QFETCH(QByteArray, bytes);
        const auto file = write(bytes);
        QCOMPARE(elbo::readSafetensors(file).tensors.size(), elbo::mapSafetensors(file).tensors.size());
    }

    void refusesHostileFiles_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("reason");
        const auto tensor = [](const QByteArray& dtype, const QByteArray& shape, const QByteArray& offsets) {
            return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
        };
        const auto one = [&](const QByteArray& dtype, const QByteArray& shape, const QByteArray& offsets) {
            return "{\"t\":" + tensor(dtype, shape, offsets) + "}";
        };
        const auto two = [&](const QByteArray& first, const QByteArray& second) {
            return "{\"s\":" + tensor("U8", "[4]", first) + ",\"t\":" + tensor("U8", "[4]", second) + "}";
        };
        QTest::newRow("empty") << QByteArray() << QByteArray("is empty");
        QTest::newRow("shorter than a length") << QByteArray("abc") << QByteArray("shorter");
        QTest::newRow("text") << QByteArray("this is a text, no tensors at all")
                              << QByteArray("more than 100 MB");
        QTest::newRow("header over 100 MB") << fileOf("{}", 0, 100'000'001) << QByteArray("more than 100 MB");
        QTest::newRow("largest length") << fileOf("{}", 0, kMeasured - 1) << QByteArray("more than 100 MB");
        QTest::newRow("header behind the end") << fileOf("{}", 0, 3) << QByteArray("behind the end");
        QTest::newRow("no header") << fileOf("", 0) << QByteArray("brace");
        QTest::newRow("leading space") << fileOf(" {}", 0) << QByteArray("brace");
        QTest::newRow("an array") << fileOf("[]", 0) << QByteArray("brace");
        QTest::newRow("broken JSON") << fileOf("{\"t\":", 0) << QByteArray("no valid JSON");
        QTest::newRow("two JSON values") << fileOf("{}{}", 0) << QByteArray("no valid JSON");
        QTest::newRow("no UTF-8") << fileOf("{\"\xff\":{}}", 0) << QByteArray("no valid JSON");
        QTest::newRow("deep") << fileOf("{\"t\":" + QByteArray(1'000'000, '['), 0) << QByteArray("not built");
        QTest::newRow("deep objects")
            << fileOf(QByteArray("{\"t\":").repeated(200'000), 0) << QByteArray("unknown entry");
        QTest::newRow("deep shape") << fileOf(one("U8", "[[4]]", "[0,4]"), 4) << QByteArray("not built");
        QTest::newRow("a tensor that is a number") << fileOf("{\"t\":1}", 0) << QByteArray("not built");
        QTest::newRow("metadata that are no text")
            << fileOf("{\"__metadata__\":{\"a\":1}}", 0) << QByteArray("not built");
        QTest::newRow("a name twice") << fileOf("{\"t\":" + tensor("U8", "[4]", "[0,4]") +
                                                    ",\"t\":" + tensor("U8", "[4]", "[0,4]") + "}",
                                                4)
                                      << QByteArray("twice");
        QTest::newRow("an entry twice")
            << fileOf("{\"t\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0) << QByteArray("dtype twice");
        QTest::newRow("an unknown entry")
            << fileOf("{\"t\":{\"stride\":[1]}}", 0) << QByteArray("unknown entry");
        QTest::newRow("a name of two lines") << fileOf(R"({"a\nb":1})", 0) << QByteArray("a\\x0");
        QTest::newRow("no shape") << fileOf("{\"t\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}", 4)
                                  << QByteArray("lacks");
        QTest::newRow("one offset") << fileOf(one("U8", "[4]", "[4]"), 4) << QByteArray("lacks");
        QTest::newRow("three offsets")
            << fileOf(one("U8", "[4]", "[0,4,8]"), 4) << QByteArray("too many numbers");
        QTest::newRow("17 dimensions")
            << fileOf(one("U8", "[" + QByteArray("1,").repeated(16) + "1]", "[0,1]"), 1)
            << QByteArray("too many numbers");
        QTest::newRow("unknown type")
            << fileOf(one("F4", "[4]", "[0,4]"), 4) << QByteArray("unknown type \"F4\"");
        QTest::newRow("negative size") << fileOf(one("U8", "[-4]", "[0,4]"), 4) << QByteArray("not built");
        QTest::newRow("fractional size") << fileOf(one("U8", "[4.0]", "[0,4]"), 4) << QByteArray("not built");
        QTest::newRow("product overflows") << fileOf(one("F32", "[4294967296,4294967296]", "[0,0]"), 0)
                                           << QByteArray("larger than any memory");
        QTest::newRow("product wraps to the right size")
            << fileOf(one("F32", "[4611686018427387905,4]", "[0,16]"), 16)
            << QByteArray("larger than any memory");
        QTest::newRow("strides overflow") << fileOf(one("U8", "[4294967296,4294967296,0]", "[0,0]"), 0)
                                          << QByteArray("larger than any memory");
        QTest::newRow("size above int64") << fileOf(one("U8", "[18446744073709551615]", "[0,4]"), 4)
                                          << QByteArray("larger than any memory");
        QTest::newRow("large allocation")
            << fileOf(one("F64", "[1000000000000]", "[0,8]"), 8) << QByteArray("by its shape");
        QTest::newRow("shape of another size")
            << fileOf(one("F32", "[3]", "[0,16]"), 16) << QByteArray("by its shape");
        QTest::newRow("reversed range") << fileOf(one("U8", "[4]", "[4,0]"), 4) << QByteArray("outside");
        QTest::newRow("range behind the end")
            << fileOf(one("U8", "[8]", "[0,8]"), 4) << QByteArray("outside");
        QTest::newRow("overlap") << fileOf(two("[0,4]", "[2,6]"), 6) << QByteArray("overlaps");
        QTest::newRow("the same range") << fileOf(two("[0,4]", "[0,4]"), 4) << QByteArray("overlaps");
        QTest::newRow("a hole") << fileOf(two("[0,4]", "[6,10]"), 10) << QByteArray("belong to none");
        QTest::newRow("a hole at the beginning")
            << fileOf(two("[2,6]", "[6,10]"), 10) << QByteArray("belong to none");
        QTest::newRow("bytes at the end")
            << fileOf(two("[0,4]", "[4,8]"), 9) << QByteArray("1 bytes at its end");
        QTest::newRow("a bool of 2") << fileOf(one("BOOL", "[4]", "[0,4]"), 4)
                                     << QByteArray("neither true nor false");
    }
    void refusesHostileFiles()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, reason);
        const auto file = write(bytes);
        for (const bool mapped : {false, true}) {
            try {
                static_cast<void>(mapped ? elbo::mapSafetensors(file) : elbo::readSafetensors(file));
                QFAIL("the file was accepted");
            } catch (const elbo::Error& error) {
                QVERIFY(error.code() == elbo::ErrorCode::BadFile);
                const QByteArray sentence = error.what();
                QVERIFY2(sentence.contains(reason), sentence.constData());
                QVERIFY(sentence.endsWith('.') && !sentence.contains('\n'));
                QVERIFY(sentence.contains("made.safetensors"));
                QVERIFY(sentence.size() < 400);
            }
        }
    }

    void everyTruncationIsRefused()
    {
        const auto file = path("whole.safetensors");
        elbo::writeSafetensors(file, {{"a", torch::ones({5})}, {"b", torch::zeros({2, 2})}}, {{"k", "v"}});
        QFile in(QString::fromStdString(file.string()));
        QVERIFY(in.open(QIODevice::ReadOnly));
        const QByteArray whole = in.readAll();
        for (qsizetype length = 0; length < whole.size(); ++length) {
            const auto cut = write(whole.left(length));
            QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::readSafetensors(cut)), elbo::Error);
        }
    }
};

QTEST_GUILESS_MAIN(SafetensorsTest)
#include "tst_safetensors.moc"
