// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/data/dataset.h"
#include "core/data/load.h"
#include "core/io/readers.h"
#include "tests/core/io/made_mat5.h"
#include "tests/support/shared_folder.h"

#include <QtTest/QtTest>

#include <fstream>

using namespace elbo;
using elbo::tests::MadeMat5;
using elbo::tests::writeMade;
namespace fs = std::filesystem;

namespace {

std::string readBytes(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void writeBytes(const fs::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

/// Files of the set that were whole once.
class DamagedMatTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_file;
    DataReaders m_readers = [] {
        auto readers = computeReaders();
        addIoReaders(readers);
        return readers;
    }();

    /// Opens the set and reads every image. @return the error's sentence
    [[nodiscard]] std::string sentence() const
    {
        try {
            const auto source =
                m_readers.readers.at("nyu-mat").open(parseDataSpec("nyu-mat:path=" + m_file.string()), {});
            for (std::size_t i = 0; i < source->items().size(); ++i)
                (void)source->read(static_cast<std::int64_t>(i));
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }
    [[nodiscard]] at::Tensor allValues() const
    {
        const auto source =
            m_readers.readers.at("nyu-mat").open(parseDataSpec("nyu-mat:path=" + m_file.string()), {});
        std::vector<at::Tensor> parts;
        for (std::size_t i = 0; i < source->items().size(); ++i) {
            const auto image = source->read(static_cast<std::int64_t>(i));
            parts.push_back(image.color.to(at::kFloat).flatten());
            parts.push_back(image.depth.flatten());
        }
        return at::cat(parts);
    }
    /// The same through the helper process, as the programs do it: "no error", or its sentence.
    [[nodiscard]] std::string helperSentence() const
    {
        LoadHooks hooks;
        hooks.helper = ELBO_PROGRAMS "/elbo-cli";
        try {
            (void)loadDataset(parseDataSpec("nyu-mat:size=16,path=" + m_file.string()), m_readers, hooks);
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

    void everyCutIsTold_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"new", "new in one piece", "old", "old and plain"})
            QTest::newRow(kind) << QString::fromUtf8(kind);
    }
    void everyCutIsTold()
    {
        QFETCH(QString, kind);
        if (kind.startsWith(QLatin1String("new")))
            writeMade(m_file, kind == QLatin1String("new"));
        else
            MadeMat5(m_file).putSet(kind == QLatin1String("old") ? MAT_COMPRESSION_ZLIB
                                                                 : MAT_COMPRESSION_NONE);
        QCOMPARE(sentence(), std::string("no error"));
        const auto bytes = readBytes(m_file);
        const auto step = std::max<std::size_t>(1, bytes.size() / 150);
        for (std::size_t length = 0; length < bytes.size(); length += length < 600 ? 5 : step) {
            writeBytes(m_file, bytes.substr(0, length));
            QVERIFY2(sentence() != "no error", std::to_string(length).c_str());
        }
        for (std::size_t missing = 1; missing < 20; ++missing) {
            writeBytes(m_file, bytes.substr(0, bytes.size() - missing));
            QVERIFY2(sentence() != "no error", std::to_string(missing).c_str());
        }
    }

    void theSamplesAreCutToo()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        for (const char* name : {"nyu_v73_sample.mat", "nyu128_v5_sample.mat"}) {
            const auto bytes = readBytes(shared / "data/samples" / name);
            for (std::size_t part = 0; part < 24; ++part) {
                const auto length = part * bytes.size() / 24 + 7 * part;
                writeBytes(m_file, bytes.substr(0, length));
                QVERIFY2(sentence() != "no error", std::to_string(length).c_str());
            }
        }
    }

    // zlib's check sum covers every value of a packed old file; a few bits of its stream mean nothing.
    void damageOfAPackedOldFileIsTold()
    {
        MadeMat5(m_file).putSet(MAT_COMPRESSION_ZLIB);
        const auto bytes = readBytes(m_file);
        const auto values = allValues();
        int told = 0;
        int tried = 0;
        for (std::size_t at = 128; at < bytes.size(); at += 1 + bytes.size() / 200, ++tried) {
            auto damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
            writeBytes(m_file, damaged);
            if (sentence() != "no error")
                ++told;
            else
                QVERIFY2(at::equal(allValues(), values), std::to_string(at).c_str());
        }
        QVERIFY2(told > tried * 9 / 10, std::to_string(told).c_str());
    }

    // Libraries may crash over such files: that costs the helper process, and one sentence.
    void damageEndsTheHelperAtWorst()
    {
        writeMade(m_file, false);
        const auto bytes = readBytes(m_file);
        for (std::uint64_t round = 0; round < 8; ++round) {
            auto damaged = bytes;
            // Eight bytes, most of them where HDF5 keeps its tables.
            for (std::uint64_t i = 0; i < 8; ++i) {
                const auto random = splitmix64(100 * round + i);
                const auto limit = i < 6 ? std::min<std::size_t>(bytes.size(), 6000) : bytes.size();
                damaged[512 + random % (limit - 512)] = static_cast<char>(random >> 40U);
            }
            writeBytes(m_file, damaged);
            const auto told = helperSentence();
            QVERIFY(!told.empty());
            QVERIFY2(told.find('\n') == std::string::npos, told.c_str());
        }
    }

    void aWholeFileGoesThroughTheHelper()
    {
        writeMade(m_file);
        QCOMPARE(helperSentence(), std::string("no error"));
    }
};

QTEST_GUILESS_MAIN(DamagedMatTest)
#include "tst_damaged_mat.moc"
