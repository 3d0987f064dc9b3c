// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/torch_file.h"
#include "tests/core/store/made_torch_file.h"
#include "tests/support/shared_folder.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <torch/types.h>

#include <map>

using elbo::NamedTensor;
using namespace elbo::tests;

namespace {

QByteArray bytesOf(const std::filesystem::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What every sample of the shared folder holds.
std::vector<NamedTensor> sampleTensors()
{
    const auto six = torch::arange(6, torch::kFloat);
    return {{"conv.weight", torch::arange(24, torch::kFloat).view({2, 3, 2, 2})},
            {"conv.bias", torch::tensor({0.5F, -0.5F})},
            {"bn.num_batches_tracked", torch::tensor(std::int64_t{7})},
            {"half.weight", six.view({2, 3}).to(torch::kHalf)},
            {"bf16.weight", six.view({3, 2}).to(torch::kBFloat16)},
            {"strided.weight", torch::tensor({{0.F, 3.F}, {1.F, 4.F}, {2.F, 5.F}})},
            {"shared.a", torch::tensor({2.F, 3.F, 4.F, 5.F})},
            {"shared.b", torch::tensor({4.F, 6.F, 8.F})}};
}

void compare(const std::vector<NamedTensor>& got, const std::vector<NamedTensor>& expected)
{
    QCOMPARE(got.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QCOMPARE(got[i].name, expected[i].name);
        QCOMPARE(got[i].tensor.scalar_type(), expected[i].tensor.scalar_type());
        QVERIFY2(torch::equal(got[i].tensor, expected[i].tensor), expected[i].name.c_str());
    }
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
    tensors.push_back({"transposed", values.t()});
    return tensors;
}

const QByteArray kName = pickleText("w");

}  // namespace

class TorchFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    [[nodiscard]] std::filesystem::path write(const QByteArray& bytes) const
    {
        const auto file = path("made.pth");
        QFile out(QString::fromStdString(file.string()));
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
            qFatal("cannot write %s", file.c_str());
        return file;
    }

    /// The error of reading, or nothing when it was read.
    static std::optional<std::pair<elbo::ErrorCode, QByteArray>> refusal(const std::filesystem::path& file)
    {
        try {
            static_cast<void>(elbo::readTorch(file));
            return std::nullopt;
        } catch (const elbo::Error& error) {
            return std::pair(error.code(), QByteArray(error.what()));
        }
    }

private Q_SLOTS:
    void samplesAreRead_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("zip");
        QTest::addColumn<QString>("place");
        QTest::newRow("zip") << "zip_state_dict.pth" << true << "";
        QTest::newRow("legacy") << "legacy_state_dict.pth" << false << "";
        QTest::newRow("zip, BTS") << "zip_bts_layout.pth" << true << "model";
        QTest::newRow("legacy, BTS") << "legacy_bts_layout.pth" << false << "model";
    }
    void samplesAreRead()
    {
        QFETCH(QString, name);
        QFETCH(bool, zip);
        QFETCH(QString, place);
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto file = shared / "data/samples/torch_files" / name.toStdString();
        const auto read = elbo::readTorch(file);
        compare(read.tensors, sampleTensors());
        QCOMPARE(read.header.format == elbo::TorchFormat::Zip, zip);
        QCOMPARE(read.header.place, place.toStdString());
        const auto header = elbo::readTorchHeader(file);
        QCOMPARE(header.tensors.size(), read.tensors.size());
        for (std::size_t i = 0; i < header.tensors.size(); ++i) {
            QCOMPARE(header.tensors[i].name, read.tensors[i].name);
            QVERIFY(header.tensors[i].type == read.tensors[i].tensor.scalar_type());
            QVERIFY(read.tensors[i].tensor.sizes() == at::IntArrayRef(header.tensors[i].shape));
        }
    }

    void sharedAndStridedStoragesStay()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto read = elbo::readTorch(shared / "data/samples/torch_files/zip_state_dict.pth");
        std::map<std::string, at::Tensor> tensors;
        for (const auto& [name, tensor] : read.tensors)
            tensors[name] = tensor;
        QVERIFY(tensors["shared.a"].is_alias_of(tensors["shared.b"]));
        QVERIFY(!tensors["strided.weight"].is_contiguous());
    }

    void realWeightsAreRead()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto read = elbo::readTorch(shared / "data/weights/meter/build_model_best_nyu_xxs");
        std::int64_t parameters = 0;
        for (const auto& [name, tensor] : read.tensors) {
            QVERIFY2(torch::isfinite(tensor.to(torch::kFloat)).all().item<bool>(), name.c_str());
            if (!name.ends_with("running_mean") && !name.ends_with("running_var") &&
                !name.ends_with("num_batches_tracked"))
                parameters += tensor.numel();
        }
        QCOMPARE(parameters, std::int64_t{713'464});
    }

    void samplesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("code") << "refuse_code_execution.pth" << QByteArray("posix.system");
        QTest::newRow("code, legacy") << "refuse_code_execution_legacy.pth" << QByteArray("posix.system");
        QTest::newRow("truncated") << "refuse_truncated.pth" << QByteArray("missing");
        QTest::newRow("truncated, legacy") << "refuse_truncated_legacy.pth" << QByteArray("cut short");
    }
    void samplesAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, reason);
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto error = refusal(shared / "data/samples/torch_files" / name.toStdString());
        QVERIFY(error && error->first == elbo::ErrorCode::BadFile);
        QVERIFY2(error->second.contains(reason), error->second.constData());
        QVERIFY(error->second.endsWith('.') && !error->second.contains('\n'));
        QVERIFY(!QFile::exists(QStringLiteral("PWNED")));
    }

    // A download that ended early, at whatever byte.
    void everyTruncationIsRefused()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        for (const char* name :
             {"zip_state_dict.pth", "legacy_state_dict.pth", "zip_bts_layout.pth", "legacy_bts_layout.pth"}) {
            const QByteArray whole = bytesOf(shared / "data/samples/torch_files" / name);
            QVERIFY(!whole.isEmpty());
            for (qsizetype length = 0; length < whole.size(); ++length) {
                const auto error = refusal(write(whole.left(length)));
                QVERIFY2(error && error->first == elbo::ErrorCode::BadFile, name);
            }
        }
    }

    // Whatever byte is damaged, the file is read or refused in one sentence; the checksums of the archive
    // notice damaged numbers.
    void everyDamagedByteIsMet()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        for (const char* name : {"zip_state_dict.pth", "legacy_bts_layout.pth"}) {
            QByteArray bytes = bytesOf(shared / "data/samples/torch_files" / name);
            int refused = 0;
            for (qsizetype i = 0; i < bytes.size(); ++i) {
                const char before = bytes[i];
                for (const int change : {1, 0x80, 0xff}) {
                    bytes[i] = static_cast<char>(before ^ change);
                    if (const auto error = refusal(write(bytes))) {
                        QVERIFY(error->first == elbo::ErrorCode::BadFile);
                        QVERIFY(error->second.endsWith('.') && !error->second.contains('\n'));
                        ++refused;
                    }
                }
                bytes[i] = before;
            }
            QVERIFY(refused > bytes.size());
        }
    }

    void whatIsNoFileIsRefused()
    {
        QVERIFY(refusal(m_folder.path().toStdString())->first == elbo::ErrorCode::BadFile);
        QVERIFY(refusal(path("absent.pth"))->first == elbo::ErrorCode::NotFound);
        QVERIFY(refusal(write(""))->second.contains("empty"));
        QVERIFY(refusal(write("these are no weights"))->second.contains("neither"));
        QVERIFY(refusal(write("PK\x03\x04 and then nothing of an archive"))->second.contains("directory"));
    }

    void everyTypeComesBack()
    {
        const auto file = path("types.pt");
        const auto tensors = oneOfEachType();
        elbo::writeTorch(file, tensors, {{"elbo", "{\"a\":\"\\u00fc\"}"}, {"epoch", "3"}});
        const auto back = elbo::readTorch(file);
        compare(back.tensors, tensors);
        QCOMPARE(back.header.metadata.at("epoch"), std::string("3"));
        QCOMPARE(back.header.metadata.at("elbo"), std::string("{\"a\":\"\\u00fc\"}"));
        QVERIFY(!elbo::readTorchHeader(file).tensors.empty());
    }

    void theSameTensorsAreTheSameBytes()
    {
        elbo::writeTorch(path("one.pt"), oneOfEachType(), {});
        elbo::writeTorch(path("two.pt"), oneOfEachType(), {});
        QCOMPARE(bytesOf(path("one.pt")), bytesOf(path("two.pt")));
    }

    void aFailedSaveLeavesTheOldFile()
    {
        const auto file = path("kept.pt");
        elbo::writeTorch(file, {{"a", torch::ones({3})}}, {});
        const auto before = bytesOf(file);
        const auto failing = [](const std::filesystem::path&, std::uint64_t, bool) {
            throw elbo::Error(elbo::ErrorCode::DiskFull, "The disk is full.");
        };
        QVERIFY_EXCEPTION_THROWN(elbo::writeTorch(file, {{"a", torch::zeros({3})}}, {}, failing),
                                 elbo::Error);
        QCOMPARE(bytesOf(file), before);
        QVERIFY_EXCEPTION_THROWN(
            elbo::writeTorch(path("c.pt"), {{"c", torch::zeros({2}, torch::kComplexFloat)}}, {}),
            elbo::Error);
        QVERIFY(!std::filesystem::exists(path("c.pt")));
        QVERIFY_EXCEPTION_THROWN(
            elbo::writeTorch(path("t.pt"), {{"a", torch::ones({1})}, {"a", torch::ones({1})}}, {}),
            elbo::Error);
    }

    void pythonOpensWhatIsWritten()
    {
        QProcess python;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PYTHONPATH"), QStringLiteral(ELBO_TORCH_PARENT));
        environment.remove(QStringLiteral("HOME"));
        python.setProcessEnvironment(environment);
        const auto run = [&python](const QString& script) {
            python.start(QStringLiteral("python3"), {QStringLiteral("-c"), script});
            return python.waitForStarted() && python.waitForFinished(60'000) &&
                   python.exitStatus() == QProcess::NormalExit && python.exitCode() == 0;
        };
        if (!run(QStringLiteral("import torch")))
            QSKIP("python3 cannot import torch here, so what it makes of our files is not tested");
        QDir::setCurrent(m_folder.path());
        elbo::writeTorch(path("ours.pt"), oneOfEachType(), {{"epoch", "3"}});
        QVERIFY2(run(QStringLiteral(R"(
import torch
d = torch.load('ours.pt', weights_only=True)
m = torch.load('ours.pt', weights_only=True, mmap=True)
v = torch.arange(-6, 6).float().reshape(3, 4) * 1.37
for t in [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8]:
    name = {torch.float64: 'Double', torch.float32: 'Float', torch.float16: 'Half', torch.bfloat16: 'BFloat16',
            torch.int64: 'Long', torch.int32: 'Int', torch.int16: 'Short', torch.int8: 'Char'}[t]
    assert d[name].dtype == t and torch.equal(d[name], v.to(t)), name
assert d['bytes'].tolist() == list(range(7)) and d['codes'].dtype == torch.uint16
assert d['codes'].tolist() == list(range(65530, 65536))
assert torch.equal(d['flags'], v > 0) and d['scalar'].item() == 2.5 and d['nothing'].shape == (0, 5)
assert torch.equal(d['transposed'], v.t()) and list(d) == list(m) and len(d) == 14
assert all(torch.equal(d[k], m[k]) for k in d)
n = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
torch.save(n.state_dict(), 'four.pt', pickle_protocol=4)
torch.save({'epoch': 3, 'lr': 1e-4, 'state_dict': torch.nn.DataParallel(n).state_dict(),
            'size': torch.Size([1]), 'device': torch.device('cpu'), 'type': torch.float16}, 'nested.pt')
torch.save(dict(n.named_parameters()), 'parameters.pt')
torch.save({'u': torch.arange(4).to(torch.uint16)}, 'legacy.pt', _use_new_zipfile_serialization=False)
torch.save(n, 'module.pt')
torch.save({'s': torch.eye(3).to_sparse()}, 'sparse.pt')
torch.save(torch.ones(3), 'lone.pt')
torch.jit.save(torch.jit.script(n), 'script.pt')
torch.serialization.set_crc32_options(False)
torch.save(n.state_dict(), 'unchecked.pt')
)")),
                 python.readAllStandardError().constData());
        const std::vector<std::string> names{"0.weight", "0.bias", "1.weight", "1.bias"};
        for (const char* file : {"four.pt", "nested.pt", "parameters.pt", "unchecked.pt"}) {
            const auto read = elbo::readTorch(path(file));
            QCOMPARE(read.tensors.size(),
                     std::string(file) == "parameters.pt" ? std::size_t{4} : std::size_t{7});
            for (std::size_t i = 0; i < names.size(); ++i)
                QCOMPARE(read.tensors[i].name, names[i]);
            QVERIFY(read.tensors[0].tensor.sizes() == at::IntArrayRef({2, 3}));
        }
        const auto legacy = elbo::readTorch(path("legacy.pt"));
        QVERIFY(torch::equal(legacy.tensors.at(0).tensor.to(torch::kInt), torch::arange(4, torch::kInt)));
        QVERIFY(refusal(path("module.pt"))->second.contains("torch.nn.modules.container.Sequential"));
        QVERIFY(refusal(path("sparse.pt"))->second.contains("_rebuild_sparse_tensor"));
        QVERIFY(refusal(path("lone.pt"))->second.contains("without a name"));
        QVERIFY(refusal(path("script.pt"))->second.contains("TorchScript"));
    }

    void viewsOfLegacyStoragesAreRead()
    {
        MadeTensor made;
        made.shape = {2};
        made.strides = {1};
        made.offset = 1;
        made.view = pickleTuple(QByteArrayList{pickleText("v"), pickleInteger(2), pickleInteger(3)});
        const auto read = elbo::readTorch(write(legacyFile(pickleDictionary({kName, pickleTensor(made)}))));
        QVERIFY(torch::equal(read.tensors.at(0).tensor, torch::tensor({3.F, 4.F})));
    }

    void stateDictsAreFound_data()
    {
        QTest::addColumn<QByteArray>("root");
        QTest::addColumn<QByteArray>("names");
        QTest::addColumn<QByteArray>("place");
        const auto dictionary = pickleDictionary;
        const QByteArray one = dictionary({kName, pickleTensor({})});
        const QByteArray optimizer = dictionary({pickleText("moment"), pickleTensor({})});
        QTest::newRow("plain") << one << QByteArray("w") << QByteArray();
        QTest::newRow("numbers beside") << dictionary({pickleText("epoch"), "K\x07", kName, pickleTensor({})})
                                        << QByteArray("w") << QByteArray();
        QTest::newRow("state_dict") << dictionary({pickleText("state_dict"), one}) << QByteArray("w")
                                    << QByteArray("state_dict");
        QTest::newRow("one in the other")
            << dictionary({pickleText("state_dict"), dictionary({pickleText("model"), one})})
            << QByteArray("w") << QByteArray("state_dict.model");
        QTest::newRow("an empty model beside")
            << dictionary({pickleText("model"), "}", kName, pickleTensor({})}) << QByteArray("w")
            << QByteArray();
        QTest::newRow("an unknown name, and an optimiser")
            << dictionary({pickleText("optimizer"), optimizer, pickleText("generator"), one})
            << QByteArray("w") << QByteArray("generator");
        QTest::newRow("two halves") << dictionary({pickleText("encoder"), one, pickleText("decoder"), one})
                                    << QByteArray("encoder.w,decoder.w") << QByteArray();
        QTest::newRow("DataParallel") << dictionary({pickleText("module.a"), pickleTensor({}),
                                                     pickleText("module.b"), pickleTensor({})})
                                      << QByteArray("a,b") << QByteArray();
        QTest::newRow("compiled, then DataParallel")
            << dictionary({pickleText("module._orig_mod.a"), pickleTensor({})}) << QByteArray("a")
            << QByteArray();
        QTest::newRow("a prefix of some")
            << dictionary({pickleText("module.a"), pickleTensor({}), pickleText("b"), pickleTensor({})})
            << QByteArray("module.a,b") << QByteArray();
        QTest::newRow("the last of a name counts")
            << dictionary({kName, "K\x01", kName, pickleTensor({})}) << QByteArray("w") << QByteArray();
        QTest::newRow("control characters")
            << dictionary({pickleText("a\nb"), pickleTensor({})}) << QByteArray("a\\x0Ab") << QByteArray();
    }
    void stateDictsAreFound()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, names);
        QFETCH(QByteArray, place);
        const auto read = elbo::readTorch(write(legacyFile(root)));
        QByteArrayList got;
        for (const auto& [name, tensor] : read.tensors) {
            got += QByteArray::fromStdString(name);
            QVERIFY(torch::equal(tensor, torch::arange(6, torch::kFloat).view({2, 3})));
        }
        QCOMPARE(got.join(',').toLower(), names.toLower());
        QCOMPARE(QByteArray::fromStdString(read.header.place), place);
    }

    void hostileFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("reason");
        const auto file = [](const MadeTensor& made) {
            return legacyFile(pickleDictionary({kName, pickleTensor(made)}));
        };
        constexpr auto kLarge = std::int64_t{1} << 61;
        const QByteArray good = pickleDictionary({kName, pickleTensor({})});
        MadeTensor made;
        made.shape = {7};
        made.strides = {1};
        QTest::newRow("behind its storage") << file(made) << QByteArray("outside of its storage");
        made.shape = {2, 2};
        made.strides = {5, 1};
        QTest::newRow("a stride behind its storage") << file(made) << QByteArray("outside of its storage");
        made.strides = {3};
        QTest::newRow("fewer strides") << file(made) << QByteArray("outside of its storage");
        made.strides = {-3, 1};
        QTest::newRow("a negative stride") << file(made) << QByteArray("wrongly");
        made.strides = {kLarge, 1};
        QTest::newRow("a stride that overflows") << file(made) << QByteArray("any memory");
        made.shape = {kLarge, kLarge};
        made.strides = {0, 0};
        QTest::newRow("a shape that overflows") << file(made) << QByteArray("any memory");
        made.shape = {1'000'000'000'000};
        made.strides = {0};
        QTest::newRow("one number often") << file(made) << QByteArray("too often");
        made = {};
        made.offset = 1;
        QTest::newRow("an offset behind its storage") << file(made) << QByteArray("outside of its storage");
        made.offset = -1;
        QTest::newRow("a negative offset") << file(made) << QByteArray("outside of its storage");
        made = {};
        made.elements = 1'000'000'000'000;
        QTest::newRow("a storage larger than the file") << file(made) << QByteArray("another size");
        made.elements = kLarge;
        QTest::newRow("a storage that overflows") << file(made) << QByteArray("impossible size");
        made.elements = -6;
        QTest::newRow("a negative storage") << file(made) << QByteArray("impossible size");
        made = {};
        made.key = "other";
        QTest::newRow("a storage that is not there") << file(made) << QByteArray("no tensor has");
        QTest::newRow("no storages") << legacyFile(good, {}, " ") << QByteArray("is missing");
        QTest::newRow("a storage twice") << legacyFile(good, {"k", "k"}) << QByteArray("a storage twice");
        made = {};
        made.storage = "ComplexFloatStorage";
        QTest::newRow("complex numbers") << file(made) << QByteArray("torch.ComplexFloatStorage");
        made = {};
        made.view = pickleTuple(QByteArrayList{pickleText("v"), pickleInteger(5), pickleInteger(3)});
        QTest::newRow("a view behind its storage") << file(made) << QByteArray("impossible size");
        MadeTensor longs;
        longs.storage = "LongStorage";
        longs.elements = 3;
        longs.shape = {3};
        longs.strides = {1};
        QTest::newRow("one storage of two types")
            << legacyFile(pickleDictionary({kName, pickleTensor({}), pickleText("l"), pickleTensor(longs)}))
            << QByteArray("two types");
        QTest::newRow("big-endian") << legacyFile(good, {"k"}, {}, "\x89") << QByteArray("big-endian");
        QTest::newRow("no tensors") << legacyFile(pickleDictionary({kName, "K\x01"}), {}, " ")
                                    << QByteArray("no tensors");
        QTest::newRow("a number") << legacyFile("K\x01", {}, " ") << QByteArray("no tensors");
        QTest::newRow("a name of nothing") << legacyFile(pickleDictionary({pickleText(""), pickleTensor({})}))
                                           << QByteArray("impossible name");
        QTest::newRow("the name of metadata")
            << legacyFile(pickleDictionary({pickleText("__metadata__"), pickleTensor({})}))
            << QByteArray("impossible name");
        QTest::newRow("a module with its source")
            << legacyFile(pickleTuple(QByteArrayList{pickleText("module"), pickleGlobal("torch", "Size")}) +
                          "Q")
            << QByteArray("source code");
        QTest::newRow("a dictionary in itself")
            << legacyFile("}q\1" + pickleText("model") + "h\1s", {}, " ") << QByteArray("no tensors");
    }
    void hostileFilesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, reason);
        const auto error = refusal(write(bytes));
        QVERIFY(error && error->first == elbo::ErrorCode::BadFile);
        QVERIFY2(error->second.contains(reason), error->second.constData());
        QVERIFY(error->second.endsWith('.') && !error->second.contains('\n') && error->second.size() < 400);
        QVERIFY(error->second.contains("made.pth"));
    }
};

QTEST_GUILESS_MAIN(TorchFileTest)
#include "tst_torch_file.moc"
