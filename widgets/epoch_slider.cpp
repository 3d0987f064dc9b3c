// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/epoch_slider.h"

#include "widgets/epoch_track.h"
#include "widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace elbo {

EpochSlider::EpochSlider(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kControlGap);
    m_playButton = new QToolButton(this);
    m_playButton->setObjectName(QStringLiteral("epoch-play"));
    m_playButton->setAutoRaise(true);
    m_track = new EpochTrack(this);
    m_track->setObjectName(QStringLiteral("epoch-track"));
    m_label = new QLabel(this);
    m_label->setObjectName(QStringLiteral("epoch-label"));
    m_label->setFont(theme::figureFont(font()));
    m_label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    layout->addWidget(m_playButton);
    layout->addWidget(m_track, 1);
    layout->addWidget(m_label);
    setFocusProxy(m_track);
    m_play.setInterval(400);
    connect(&m_play, &QTimer::timeout, this, &EpochSlider::step);
    connect(m_playButton, &QToolButton::clicked, this, [this] { setPlaying(!isPlaying()); });
    connect(m_track, &EpochTrack::moved, this, &EpochSlider::moved);
    setPlaying(false);
    updateLabel();
}

const std::vector<std::int64_t>& EpochSlider::epochs() const
{
    return m_track->epochs();
}

std::optional<std::int64_t> EpochSlider::currentEpoch() const
{
    return m_track->current();
}

void EpochSlider::setEpochs(std::vector<std::int64_t> epochs)
{
    m_track->setEpochs(std::move(epochs));
    const auto& kept = this->epochs();
    m_playButton->setEnabled(kept.size() > 1);
    if (kept.empty()) {
        m_track->setCurrent(std::nullopt);
        m_told.reset();
        m_follow = true;
        setPlaying(false);
        updateLabel();
    } else if (m_follow || !currentEpoch().has_value()) {
        showEpoch(kept.back());
    } else {
        showEpoch(*m_track->nearest(*currentEpoch()));
    }
}

void EpochSlider::addEpoch(std::int64_t epoch)
{
    auto kept = epochs();
    const auto at = std::lower_bound(kept.begin(), kept.end(), epoch);
    if (at == kept.end() || *at != epoch) {
        kept.insert(at, epoch);
        setEpochs(std::move(kept));
    }
}

void EpochSlider::clear()
{
    m_track->setBest(std::nullopt, false);
    m_follow = true;
    setEpochs({});
}

void EpochSlider::setBest(std::optional<std::int64_t> epoch, bool onTest)
{
    m_track->setBest(epoch, onTest);
}

void EpochSlider::setPlannedEpochs(std::int64_t epochs)
{
    m_track->setPlanned(epochs);
    updateLabel();
}

void EpochSlider::setCurrentEpoch(std::int64_t epoch)
{
    if (const auto nearest = m_track->nearest(epoch)) {
        moved(*nearest);
    }
}

void EpochSlider::showEpoch(std::int64_t epoch)
{
    // The track moves its own handle first when the user drags it: what was told last decides.
    m_track->setCurrent(epoch);
    updateLabel();
    if (m_told != epoch) {
        m_told = epoch;
        Q_EMIT epochChanged(epoch);
    }
}

void EpochSlider::moved(std::int64_t epoch)
{
    setPlaying(false);
    m_follow = epoch == epochs().back();
    showEpoch(epoch);
}

void EpochSlider::setPlaying(bool playing)
{
    playing = playing && epochs().size() > 1;
    if (playing && !isPlaying()) {
        // From the end it begins again; while it plays, new epochs do not make it jump.
        if (currentEpoch() == epochs().back()) {
            showEpoch(epochs().front());
        }
        m_follow = false;
        m_play.start();
    } else if (!playing) {
        m_play.stop();
    }
    const auto tip = playing ? tr("Pause") : tr("Play the epochs one after the other");
    m_playButton->setIcon(theme::icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    m_playButton->setToolTip(tip);
    m_playButton->setAccessibleName(tip);
}

void EpochSlider::step()
{
    const auto& kept = epochs();
    const auto next = std::upper_bound(kept.begin(), kept.end(), currentEpoch().value_or(0));
    if (next != kept.end()) {
        showEpoch(*next);
    }
    if (next == kept.end() || next + 1 == kept.end()) {
        setPlaying(false);
        m_follow = true;
    }
}

void EpochSlider::updateLabel()
{
    const auto widest = m_label->fontMetrics().horizontalAdvance(tr("epoch %1").arg(QStringLiteral("0000")));
    m_label->setMinimumWidth(widest);
    const auto current = currentEpoch();
    m_label->setText(current.has_value() ? tr("epoch %1").arg(*current) : tr("no epoch yet"));
}

}  // namespace elbo
