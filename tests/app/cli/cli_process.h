// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QProcess>
#include <QtCore/QStringList>

namespace elbo::tests {

/// The arguments of a line without spaces in any of them.
[[nodiscard]] inline QStringList words(const char* text)
{
    return QString::fromUtf8(text).split(QLatin1Char(' '));
}

/// --data and the smallest set that trains in less than a second.
inline const QStringList kTinyData{QStringLiteral("--data"), QStringLiteral("rooms:count=40,size=32")};

/// What a call of elbo-cli answered.
struct CliResult {
    int status = -1;
    QByteArray output;
    QByteArray errors;

    /// The object on standard output; empty when there is not exactly one line of JSON.
    [[nodiscard]] QJsonObject json() const
    {
        const auto lines = output.trimmed().split('\n');
        return lines.size() == 1 ? QJsonDocument::fromJson(lines.front()).object() : QJsonObject();
    }
    /// One object a line; an invalid line gives an empty object.
    [[nodiscard]] QList<QJsonObject> jsonLines() const
    {
        QList<QJsonObject> objects;
        for (const auto& line : output.trimmed().split('\n'))
            objects.push_back(QJsonDocument::fromJson(line).object());
        return objects;
    }
    /// The sentence of a failure: the last line of standard error without the program's name.
    [[nodiscard]] QByteArray sentence() const
    {
        auto last = errors.trimmed().split('\n').back();
        return last.startsWith("elbo-cli: ") ? last.mid(10) : QByteArray();
    }
};

[[nodiscard]] inline QString cliProgram()
{
    return QStringLiteral(ELBO_PROGRAMS "/elbo-cli");
}

/// A wrapper of runCli: the program runs in that folder.
[[nodiscard]] inline QStringList inFolder(const QString& folder)
{
    return {QStringLiteral("/usr/bin/env"), QStringLiteral("--chdir=") + folder};
}

/// A wrapper of runCli: the program finds its settings in that folder instead of the test's own.
[[nodiscard]] inline QStringList withSettingsIn(const QString& folder)
{
    return {QStringLiteral("/usr/bin/env"), QStringLiteral("XDG_CONFIG_HOME=") + folder};
}

/// A wrapper of runCli: a shell that first runs `limit`, such as "ulimit -f 100".
[[nodiscard]] inline QStringList limited(const QString& limit)
{
    return {QStringLiteral("/bin/sh"), QStringLiteral("-c"), limit + QStringLiteral("; exec \"$@\""),
            QStringLiteral("sh")};
}

/// Runs elbo-cli to its end. @param wrapper  a shell that limits it, for example: its words come before the
/// program
[[nodiscard]] inline CliResult runCli(const QStringList& arguments, const QStringList& wrapper = {})
{
    QProcess process;
    auto words = wrapper + QStringList{cliProgram()} + arguments;
    const auto program = words.takeFirst();
    process.start(program, words);
    CliResult result;
    if (!process.waitForFinished(110'000))
        return result;
    result.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    result.output = process.readAllStandardOutput();
    result.errors = process.readAllStandardError();
    return result;
}

}  // namespace elbo::tests
