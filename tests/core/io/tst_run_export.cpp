// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/hdf5_writer.h"
#include "core/io/run_export.h"
#include "core/store/safetensors.h"
#include "core/training/run_paths.h"
#include "tests/core/training/made_data.h"
#include "tests/support/plain_user.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <hdf5.h>

#include <cmath>
#include <fstream>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

/// Reads what the export wrote, with HDF5's own functions.
class Reader {
public:
    explicit Reader(const fs::path& file) : m_file(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)) {}
    ~Reader() { H5Fclose(m_file); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    [[nodiscard]] bool isOpen() const { return m_file >= 0; }
    [[nodiscard]] bool has(const std::string& name) const
    {
        return H5Lexists(m_file, name.c_str(), H5P_DEFAULT) > 0;
    }
    /// Names below a group, in their order.
    [[nodiscard]] std::vector<std::string> names(const std::string& group) const
    {
        std::vector<std::string> found;
        H5Literate_by_name(
            m_file, group.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr,
            [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
                static_cast<std::vector<std::string>*>(to)->emplace_back(name);
                return 0;
            },
            &found, H5P_DEFAULT);
        return found;
    }
    [[nodiscard]] at::Tensor tensor(const std::string& name, at::ScalarType type, hid_t native) const
    {
        const hid_t dataset = H5Dopen2(m_file, name.c_str(), H5P_DEFAULT);
        const hid_t space = H5Dget_space(dataset);
        std::vector<hsize_t> sizes(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space))));
        H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
        auto values = at::zeros(std::vector<std::int64_t>(sizes.begin(), sizes.end()), type);
        if (H5Dread(dataset, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data_ptr()) < 0)
            values = at::Tensor();
        H5Sclose(space);
        H5Dclose(dataset);
        return values;
    }
    [[nodiscard]] std::string text(const std::string& name) const
    {
        const hid_t dataset = H5Dopen2(m_file, name.c_str(), H5P_DEFAULT);
        const auto value = textOf(
            [&](hid_t type, void* to) { return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to); });
        H5Dclose(dataset);
        return value;
    }
    [[nodiscard]] std::string attribute(const std::string& name) const
    {
        const hid_t attribute = H5Aopen(m_file, name.c_str(), H5P_DEFAULT);
        const auto value = textOf([&](hid_t type, void* to) { return H5Aread(attribute, type, to); });
        H5Aclose(attribute);
        return value;
    }
    [[nodiscard]] std::int64_t number(const std::string& group, const std::string& name) const
    {
        const hid_t attribute =
            H5Aopen_by_name(m_file, group.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT);
        std::int64_t value = -1;
        H5Aread(attribute, H5T_NATIVE_INT64, &value);
        H5Aclose(attribute);
        return value;
    }

private:
    template <typename Read>
    static std::string textOf(const Read& read)
    {
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        H5Tset_cset(type, H5T_CSET_UTF8);
        char* bytes = nullptr;
        std::string value = read(type, &bytes) >= 0 && bytes != nullptr ? bytes : "";
        H5free_memory(bytes);
        H5Tclose(type);
        return value;
    }

    hid_t m_file;
};

hid_t nativeOf(at::ScalarType type)
{
    switch (type) {
        case at::kFloat:
            return H5T_NATIVE_FLOAT;
        case at::kByte:
            return H5T_NATIVE_UINT8;
        case at::kUInt16:
            return H5T_NATIVE_UINT16;
        default:
            return H5T_NATIVE_INT64;
    }
}

std::string sentenceOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

class RunExportTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_run;
    fs::path m_out;

    fs::path at(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

private Q_SLOTS:
    void initTestCase()
    {
        auto config = tests::madeConfig(3);
        config.training.fields.set("keep_weights_every", std::int64_t{2});
        m_run = createRunFolder(at("runs"), config);
        tests::Recording recording;
        TrainingControl control;
        QVERIFY(trainRun(config, tests::madeData(), m_run, recording, control) == TrainingEnd::Completed);
    }
    void init() { m_out = at("run.h5"); }

    void everythingOfTheRunIsInside()
    {
        std::vector<Progress> told;
        exportRun(m_run, m_out, {.progress = [&](const Progress& p) { told.push_back(p); }, .stop = {}});
        QCOMPARE(told.front().done, 0);
        QCOMPARE(told.back().done, told.back().total);
        const auto info = readRunInfo(m_run);
        const RunPaths paths{m_run};
        const Reader file(m_out);
        QVERIFY(file.isOpen());
        QCOMPARE(file.attribute("format"), std::string("elbo run"));
        QCOMPARE(file.number("/", "format_version"), 1);
        QCOMPARE(file.attribute("model"), std::string("fc-vae"));
        QCOMPARE(file.attribute("name"), info.name);
        QCOMPARE(file.attribute("state"), std::string("completed"));
        QCOMPARE(file.number("/", "epochs_done"), 3);
        QCOMPARE(file.number("/", "parameters"), info.parameters);
        QCOMPARE(file.text("run_json"), readTextFile(paths.info()));
        QCOMPARE(file.names("kept").size(), keptEpochs(m_run).size());
        QCOMPARE(file.names("weights"), (std::vector<std::string>{"best", "epoch-0002", "last"}));
    }

    void historyIsByColumns()
    {
        exportRun(m_run, m_out);
        const auto history = readHistory(RunPaths{m_run}.history());
        const Reader file(m_out);
        const auto epochs = static_cast<std::int64_t>(history.epochs.size());
        QCOMPARE(epochs, 3);
        QVERIFY(!history.steps.empty());
        const auto column = [&](const std::string& name) {
            return file.tensor("history/" + name, at::kDouble, H5T_NATIVE_DOUBLE);
        };
        for (std::int64_t i = 0; i < epochs; ++i) {
            const auto& record = history.epochs.at(static_cast<std::size_t>(i));
            QCOMPARE(column("epochs/epoch")[i].item<double>(), static_cast<double>(record.epoch));
            QCOMPARE(column("epochs/seconds")[i].item<double>(), record.seconds);
            QCOMPARE(column("epochs/best")[i].item<double>(), record.best ? 1.0 : 0.0);
            for (const auto& [key, value] : record.train)
                QCOMPARE(column("epochs/train/" + key)[i].item<double>(), value);
            for (const auto& [key, value] : record.test)
                QCOMPARE(column("epochs/test/" + key)[i].item<double>(), value);
        }
        QVERIFY(file.names("history/epochs/validation").empty());
        const auto elbo = column("steps/train/elbo");
        QCOMPARE(elbo.size(0), static_cast<std::int64_t>(history.steps.size()));
        for (std::size_t i = 0; i < history.steps.size(); ++i) {
            QCOMPARE(elbo[static_cast<std::int64_t>(i)].item<double>(), history.steps[i].train.at("elbo"));
            QCOMPARE(column("steps/epoch_fraction")[static_cast<std::int64_t>(i)].item<double>(),
                     history.steps[i].epochFraction);
        }
    }

    void tensorsAreTheSameToTheBit()
    {
        exportRun(m_run, m_out);
        const RunPaths paths{m_run};
        const Reader file(m_out);
        const auto compare = [&file](const fs::path& from, const std::string& group) {
            const auto stored = readSafetensors(from);
            QVERIFY(!stored.tensors.empty());
            for (const auto& [name, tensor] : stored.tensors) {
                const auto type = tensor.scalar_type();
                const auto read = file.tensor(group + "/" + name, type, nativeOf(type));
                QVERIFY2(read.defined() && read.sizes() == tensor.sizes(), name.c_str());
                const auto bytes = static_cast<std::size_t>(tensor.numel()) * tensor.element_size();
                QVERIFY2(std::memcmp(read.const_data_ptr(), tensor.contiguous().const_data_ptr(), bytes) == 0,
                         name.c_str());
            }
        };
        compare(paths.last(), "weights/last");
        compare(paths.best(), "weights/best");
        compare(paths.weights(2), "weights/epoch-0002");
        for (const auto epoch : keptEpochs(m_run))
            compare(paths.kept(epoch), "kept/" + paths.kept(epoch).stem().string());
        QCOMPARE(file.number("kept/epoch-0001", "metric"), 1);
        QVERIFY(file.has("kept/epoch-0001/names"));
        for (const auto& [key, text] : readSafetensorsHeader(paths.last()).metadata)
            QCOMPARE(file.text("weights/last/metadata/" + key), text);
    }

    void everyTypeOfTensorIsHeld()
    {
        {
            Hdf5Writer writer(m_out);
            const auto values = at::tensor({-1.5F, 0.0F, 65504.0F});
            writer.addTensor("types/half", values.to(at::kHalf));
            writer.addTensor("types/bfloat16", values.to(at::kBFloat16));
            writer.addTensor("types/double", values.to(at::kDouble));
            writer.addTensor("types/bool", values > 0);
            writer.addTensor("types/char", at::tensor({-3, 4}, at::kChar));
            writer.addTensor("types/short", at::tensor({-300, 400}, at::kShort));
            writer.addTensor("types/int", at::tensor({-70000, 4}, at::kInt));
            writer.addTensor("types/scalar", at::tensor(7.0F).squeeze());
            writer.addTensor("types/strided", at::arange(6, at::kFloat).view({2, 3}).t());
            QVERIFY_EXCEPTION_THROWN(writer.addTensor("types/complex", at::zeros({2}, at::kComplexFloat)),
                                     Error);
            writer.commit();
        }
        const Reader file(m_out);
        const auto read = [&](const std::string& name) {
            return file.tensor("types/" + name, at::kDouble, H5T_NATIVE_DOUBLE);
        };
        const auto expected = at::tensor({-1.5, 0.0, 65504.0}, at::kDouble);
        QVERIFY(at::equal(read("half"), expected));
        QVERIFY(at::equal(read("bfloat16"), expected.to(at::kFloat).to(at::kBFloat16).to(at::kDouble)));
        QVERIFY(at::equal(read("double"), expected));
        QVERIFY(at::equal(read("bool"), at::tensor({0.0, 0.0, 1.0}, at::kDouble)));
        QVERIFY(at::equal(read("char"), at::tensor({-3.0, 4.0}, at::kDouble)));
        QVERIFY(at::equal(read("short"), at::tensor({-300.0, 400.0}, at::kDouble)));
        QVERIFY(at::equal(read("int"), at::tensor({-70000.0, 4.0}, at::kDouble)));
        QCOMPARE(read("scalar").dim(), 0);
        QCOMPARE(read("scalar").item<double>(), 7.0);
        QVERIFY(
            at::equal(read("strided"), at::tensor({0.0, 3.0, 1.0, 4.0, 2.0, 5.0}, at::kDouble).view({3, 2})));
    }

    void aFailureLeavesTheOldFile()
    {
        std::ofstream(m_out) << "old";
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(exportRun(m_run, m_out, {.progress = {}, .stop = source.get_token()}),
                                 Cancelled);
        QCOMPARE(readTextFile(m_out), std::string("old"));
        const auto damaged = at("damaged");
        fs::copy(m_run, damaged, fs::copy_options::recursive);
        fs::resize_file(RunPaths{damaged}.last(), 100);
        QVERIFY(sentenceOf([&] { exportRun(damaged, m_out); }) != "no error");
        QVERIFY(sentenceOf([&] { exportRun(at("nothing"), m_out); }) != "no error");
        QCOMPARE(readTextFile(m_out), std::string("old"));
        for (const auto& entry : fs::directory_iterator(m_out.parent_path()))
            QVERIFY2(entry.path().string().find(".part") == std::string::npos, entry.path().c_str());
    }

    void whereItCannotBeWrittenIsSaid()
    {
        QVERIFY(sentenceOf([&] { exportRun(m_run, at("no/such/run.h5")); }).find("Could not write") == 0);
        const auto closed = at("closed");
        fs::create_directories(closed);
        const tests::PlainUser user;
        QVERIFY(user.isPlain());
        fs::permissions(closed, fs::perms::owner_read | fs::perms::owner_exec);
        const auto sentence = sentenceOf([&] { exportRun(m_run, closed / "run.h5"); });
        fs::permissions(closed, fs::perms::owner_all);
        QVERIFY2(sentence.find("permission denied") != std::string::npos, sentence.c_str());
    }
};

QTEST_GUILESS_MAIN(RunExportTest)
#include "tst_run_export.moc"
