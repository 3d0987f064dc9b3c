// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

class QLineEdit;
class QTableView;

namespace elbo {

/// Whole rows, one at a time, in bands without a grid; nothing is edited in place.
void setTableLook(QTableView& view);
/// The line above a table that filters it.
[[nodiscard]] QLineEdit* makeFilterLine(const QString& objectName, const QString& placeholder);
/// A sentence in the middle of a table that shows no row; from its viewport's paint event.
void paintEmptyTable(QTableView& view, const QString& sentence);

}  // namespace elbo
