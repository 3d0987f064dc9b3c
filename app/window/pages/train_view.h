// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/run_plan.h"
#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "core/training/history.h"

#include <QtGui/QImage>
#include <QtWidgets/QWidget>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

class QMenu;
class QSplitter;
class QStackedWidget;

namespace elbo {

class EmptyState;
class EpochSlider;
class PlotGrid;
class StripView;

/// Main area of the Train page: plots above, the strip of kept reconstructions with its slider of epochs
/// below.
class TrainView : public QWidget {
    Q_OBJECT

public:
    /// @param queue  reads the strips; outlives the view
    explicit TrainView(JobQueue& queue, QWidget* parent = nullptr);

    void setTerms(const std::vector<TermDescription>& terms);
    /// Forgets what is shown and takes the strips from this folder from now on; an empty one shows the hints.
    void setRun(const std::filesystem::path& folder);
    /// Whether the empty page's own "Start" can be clicked.
    void setCanStart(bool canStart);
    void setPlannedEpochs(std::int64_t epochs);
    void setBest(std::int64_t epoch, bool chosenOnTest);
    void clearCurves();
    void append(const History& records);
    void setKept(const std::vector<std::int64_t>& epochs);
    void setDepthMap(const QString& key);

    [[nodiscard]] QSplitter* splitter() const { return m_splitter; }
    [[nodiscard]] PlotGrid* plots() const { return m_plots; }
    [[nodiscard]] StripView* strip() const { return m_strip; }
    [[nodiscard]] EpochSlider* slider() const { return m_slider; }

Q_SIGNALS:
    void failed(const elbo::Failure& failure);
    /// The buttons of the empty page.
    void startWanted();
    void openWanted();
    /// "Save as..." of a picture of the strip or all of it.
    void saveWanted(const QImage& picture, const QString& name);
    /// "Send to Reconstruct" of these images of the run's set.
    void reconstructWanted(const std::vector<std::string>& names);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showEpoch(std::int64_t epoch);
    void readStrip();
    void fillStripMenu(const QImage& picture, const QString& name, int column, QMenu* menu);

    JobQueue& m_queue;
    std::filesystem::path m_folder;
    QSplitter* m_splitter = nullptr;
    QStackedWidget* m_upper = nullptr;  ///< the plots, or what to do while there is no run
    EmptyState* m_empty = nullptr;
    PlotGrid* m_plots = nullptr;
    StripView* m_strip = nullptr;
    EpochSlider* m_slider = nullptr;
    std::optional<std::int64_t> m_wanted;  ///< the epoch to show next; only the latest wish counts
    bool m_reading = false;
};

}  // namespace elbo
