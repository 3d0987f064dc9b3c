// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/data_inspector.h"

#include "app/window/frame/parts.h"
#include "app/window/pages/problem_list.h"
#include "app/window/session/text.h"
#include "core/data/registry.h"
#include "widgets/histogram_view.h"
#include "widgets/number_text.h"
#include "widgets/read_outs.h"
#include "widgets/theme.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>

namespace elbo {

DataInspector::DataInspector(QWidget* parent) : QWidget(parent)
{
    m_heading = sectionHeading({});
    m_help = noteLabel({});
    m_form = new FieldForm;
    m_form->setObjectName(QStringLiteral("dataForm"));
    m_load = new QPushButton(tr("Load"));
    m_load->setObjectName(QStringLiteral("loadData"));
    m_fetch = new QPushButton;
    m_fetch->setObjectName(QStringLiteral("fetchData"));
    m_train = primaryButton(tr("Train on this"), QStringLiteral("trainOnThis"));
    m_numbers = new ReadOuts;
    m_numbers->setObjectName(QStringLiteral("dataNumbers"));
    m_numbers->setRows(
        {{QStringLiteral("images"), tr("Images"), {}, GoodDirection::None, {}},
         {QStringLiteral("size"), tr("Size"), {}, GoodDirection::None, tr("Width x height, as stored")},
         {QStringLiteral("channels"), tr("Channels"), {}, GoodDirection::None, {}},
         {QStringLiteral("split"), tr("Split"), {}, GoodDirection::None, {}},
         {QStringLiteral("train"), tr("Training"), tr("images"), GoodDirection::None, {}},
         {QStringLiteral("test"), tr("Test"), tr("images"), GoodDirection::None, {}},
         {QStringLiteral("validation"), tr("Validation"), tr("images"), GoodDirection::None, {}},
         {QStringLiteral("labels"), tr("Labels"), {}, GoodDirection::None, {}},
         {QStringLiteral("depth"),
          tr("Depth"),
          {},
          GoodDirection::None,
          tr("Lowest and highest depth of all images")}});
    m_note = noteLabel({});
    m_note->setObjectName(QStringLiteral("splitNote"));
    m_color = new HistogramView;
    m_color->setObjectName(QStringLiteral("colorHistogram"));
    m_color->setTitle(tr("Colour"));
    m_depth = new HistogramView;
    m_depth->setObjectName(QStringLiteral("depthHistogram"));
    m_depth->setTitle(tr("Depth"));
    m_problemsHeading = sectionHeading(tr("Problems found"));
    m_problems = new ProblemList;

    auto* layout = inspectorLayout(this);
    layout->addWidget(m_heading);
    layout->addWidget(m_help);
    layout->addWidget(m_form);
    layout->addWidget(m_fetch);
    layout->addWidget(m_load);
    layout->addWidget(m_train);
    m_found = new QWidget;
    auto* found = new QVBoxLayout(m_found);
    found->setContentsMargins(0, theme::kPanelGap, 0, 0);
    found->setSpacing(theme::kControlGap);
    found->addWidget(sectionHeading(tr("In this set")));
    found->addWidget(m_numbers);
    found->addWidget(m_note);
    found->addWidget(m_color);
    found->addWidget(m_depth);
    found->addWidget(m_problemsHeading);
    found->addWidget(m_problems);
    layout->addWidget(m_found);
    layout->addStretch(1);

    connect(m_form, &FieldForm::changed, this, &DataInspector::updateButtons);
    connect(m_load, &QPushButton::clicked, this, [this] { Q_EMIT loadWanted(config()); });
    connect(m_fetch, &QPushButton::clicked, this, [this] { Q_EMIT fetchWanted(m_key); });
    connect(m_train, &QPushButton::clicked, this, &DataInspector::trainWanted);
    setConfig({});
    setSummary(nullptr);
}

void DataInspector::setConfig(const DataConfig& config)
{
    const auto& entry = findDataSet(config.key);
    if (m_key != config.key || m_form->fields().empty()) {
        m_key = config.key;
        m_form->setFields(entry.fields);
    }
    m_heading->setText(toQt(entry.title));
    m_help->setText(toQt(entry.help));
    m_fetch->setText(tr("Fetch %1").arg(toQt(entry.title)));
    m_fetch->setToolTip(tr("Downloads the four official files, about %1 MB, and loads them")
                            .arg(entry.key == "mnist" ? 12 : 31));
    m_form->setValues(config.fields);
    updateButtons();
}

DataConfig DataInspector::config() const
{
    return {m_key, m_form->changedValues()};
}

void DataInspector::setBrowse(FieldForm::Browse browse)
{
    m_form->setBrowse(std::move(browse));
}

void DataInspector::setLoading(bool loading)
{
    m_loading = loading;
    m_form->setReadOnly(loading);
    updateButtons();
}

void DataInspector::setCanFetch(bool can)
{
    m_canFetch = can;
    updateButtons();
}

void DataInspector::updateButtons()
{
    // Files are not looked at for each letter that is typed: loading says what is wrong with them.
    const auto& entry = findDataSet(m_key);
    const bool lacksPath = entry.needsPath && config().fields.text(entry.fields, "path").empty();
    const bool usable = m_form->isValid() && !lacksPath;
    m_fetch->setVisible(m_canFetch && lacksPath && canBeFetched(m_key));
    m_fetch->setEnabled(!m_loading);
    const bool same = m_loaded && *m_loaded == config();
    m_load->setEnabled(usable && !m_loading && !same);
    m_load->setText(m_loaded && m_loaded->key == m_key && !same ? tr("Load again with these options")
                                                                : tr("Load"));
    m_load->setVisible(!same);
    m_train->setVisible(same);
    m_train->setEnabled(!m_loading);
}

void DataInspector::setSummary(const DatasetSummary* summary)
{
    m_loaded = summary != nullptr ? std::optional(summary->config) : std::nullopt;
    m_found->setVisible(summary != nullptr);
    if (summary != nullptr) {
        m_numbers->setNumber(QStringLiteral("images"), static_cast<double>(summary->images), 9);
        m_numbers->setText(QStringLiteral("size"), tr("%1 x %2").arg(summary->width).arg(summary->height));
        m_numbers->setText(QStringLiteral("channels"),
                           (summary->colorChannels == 1 ? tr("grey") : tr("RGB")) +
                               (summary->hasDepth ? tr(" + depth") : QString()));
        showSplit(*summary);
        showHistograms(*summary);
        showProblems(*summary);
    }
    updateButtons();
}

void DataInspector::showSplit(const DatasetSummary& summary)
{
    m_numbers->setText(QStringLiteral("split"), toQt(summary.splitKind));
    m_numbers->setNumber(QStringLiteral("train"), static_cast<double>(summary.train), 9);
    m_numbers->setNumber(QStringLiteral("test"), static_cast<double>(summary.test), 9);
    m_numbers->setNumber(QStringLiteral("validation"), static_cast<double>(summary.validation), 9);
    QStringList labels;
    for (const auto& [name, count] : summary.labels) {
        labels << tr("%1 (%2)").arg(toQt(name)).arg(count);
    }
    const auto shown = tr("%1 different").arg(labels.size());
    m_numbers->setText(QStringLiteral("labels"), labels.isEmpty() ? tr("none") : shown);
    m_numbers->setToolTip(labels.join(QLatin1Char('\n')));
    QString note = toQt(summary.splitNote);
    if (summary.hasDepth) {
        const auto range =
            tr("%1 to %2").arg(numberText(summary.depthLow, 3), numberText(summary.depthHigh, 3));
        m_numbers->setText(QStringLiteral("depth"), summary.metric ? tr("%1 m").arg(range) : tr("relative"));
        if (!summary.metric) {
            note += (note.isEmpty() ? QString() : QStringLiteral("\n")) +
                    tr("The depth of this set is relative: metres are not known. If you know how many units "
                       "make a "
                       "metre, give the depth scale above.");
        }
    } else {
        m_numbers->setText(QStringLiteral("depth"), tr("none"));
    }
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void DataInspector::showHistograms(const DatasetSummary& summary)
{
    std::vector<HistogramSeries> series;
    if (summary.color.size() == 3) {
        // The channels' own colours, darkened or lightened until they read on both themes.
        const std::array<QColor, 3> colors{QColor(0xD5, 0x5E, 0x00), QColor(0x00, 0x9E, 0x73),
                                           QColor(0x56, 0xB4, 0xE9)};
        const std::array<QString, 3> names{tr("red"), tr("green"), tr("blue")};
        for (std::size_t c = 0; c < 3; ++c) {
            series.push_back({names[c], colors[c], summary.color[c].counts});
        }
    } else if (!summary.color.empty()) {
        series.push_back({tr("grey"), {}, summary.color.front().counts});
    }
    m_color->setSeries(std::move(series), 0, 255, {});
    m_depth->setVisible(summary.hasDepth);
    if (summary.hasDepth) {
        m_depth->setSeries({{tr("depth"), {}, summary.depth.counts}}, summary.depth.low, summary.depth.high,
                           summary.metric ? QStringLiteral("m") : QString());
    }
}

void DataInspector::showProblems(const DatasetSummary& summary)
{
    m_problems->setProblems(summary.problems);
    const auto leftOut = std::count_if(summary.problems.begin(), summary.problems.end(),
                                       [](const auto& problem) { return problem.leftOut; });
    m_problemsHeading->setText(
        tr("Problems found: %1, left out: %2").arg(summary.problems.size()).arg(leftOut));
    m_problemsHeading->setVisible(!summary.problems.empty());
    m_problems->setVisible(!summary.problems.empty());
}

}  // namespace elbo
