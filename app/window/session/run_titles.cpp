// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/run_titles.h"

#include "app/window/session/text.h"
#include "core/models/model_table.h"

#include <algorithm>

namespace elbo {

RunRowState rowState(RunState state)
{
    switch (state) {
        case RunState::Running:
            return RunRowState::Running;
        case RunState::Completed:
            return RunRowState::Completed;
        case RunState::Stopped:
            return RunRowState::Stopped;
        case RunState::Failed:
            return RunRowState::Failed;
        case RunState::Interrupted:
            return RunRowState::Interrupted;
    }
    return RunRowState::Interrupted;
}

QString modelTitle(const std::string& key)
{
    const auto& models = modelInfos();
    const auto found = std::ranges::find(models, key, &ModelInfo::key);
    return found == models.end() ? toQt(key) : toQt(found->title);
}

}  // namespace elbo
