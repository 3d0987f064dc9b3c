// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/dataset_view.h"

#include <QtWidgets/QListWidget>

#include <vector>

namespace elbo {

/// What was found wrong with the images of a set: the name of each, the reason below it, and whether it was
/// left out. Entries can be selected and copied.
class ProblemList : public QListWidget {
    Q_OBJECT

public:
    explicit ProblemList(QWidget* parent = nullptr);

    void setProblems(const std::vector<DatasetSummary::Problem>& problems);
    /// The selected entries, or all without a selection, a line each: name, reason, what became of it.
    [[nodiscard]] QString asText() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void copy() const;
};

}  // namespace elbo
