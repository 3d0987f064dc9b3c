// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/queue_panel.h"

#include "app/window/frame/parts.h"
#include "app/window/pages/sweep_dialog.h"
#include "app/window/session/text.h"
#include "app/window/session/training_queue.h"
#include "app/window/session/workspace.h"
#include "widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

constexpr int kIdRole = Qt::UserRole;
constexpr int kMostRows = 6;  ///< shown at once; more are scrolled

QString stateText(const QueueEntry& entry)
{
    switch (entry.state) {
        case QueueState::Waiting:
            return entry.runFolder.empty() ? QueuePanel::tr("waits")
                                           : QueuePanel::tr("goes on from its last save");
        case QueueState::Running:
            return QueuePanel::tr("trains");
        case QueueState::Done:
            return QueuePanel::tr("complete");
        case QueueState::Failed:
            return QueuePanel::tr("failed");
    }
    return {};
}

QIcon stateIcon(QueueState state)
{
    switch (state) {
        case QueueState::Waiting:
            return theme::icon(QStringLiteral("list"));
        case QueueState::Running:
            return theme::icon(QStringLiteral("play"));
        case QueueState::Done:
            return theme::icon(QStringLiteral("check"));
        case QueueState::Failed:
            return theme::icon(QStringLiteral("error"));
    }
    return {};
}

QToolButton* smallButton(const QString& name, const QString& icon, const QString& tip)
{
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setIcon(theme::icon(icon));
    button->setAutoRaise(true);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    return button;
}

}  // namespace

QueuePanel::QueuePanel(Workspace& workspace, Configured configured, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_configured(std::move(configured)),
      m_queue(new TrainingQueue(workspace, this))
{
    setObjectName(QStringLiteral("queuePanel"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::kStep, 0, theme::kStep);
    layout->setSpacing(theme::kControlGap);
    addButtons();
    addList();
    connectQueue();
    showQueue();
}

void QueuePanel::addButtons()
{
    auto& layout = *static_cast<QVBoxLayout*>(this->layout());
    auto* heading = controlLine(layout);
    heading->addWidget(sectionHeading(tr("Queue")));
    m_count = noteLabel({});
    m_count->setObjectName(QStringLiteral("queueCount"));
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    heading->addWidget(m_count, 1);
    auto* line = controlLine(layout);
    m_add = namedButton(tr("Add to queue"), QStringLiteral("addToQueue"));
    m_add->setIcon(theme::icon(QStringLiteral("add")));
    m_add->setToolTip(tr("The run with these settings waits until those before it are done."));
    m_sweep = namedButton(tr("Sweep..."), QStringLiteral("addSweep"));
    m_sweep->setIcon(theme::icon(QStringLiteral("list")));
    m_sweep->setToolTip(tr("A run for each of several values, such as three learning rates."));
    line->addWidget(m_add, 1);
    line->addWidget(m_sweep, 1);
    m_empty = noteLabel(tr("No run waits. Runs that are added here train one after the other."));
    m_empty->setObjectName(QStringLiteral("queueEmpty"));
    layout.addWidget(m_empty);
    connect(m_add, &QPushButton::clicked, this,
            [this] { m_queue->add(m_configured.config(), m_configured.initialWeights()); });
    connect(m_sweep, &QPushButton::clicked, this, &QueuePanel::openSweep);
}

void QueuePanel::addList()
{
    m_filled = new QWidget;
    auto* filled = new QVBoxLayout(m_filled);
    filled->setContentsMargins(0, 0, 0, 0);
    filled->setSpacing(theme::kControlGap);
    m_list = new QListWidget;
    m_list->setObjectName(QStringLiteral("queueList"));
    m_list->setAccessibleName(tr("Queue"));
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setDefaultDropAction(Qt::MoveAction);
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    filled->addWidget(m_list);
    auto* line = controlLine(*filled);
    m_go = namedButton({}, QStringLiteral("queueGo"));
    m_up = smallButton(QStringLiteral("queueUp"), QStringLiteral("chevron-up"), tr("Earlier"));
    m_down = smallButton(QStringLiteral("queueDown"), QStringLiteral("chevron-down"), tr("Later"));
    m_remove = smallButton(QStringLiteral("queueRemove"), QStringLiteral("remove"),
                           tr("Remove from the queue; what was trained stays in the list of runs"));
    m_clear = smallButton(QStringLiteral("queueClear"), QStringLiteral("check"),
                          tr("Take away those that are complete"));
    line->addWidget(m_go, 1);
    for (auto* button : {m_up, m_down, m_remove, m_clear}) {
        line->addWidget(button);
    }
    layout()->addWidget(m_filled);
    connect(m_go, &QPushButton::clicked, this, [this] { m_queue->setPaused(!m_queue->runs().paused); });
    connect(m_up, &QToolButton::clicked, this, [this] { moveChosen(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { moveChosen(1); });
    connect(m_remove, &QToolButton::clicked, this, [this] { m_queue->remove(chosen()); });
    connect(m_clear, &QToolButton::clicked, m_queue, &TrainingQueue::removeDone);
    connect(m_list, &QListWidget::currentRowChanged, this, &QueuePanel::updateButtons);
    connect(m_list, &QListWidget::itemActivated, this, [this] {
        const auto* const entry = m_queue->runs().find(chosen());
        if (entry != nullptr && !entry->runFolder.empty()) {
            m_workspace.openRun(entry->runFolder);
        }
    });
}

void QueuePanel::connectQueue()
{
    connect(m_queue, &TrainingQueue::changed, this, &QueuePanel::showQueue);
    // Later: the view is still in the middle of its drop.
    connect(m_list->model(), &QAbstractItemModel::rowsMoved, this, &QueuePanel::rowsMoved,
            Qt::QueuedConnection);
}

void QueuePanel::setSetup(bool setup, const QString& whyNot)
{
    m_setup = setup;
    m_add->setVisible(setup);
    m_sweep->setVisible(setup);
    m_add->setEnabled(whyNot.isEmpty());
    m_sweep->setEnabled(whyNot.isEmpty());
    setVisible(setup || !m_queue->runs().entries.empty());
}

void QueuePanel::openSweep()
{
    auto* dialog = new SweepDialog(m_configured.config(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, initial = m_configured.initialWeights()] {
        m_queue->addSweep(dialog->sweep(), initial);
    });
    dialog->open();
}

void QueuePanel::showQueue()
{
    const auto& entries = m_queue->runs().entries;
    const auto before = chosen();
    bool same = m_list->count() == static_cast<int>(entries.size());
    for (int row = 0; same && row < m_list->count(); ++row) {
        same = m_list->item(row)->data(kIdRole).toLongLong() == entries[static_cast<std::size_t>(row)].id;
    }
    if (!same) {  // else only what the rows say: the place of the scroll bar and a drag stay
        m_list->clear();
        for (const auto& entry : entries) {
            auto* item = new QListWidgetItem(m_list);
            item->setData(kIdRole, static_cast<qlonglong>(entry.id));
            if (entry.id == before) {
                m_list->setCurrentItem(item);
            }
        }
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
        showEntry(static_cast<int>(i), entries[i]);
    }
    const int rows = std::clamp(m_list->count(), 1, kMostRows);
    m_list->setFixedHeight(rows * std::max(1, m_list->sizeHintForRow(0)) + 2 * m_list->frameWidth());
    m_empty->setVisible(entries.empty());
    m_filled->setVisible(!entries.empty());
    setVisible(m_setup || !entries.empty());
    const auto& runs = m_queue->runs();
    QStringList counts;
    for (const auto& [state, text] : {std::pair(QueueState::Waiting, tr("%1 wait")),
                                      {QueueState::Running, tr("%1 trains")},
                                      {QueueState::Done, tr("%1 complete")},
                                      {QueueState::Failed, tr("%1 failed")}}) {
        if (const auto count = runs.count(state); count > 0) {
            counts << text.arg(count);
        }
    }
    m_count->setText(counts.join(QStringLiteral(", ")));
    updateButtons();
}

void QueuePanel::showEntry(int row, const QueueEntry& entry)
{
    auto* item = m_list->item(row);
    item->setIcon(stateIcon(entry.state));
    item->setText(tr("%1 - %2").arg(toQt(entry.title), stateText(entry)));
    auto tip = item->text();
    if (!entry.ending.empty()) {
        tip += QLatin1Char('\n') + toQt(entry.ending);
    }
    if (!entry.runFolder.empty()) {
        tip += QLatin1Char('\n') + tr("Double click shows %1.").arg(fileTitle(entry.runFolder));
    }
    item->setToolTip(tip);
}

void QueuePanel::rowsMoved()
{
    // One row at a time moves: the first that stands elsewhere than its entry tells, by the two that differ.
    const auto& entries = m_queue->runs().entries;
    if (m_list->count() != static_cast<int>(entries.size())) {
        return;  // the queue has changed since, and is shown again
    }
    const auto shown = [this](std::size_t row) {
        return m_list->item(static_cast<int>(row))->data(kIdRole).toLongLong();
    };
    for (std::size_t row = 0; row + 1 < entries.size(); ++row) {
        if (shown(row) == entries[row].id) {
            continue;
        }
        if (shown(row) == entries[row + 1].id) {  // the entry of this row went down
            std::size_t place = row;
            while (place < entries.size() && shown(place) != entries[row].id) {
                ++place;
            }
            m_queue->move(entries[row].id, place);
        } else {  // another came up to it
            m_queue->move(shown(row), row);
        }
        return;
    }
}

std::int64_t QueuePanel::chosen() const
{
    const auto* const item = m_list->currentItem();
    return item == nullptr ? 0 : item->data(kIdRole).toLongLong();
}

void QueuePanel::moveChosen(int by)
{
    m_queue->move(chosen(), static_cast<std::size_t>(m_list->currentRow() + by));
}

void QueuePanel::updateButtons()
{
    const auto& runs = m_queue->runs();
    const auto* const entry = runs.find(chosen());
    const int row = m_list->currentRow();
    m_up->setEnabled(entry != nullptr && row > 0);
    m_down->setEnabled(entry != nullptr && row + 1 < m_list->count());
    m_remove->setEnabled(entry != nullptr && entry->state != QueueState::Running);
    m_clear->setEnabled(runs.count(QueueState::Done) > 0);
    const bool begun = std::ranges::any_of(runs.entries, [](const QueueEntry& each) {
        return each.state != QueueState::Waiting || !each.runFolder.empty();
    });
    m_go->setText(!runs.paused ? tr("Pause queue") : begun ? tr("Continue queue") : tr("Start queue"));
    m_go->setIcon(theme::icon(runs.paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_go->setToolTip(runs.paused ? tr("Trains what waits, one run after the other.")
                                 : tr("The run that trains goes on; nothing begins after it."));
    m_go->setEnabled(!runs.paused || runs.next() != nullptr);
}

}  // namespace elbo
