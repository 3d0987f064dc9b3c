// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the program again and again and prints how long it takes until its window can be used: shown,
// painted, and the event loop idle.
//   bench_start [TIMES]      (default 10; needs a screen, or xvfb-run)
#include <QtCore/QElapsedTimer>
#include <QtCore/QProcess>
#include <QtCore/QProcessEnvironment>
#include <QtCore/QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv)
{
    const int times = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10;
    const QTemporaryDir home;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.path());
    std::vector<double> seconds;
    for (int i = 0; i < times + 1; ++i) {
        QProcess program;
        program.setProcessEnvironment(environment);
        program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        QElapsedTimer time;
        time.start();
        program.start(QStringLiteral(ELBO_PROGRAMS "/elbo"), {QStringLiteral("--exit-when-usable")});
        if (!program.waitForFinished(60000) || program.exitCode() != 0) {
            std::fputs("the window did not start\n", stderr);
            return 1;
        }
        if (i > 0) {  // the first warms the disk
            seconds.push_back(static_cast<double>(time.nsecsElapsed()) / 1e9);
        }
    }
    std::sort(seconds.begin(), seconds.end());
    std::printf(
        "start to a usable window and out again: median %.2f s, from %.2f to %.2f s over %d starts (1.5 s "
        "allowed)\n",
        seconds[seconds.size() / 2], seconds.front(), seconds.back(), times);
    return 0;
}
