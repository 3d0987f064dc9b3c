// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QProcess>
#include <QtCore/QStringList>

namespace elbo::tests {

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
