// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/comparison_session.h"
#include "widgets/comparison_table.h"

#include <vector>

namespace elbo {

/// What the table of the page Compare can show.
[[nodiscard]] std::vector<TableColumn> compareColumns();
/// A row a run, then one for each judged baseline. Terms are those of the last epoch's test pass until the
/// run is judged; then they are for data in [0, 1], so that models fed otherwise compare.
[[nodiscard]] std::vector<TableRow> compareRows(const ComparisonSession& session);

}  // namespace elbo
