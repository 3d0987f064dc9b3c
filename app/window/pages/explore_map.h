// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_map_session.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QSpinBox;

namespace elbo {

class ExploreGroups;
class LatentScatter;

/// The tab "Map" of the page Explore: where the codes of the images lie, with ExploreGroups beside.
class ExploreMap : public QWidget {
    Q_OBJECT

public:
    /// @param session, map  outlive the view
    ExploreMap(LatentSession& session, LatentMapSession& map, QWidget* parent = nullptr);

Q_SIGNALS:
    void saveWanted(const QImage& picture, const QByteArray& svg, const QString& name);

private:
    [[nodiscard]] QWidget* makeControls();
    void showSpace();
    void showMap();
    void showColors();
    void showMark();
    void chooseKind();
    void take(int point);

    LatentSession& m_session;
    LatentMapSession& m_map;
    std::shared_ptr<const LatentSpace> m_measured;  ///< whose errors were asked for
    LatentScatter* m_scatter = nullptr;
    QComboBox *m_kind = nullptr, *m_coloring = nullptr, *m_which = nullptr;
    QSpinBox *m_x = nullptr, *m_y = nullptr;
    QLabel* m_legend = nullptr;
    ExploreGroups* m_groups = nullptr;
};

}  // namespace elbo
