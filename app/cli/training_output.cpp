// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/training_output.h"

#include "app/cli/output.h"
#include "app/cli/session.h"

#include <nlohmann/json.hpp>

namespace elbo::cli {

namespace {

std::string termText(const std::map<std::string, double>& terms, const char* key)
{
    const auto found = terms.find(key);
    return found == terms.end() ? std::string() : std::string("  ") + key + " " + numberText(found->second);
}

}  // namespace

void TrainingOutput::onBegin(const RunInfo& run)
{
    m_runFolder = run.folder.string();
    m_epochs = run.config.integer("epochs");
    m_session.say(run.config.model.key + " (" + std::to_string(run.parameters) + " parameters) on " +
                  run.dataTitle + ": " + std::to_string(run.trainImages) + " training and " +
                  std::to_string(run.testImages) + " test images");
    m_session.say("Device " + run.deviceTitle + ", precision " + run.precision + ", run folder " +
                  m_runFolder);
}

void TrainingOutput::onStatus(const TrainingStatus& status)
{
    const auto show = m_session.progress();
    show({"Epoch " + std::to_string(status.epoch) + " of " + std::to_string(status.epochs),
          status.stepInEpoch, status.stepsPerEpoch});
}

void TrainingOutput::onEpoch(const EpochRecord& record)
{
    if (m_session.json) {
        nlohmann::json line{{"event", "epoch"},      {"epoch", record.epoch}, {"step", record.step},
                            {"train", record.train}, {"test", record.test},   {"seconds", record.seconds},
                            {"best", record.best}};
        if (!record.validation.empty())
            line["validation"] = record.validation;
        printJson(line);
        return;
    }
    const auto& terms = record.test.empty() ? record.train : record.test;
    std::string shown;
    for (const auto* term : kShownTerms)
        shown += termText(terms, term);
    m_session.say("Epoch " + std::to_string(record.epoch) + "/" + std::to_string(m_epochs) +
                  (record.test.empty() ? "  train:" : "  test:") + shown + "  " + numberText(record.seconds) +
                  " s" + (record.best ? "  best" : ""));
}

void TrainingOutput::onMessage(const std::string& sentence)
{
    m_session.say(sentence);
}

}  // namespace elbo::cli
