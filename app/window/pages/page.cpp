// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/page.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSplitter>

#include <algorithm>

namespace elbo {

namespace {

/// Scrolls up and down only: it is never narrower than its contents with a scroll bar beside them.
class InspectorArea : public QScrollArea {
public:
    InspectorArea()
    {
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setMinimumWidth(theme::kInspectorMinimum);
        setMaximumWidth(theme::kInspectorMaximum);
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (watched == widget() && event->type() == QEvent::LayoutRequest) {
            const int needed = widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width();
            setMinimumWidth(std::clamp(needed, theme::kInspectorMinimum, theme::kInspectorMaximum));
        }
        return QScrollArea::eventFilter(watched, event);
    }
};

}  // namespace

Page::Page(Workspace& workspace, const Dialogs& dialogs, QString id, QString title, Chip chip,
           QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_dialogs(dialogs),
      m_id(std::move(id)),
      m_title(std::move(title)),
      m_chip(chip)
{
    setObjectName(m_id + QStringLiteral("Page"));
}

void Page::setParts(QWidget* main, QWidget* inspector)
{
    auto* scroll = new InspectorArea;
    scroll->setObjectName(m_id + QStringLiteral("Inspector"));
    scroll->setWidget(inspector);

    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setObjectName(m_id + QStringLiteral("Splitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(theme::kPanelGap);
    splitter->addWidget(main);
    splitter->addWidget(scroll);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    splitter->setSizes({900, theme::kInspectorMinimum + theme::kPanelGap});
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    rememberSplitter(splitter, QStringLiteral("inspector"));
}

void Page::rememberSplitter(QSplitter* splitter, const QString& name)
{
    const auto key = QStringLiteral("splitters/%1-%2").arg(m_id, name);
    const auto state = m_workspace.state().bytes(key);
    if (!state.isEmpty()) {
        splitter->restoreState(state);
    }
    m_splitters.emplace_back(key, splitter);
}

void Page::saveState()
{
    for (const auto& [key, splitter] : m_splitters) {
        m_workspace.state().setBytes(key, splitter->saveState());
    }
}

}  // namespace elbo
