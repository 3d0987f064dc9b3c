// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/compare_inspector.h"

#include "app/window/frame/parts.h"
#include "app/window/session/text.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

namespace {

constexpr int kKeepAfterMs = 800;

QString tagText(const std::vector<std::string>& tags)
{
    QStringList all;
    for (const auto& tag : tags) {
        all << toQt(tag);
    }
    return all.join(QStringLiteral(", "));
}

}  // namespace

CompareInspector::CompareInspector(ComparisonSession& session, QWidget* parent)
    : QWidget(parent), m_session(session)
{
    auto* layout = inspectorLayout(this);
    addChosenPart(*layout);
    addRunPart(*layout);
    layout->addStretch(1);
    m_typing.setSingleShot(true);
    m_typing.setInterval(kKeepAfterMs);
    connect(&m_typing, &QTimer::timeout, this, &CompareInspector::keepNotes);
    connect(&session, &ComparisonSession::runsChanged, this, &CompareInspector::showRun);
    connect(&session, &ComparisonSession::chosenChanged, this, &CompareInspector::showChosen);
    connect(&session, &ComparisonSession::judgedChanged, this, &CompareInspector::showChosen);
    showRun();
    showChosen();
}

void CompareInspector::addChosenPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Chosen runs")));
    m_chosen = noteLabel({});
    m_chosen->setObjectName(QStringLiteral("compareChosenNote"));
    layout.addWidget(m_chosen);
    m_judge = primaryButton(tr("Judge on unseen images"), QStringLiteral("compareJudge"));
    m_judge->setToolTip(
        tr("The last weights of each on its own test images, with principal components of the same size "
           "beside"));
    layout.addWidget(m_judge);
    auto* line = controlLine(layout);
    m_report = namedButton(tr("Report..."), QStringLiteral("compareReport"));
    m_report->setToolTip(tr("The figures of the report from these runs, as pictures, drawings and a page"));
    m_columns = new QToolButton;
    m_columns->setObjectName(QStringLiteral("compareColumns"));
    m_columns->setText(tr("Columns"));
    m_columns->setIcon(theme::icon(QStringLiteral("list")));
    m_columns->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_columns->setPopupMode(QToolButton::InstantPopup);
    line->addWidget(m_report);
    line->addWidget(m_columns);
    line->addStretch(1);
    connect(m_judge, &QPushButton::clicked, this, &CompareInspector::judgeWanted);
    connect(m_report, &QPushButton::clicked, this, &CompareInspector::reportWanted);
}

void CompareInspector::addRunPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Selected run")));
    m_title = new ElidedLabel;
    m_title->setObjectName(QStringLiteral("compareRunTitle"));
    layout.addWidget(m_title);
    m_about = noteLabel({});
    m_about->setObjectName(QStringLiteral("compareRunAbout"));
    layout.addWidget(m_about);
    m_tags = new QLineEdit;
    m_tags->setObjectName(QStringLiteral("compareTags"));
    m_tags->setPlaceholderText(tr("Tags, separated by commas"));
    m_tags->setAccessibleName(tr("Tags"));
    layout.addWidget(m_tags);
    m_notes = new QPlainTextEdit;
    m_notes->setObjectName(QStringLiteral("compareNotes"));
    m_notes->setPlaceholderText(tr("A note about this run"));
    m_notes->setAccessibleName(tr("Note"));
    m_notes->setTabChangesFocus(true);
    m_notes->setFixedHeight(5 * fontMetrics().lineSpacing());
    layout.addWidget(m_notes);
    auto* first = controlLine(layout);
    m_again = namedButton(tr("Train again like this"), QStringLiteral("compareAgain"));
    m_again->setToolTip(tr("Opens the form of the page Train with the settings of this run"));
    m_open = namedButton(tr("Open"), QStringLiteral("compareOpen"));
    first->addWidget(m_again);
    first->addWidget(m_open);
    first->addStretch(1);
    auto* second = controlLine(layout);
    m_export = namedButton(tr("Export as HDF5..."), QStringLiteral("compareExport"));
    m_trash = namedButton(tr("Move to trash"), QStringLiteral("compareTrash"));
    m_trash->setIcon(theme::icon(QStringLiteral("delete")));
    second->addWidget(m_export);
    second->addWidget(m_trash);
    second->addStretch(1);
    connect(m_tags, &QLineEdit::textEdited, this, [this] { m_typing.start(); });
    connect(m_tags, &QLineEdit::editingFinished, this, &CompareInspector::keepNotes);
    connect(m_notes, &QPlainTextEdit::textChanged, this, [this] { m_typing.start(); });
    connect(m_open, &QPushButton::clicked, this, &CompareInspector::openWanted);
    connect(m_again, &QPushButton::clicked, this, &CompareInspector::trainLikeWanted);
    connect(m_export, &QPushButton::clicked, this, &CompareInspector::exportWanted);
    connect(m_trash, &QPushButton::clicked, this, &CompareInspector::trashWanted);
}

void CompareInspector::setRun(const std::filesystem::path& folder)
{
    if (folder == m_folder) {
        return;
    }
    keepNotes();
    m_folder = folder;
    m_kept = {};
    const QSignalBlocker notes(m_notes), tags(m_tags);
    m_notes->clear();
    m_tags->clear();
    showRun();
}

void CompareInspector::keepNotes()
{
    m_typing.stop();
    const RunNotes said{m_notes->toPlainText().toStdString(), tagsFromText(m_tags->text().toStdString())};
    if (!m_folder.empty() && said != m_kept) {
        m_kept = said;
        m_session.setNotes(m_folder, said);
    }
}

void CompareInspector::showRun()
{
    const auto* run = m_folder.empty() ? nullptr : m_session.run(m_folder);
    for (auto* widget :
         std::initializer_list<QWidget*>{m_about, m_tags, m_notes, m_open, m_again, m_export, m_trash}) {
        widget->setVisible(run != nullptr);
    }
    if (run == nullptr) {
        m_title->setText(m_session.runs().empty() ? tr("No run yet") : tr("Click a run in the table."));
        return;
    }
    const auto& info = run->info;
    m_title->setText(toQt(info.name));
    QString about = tr("%1 on disk; %2 of %3 epochs; %4")
                        .arg(byteText(static_cast<double>(run->bytes)))
                        .arg(info.epochsDone)
                        .arg(info.config.integer("epochs"))
                        .arg(toQt(info.ending.empty() ? std::string(toString(info.state)) : info.ending));
    if (!run->problem.empty()) {
        about += QLatin1Char('\n') + toQt(run->problem);
    }
    m_about->setText(about);
    m_trash->setEnabled(info.state != RunState::Running);
    m_trash->setToolTip(m_trash->isEnabled() ? QString() : tr("It is being trained: stop it first."));
    // What another window wrote is shown, but nothing that is being typed is taken away.
    const RunNotes read{info.notes, info.tags};
    const RunNotes shown{m_notes->toPlainText().toStdString(), tagsFromText(m_tags->text().toStdString())};
    if (!m_typing.isActive() && !m_notes->hasFocus() && !m_tags->hasFocus() && read != shown) {
        const QSignalBlocker notes(m_notes), tags(m_tags);
        m_notes->setPlainText(toQt(read.notes));
        m_tags->setText(tagText(read.tags));
        m_kept = read;
    }
}

void CompareInspector::showChosen()
{
    const auto count = static_cast<int>(m_session.chosen().size());
    m_chosen->setText(count == 0
                          ? tr("Tick runs in the table to see their curves, images and differences together.")
                      : count == 1 ? tr("One run, in its colour of the table")
                                   : tr("%1 runs, in the colours of the table").arg(count));
    m_judge->setEnabled(count > 0 && !m_session.isJudging());
    m_judge->setText(m_session.isJudging() ? tr("Judging...") : tr("Judge on unseen images"));
    m_report->setEnabled(count > 0);
}

}  // namespace elbo
