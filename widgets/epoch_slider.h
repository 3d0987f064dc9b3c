// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <cstdint>
#include <optional>
#include <vector>

class QLabel;
class QToolButton;

namespace elbo {

class EpochTrack;

/// A slider over the epochs whose pictures were kept, with a mark for each and one for the best, and a play
/// button. It shows the newest until the user moves it, and again when the user moves it to the end.
class EpochSlider : public QWidget {
    Q_OBJECT

public:
    explicit EpochSlider(QWidget* parent = nullptr);

    /// Kept epochs, ascending. Keeps the current one when it is still there (or follows the newest).
    void setEpochs(std::vector<std::int64_t> epochs);
    void addEpoch(std::int64_t epoch);
    void clear();
    [[nodiscard]] const std::vector<std::int64_t>& epochs() const;
    /// @param onTest  the best was chosen on test images: the mark's tool tip says so
    void setBest(std::optional<std::int64_t> epoch, bool onTest = false);
    /// Where the track ends: the planned epochs; 0 = at the newest kept one.
    void setPlannedEpochs(std::int64_t epochs);

    [[nodiscard]] std::optional<std::int64_t> currentEpoch() const;
    void setCurrentEpoch(std::int64_t epoch);  ///< the nearest kept one, as if the user moved there
    [[nodiscard]] bool follows() const { return m_follow; }
    [[nodiscard]] bool isPlaying() const { return m_play.isActive(); }
    void setPlaying(bool playing);
    void setPlayInterval(int milliseconds) { m_play.setInterval(milliseconds); }

Q_SIGNALS:
    /// The current epoch changed, by the user, by playing or by following.
    void epochChanged(qint64 epoch);

private:
    void showEpoch(std::int64_t epoch);
    void moved(std::int64_t epoch);
    void step();
    void updateLabel();

    QToolButton* m_playButton = nullptr;
    EpochTrack* m_track = nullptr;
    QLabel* m_label = nullptr;
    QTimer m_play;
    std::optional<std::int64_t> m_told;  ///< the epoch that epochChanged() said last
    bool m_follow = true;
};

}  // namespace elbo
