// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

#include <cstdint>
#include <optional>
#include <vector>

namespace elbo {

/// The track of an EpochSlider: marks for kept epochs, one for the best, a handle that rests on marks only.
class EpochTrack : public QWidget {
    Q_OBJECT

public:
    explicit EpochTrack(QWidget* parent = nullptr);

    void setEpochs(std::vector<std::int64_t> epochs);
    [[nodiscard]] const std::vector<std::int64_t>& epochs() const { return m_epochs; }
    void setBest(std::optional<std::int64_t> epoch, bool onTest);
    void setPlanned(std::int64_t epochs);
    void setCurrent(std::optional<std::int64_t> epoch);
    [[nodiscard]] std::optional<std::int64_t> current() const { return m_current; }
    [[nodiscard]] std::optional<std::int64_t> nearest(std::int64_t epoch) const;
    /// Where the mark of an epoch is drawn.
    [[nodiscard]] double position(std::int64_t epoch) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void moved(qint64 epoch);  ///< by the user

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] std::int64_t first() const;
    [[nodiscard]] std::int64_t last() const;
    [[nodiscard]] std::optional<std::int64_t> epochAt(double x) const;
    void moveTo(std::optional<std::int64_t> epoch);
    void moveBy(int marks);

    std::vector<std::int64_t> m_epochs;
    std::optional<std::int64_t> m_best;
    bool m_bestOnTest = false;
    std::int64_t m_planned = 0;
    std::optional<std::int64_t> m_current;
    int m_wheel = 0;
};

}  // namespace elbo
