// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/index_text.h"

#include "app/window/pages/reconstruction_list.h"
#include "core/base/error.h"

#include <string>

namespace elbo {

std::vector<std::int64_t> parseIndices(const QString& text, std::int64_t count)
{
    std::vector<std::int64_t> indices;
    const auto parts = text.split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (const auto& part : parts) {
        bool goodFrom = false;
        bool goodTo = false;
        const auto from = part.section(QLatin1Char('-'), 0, 0).trimmed().toLongLong(&goodFrom);
        const auto to = part.section(QLatin1Char('-'), -1).trimmed().toLongLong(&goodTo);
        if (!goodFrom || !goodTo || from > to || from < 0 || to >= count ||
            part.count(QLatin1Char('-')) > 1) {
            throw Error(ErrorCode::BadSetting, "\"" + part.trimmed().toStdString() +
                                                   "\" is no index of this set: give numbers from 0 to " +
                                                   std::to_string(count - 1) + ", as in 0, 5, 9-12.");
        }
        if (static_cast<std::int64_t>(indices.size()) + (to - from) >= ReconstructionList::kMostImages) {
            throw Error(ErrorCode::BadSetting, "These are more than " +
                                                   std::to_string(ReconstructionList::kMostImages) +
                                                   " images: add fewer at a time.");
        }
        for (auto index = from; index <= to; ++index) {
            indices.push_back(index);
        }
    }
    return indices;
}

}  // namespace elbo
