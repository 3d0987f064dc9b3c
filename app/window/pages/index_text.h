// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <cstdint>
#include <vector>

namespace elbo {

/// "0, 5, 9-12" as indices below `count`. @throws Error(BadSetting) that names the part which is wrong
[[nodiscard]] std::vector<std::int64_t> parseIndices(const QString& text, std::int64_t count);

}  // namespace elbo
