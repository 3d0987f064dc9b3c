// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/safetensors.h"
#include "core/training/run_folder.h"
#include "core/training/run_paths.h"
#include "tests/core/training/made_data.h"

#include <QtCore/QString>

#include <ATen/Functions.h>

#include <filesystem>

namespace elbo::tests {

/// What differs between the tensors of two files; empty when every bit is the same.
inline QString tensorDifference(const std::filesystem::path& a, const std::filesystem::path& b)
{
    const auto first = readSafetensors(a);
    const auto second = readSafetensors(b);
    if (first.tensors.empty() || first.tensors.size() != second.tensors.size())
        return QStringLiteral("other tensors in ") + QString::fromStdString(b.string());
    for (const auto& [name, tensor] : first.tensors) {
        const auto* other = second.find(name);
        if (other == nullptr || !at::equal(tensor, *other))
            return QString::fromStdString(name + " differs in " + b.string());
    }
    return {};
}

/// What differs between two runs, times apart; empty when weights, moments, best, history and kept pictures
/// are the same.
inline QString runDifference(const std::filesystem::path& a, const std::filesystem::path& b)
{
    const RunPaths first{a};
    const RunPaths second{b};
    for (const auto& [one, other] :
         {std::pair{first.last(), second.last()}, std::pair{first.best(), second.best()},
          std::pair{first.resume(), second.resume()}}) {
        const auto difference = tensorDifference(one, other);
        if (!difference.isEmpty())
            return difference;
    }
    const auto historyOne = timeless(readHistory(first.history()));
    const auto historyOther = timeless(readHistory(second.history()));
    if (historyOne.steps != historyOther.steps)
        return QStringLiteral("the step records differ");
    if (historyOne.epochs != historyOther.epochs)
        return QStringLiteral("the epoch records differ");
    if (keptEpochs(a) != keptEpochs(b))
        return QStringLiteral("other epochs were kept");
    for (const auto epoch : keptEpochs(a)) {
        const auto difference = tensorDifference(first.kept(epoch), second.kept(epoch));
        if (!difference.isEmpty())
            return difference;
    }
    const auto infoOne = readRunInfo(a);
    const auto infoOther = readRunInfo(b);
    if (infoOne.bestEpoch != infoOther.bestEpoch || infoOne.epochsDone != infoOther.epochsDone)
        return QStringLiteral("run.json tells of other epochs");
    return {};
}

}  // namespace elbo::tests
