// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/image_source.h"
#include "core/io/readers.h"
#include "tests/core/io/made_hdf5.h"
#include "tests/core/io/made_mat5.h"
#include "tests/support/plain_user.h"

#include <QtTest/QtTest>

#include <fstream>

using namespace elbo;
using elbo::tests::kCount;
using elbo::tests::kHeight;
using elbo::tests::kWidth;
using elbo::tests::MadeHdf5;
using elbo::tests::MadeMat5;
using elbo::tests::writeMade;
namespace fs = std::filesystem;

namespace {

using Fill = std::function<void(const MadeHdf5&)>;

void putImages(const MadeHdf5& file)
{
    file.put("images", H5T_NATIVE_UINT8, {kCount, 3, kWidth, kHeight});
}

void putSet(const MadeHdf5& file)
{
    putImages(file);
    file.put("depths", H5T_NATIVE_FLOAT, {kCount, kWidth, kHeight});
}

void writeBytes(const fs::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

Q_DECLARE_METATYPE(Fill)

/// Files that are no NYU .mat, in every way: one sentence each.
class HostileMatTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_file;
    DataReaders m_readers = [] {
        auto readers = computeReaders();
        addIoReaders(readers);
        return readers;
    }();

    /// Opens the set and reads every image. @return the error's sentence
    [[nodiscard]] std::string sentence(const std::string& options = "") const
    {
        try {
            const auto source = m_readers.readers.at("nyu-mat").open(
                parseDataSpec("nyu-mat:" + options + "path=" + m_file.string()), {});
            for (std::size_t i = 0; i < source->items().size(); ++i)
                (void)source->read(static_cast<std::int64_t>(i));
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = fs::path(m_folder->path().toStdString()) / "set.mat";
    }

    void newFilesOfAnotherKindAreRefused_data()
    {
        QTest::addColumn<Fill>("fill");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const Fill& fill, const char* part) {
            QTest::newRow(name) << fill << QString::fromUtf8(part);
        };
        const auto set = [](const std::vector<hsize_t>& images, const std::vector<hsize_t>& depths) {
            return [images, depths](const MadeHdf5& file) {
                file.put("images", H5T_NATIVE_UINT8, images);
                file.put("depths", H5T_NATIVE_FLOAT, depths);
            };
        };
        row("nothing inside", [](const MadeHdf5&) {}, "has no variable images");
        row("no depths", putImages, "has no variable depths");
        row(
            "a split", [](const MadeHdf5& file) { file.put("trainNdxs", H5T_NATIVE_DOUBLE, {1, 3}); },
            "holds a split and no images");
        row(
            "images of another type",
            [](const MadeHdf5& file) { file.put("images", H5T_NATIVE_DOUBLE, {kCount, 3, kWidth, kHeight}); },
            "images in %1 is of class double: save it as uint8");
        row(
            "depths of another type",
            [](const MadeHdf5& file) {
                putImages(file);
                file.put("depths", H5T_NATIVE_INT32, {kCount, kWidth, kHeight});
            },
            "depths in %1 is of class int32: save it as single");
        row(
            "depths that are texts",
            [](const MadeHdf5& file) {
                putImages(file);
                file.put("depths", H5T_NATIVE_UINT16, {kCount, kWidth, kHeight}, 1, "char");
            },
            "is of class char");
        row(
            "images that are a cell",
            [](const MadeHdf5& file) {
                file.put("x", H5T_NATIVE_UINT8, {2, 2});
                file.putCell("images", {"x", "x"});
            },
            "images in %1 is of class cell");
        row("rank of images", set({kCount, 3, 1, kWidth, kHeight}, {kCount, kWidth, kHeight}), "has 5 axes");
        row("images of rank 2", set({kWidth, kHeight}, {kCount, kWidth, kHeight}), "has 2 axes");
        row("rank of depths", set({kCount, 3, kWidth, kHeight}, {kCount, 1, kWidth, kHeight}),
            "depths in %1 has 4 axes");
        row("images in C order", set({kCount, kHeight, kWidth, 3}, {kCount, kWidth, kHeight}),
            "images in %1 is 3x16x12x4, so its axes are transposed");
        row("images written backwards", set({kHeight, kWidth, 3, kCount}, {kCount, kWidth, kHeight}),
            "axes are transposed");
        row("depths in C order", set({kCount, 3, kWidth, kHeight}, {kCount, kHeight, kWidth}),
            "depths in %1 is 16x12x4, so its axes are transposed");
        row("depths written backwards", set({kCount, 3, kWidth, kHeight}, {kHeight, kWidth, kCount}),
            "axes are transposed");
        row("both upright", set({1, 3, 480, 640}, {1, 480, 640}), "axes are transposed");
        row("four colours", set({kCount, 4, kWidth, kHeight}, {kCount, kWidth, kHeight}),
            "without three colours");
        row("fewer depths", set({kCount, 3, kWidth, kHeight}, {kCount - 1, kWidth, kHeight}),
            "depths in %1 is 12x16x3 but images is 12x16x4");
        row(
            "labels that are no cell",
            [](const MadeHdf5& file) {
                putSet(file);
                file.put("sceneTypes", H5T_NATIVE_DOUBLE, {1, kCount});
            },
            "sceneTypes in %1 is of class double, not a cell array");
        row(
            "a cell of numbers",
            [](const MadeHdf5& file) {
                putSet(file);
                file.put("x", H5T_NATIVE_DOUBLE, {1, 1}, 1.0, "double");
                file.putCell("sceneTypes", std::vector<std::string>(kCount, "x"));
            },
            "sceneTypes in %1 is a cell array of double, not of texts");
        row(
            "a cell that leads nowhere",
            [](const MadeHdf5& file) {
                putSet(file);
                file.putCell("scenes", std::vector<std::string>(kCount));
            },
            "scenes in %1 is damaged");
        row(
            "too few labels",
            [](const MadeHdf5& file) {
                putSet(file);
                file.putText("x", {'a'});
                file.putCell("scenes", {"x", "x"});
            },
            "scenes in %1 holds 2 texts for 4 images");
        row(
            "an endless label",
            [](const MadeHdf5& file) {
                putSet(file);
                file.putText("x", std::vector<std::uint16_t>(5000, 'a'));
                file.putCell("scenes", std::vector<std::string>(kCount, "x"));
            },
            "a text of 5000 characters");
        row(
            "a group",
            [](const MadeHdf5& file) {
                H5Gclose(H5Gcreate2(file.get(), "images", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
            },
            "images in %1 is a group");
        row(
            "a link to another file",
            [](const MadeHdf5& file) {
                H5Lcreate_external("/etc/passwd", "images", file.get(), "images", H5P_DEFAULT, H5P_DEFAULT);
            },
            "images in %1 is a link to something else");
        row(
            "stored in another file",
            [](const MadeHdf5& file) {
                const H5Handle<H5Pclose> properties(H5Pcreate(H5P_DATASET_CREATE));
                H5Pset_external(properties.get(), "/etc/passwd", 0, kCount * 3 * kWidth * kHeight);
                (void)file.create("images", H5T_NATIVE_UINT8, {kCount, 3, kWidth, kHeight}, nullptr,
                                  properties.get());
            },
            "images in %1 is stored in another file");
        row(
            "more images than it holds",
            [](const MadeHdf5& file) {
                (void)file.create("images", H5T_NATIVE_UINT8, {900'000, 3, 640, 480});
            },
            "images in %1 holds no values");
        row(
            "absurd sizes",
            [](const MadeHdf5& file) {
                const hsize_t huge = hsize_t{1} << 40U;
                const H5Handle<H5Pclose> properties(H5Pcreate(H5P_DATASET_CREATE));
                const std::array<hsize_t, 4> chunk{1, 3, 4, 4};
                H5Pset_chunk(properties.get(), 4, chunk.data());
                (void)file.create("images", H5T_NATIVE_UINT8, {huge, 3, 640, 480}, nullptr, properties.get());
            },
            "claims more values");
        row(
            "a chunk too large to unpack",
            [](const MadeHdf5& file) {
                const H5Handle<H5Pclose> properties(H5Pcreate(H5P_DATASET_CREATE));
                const std::array<hsize_t, 4> chunk{1000, 3, 640, 480};
                H5Pset_chunk(properties.get(), 4, chunk.data());
                H5Pset_deflate(properties.get(), 1);
                const auto images =
                    file.create("images", H5T_NATIVE_UINT8, {1000, 3, 640, 480}, nullptr, properties.get());
                const std::string packed(64, '\0');
                const std::array<hsize_t, 4> at{};
                H5Dwrite_chunk(images.get(), H5P_DEFAULT, 0, at.data(), packed.size(), packed.data());
            },
            "too large to unpack");
    }
    void newFilesOfAnotherKindAreRefused()
    {
        QFETCH(Fill, fill);
        QFETCH(QString, part);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        fill(MadeHdf5(m_file));
        const auto told = sentence();
        const auto wanted =
            part.contains(QLatin1String("%1")) ? part.arg(QString::fromStdString(m_file.string())) : part;
        QVERIFY2(QString::fromStdString(told).contains(wanted), told.c_str());
    }

    void rawDepthsMustBeThere()
    {
        {
            const MadeHdf5 file(m_file);
            putSet(file);
        }
        QVERIFY(sentence("depths=raw,").find("has no variable rawDepths: use depths=inpainted") !=
                std::string::npos);
        QCOMPARE(sentence(), std::string("no error"));
    }

    void textsAreUtf8AndMayBeEmpty()
    {
        {
            const MadeHdf5 file(m_file);
            putSet(file);
            file.putText("plain", {0xE9, 0xD83D, 0xDE00, 0xD83D});
            const auto empty = file.create("empty", H5T_NATIVE_UINT64, {2}, "char");
            const std::array<std::uint64_t, 2> sizes{};
            H5Dwrite(empty.get(), H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, sizes.data());
            const H5Handle<H5Sclose> one(H5Screate(H5S_SCALAR));
            const H5Handle<H5Aclose> flag(H5Acreate2(empty.get(), "MATLAB_empty", H5T_NATIVE_UINT8, one.get(),
                                                     H5P_DEFAULT, H5P_DEFAULT));
            file.putCell("sceneTypes", {"plain", "empty", "plain", "plain"});
        }
        const auto source =
            m_readers.readers.at("nyu-mat").open(parseDataSpec("nyu-mat:path=" + m_file.string()), {});
        QCOMPARE(source->items()[0].label,
                 std::optional<std::string>("\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBD"));
        QVERIFY(!source->items()[1].label.has_value());
    }

    void oldFilesOfAnotherKindAreRefused()
    {
        const auto refused = [&](const auto& fill, const char* part) {
            {
                const MadeMat5 file(m_file);
                fill(file);
            }
            const auto told = sentence();
            QVERIFY2(told.find(part) != std::string::npos, told.c_str());
        };
        const std::vector<double> values(kCount * 3 * kWidth * kHeight, 2.0);
        refused(
            [](const MadeMat5& file) { file.put("x", MAT_C_DOUBLE, MAT_T_DOUBLE, {1, 1}, std::vector{1.0}); },
            "has no variable images");
        refused(
            [&](const MadeMat5& file) {
                file.put("images", MAT_C_DOUBLE, MAT_T_DOUBLE, {kHeight, kWidth, 3, kCount}, values);
            },
            "is of class double: save it as uint8");
        refused(
            [&](const MadeMat5& file) {
                file.put("images", MAT_C_UINT8, MAT_T_UINT8, {kCount, 3, kHeight, kWidth},
                         std::vector<std::uint8_t>(values.size(), 1));
            },
            "axes are transposed");
        refused([](const MadeMat5& file) { file.putTexts("images", {"a"}); }, "is of class cell");
        refused(
            [](const MadeMat5& file) {
                file.putSet(MAT_COMPRESSION_ZLIB);
                file.putTexts("scenes", {"a", "b"});
            },
            "holds 2 texts for 4 images");
        refused(
            [](const MadeMat5& file) {
                file.putSet(MAT_COMPRESSION_ZLIB);
                file.put("sceneTypes", MAT_C_DOUBLE, MAT_T_DOUBLE, {kCount, 1},
                         std::vector<double>(kCount, 1.0));
            },
            "is of class double, not a cell array");
    }

    void foreignFilesAndFoldersAreRefused()
    {
        QVERIFY(sentence().find("Could not read " + m_file.string() + ": it is not there") == 0);
        writeBytes(m_file, "");
        QVERIFY(sentence().find("is empty") != std::string::npos);
        writeBytes(m_file, "a letter, which is long enough to have a header: " + std::string(200, '.'));
        QVERIFY(sentence().find("is no .mat file of MATLAB 5 or newer") != std::string::npos);
        fs::remove(m_file);
        fs::create_directories(m_file);
        QVERIFY(sentence().find("it is a folder; give a file") != std::string::npos);
        fs::remove(m_file);
        writeMade(m_file);
        const elbo::tests::PlainUser user;
        QVERIFY(user.isPlain());
        fs::permissions(m_file, fs::perms::none);
        QVERIFY(sentence().find("permission denied") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(HostileMatTest)
#include "tst_hostile_mat.moc"
