// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/page.h"

#include "widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSplitter>

namespace elbo {

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
    auto* scroll = new QScrollArea;
    scroll->setObjectName(m_id + QStringLiteral("Inspector"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(theme::kInspectorMinimum);
    scroll->setMaximumWidth(theme::kInspectorMaximum);
    scroll->setWidget(inspector);

    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->setObjectName(m_id + QStringLiteral("Splitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(theme::kPanelGap);
    splitter->addWidget(main);
    splitter->addWidget(scroll);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    splitter->setSizes({900, 340});
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
