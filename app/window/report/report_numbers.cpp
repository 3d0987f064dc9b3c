// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_numbers.h"

#include "core/models/model_table.h"
#include "core/training/run_config.h"
#include "widgets/number_text.h"

#include <algorithm>
#include <array>
#include <set>

namespace elbo {

namespace {

const std::string kNone = "–";
constexpr std::array kTerms{"kl", "log_likelihood", "elbo", "mse", "mse_mean"};

std::string text(double value)
{
    return numberText(value).toStdString();
}

/// Test figures, or those of training where a run has no test images.
std::vector<std::string> numbersRow(const std::string& what, const EpochRecord& epoch)
{
    std::vector<std::string> row{
        what + (epoch.test.empty() ? " (training images: it has no test images)" : ""),
        std::to_string(epoch.epoch)};
    const auto& terms = epoch.test.empty() ? epoch.train : epoch.test;
    for (const auto* term : kTerms) {
        const auto found = terms.find(term);
        row.push_back(found == terms.end() ? kNone : text(found->second));
    }
    return row;
}

void addNumbers(ReportTable& table, const ShownRun& shown)
{
    const auto& run = *shown.run;
    const auto record = [&run](std::int64_t epoch) -> const EpochRecord* {
        const auto found = std::ranges::find(run.history.epochs, epoch, &EpochRecord::epoch);
        return found == run.history.epochs.end() ? nullptr : &*found;
    };
    std::set<std::int64_t> told;
    const auto add = [&](std::int64_t epoch, const std::string& what) {
        if (const auto* found = record(epoch); found != nullptr && told.insert(epoch).second) {
            table.rows.push_back(numbersRow(run.info.name + ", " + what, *found));
        }
    };
    const auto last = run.history.epochs.empty() ? 0 : run.history.epochs.back().epoch;
    const std::string best = run.info.bestChosenOnTest ? "best, chosen on test" : "best";
    for (const auto epoch : shown.epochs) {
        add(epoch, epoch == last                 ? "shown, its last"
                   : epoch == run.info.bestEpoch ? "shown, " + best
                                                 : "shown");
    }
    add(run.info.bestEpoch, run.info.bestEpoch == last ? best + ", its last" : best);
    add(last, "its last");
}

void addPublished(ReportTable& table, std::string_view model, ReportSet set)
{
    if (model == "rgbd-vae" && set == ReportSet::Nyu) {
        const std::vector<std::vector<std::string>> rows{
            {"The report (its KL times 16/14)", "200", text(kPublishedRgbdKl), kNone, kNone,
             text(kPublishedRgbdMse), kNone},
            {"The report, at its lowest", "about 80", kNone, kNone, kNone, "about 4,300", kNone},
            {"The published network trained in Python", "200", "378", kNone, kNone, "4,391", "about 4,100"},
            {"The same, at its lowest", "100", "400", kNone, kNone, "4,194", "about 3,900"},
            {"400 principal components", kNone, kNone, kNone, kNone, kNone, "2,556"},
            {"Mean of the training images", kNone, kNone, kNone, kNone, kNone, "16,568"}};
        table.rows.insert(table.rows.end(), rows.begin(), rows.end());
        return;
    }
    table.rows.push_back(
        {"The report", set == ReportSet::Mnist ? "20" : "100", kNone, kNone, kNone, kNone, kNone});
}

/// As people read it; fieldValueText() is for files.
std::string valueText(const FieldValue& value)
{
    if (const auto* yes = std::get_if<bool>(&value)) {
        return *yes ? "yes" : "no";
    }
    const auto* real = std::get_if<double>(&value);
    return real == nullptr ? fieldValueText(value) : text(*real);
}

struct Setting {
    std::string label, value;
};

/// Model fields, and the training fields that decide most or that differ from their defaults.
std::vector<Setting> settingsOf(const RunConfig& config)
{
    static const std::set<std::string, std::less<>> always{"epochs", "batch_size", "learning_rate", "beta"};
    static const std::set<std::string, std::less<>> elsewhere{"seed", "device", "precision"};
    std::vector<Setting> settings;
    const auto add = [&settings](const Field& field, const FieldValues& values, bool shown) {
        const auto found = values.all().find(field.name);
        const auto& value = found == values.all().end() ? field.defaultValue : found->second;
        if (shown || value != field.defaultValue) {
            settings.push_back(
                {field.label + (field.unit.empty() ? "" : ", " + field.unit), valueText(value)});
        }
    };
    for (const auto& field : findModelInfo(config.model.key).fields) {
        add(field, config.model.fields, true);
    }
    for (const auto& field : trainingFields()) {
        if (elsewhere.contains(field.name)) {
            continue;
        }
        add(field, config.training.fields, always.contains(field.name));
    }
    return settings;
}

}  // namespace

ReportTable numbersTable(const std::vector<ShownRun>& shown, std::string_view model, ReportSet set)
{
    ReportTable table{.title = "Numbers of " + findModelInfo(model).title +
                               ", per image over the test set: nats, and sums of squares; z sampled",
                      .rows = {{"", "epoch", "KL", "log-likelihood", "ELBO", "MSE", "MSE of the mean"}}};
    for (const auto& one : shown) {
        addNumbers(table, one);
    }
    addPublished(table, model, set);
    return table;
}

ReportTable settingsTable(const ReportRun& run, ReportSet set)
{
    const auto& info = run.info;
    const auto number = [](std::int64_t value) { return text(static_cast<double>(value)); };
    ReportTable table{.title = "Settings of " + info.name, .rows = {{"", "here", "the report"}}};
    const auto add = [&table](const std::string& label, const std::string& ours,
                              const std::string& published) {
        table.rows.push_back({label, ours.empty() ? kNone : ours, published.empty() ? kNone : published});
    };
    add("Model", findModelInfo(info.config.model.key).title, findModelInfo(info.config.model.key).title);
    add("Parameters", number(info.parameters), info.config.model.key == "rgbd-vae" ? "16,131,716" : "");
    add("Images", info.dataTitle, std::string(titleOf(set)));
    add("Training and test images", number(info.trainImages) + " and " + number(info.testImages),
        set == ReportSet::Nyu ? "795 and 654" : "60,000 and 10,000");
    const auto name = "paper/" + info.config.model.key + (set == ReportSet::Nyu ? "-nyu" : "-mnist");
    const auto preset = std::ranges::find(presets(), name, &Preset::name);
    const auto published = preset == presets().end() ? std::vector<Setting>() : settingsOf(preset->config);
    for (const auto& [label, value] : settingsOf(info.config)) {
        const auto theirs = std::ranges::find(published, label, &Setting::label);
        add(label, value, theirs == published.end() ? "" : theirs->value);
    }
    add("Epochs done", number(info.epochsDone), "");
    add("Seed", std::to_string(info.config.integer("seed")), "");
    add("Computed on", info.deviceTitle.empty() ? info.device : info.deviceTitle, "");
    add("Precision", info.precision, "");
    add("Elbo, LibTorch", info.elboVersion + ", " + info.torchVersion, "");
    return table;
}

void putSettingsLast(ReportFigure& figure)
{
    std::ranges::stable_partition(
        figure.tables, [](const ReportTable& table) { return !table.title.starts_with("Settings of "); });
}

void addSentences(std::vector<std::string>& sentences, const std::vector<std::string>& more)
{
    for (const auto& sentence : more) {
        if (std::ranges::find(sentences, sentence) == sentences.end()) {
            sentences.push_back(sentence);
        }
    }
}

std::vector<std::string> differencesOf(const ReportRun& run, ReportSet set)
{
    const auto& info = run.info;
    const auto& key = info.config.model.key;
    std::vector<std::string> found;
    if (key != "rgbd-vae") {
        found.emplace_back("The report shows pictures of this model; no number of them is known here.");
    }
    if (!isOfSet(run, set)) {
        found.push_back("The report shows " + std::string(titleOf(set)) + "; " + info.name +
                        " learned from " + info.dataTitle +
                        ", so its numbers do not compare with published ones.");
    }
    if (!info.splitNote.empty()) {
        found.push_back(info.splitNote);
    }
    if (key == "fc-vae" || key == "conditional-vae") {
        found.emplace_back(
            "The report trains \"MSE + KL\"; here it is the Gaussian likelihood with variance 1/2, which is "
            "the "
            "same but for a constant and makes the ELBO a true one.");
    }
    if (key == "vgg-vae") {
        found.emplace_back(
            "The published VGG script never runs its VGG convolutions (they are lost in a Python list) and "
            "takes "
            "exp(log-variance) for a standard deviation; here the network is that of the report's words, "
            "with the "
            "16 convolutions of VGG-19.");
        found.emplace_back(
            "The log-likelihood and ELBO of VGG-VAE on grey values are a Bernoulli objective, not a density: "
            "they are not to be ranked against Gaussian ones.");
    }
    if (key == "rgbd-vae") {
        const auto wide = info.config.model.fields.integer(findModelInfo(key).fields, "decoder_filters");
        found.push_back(
            "The report calls the decoder symmetric to the encoder; the published script's begins with 256 "
            "channels. "
            "This run has decoder filters " +
            std::to_string(wide) +
            (wide == 32   ? ", as published."
             : wide == 64 ? ", as described: 20,707,492 parameters."
                          : ", which is neither the published 32 nor the described 64."));
    }
    return found;
}

}  // namespace elbo
