// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_samples.h"

#include "app/window/frame/parts.h"
#include "app/window/session/latent_export.h"
#include "app/window/session/text.h"
#include "widgets/number_text.h"
#include "widgets/picture.h"
#include "widgets/picture_table.h"
#include "widgets/theme.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

namespace {

constexpr std::size_t kColumns = 8;
constexpr int kMostSeed = 1'000'000;

}  // namespace

ExploreSamples::ExploreSamples(LatentSession& session, LatentMapSession& map, QWidget* parent)
    : QWidget(parent), m_session(session), m_map(map)
{
    m_from = new QComboBox;
    m_from->setObjectName(QStringLiteral("sampleFrom"));
    m_from->addItem(tr("from the prior"), QStringLiteral("prior"));
    m_from->addItem(tr("from a Gaussian of the codes"), QStringLiteral("gaussian"));
    m_from->addItem(tr("from a mixture of the codes"), QStringLiteral("mixture"));
    m_from->setToolTip(tr("Gaussian and mixture are fitted to the codes of the training images"));
    m_temperature = new QDoubleSpinBox;
    m_temperature->setObjectName(QStringLiteral("sampleTemperature"));
    m_temperature->setRange(0, 3);
    m_temperature->setSingleStep(0.1);
    m_temperature->setValue(1);
    m_temperature->setPrefix(tr("temperature "));
    m_count = new QSpinBox;
    m_count->setObjectName(QStringLiteral("sampleCount"));
    m_count->setRange(1, 48);
    m_count->setValue(16);
    m_count->setSuffix(tr(" samples"));
    m_seed = new QSpinBox;
    m_seed->setObjectName(QStringLiteral("sampleSeed"));
    m_seed->setRange(0, kMostSeed);
    m_seed->setValue(1);
    m_seed->setPrefix(tr("seed "));
    m_draw = namedButton(tr("Draw"), QStringLiteral("sampleDraw"));
    m_draw->setIcon(theme::icon(QStringLiteral("sample")));
    m_save = namedButton(tr("Save..."), QStringLiteral("sampleSave"));
    m_table = new PictureTable;
    m_table->setObjectName(QStringLiteral("sampleTable"));
    m_note = noteLabel({});
    m_note->setObjectName(QStringLiteral("sampleNote"));
    auto* controls = new QHBoxLayout;
    controls->setSpacing(theme::kControlGap);
    for (auto* widget :
         std::initializer_list<QWidget*>{m_from, m_temperature, m_count, m_seed, m_draw, m_save}) {
        controls->addWidget(widget);
    }
    controls->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::kControlGap, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addLayout(controls);
    layout->addWidget(m_note);
    layout->addWidget(m_table, 1);
    connect(m_draw, &QPushButton::clicked, this, [this] { m_map.draw(settings()); });
    connect(m_save, &QPushButton::clicked, this,
            [this] { Q_EMIT saveWanted(toQImage(sampleSheet(*m_map.samples())), tr("samples")); });
    connect(m_table, &PictureTable::chosen, this, [this](int index) {
        if (const auto& samples = m_map.samples()) {
            const auto sample = sampleAt(index);
            if (sample < samples->codes.size()) {
                m_session.setCode(samples->codes[sample]);
            }
        }
    });
    connect(&map, &LatentMapSession::samplesChanged, this, &ExploreSamples::show);
    show();
}

DrawSettings ExploreSamples::settings() const
{
    DrawSettings settings;
    settings.from = m_from->currentData().toString().toStdString();
    settings.count = m_count->value();
    settings.temperature = m_temperature->value();
    settings.seed = static_cast<std::uint64_t>(m_seed->value());
    return settings;
}

std::size_t ExploreSamples::sampleAt(int index) const
{
    const auto columns = static_cast<std::size_t>(std::max(1, m_table->columns()));
    const auto row = static_cast<std::size_t>(index) / columns;
    return row / 2 * columns + static_cast<std::size_t>(index) % columns;
}

void ExploreSamples::show()
{
    const auto& samples = m_map.samples();
    m_draw->setEnabled(!m_map.isDrawing());
    m_save->setEnabled(samples != nullptr);
    if (!samples) {
        m_table->setPictures({}, 1);
        m_table->setCaptions({});
        m_table->setNames({}, {});
        m_table->setEmptyText(m_map.isDrawing()
                                  ? tr("Samples are drawn and looked for among the training images.")
                                  : tr("Draw codes at random to see what the model makes up."));
        m_note->clear();
        return;
    }
    const auto count = samples->images.size(), columns = std::min(count, kColumns);
    std::vector<QImage> pictures;
    QStringList rows, captions;
    for (std::size_t first = 0; first < count; first += columns) {
        rows << tr("sample") << tr("nearest");
        for (const bool nearest : {false, true}) {
            for (std::size_t i = first; i < first + columns; ++i) {
                const bool there = i < count;
                pictures.push_back(!there    ? QImage()
                                   : nearest ? toQImage(samples->nearest[i])
                                             : toQImage(samples->images[i].color));
                captions << (there && nearest ? numberText(samples->distances[i], 3) : QString());
            }
        }
    }
    m_table->setPictures(std::move(pictures), static_cast<int>(columns));
    m_table->setNames(rows, {});
    m_table->setCaptions(captions);
    m_note->setText(
        tr("Below each sample the training image that it is most like, with the Euclidean distance "
           "of prepared values: a distance near 0 is a copy. A click takes the code."));
}

}  // namespace elbo
