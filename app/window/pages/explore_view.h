// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_session.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QPushButton;
class QSlider;
class QSplitter;
class QTabWidget;
class QCheckBox;

namespace elbo {

class ColorBar;
class ExploreCloud;
class ExploreMap;
class ExploreSamples;
class LatentMapSession;
class PictureStrip;
class PictureTable;
class PictureView;

/// Main area of the Explore page: the decoded image large, the way between codes below.
class ExploreView : public QWidget {
    Q_OBJECT

public:
    /// @param session, map  outlive the view
    ExploreView(LatentSession& session, LatentMapSession& map, QWidget* parent = nullptr);

    void setDepthMap(const QString& key);
    [[nodiscard]] QSplitter* splitter() { return m_splitter; }

Q_SIGNALS:
    void menuWanted(QMenu* menu);
    void failed(const QString& sentence);
    void saveWayWanted();
    void saveWanted(const QImage& picture, const QString& name);
    void saveDrawingWanted(const QImage& picture, const QByteArray& svg, const QString& name);

private:
    void showDecoded();
    void showWay();
    [[nodiscard]] QWidget* makeGrid();
    void showGrid();
    void addPoint();
    void goTo(double place);
    void play(bool on);
    void advance();

    LatentSession& m_session;
    LatentMapSession& m_map;
    ExploreCloud* m_cloud = nullptr;
    QPushButton* m_saveGrid = nullptr;
    QString m_depthMap = QStringLiteral("turbo");
    PictureView *m_color = nullptr, *m_depth = nullptr;
    QWidget* m_depthCell = nullptr;
    ColorBar* m_bar = nullptr;
    QTabWidget* m_tabs = nullptr;
    PictureTable* m_table = nullptr;
    QCheckBox* m_gridDepth = nullptr;
    QLabel* m_gridNote = nullptr;
    PictureStrip* m_strip = nullptr;
    QPushButton *m_add = nullptr, *m_clear = nullptr, *m_play = nullptr, *m_save = nullptr;
    QComboBox* m_path = nullptr;
    QLabel* m_points = nullptr;
    QSplitter* m_splitter = nullptr;
    QTimer m_playing;
    bool m_forward = true;
};

}  // namespace elbo
