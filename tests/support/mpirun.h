// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QProcess>
#include <QtCore/QProcessEnvironment>
#include <QtCore/QStandardPaths>
#include <QtCore/QStringList>

namespace elbo::tests {

[[nodiscard]] inline bool hasMpirun()
{
    return !QStandardPaths::findExecutable(QStringLiteral("mpirun")).isEmpty();
}

struct ParallelResult {
    int status = -1;  ///< of mpirun; -1 when it did not end in time
    QByteArray output;
    QByteArray errors;
};

/// mpirun with that many processes of one program, begun; more than there are cores, and as root, are fine in
/// a test. @param patience  seconds that mpirun leaves its processes once it is asked to end them
inline void startParallel(QProcess& mpirun, int processes, const QString& program,
                          const QStringList& arguments, int patience = 1)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("OMPI_ALLOW_RUN_AS_ROOT"), QStringLiteral("1"));
    environment.insert(QStringLiteral("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"), QStringLiteral("1"));
    environment.insert(QStringLiteral("OMPI_MCA_odls_base_sigkill_timeout"), QString::number(patience));
    mpirun.setProcessEnvironment(environment);
    mpirun.start(
        QStringLiteral("mpirun"),
        QStringList{QStringLiteral("--oversubscribe"), QStringLiteral("--bind-to"), QStringLiteral("none"),
                    QStringLiteral("-n"), QString::number(processes), program} +
            arguments);
}

[[nodiscard]] inline ParallelResult endOf(QProcess& mpirun, int milliseconds = 100'000)
{
    ParallelResult result;
    if (!mpirun.waitForFinished(milliseconds))
        return result;
    result.status = mpirun.exitStatus() == QProcess::NormalExit ? mpirun.exitCode() : -2;
    result.output = mpirun.readAllStandardOutput();
    result.errors = mpirun.readAllStandardError();
    return result;
}

/// Runs them to their end.
[[nodiscard]] inline ParallelResult runParallel(int processes, const QString& program,
                                                const QStringList& arguments)
{
    QProcess mpirun;
    startParallel(mpirun, processes, program, arguments);
    return endOf(mpirun);
}

}  // namespace elbo::tests
