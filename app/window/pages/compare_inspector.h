// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/comparison_session.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace elbo {

/// Right side of the page Compare: the run that is selected, with its note and tags, and what can be done
/// with those that are chosen.
class CompareInspector : public QWidget {
    Q_OBJECT

public:
    explicit CompareInspector(ComparisonSession& session, QWidget* parent = nullptr);

    /// Empty: none.
    void setRun(const std::filesystem::path& folder);
    [[nodiscard]] const std::filesystem::path& runFolder() const { return m_folder; }
    /// Writes what was typed last, at once.
    void keepNotes();
    [[nodiscard]] QToolButton* columnsButton() const { return m_columns; }

Q_SIGNALS:
    void openWanted();
    void trainLikeWanted();
    void exportWanted();
    void trashWanted();
    void judgeWanted();
    void reportWanted();

private:
    void addRunPart(QVBoxLayout& layout);
    void addChosenPart(QVBoxLayout& layout);
    void showRun();
    void showChosen();

    ComparisonSession& m_session;
    std::filesystem::path m_folder;
    RunNotes m_kept;  ///< as it was read or written last
    QLabel *m_title = nullptr, *m_about = nullptr, *m_chosen = nullptr;
    QPlainTextEdit* m_notes = nullptr;
    QLineEdit* m_tags = nullptr;
    QPushButton *m_open = nullptr, *m_again = nullptr, *m_export = nullptr, *m_trash = nullptr;
    QPushButton *m_judge = nullptr, *m_report = nullptr;
    QToolButton* m_columns = nullptr;
    QTimer m_typing;
};

}  // namespace elbo
