// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/command_line.h"

#include "app/window/session/text.h"
#include "core/base/version.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>

namespace elbo {

namespace {

constexpr int kWrongUsage = 2;

QString tr(const char* text)
{
    return QCoreApplication::translate("CommandLine", text);
}

}  // namespace

CommandLine parseCommandLine(const QStringList& arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        tr("Train, judge and explore variational autoencoders of colour and depth images."));
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")}, tr("Print this help."));
    const QCommandLineOption version(QStringLiteral("version"), tr("Print the version."));
    const QCommandLineOption page(
        QStringLiteral("page"),
        tr("Page to show first: data, train, reconstruct, explore, depth or compare."),
        QStringLiteral("PAGE"));
    const QCommandLineOption scheme(QStringLiteral("theme"), tr("Theme of this start: light or dark."),
                                    QStringLiteral("THEME"));
    const QCommandLineOption exitWhenUsable(
        QStringLiteral("exit-when-usable"),
        tr("End as soon as the window could be used: for measuring the start."));
    const QCommandLineOption report(
        QStringLiteral("report"),
        tr("Show no window: write the report's figures from the runs given into the folder of --out."));
    const QCommandLineOption out(QStringLiteral("out"), tr("Folder of --report."), QStringLiteral("DIR"));
    parser.addOptions({help, version, page, scheme, exitWhenUsable, report, out});
    parser.addPositionalArgument(QStringLiteral("paths"), tr("Runs, weights, data sets or pictures to open."),
                                 QStringLiteral("[RUN|FILE|FOLDER...]"));
    CommandLine line;
    const auto wrong = [&line](const QString& sentence) {
        line.exitStatus = kWrongUsage;
        line.text = QStringLiteral("elbo: ") + sentence + QLatin1Char('\n');
        return line;
    };
    if (!parser.parse(arguments)) {
        return wrong(parser.errorText() + tr(" See elbo --help."));
    }
    if (parser.isSet(help)) {
        line.exitStatus = 0;
        line.text = parser.helpText();
        return line;
    }
    if (parser.isSet(version)) {
        line.exitStatus = 0;
        line.text =
            QStringLiteral("elbo %1 (LibTorch %2)\n").arg(toQt(programVersion()), toQt(libTorchVersion()));
        return line;
    }
    line.options.paths = parser.positionalArguments();
    line.options.page = parser.value(page);
    line.options.exitWhenUsable = parser.isSet(exitWhenUsable);
    line.options.scheme = parser.value(scheme);
    line.options.report = parser.isSet(report);
    line.options.reportFolder = parser.value(out);
    if (line.options.report && (line.options.paths.isEmpty() || line.options.reportFolder.isEmpty())) {
        return wrong(tr("--report needs runs and a folder: elbo --report RUN... --out DIR."));
    }
    if (!line.options.report && parser.isSet(out)) {
        return wrong(tr("--out belongs to --report: elbo --report RUN... --out DIR."));
    }
    const QStringList pages{QStringLiteral("data"),    QStringLiteral("train"), QStringLiteral("reconstruct"),
                            QStringLiteral("explore"), QStringLiteral("depth"), QStringLiteral("compare")};
    if (parser.isSet(page) && !pages.contains(line.options.page)) {
        return wrong(
            tr("There is no page \"%1\": choose data, train, reconstruct, explore, depth or compare.")
                .arg(line.options.page));
    }
    const QStringList schemes{QStringLiteral("light"), QStringLiteral("dark")};
    if (parser.isSet(scheme) && !schemes.contains(line.options.scheme)) {
        return wrong(tr("There is no theme \"%1\": choose light or dark.").arg(line.options.scheme));
    }
    return line;
}

}  // namespace elbo
