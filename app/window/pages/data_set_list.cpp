// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/data_set_list.h"

#include "app/window/session/data_title.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/data/registry.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
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
}

bool isHeading(const QListWidgetItem& item)
{
    return item.flags() == Qt::NoItemFlags;
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
    connect(open, &QPushButton::clicked, this, [this, open] {
        // The platforms' dialogs choose either folders or files.
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->setObjectName(QStringLiteral("openDataMenu"));
        menu->addAction(theme::icon(QStringLiteral("folder")), tr("A folder of images..."), this,
                        &DataSetList::openWanted);
        menu->addAction(theme::icon(QStringLiteral("data")), tr("MNIST files or a prepared set..."), this,
                        &DataSetList::openFileWanted);
        menu->popup(open->mapToGlobal(QPoint(0, -menu->sizeHint().height())));
    });
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

void DataSetList::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyTheme();
    }
}

void DataSetList::applyTheme()
{
    // An item's colour is fixed, unlike a palette's role.
    for (int row = 0; row < m_list->count(); ++row) {
        if (isHeading(*m_list->item(row))) {
            m_list->item(row)->setForeground(theme::noteText(palette()));
        }
    }
}

void DataSetList::setChosen(const DataConfig& config)
{
    const auto spec = toQt(dataSpec(config));
    QListWidgetItem* chosen = nullptr;
    for (int row = 0; row < m_list->count(); ++row) {
        auto* item = m_list->item(row);
        if (isHeading(*item) || item->data(kKeyRole).toString() != toQt(config.key)) {
            continue;
        }
        const auto itsSpec = item->data(kSpecRole).toString();
        if (itsSpec == spec || (itsSpec.isEmpty() && chosen == nullptr)) {
            chosen = item;  // the recent set itself, else its kind
        }
    }
    m_list->setCurrentItem(chosen);
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
    applyTheme();
}

}  // namespace elbo
