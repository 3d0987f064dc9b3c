// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/settings.h"
#include "core/data/data_config.h"
#include "core/data/data_fields.h"
#include "core/io/fetch.h"
#include "tests/support/file_server.h"
#include "tests/support/plain_user.h"
#include "tests/support/shared_folder.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace elbo;
using elbo::tests::FileServer;
namespace fs = std::filesystem;

namespace {

QByteArray bytesOf(int seed, qsizetype count)
{
    QByteArray bytes(count, '\0');
    for (qsizetype i = 0; i < count; ++i)
        bytes[i] = static_cast<char>((i * 7919 + i / 251 + seed) % 251);
    return bytes;
}

FetchFile fileOf(const std::string& name, const QByteArray& bytes)
{
    return {name, static_cast<std::uint64_t>(bytes.size()),
            QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString()};
}

QByteArray contentOf(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return QByteArray::fromStdString(std::string(std::istreambuf_iterator<char>(in), {}));
}

struct Ending {
    ErrorCode code = ErrorCode::Internal;
    std::string sentence = "no error";
};

Ending endingOf(const FetchSet& set, const fs::path& folder, const FetchHooks& hooks = {})
{
    try {
        fetchFiles(set, folder, hooks);
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    return {};
}

}  // namespace

class FetchTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FileServer> m_server;
    const QByteArray m_one = bytesOf(1, 300'000);
    const QByteArray m_two = bytesOf(2, 5'000);

    fs::path folder() const { return fs::path(m_folder->path().toStdString()) / "digits"; }
    FetchSet setFrom(const std::vector<std::string>& mirrors) const
    {
        return {"digits", mirrors, {fileOf("one.gz", m_one), fileOf("two.gz", m_two)}};
    }
    FetchSet set() const { return setFrom({m_server->address()}); }
    void writePart(const QByteArray& bytes) const
    {
        fs::create_directories(folder());
        std::ofstream(folder() / "one.gz.part", std::ios::binary) << bytes.toStdString();
    }
    /// Nothing but the files themselves is left.
    void compareFolder() const
    {
        QCOMPARE(contentOf(folder() / "one.gz"), m_one);
        QCOMPARE(contentOf(folder() / "two.gz"), m_two);
        QCOMPARE(std::distance(fs::directory_iterator(folder()), {}), 2);
    }

private Q_SLOTS:
    void initTestCase() { qputenv("no_proxy", "*"); }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<FileServer>();
        m_server->answer(QStringLiteral("one.gz"), {.body = m_one});
        m_server->answer(QStringLiteral("two.gz"), {.body = m_two});
    }

    void fetchesAndChecks()
    {
        std::vector<Progress> told;
        fetchFiles(set(), folder(), {.progress = [&](const Progress& p) { told.push_back(p); }, .stop = {}});
        compareFolder();
        QCOMPARE(told.back(), (Progress{"Fetching files", 305'000, 305'000}));
        QVERIFY(told.size() > 4);
        for (std::size_t i = 1; i < told.size(); ++i)
            QVERIFY(told[i].done >= told[i - 1].done);
    }

    void whatIsThereIsNotFetchedAgain()
    {
        fetchFiles(set(), folder(), {});
        const auto before = m_server->requests().size();
        fetchFiles(set(), folder(), {});
        QCOMPARE(m_server->requests().size(), before);
        std::ofstream(folder() / "two.gz", std::ios::binary) << "damaged";
        fetchFiles(set(), folder(), {});
        QCOMPARE(m_server->requests().size(), before + 1);
        compareFolder();
    }

    void aCutConnectionIsGoneOnWith()
    {
        m_server->answer(QStringLiteral("one.gz"), {.body = m_one, .cutAfter = 100'000});
        const auto cut = endingOf(set(), folder());
        QVERIFY(cut.code == ErrorCode::NotFound);
        QVERIFY2(cut.sentence.find("cut the connection") != std::string::npos, cut.sentence.c_str());
        QVERIFY(!fs::exists(folder() / "one.gz"));
        QCOMPARE(fs::file_size(folder() / "one.gz.part"), 100'000U);
        fetchFiles(set(), folder(), {});
        QVERIFY(m_server->requests().at(1).contains("Range: bytes=100000-"));
        compareFolder();
    }

    void anotherMirrorGoesOn()
    {
        FileServer second;
        second.answer(QStringLiteral("one.gz"), {.body = m_one});
        m_server->answer(QStringLiteral("one.gz"), {.body = m_one, .cutAfter = 200'000});
        fetchFiles(setFrom({m_server->address(), second.address()}), folder(), {});
        QVERIFY(second.requests().at(0).contains("Range: bytes=200000-"));
        compareFolder();
    }

    void aServerWithoutRangesBeginsAgain()
    {
        writePart(m_one.left(1000));
        m_server->answer(QStringLiteral("one.gz"), {.body = m_one, .ranges = false});
        fetchFiles(set(), folder(), {});
        compareFolder();
    }

    void aWrongPartBeginsAgain_data()
    {
        QTest::addColumn<QByteArray>("part");
        QTest::newRow("other bytes") << bytesOf(9, 1000);
        QTest::newRow("whole but wrong") << bytesOf(9, 300'000);
        QTest::newRow("too long") << bytesOf(1, 300'001);
        QTest::newRow("whole and right") << m_one;
    }
    void aWrongPartBeginsAgain()
    {
        QFETCH(QByteArray, part);
        writePart(part);
        fetchFiles(set(), folder(), {});
        compareFolder();
    }

    void notFoundAsksTheSecondMirror()
    {
        FileServer empty;
        fetchFiles(setFrom({empty.address(), m_server->address()}), folder(), {});
        QCOMPARE(empty.requests().size(), 2);
        compareFolder();
        const auto ending = endingOf(setFrom({empty.address()}), m_folder->path().toStdString());
        QVERIFY(ending.code == ErrorCode::NotFound);
        QVERIFY2(ending.sentence.find("answered 404") != std::string::npos, ending.sentence.c_str());
        QVERIFY(!fs::exists(fs::path(m_folder->path().toStdString()) / "one.gz.part"));
    }

    void anotherFileIsRefused()
    {
        m_server->answer(QStringLiteral("one.gz"), {.body = bytesOf(3, 300'000)});
        const auto ending = endingOf(set(), folder());
        QVERIFY(ending.code == ErrorCode::BadFile);
        QVERIFY2(ending.sentence.find("its checksum is wrong") != std::string::npos, ending.sentence.c_str());
        QVERIFY(fs::is_empty(folder()));
        FileServer good;
        good.answer(QStringLiteral("one.gz"), {.body = m_one});
        fetchFiles(setFrom({m_server->address(), good.address()}), folder(), {});
        compareFolder();
    }

    void noMoreIsTakenThanTheFileHas()
    {
        m_server->answer(QStringLiteral("one.gz"), {.body = m_one, .endless = true});
        const auto ending = endingOf(set(), folder());
        QVERIFY(ending.code == ErrorCode::BadFile);
        QVERIFY2(ending.sentence.find("more than the file has") != std::string::npos,
                 ending.sentence.c_str());
        QVERIFY(fs::is_empty(folder()));
    }

    void redirectionsLeadToTheWebOnly()
    {
        m_server->answer(QStringLiteral("old/one.gz"),
                         {.body = "gone", .status = 302, .headers = "Location: /one.gz\r\n"});
        m_server->answer(QStringLiteral("old/two.gz"),
                         {.body = "gone", .status = 302, .headers = "Location: /two.gz\r\n"});
        fetchFiles(setFrom({m_server->address() + "old/"}), folder(), {});
        compareFolder();
        const auto secret = fs::path(m_folder->path().toStdString()) / "secret";
        std::ofstream(secret, std::ios::binary) << m_one.toStdString();
        m_server->answer(
            QStringLiteral("bad/one.gz"),
            {.body = "gone",
             .status = 302,
             .headers = "Location: file://" + QByteArray::fromStdString(secret.string()) + "\r\n"});
        fs::remove_all(folder());
        const auto ending = endingOf(setFrom({m_server->address() + "bad/"}), folder());
        QVERIFY(ending.sentence != "no error");
        QVERIFY(fs::is_empty(folder()));
        const auto local = endingOf(setFrom({"file://" + secret.parent_path().string() + "/"}), folder());
        QVERIFY(local.sentence != "no error");
        QVERIFY(fs::is_empty(folder()));
    }

    void withoutNetworkOneSentence()
    {
        std::string closed;
        {
            const FileServer gone;
            closed = gone.address();
        }
        const auto ending = endingOf(setFrom({closed, "http://no-such-host.invalid/"}), folder());
        QVERIFY(ending.code == ErrorCode::NotFound);
        QCOMPARE(
            ending.sentence,
            std::string("Could not fetch one.gz: no server could be reached; check the network and fetch "
                        "again, which goes on where it stopped."));
        QVERIFY(fs::is_empty(folder()));
    }

    void canBeCancelledWhileAServerIsSilent()
    {
        m_server->answer(QStringLiteral("one.gz"), {.body = {}, .silent = true});
        std::stop_source source;
        const std::jthread canceller([&] {
            while (m_server->requests().isEmpty())
                std::this_thread::yield();
            source.request_stop();
        });
        QVERIFY_EXCEPTION_THROWN(fetchFiles(set(), folder(), {.progress = {}, .stop = source.get_token()}),
                                 Cancelled);
        QVERIFY(!fs::exists(folder() / "one.gz"));
    }

    void cancelKeepsWhatCame()
    {
        std::stop_source source;
        FetchHooks hooks;
        hooks.stop = source.get_token();
        hooks.progress = [&](const Progress& progress) {
            if (progress.done > 0)
                source.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN(fetchFiles(set(), folder(), hooks), Cancelled);
        QVERIFY(fs::file_size(folder() / "one.gz.part") > 0);
        fetchFiles(set(), folder(), {});
        compareFolder();
    }

    void aFolderThatCannotBeWrittenIsSaid()
    {
        const fs::path closed = fs::path(m_folder->path().toStdString()) / "closed";
        fs::create_directories(closed);
        const elbo::tests::PlainUser user;
        QVERIFY(user.isPlain());
        fs::permissions(closed, fs::perms::owner_read | fs::perms::owner_exec);
        const auto inside = endingOf(set(), closed);
        const auto below = endingOf(set(), closed / "more");
        fs::permissions(closed, fs::perms::owner_all);
        QVERIFY(inside.code == ErrorCode::NoPermission);
        QVERIFY(below.code == ErrorCode::NoPermission);
        QVERIFY(fs::is_empty(closed));
        std::ofstream(closed / "file") << "x";
        QVERIFY(endingOf(set(), closed / "file").sentence != "no error");
    }

    void twoAtATimeAreRefused()
    {
        writePart({});
        const int other = ::open((folder() / "one.gz.part").c_str(), O_RDWR);
        QVERIFY(::flock(other, LOCK_EX) == 0);
        QVERIFY(endingOf(set(), folder()).code == ErrorCode::Busy);
        ::close(other);
        fetchFiles(set(), folder(), {});
        compareFolder();
    }

    void theListIsOfTheOfficialFiles()
    {
        for (const auto& known : fetchSets()) {
            QVERIFY(canBeFetched(known.key));
            QVERIFY(known.mirrors.size() >= 2);
            QCOMPARE(known.files.size(), std::size_t{4});
            QVERIFY(known.files.back().name.starts_with("train-images"));
            for (const auto& mirror : known.mirrors)
                QVERIFY(mirror.starts_with("http") && mirror.ends_with('/'));
        }
        QVERIFY_EXCEPTION_THROWN((void)findFetchSet("cifar"), Error);
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        for (const auto& file : findFetchSet("mnist").files) {
            const auto expected = fileOf(file.name, contentOf(shared / "data/mnist" / file.name));
            QCOMPARE(file.bytes, expected.bytes);
            QCOMPARE(file.sha256, expected.sha256);
        }
    }

    // `mnist` without a path is what was fetched; before, the sentence says how.
    void aFetchedSetNeedsNoPath()
    {
        const auto place = fetchedFolder("mnist");
        QCOMPARE(place, dataFolder() / "mnist");
        fs::remove_all(place);
        QCOMPARE(
            problems(parseDataSpec("mnist")),
            std::vector<std::string>{"The data set mnist needs a path: give mnist:PATH, or fetch it with: "
                                     "elbo-cli fetch mnist."});
        fs::create_directories(place);
        std::ofstream(place / "train-images-idx3-ubyte.gz") << "x";
        const auto config = parseDataSpec("mnist:limit=10");
        QVERIFY(problems(config).empty());
        QCOMPARE(dataText(config, "path"), place.string());
        fs::remove_all(place);
    }
};

QTEST_GUILESS_MAIN(FetchTest)
#include "tst_fetch.moc"
