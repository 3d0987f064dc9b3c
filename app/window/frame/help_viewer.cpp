// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/help_viewer.h"

#include "widgets/theme.h"

#include <QtCore/QFile>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QTextBrowser>

// Outside the namespace: Q_INIT_RESOURCE declares a function of the global one.
static void initHelpResources()
{
    Q_INIT_RESOURCE(help);
}

namespace elbo {

HelpViewer::HelpViewer(QWidget* parent) : QDialog(parent)
{
    initHelpResources();
    setObjectName(QStringLiteral("helpViewer"));
    setWindowTitle(tr("Help"));
    setModal(false);
    resize(860, 620);
    m_topics = new QListWidget;
    m_topics->setObjectName(QStringLiteral("helpTopics"));
    m_topics->setMaximumWidth(200);
    const std::vector<std::pair<QString, QString>> topics{
        {QStringLiteral("start"), tr("First steps")},
        {QStringLiteral("data"), tr("Data")},
        {QStringLiteral("train"), tr("Train")},
        {QStringLiteral("reconstruct"), tr("Reconstruct")},
        {QStringLiteral("depth"), tr("Depth 3-D")},
        {QStringLiteral("figures"), tr("Figures and the report")},
        {QStringLiteral("shortcuts"), tr("Keys and mouse")}};
    for (const auto& [id, title] : topics) {
        auto* item = new QListWidgetItem(title, m_topics);
        item->setData(Qt::UserRole, id);
    }
    m_text = new QTextBrowser;
    m_text->setObjectName(QStringLiteral("helpText"));
    m_text->setOpenExternalLinks(true);
    auto* layout = new QHBoxLayout(this);
    layout->setSpacing(theme::kPanelGap);
    layout->addWidget(m_topics);
    layout->addWidget(m_text, 1);
    connect(m_topics, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item != nullptr) {
            load(item->data(Qt::UserRole).toString());
        }
    });
}

void HelpViewer::showTopic(const QString& topic)
{
    for (int row = 0; row < m_topics->count(); ++row) {
        if (m_topics->item(row)->data(Qt::UserRole).toString() == topic) {
            m_topics->setCurrentRow(row);
        }
    }
    show();
    raise();
    activateWindow();
}

QString HelpViewer::topic() const
{
    const auto* item = m_topics->currentItem();
    return item != nullptr ? item->data(Qt::UserRole).toString() : QString();
}

void HelpViewer::load(const QString& topic)
{
    QFile file(QStringLiteral(":/help/%1.md").arg(topic));
    if (!file.open(QIODevice::ReadOnly)) {
        m_text->setPlainText(tr("This help page is missing from the program: reinstall it."));
        return;
    }
    m_text->setMarkdown(QString::fromUtf8(file.readAll()));
}

}  // namespace elbo
