// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <filesystem>
#include <new>

using namespace elbo;

namespace {

template <class Throw>
Failure failureOf(const Throw& throwing)
{
    try {
        throwing();
    } catch (...) {
        return currentFailure();
    }
    return {};
}

}  // namespace

class ErrorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCodeHasANameThatReadsBack()
    {
        for (int value = 0; value <= static_cast<int>(ErrorCode::Internal); ++value) {
            const auto code = static_cast<ErrorCode>(value);
            QVERIFY(errorCodeFromString(toString(code)) == code);
        }
        QVERIFY(errorCodeFromString("of a newer version") == ErrorCode::Internal);
    }

    void ownErrorsKeepSentenceAndDetail()
    {
        const auto failure = failureOf([] { throw Error(ErrorCode::BadData, "No.", "why"); });
        QCOMPARE(failure, (Failure{ErrorCode::BadData, "No.", "why"}));
    }

    void foreignExceptionsBecomeSentences()
    {
        const auto torchFailure = failureOf([] { (void)at::ones({2, 3}).mm(at::ones({2, 3})); });
        QVERIFY(torchFailure.code == ErrorCode::Internal);
        QVERIFY(!torchFailure.detail.empty());
        QVERIFY((failureOf([] { throw std::bad_alloc(); }).code) == ErrorCode::OutOfMemory);
        QVERIFY((failureOf([] { (void)at::empty({1LL << 50}); }).code) == ErrorCode::OutOfMemory);
        QVERIFY((failureOf([] { (void)std::filesystem::file_size("/does/not/exist"); }).code) ==
                ErrorCode::NotFound);
        QVERIFY((failureOf([] {
                     const auto json = nlohmann::json::parse("{");
                     (void)json;
                 }).code) == ErrorCode::BadFile);
        QVERIFY((failureOf([] { throw 1; }).code) == ErrorCode::Internal);
    }

    void sentencesThatPointToDetailsNeedThem()
    {
        QVERIFY(needsDetail(failureOf([] { throw 1; })));
        QVERIFY(
            needsDetail(failureOf([] { throw Error(ErrorCode::HelperFailed, "It crashed.", "signal 11"); })));
        QVERIFY(needsDetail(failureOf([] {
            const auto json = nlohmann::json::parse("{");
            (void)json;
        })));
        QVERIFY(!needsDetail(failureOf([] { throw fileError(ENOENT, "read", "/a"); })));
    }

    void systemErrorsSayWhatToDo_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("missing") << ENOENT << ErrorCode::NotFound;
        QTest::newRow("a file in the path") << ENOTDIR << ErrorCode::NotFound;
        QTest::newRow("permission") << EACCES << ErrorCode::NoPermission;
        QTest::newRow("read-only") << EROFS << ErrorCode::NoPermission;
        QTest::newRow("full") << ENOSPC << ErrorCode::DiskFull;
        QTest::newRow("folder") << EISDIR << ErrorCode::BadFile;
        QTest::newRow("other") << EIO << ErrorCode::BadFile;
    }
    void systemErrorsSayWhatToDo()
    {
        QFETCH(int, number);
        QFETCH(ErrorCode, code);
        const auto error = fileError(number, "write", "/a/b");
        QVERIFY(error.code() == code);
        QVERIFY(QString::fromUtf8(error.what()).startsWith(QStringLiteral("Could not write /a/b: ")));
        QVERIFY(QString::fromUtf8(error.what()).contains(QLatin1Char(';')));
        QCOMPARE(QByteArray(error.what()).contains("is a file, not a folder"), number == ENOTDIR);
    }
};

QTEST_GUILESS_MAIN(ErrorTest)
#include "tst_error.moc"
