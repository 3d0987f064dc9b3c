// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_figures.h"
#include "app/window/report/report_numbers.h"
#include "core/models/model_table.h"

#include <algorithm>
#include <array>
#include <map>

namespace elbo {

namespace {

struct Term {
    const char* key;
    const char* title;  ///< of a density without its direction
    bool density;       ///< counts the likelihood
};
constexpr std::array kTerms{Term{"kl", "KL, nats per image", false},
                            Term{"log_likelihood", "Log-likelihood, nats per image", true},
                            Term{"elbo", "ELBO, nats per image", true},
                            Term{"mse", "MSE, sum of squares per image, lower is better", false}};

/// Runs of one model on one set: their likelihoods are of one kind, so their curves may stand together.
using Group = std::vector<const ReportRun*>;

std::vector<Group> groupsOf(const std::vector<ReportRun>& runs)
{
    std::vector<Group> groups;
    for (const auto& run : runs) {
        if (run.estimatesDepth || run.history.epochs.empty()) {
            continue;
        }
        const auto same = std::ranges::find_if(groups, [&run](const Group& group) {
            const auto& first = group.front()->info;
            return first.config.model.key == run.info.config.model.key &&
                   first.dataFingerprint == run.info.dataFingerprint;
        });
        if (same == groups.end()) {
            groups.push_back({&run});
        } else {
            same->push_back(&run);
        }
    }
    // The report's own figure first.
    std::ranges::stable_sort(groups, {}, [](const Group& group) {
        const bool rgbd = group.front()->info.config.model.key == "rgbd-vae";
        return rgbd ? (isOfSet(*group.front(), ReportSet::Nyu) ? 0 : 1) : 2;
    });
    return groups;
}

ReportCurve curveOf(const ReportRun& run, const char* term)
{
    ReportCurve curve{.run = run.info.name, .train = {}, .test = {}};
    for (const auto& epoch : run.history.epochs) {
        const auto place = static_cast<double>(epoch.epoch);
        if (const auto found = epoch.train.find(term); found != epoch.train.end()) {
            curve.train.emplace_back(place, found->second);
        }
        if (const auto found = epoch.test.find(term); found != epoch.test.end()) {
            curve.test.emplace_back(place, found->second);
        }
    }
    return curve;
}

ReportPanel panelOf(const Group& group)
{
    const auto& info = group.front()->info;
    const bool published = info.config.model.key == "rgbd-vae" && isOfSet(*group.front(), ReportSet::Nyu);
    const bool objective = info.config.model.key == "vgg-vae" && info.config.text("binarise") == "none";
    ReportPanel panel{.title = findModelInfo(info.config.model.key).title + " on " + info.dataTitle +
                               (group.size() == 1 ? " (" + info.name + ")" : "")};
    for (const auto& term : kTerms) {
        ReportPlot plot{.title = term.title, .curves = {}, .published = std::nullopt};
        if (term.density) {
            plot.title += objective ? " (Bernoulli objective, not a density)" : ", higher is better";
        }
        for (const auto* run : group) {
            plot.curves.push_back(curveOf(*run, term.key));
        }
        if (published && term.key == std::string_view("mse")) {
            plot.published = kPublishedRgbdMse;
        } else if (published && term.key == std::string_view("kl")) {
            plot.published = kPublishedRgbdKl;
        }
        panel.plots.push_back(std::move(plot));
    }
    return panel;
}

}  // namespace

ReportFigure makeFigure4(const std::vector<ReportRun>& runs)
{
    ReportFigure figure{
        .number = 4,
        .title = "KL, log-likelihood, ELBO and MSE over the epochs",
        .caption =
            "Each run over its test set after each epoch (thick), and over its training set during the epoch "
            "(thin), z sampled; a plot shows the runs of one model on one set. The report shows RGB-D VAE on "
            "NYU Depth V2 over 200 epochs."};
    for (const auto& run : runs) {
        if (!run.estimatesDepth && !run.historyProblem.empty()) {
            addSentences(figure.missing, {run.historyProblem});
        }
    }
    const auto groups = groupsOf(runs);
    const auto rgbd = std::ranges::any_of(
        groups, [](const Group& group) { return group.front()->info.config.model.key == "rgbd-vae"; });
    if (!rgbd) {
        figure.missing.push_back(
            wantedRun("a run of RGB-D VAE with a history", "paper/rgbd-vae-nyu", kNyuData, "rgbd-vae-nyu"));
    }
    for (const auto& group : groups) {
        figure.panels.push_back(panelOf(group));
        std::vector<ShownRun> shown;
        shown.reserve(group.size());
        for (const auto* run : group) {
            shown.push_back({run, {}});
        }
        const auto& info = group.front()->info;
        const auto& shape = group.front()->shape;
        const bool grey = isOfSet(*group.front(), ReportSet::Mnist) || (shape && shape->channels == 1);
        const auto set = grey ? ReportSet::Mnist : ReportSet::Nyu;
        figure.tables.push_back(numbersTable(shown, info.config.model.key, set));
        for (const auto* run : group) {
            if (info.config.model.key == "rgbd-vae") {
                figure.tables.push_back(settingsTable(*run, set));
                addSentences(figure.differences, differencesOf(*run, ReportSet::Nyu));
            }
        }
    }
    putSettingsLast(figure);
    figure.differences.emplace_back(
        "The report's test KL, log-likelihood and ELBO are 14/16 of the truth: sums over 14 test batches "
        "divided by "
        "16, the number of training batches. Multiply them by 16/14 before you compare (a KL of about 338 "
        "there is about 386 here); its MSE is not "
        "affected.");
    figure.differences.emplace_back(
        "From epoch to epoch the test MSE of RGB-D VAE on NYU moves by about 150; from the posterior mean it "
        "is about "
        "290 lower than with z sampled.");
    return figure;
}

}  // namespace elbo
