// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/data_set_list.h"

#include "app/window/session/data_title.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/data/registry.h"
#include "widgets/theme.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

namespace {

constexpr int kKeyRole = Qt::UserRole;
constexpr int kSpecRole = Qt::UserRole + 1;

void addHeading(QListWidget& list, const QString& text)
{
    auto* item = new QListWidgetItem(text, &list);
    item->setFlags(Qt::NoItemFlags);
    item->setFont(theme::noteFont(list.font()));
    item->setForeground(theme::noteText(list.palette()));
}

}  // namespace

DataSetList::DataSetList(QWidget* parent) : QWidget(parent)
{
    m_list = new QListWidget;
    m_list->setObjectName(QStringLiteral("dataSets"));
    m_list->setSpacing(1);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* open = new QPushButton(theme::icon(QStringLiteral("open")), tr("Open..."));
    open->setObjectName(QStringLiteral("openData"));
    open->setToolTip(
        tr("Open a folder of images, MNIST files or a prepared set. It can also be dropped on the window."));
    connect(open, &QPushButton::clicked, this, &DataSetList::openWanted);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addWidget(m_list, 1);
    layout->addWidget(open);
    connect(m_list, &QListWidget::itemClicked, this, [this](const QListWidgetItem* item) {
        const auto spec = item->data(kSpecRole).toString();
        if (!spec.isEmpty()) {
            try {
                Q_EMIT recentPicked(parseDataSpec(spec.toStdString()));
            } catch (const Error&) {
                // The folder has gone since: its options show what is missing.
                Q_EMIT kindPicked(item->data(kKeyRole).toString());
            }
        } else if (item->flags().testFlag(Qt::ItemIsEnabled)) {
            Q_EMIT kindPicked(item->data(kKeyRole).toString());
        }
    });
    setRecent({});
}

void DataSetList::setRecent(const QStringList& specs)
{
    m_list->clear();
    addHeading(*m_list, tr("Data sets"));
    for (const auto& entry : dataSets()) {
        auto* item = new QListWidgetItem(toQt(entry.title), m_list);
        item->setData(kKeyRole, toQt(entry.key));
        item->setToolTip(toQt(entry.help));
    }
    bool heading = false;
    for (const auto& spec : specs) {
        const auto key = spec.section(QLatin1Char(':'), 0, 0);
        if (!std::exchange(heading, true)) {
            addHeading(*m_list, tr("Recent"));
        }
        auto* item = new QListWidgetItem(specTitle(spec), m_list);
        item->setData(kKeyRole, key);
        item->setData(kSpecRole, spec);
        item->setToolTip(spec);
    }
}

}  // namespace elbo
