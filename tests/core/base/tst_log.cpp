// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/log.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

class LogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { elbo::setLogLevel(elbo::LogLevel::Info); }

    void writesLevelAndLineToTheFile()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("logs/elbo.log"));
        elbo::setLogFile(file.toStdString());
        elbo::log(elbo::LogLevel::Warning, "braces {} and 100 % stay as they are");
        const QByteArray text = contents(file);
        QVERIFY2(text.contains(" warning: braces {} and 100 % stay as they are\n"), text.constData());
    }

    void leavesOutWhatIsBelowTheLevel()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("elbo.log"));
        elbo::setLogFile(file.toStdString());
        elbo::log(elbo::LogLevel::Debug, "first");
        elbo::setLogLevel(elbo::LogLevel::Debug);
        elbo::log(elbo::LogLevel::Debug, "second");
        elbo::setLogLevel(elbo::LogLevel::Error);
        elbo::log(elbo::LogLevel::Info, "third");
        elbo::log(elbo::LogLevel::Error, "fourth");
        const QByteArray text = contents(file);
        QVERIFY(!text.contains("first") && text.contains("second"));
        QVERIFY(!text.contains("third") && text.contains("fourth"));
    }

    void aNewFileReplacesTheOld()
    {
        const QTemporaryDir folder;
        const QString before = folder.filePath(QStringLiteral("a.log"));
        const QString after = folder.filePath(QStringLiteral("b.log"));
        elbo::setLogFile(before.toStdString());
        elbo::setLogFile(after.toStdString());
        elbo::log(elbo::LogLevel::Info, "later");
        QVERIFY(contents(before).isEmpty());
        QVERIFY(contents(after).contains("later"));
    }

    void refusesAFileThatCannotBeOpened()
    {
        const QTemporaryDir folder;
        // A folder has the name of the file, so that not even root can open it.
        const std::string taken = folder.path().toStdString();
        try {
            elbo::setLogFile(taken);
            QFAIL("a folder was opened as a log file");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::NoPermission);
            QVERIFY(QByteArray(error.what()).contains(taken.c_str()));
        }
    }

private:
    static QByteArray contents(const QString& name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
};

QTEST_GUILESS_MAIN(LogTest)
#include "tst_log.moc"
