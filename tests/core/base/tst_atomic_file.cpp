// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "tests/support/plain_user.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <functional>
#include <memory>

using namespace elbo;

namespace {

std::size_t filesIn(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

ErrorCode codeOf(const std::function<void()>& throwing)
{
    try {
        throwing();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::Internal;
}

}  // namespace

class AtomicFileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void replacesTheOldFileAtOnce()
    {
        const auto file = folder() / "a.txt";
        writeTextFile(file, "old");
        AtomicFile part(file);
        part.write("new, and longer");
        part.writeAt(0, std::as_bytes(std::span("NEW", 3)));
        QCOMPARE(readTextFile(file), std::string("old"));
        part.commit();
        QCOMPARE(readTextFile(file), std::string("NEW, and longer"));
        QCOMPARE(filesIn(folder()), std::size_t{1});
    }

    void withoutCommitNothingIsLeft()
    {
        const auto file = folder() / "a.txt";
        writeTextFile(file, "old");
        {
            AtomicFile part(file);
            part.write("half");
        }
        QCOMPARE(readTextFile(file), std::string("old"));
        QCOMPARE(filesIn(folder()), std::size_t{1});
    }

    // The seam by which a full disk is played: what the observer throws ends the save, and the old file
    // stays.
    void aFailingWriteLeavesTheOldFile()
    {
        const auto file = folder() / "a.txt";
        writeTextFile(file, "old");
        const auto full = [](const std::filesystem::path& target, std::uint64_t, bool) {
            throw fileError(ENOSPC, "write", target.string());
        };
        QVERIFY(codeOf([&] { writeTextFile(file, "new", full); }) == ErrorCode::DiskFull);
        QCOMPARE(readTextFile(file), std::string("old"));
        QCOMPARE(filesIn(folder()), std::size_t{1});
    }

    void aMissingFolderIsToldAsSuch()
    {
        QVERIFY(codeOf([&] { writeTextFile(folder() / "no" / "where.txt", "x"); }) == ErrorCode::NotFound);
    }

    void noPermissionIsToldAsSuch()
    {
        const elbo::tests::PlainUser user;
        QVERIFY(user.isPlain());
        const auto closed = folder() / "closed";
        std::filesystem::create_directory(closed);
        std::filesystem::permissions(closed,
                                     std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
        QVERIFY(codeOf([&] { writeTextFile(closed / "a.txt", "x"); }) == ErrorCode::NoPermission);
    }

    void readingIsChecked()
    {
        QVERIFY(codeOf([&] { (void)readTextFile(folder() / "missing"); }) == ErrorCode::NotFound);
        QVERIFY(codeOf([&] { (void)readTextFile(folder()); }) == ErrorCode::BadFile);
        writeTextFile(folder() / "large", std::string(1000, 'x'));
        QVERIFY(codeOf([&] { (void)readTextFile(folder() / "large", 999); }) == ErrorCode::BadFile);
        QCOMPARE(readTextFile(folder() / "large", 1000).size(), std::size_t{1000});
    }

private:
    [[nodiscard]] std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(AtomicFileTest)
#include "tst_atomic_file.moc"
