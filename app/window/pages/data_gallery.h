// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/data_loader.h"

#include <QtGui/QImage>
#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QSlider;
class QSpinBox;

namespace elbo {

class ColorBar;
class ImageGrid;
class WindowState;

/// The images of a set as a scrolling grid with its tools: what to show, colour map and scale, filters, jump,
/// zoom.
class DataGallery : public QWidget {
    Q_OBJECT

public:
    explicit DataGallery(WindowState& state, QWidget* parent = nullptr);

    void setData(const LoadedData& loaded);
    void setDepthMap(const QString& key);
    /// Remembers content and zoom for the next start.
    void saveState();
    [[nodiscard]] ImageGrid* grid() const { return m_grid; }

Q_SIGNALS:
    /// "Send to Reconstruct" of the selected images.
    void reconstructWanted(const std::vector<std::int64_t>& indices);

    /// "Save as..." of a picture. @param name  of what it shows
    void saveWanted(const QImage& picture, const QString& name);
    void depthMapPicked(const QString& key);

private:
    QWidget* makeTools();
    void applyFilter();
    void showCount();
    void fillMenu(qint64 index, QMenu* menu);
    void addPicture(QMenu& menu, const QImage& picture, const QString& name, const QString& copy,
                    const QString& save);

    WindowState& m_state;
    LoadedData m_data;
    ImageGrid* m_grid = nullptr;
    QComboBox* m_content = nullptr;
    QComboBox* m_map = nullptr;
    QComboBox* m_side = nullptr;
    QComboBox* m_label = nullptr;
    QSpinBox* m_jump = nullptr;
    QSlider* m_zoom = nullptr;
    QLabel* m_count = nullptr;
    QWidget* m_scaleLine = nullptr;
    ColorBar* m_scale = nullptr;
};

}  // namespace elbo
