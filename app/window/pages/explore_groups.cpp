// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_groups.h"

#include "app/window/frame/parts.h"
#include "app/window/session/dataset_view.h"
#include "app/window/session/text.h"
#include "widgets/number_text.h"
#include "widgets/picture.h"
#include "widgets/picture_view.h"
#include "widgets/theme.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

namespace {

constexpr int kPresent = -1;  ///< in the boxes of the arithmetic
constexpr int kWidth = 260;

/// As narrow as the panel needs it, whatever the names of groups are.
void narrow(QComboBox& box)
{
    box.setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box.setMinimumContentsLength(1);
    box.setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

}  // namespace

ExploreGroups::ExploreGroups(LatentSession& session, LatentMapSession& map, QWidget* parent)
    : QScrollArea(parent), m_session(session), m_map(map)
{
    auto* side = new QWidget;
    auto* parts = new QVBoxLayout(side);
    parts->setContentsMargins(0, 0, theme::kControlGap, 0);
    parts->setSpacing(theme::kControlGap);
    addGroupPart(*parts);
    addAttributePart(*parts);
    addArithmeticPart(*parts);
    parts->addStretch(1);
    setWidget(side);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFixedWidth(kWidth);
    connect(&map, &LatentMapSession::groupChanged, this, &ExploreGroups::showGroup);
    connect(&map, &LatentMapSession::groupsChanged, this, &ExploreGroups::showGroups);
    showGroup();
    showGroups();
}

void ExploreGroups::addGroupPart(QVBoxLayout& layout)
{
    m_preview = new PictureView;
    m_preview->setObjectName(QStringLiteral("mapPreview"));
    m_preview->setEmptyText(tr("The image under the pointer"));
    m_preview->setFixedHeight(130);
    layout.addWidget(m_preview);
    layout.addWidget(sectionHeading(tr("Selection")));
    m_note = noteLabel({});
    m_note->setObjectName(QStringLiteral("mapGroupNote"));
    layout.addWidget(m_note);
    m_mean = new PictureView;
    m_mean->setObjectName(QStringLiteral("groupMean"));
    m_mean->setLabel(tr("Mean image"));
    m_spread = new PictureView;
    m_spread->setObjectName(QStringLiteral("groupSpread"));
    m_spread->setLabel(tr("Deviation"));
    auto* pictures = new QHBoxLayout;
    pictures->setSpacing(theme::kStep);
    for (auto* picture : {m_mean, m_spread}) {
        picture->setFixedHeight(120);
        pictures->addWidget(picture, 1);
    }
    layout.addLayout(pictures);
    m_takeMean = namedButton(tr("Its mean code"), QStringLiteral("groupTakeMean"));
    m_keep = namedButton(tr("Keep as group"), QStringLiteral("groupKeep"));
    auto* buttons = controlLine(layout);
    buttons->addWidget(m_takeMean, 1);
    buttons->addWidget(m_keep, 1);
    connect(m_takeMean, &QPushButton::clicked, this, [this] { m_session.setCode(m_map.group()->mean); });
    connect(m_keep, &QPushButton::clicked, &m_map, &LatentMapSession::keepSelection);
}

void ExploreGroups::addAttributePart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("What two groups differ in")));
    const auto box = [&](const QString& name) {
        auto* made = new QComboBox;
        made->setObjectName(name);
        narrow(*made);
        return made;
    };
    m_from = box(QStringLiteral("attributeFrom"));
    m_to = box(QStringLiteral("attributeTo"));
    auto* groups = controlLine(layout);
    groups->addWidget(m_from, 1);
    groups->addWidget(new QLabel(tr("to")));
    groups->addWidget(m_to, 1);
    auto* add = namedButton(tr("Make it a slider"), QStringLiteral("attributeAdd"));
    add->setToolTip(
        tr("The difference of their mean codes becomes a slider among the attributes at the right"));
    layout.addWidget(add);
    connect(add, &QPushButton::clicked, this, [this] {
        m_map.addAttribute(static_cast<std::size_t>(m_from->currentIndex()),
                           static_cast<std::size_t>(m_to->currentIndex()));
    });
}

void ExploreGroups::addArithmeticPart(QVBoxLayout& layout)
{
    layout.addWidget(sectionHeading(tr("Arithmetic with mean codes")));
    const auto add = [&](QComboBox*& box, const QString& name, const QString& sign) {
        auto* line = controlLine(layout);
        auto* label = new QLabel(sign);
        label->setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("\u2212 B ")));
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        line->addWidget(label);
        box = new QComboBox;
        box->setObjectName(name);
        narrow(*box);
        line->addWidget(box, 1);
    };
    add(m_a, QStringLiteral("arithmeticA"), QStringLiteral("A"));
    add(m_b, QStringLiteral("arithmeticB"), QStringLiteral("\u2212 B"));
    add(m_c, QStringLiteral("arithmeticC"), QStringLiteral("+ C"));
    auto* take = namedButton(tr("Take A \u2212 B + C"), QStringLiteral("arithmeticTake"));
    layout.addWidget(take);
    connect(take, &QPushButton::clicked, this, &ExploreGroups::combine);
}

void ExploreGroups::preview(std::optional<std::size_t> row)
{
    const auto space = m_session.space();
    if (!row || !space || *row >= space->images.size()) {
        m_preview->clear();
        return;
    }
    m_preview->setImage(m_session.data()->color(space->images[*row]));
    QString label = fileTitle(space->names[*row]);
    if (const auto own = space->labels[*row];
        own >= 0 && static_cast<std::size_t>(own) < space->labelNames.size()) {
        label += QStringLiteral(", ") + toQt(space->labelNames[static_cast<std::size_t>(own)]);
    }
    if (!m_map.errors().empty()) {
        label += tr(", error %1").arg(numberText(double(m_map.errors()[*row]), 3));
    }
    m_preview->setLabel(label);
}

void ExploreGroups::showGroup()
{
    const auto& group = m_map.group();
    const bool any = group != nullptr;
    m_note->setText(any ? group->rows.size() == 1 ? tr("One image") : tr("%1 images").arg(group->rows.size())
                        : tr("Draw a lasso around a group of points."));
    for (auto* widget : std::initializer_list<QWidget*>{m_mean, m_spread, m_takeMean, m_keep}) {
        widget->setVisible(any);
    }
    if (any) {
        m_mean->setImage(group->meanImage.color);
        m_spread->setValues(group->spread, QStringLiteral("magma"), 0.0F, finiteRange(group->spread).high);
    }
}

void ExploreGroups::showGroups()
{
    for (auto* box : {m_from, m_to, m_a, m_b, m_c}) {
        const bool arithmetic = box == m_a || box == m_b || box == m_c;
        const auto before = box->currentText();
        box->clear();
        if (arithmetic) {
            box->addItem(tr("present code"), kPresent);
        }
        for (std::size_t i = 0; i < m_map.groups().size(); ++i) {
            box->addItem(m_map.groups()[i].name, static_cast<int>(i));
        }
        const auto place = box->findText(before);
        const auto last = box->count() - 1;
        box->setCurrentIndex(place >= 0 ? place : box == m_to ? last : 0);
    }
}

LatentCode ExploreGroups::operand(const QComboBox& box) const
{
    const auto place = box.currentData().toInt();
    return place == kPresent
               ? m_session.code()
               : meanOf(*m_session.space(), m_map.groups()[static_cast<std::size_t>(place)].rows);
}

void ExploreGroups::combine()
{
    if (m_session.space()) {
        m_session.setCode(combined(operand(*m_a), operand(*m_b), operand(*m_c)));
    }
}

}  // namespace elbo
