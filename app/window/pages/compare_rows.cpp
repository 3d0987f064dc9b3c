// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/compare_rows.h"

#include "app/window/session/run_titles.h"
#include "app/window/session/text.h"
#include "widgets/number_text.h"

#include <QtCore/QCoreApplication>

namespace elbo {

namespace {

constexpr double kLn2 = 0.69314718055994530942;

QString tr(const char* text)
{
    return QCoreApplication::translate("elbo::ComparePage", text);
}

TableCell number(double value, int digits = 5)
{
    return {numberText(value, digits), value};
}

void addTerms(TableRow& row, const std::map<std::string, double>& terms, std::int64_t latentSize,
              std::int64_t values)
{
    for (const auto& [key, value] : terms) {
        row.cells[toQt(key)] = number(value);
    }
    const auto per = [&](const char* of, const char* key, std::int64_t count, double scale) {
        if (const auto found = terms.find(of); found != terms.end() && count > 0) {
            row.cells[QLatin1String(key)] = number(found->second * scale / static_cast<double>(count), 4);
        }
    };
    per("kl", "kl_per_dimension", latentSize, 1);
    per("mse", "mse_per_value", values, 1);
}

void addJudged(TableRow& row, const JudgedModel& model)
{
    addTerms(row, model.figures, model.latentSize, model.values);
    if (model.values > 0) {
        row.cells[QStringLiteral("bits_per_value")] =
            number(-model.figures.at("elbo") / (kLn2 * static_cast<double>(model.values)), 4);
    }
    if (!model.density) {
        // An objective of grey values is no density, and is not ranked against one.
        for (const auto* key : {"elbo", "log_likelihood", "bits_per_value"}) {
            row.cells[QLatin1String(key)] = {tr("no density"), {}};
        }
    }
}

TableRow rowOf(const ListedRun& run, const JudgedModel* judged)
{
    const auto& info = run.info;
    TableRow row;
    row.id = toQt(plainPath(info.folder));
    row.toolTip = run.problem.empty() ? toQt(info.ending) : toQt(run.problem);
    QStringList tags;
    for (const auto& tag : info.tags) {
        tags << toQt(tag);
    }
    row.cells = {{QStringLiteral("name"), {toQt(info.name)}},
                 {QStringLiteral("state"),
                  {run.problem.empty() ? RunListModel::stateText(rowState(info.state)) : tr("incomplete")}},
                 {QStringLiteral("model"), {modelTitle(info.config.model.key)}},
                 {QStringLiteral("data"), {toQt(info.dataTitle)}},
                 {QStringLiteral("parameters"), number(static_cast<double>(info.parameters), 12)},
                 {QStringLiteral("epochs"), number(static_cast<double>(info.epochsDone), 12)},
                 {QStringLiteral("size"), {byteText(static_cast<double>(run.bytes)), double(run.bytes)}},
                 {QStringLiteral("tags"), {tags.join(QStringLiteral(", "))}},
                 {QStringLiteral("note"), {toQt(info.notes).simplified()}},
                 {QStringLiteral("created"), {toQt(info.createdUtc)}}};
    if (run.latentSize > 0) {
        row.cells[QStringLiteral("latent")] = number(static_cast<double>(run.latentSize), 12);
    }
    if (run.seconds > 0) {
        row.cells[QStringLiteral("time")] = {durationText(run.seconds), run.seconds};
    }
    if (judged != nullptr) {
        addJudged(row, *judged);
    } else if (!run.history->epochs.empty()) {
        const auto& last = run.history->epochs.back();
        addTerms(row, last.test.empty() ? last.train : last.test, run.latentSize, run.values);
    }
    return row;
}

}  // namespace

std::vector<TableColumn> compareColumns()
{
    const auto column = [](const char* key, const QString& title, const QString& tip, bool isNumber,
                           bool shown) {
        return TableColumn{QLatin1String(key), title, tip, isNumber, shown};
    };
    return {
        column("name", tr("Run"), tr("The box chooses it for curves, images and differences"), false, true),
        column("model", tr("Model"), {}, false, true),
        column("data", tr("Data"), {}, false, true),
        column("parameters", tr("Parameters"), tr("Numbers that are learned"), true, false),
        column("latent", tr("Latent"), tr("Dimensions of the latent code"), true, true),
        column("epochs", tr("Epochs"), {}, true, true),
        column("elbo", tr("ELBO"),
               tr("Nats per image; higher is better. In the model's own value range until judged, then for "
                  "data in [0, 1]"),
               true, true),
        column("log_likelihood", tr("Likelihood"),
               tr("Log-likelihood, nats per image; higher is better. In the model's own value range until "
                  "judged, then for data in [0, 1]"),
               true, false),
        column("kl", tr("KL"), tr("Nats per image"), true, true),
        column("kl_per_dimension", tr("KL / dim"), tr("Nats per latent dimension"), true, false),
        column("bits_per_value", tr("Bits / value"),
               tr("What the bound takes to store a value of the image, once judged; lower is better"), true,
               false),
        column("mse", tr("MSE"), tr("Sum of squares per image, z sampled; lower is better"), true, true),
        column("mse_mean", tr("MSE of mean"), tr("The same from the posterior mean"), true, false),
        column("mse_per_value", tr("MSE / value"), {}, true, false),
        column("psnr", tr("PSNR"), tr("dB, once judged; higher is better"), true, true),
        column("ssim", tr("SSIM"), tr("Once judged; higher is better, at most 1"), true, true),
        column("active_units", tr("Active"), tr("Latent dimensions that are used, once judged"), true, false),
        column("images", tr("Images"), tr("That it was judged on"), true, false),
        column("time", tr("Time"), tr("Of training"), true, true),
        column("state", tr("State"), {}, false, false),
        column("size", tr("Size"), tr("On disk"), true, false),
        column("tags", tr("Tags"), {}, false, true),
        column("note", tr("Note"), {}, false, false),
        column("created", tr("Started"), tr("Universal time"), false, false),
    };
}

std::vector<TableRow> compareRows(const ComparisonSession& session)
{
    std::vector<TableRow> rows;
    for (const auto& run : session.runs()) {
        rows.push_back(rowOf(run, session.judged(plainPath(run.info.folder))));
    }
    for (const auto& model : session.baselines()) {
        TableRow row;
        row.id = QStringLiteral("baseline:") + toQt(model.name) + toQt(model.data);
        row.toolTip = tr("Closed form, beside the runs: what a code of that size can do without a network");
        row.canBeChosen = false;
        row.cells = {{QStringLiteral("name"), {toQt(model.name)}},
                     {QStringLiteral("model"), {modelTitle(model.key)}},
                     {QStringLiteral("data"), {toQt(model.data)}},
                     {QStringLiteral("parameters"), number(static_cast<double>(model.parameters), 12)},
                     {QStringLiteral("latent"), number(static_cast<double>(model.latentSize), 12)},
                     {QStringLiteral("time"), {durationText(model.seconds), model.seconds}}};
        addJudged(row, model);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace elbo
