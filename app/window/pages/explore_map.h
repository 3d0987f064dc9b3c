// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_map_session.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace elbo {

class LatentScatter;
class PictureView;

/// The tab "Map" of the page Explore: where the codes of the images lie, what groups of them look like, and
/// what groups differ in.
class ExploreMap : public QWidget {
    Q_OBJECT

public:
    /// @param session, map  outlive the view
    ExploreMap(LatentSession& session, LatentMapSession& map, QWidget* parent = nullptr);

    [[nodiscard]] LatentScatter* scatter() const { return m_scatter; }

Q_SIGNALS:
    void saveWanted(const QImage& picture, const QByteArray& svg, const QString& name);
    void failed(const QString& sentence);

private:
    [[nodiscard]] QWidget* makeControls();
    void addGroupPart(QVBoxLayout& layout);
    void addAttributePart(QVBoxLayout& layout);
    void addArithmeticPart(QVBoxLayout& layout);
    void showSpace();
    void showMap();
    void showColors();
    void showMark();
    void showGroup();
    void showGroups();
    void showPreview(int point);
    void chooseKind();
    void take(int point);
    [[nodiscard]] LatentCode operand(const QComboBox& box) const;
    void combine();

    LatentSession& m_session;
    LatentMapSession& m_map;
    std::shared_ptr<const LatentSpace> m_measured;  ///< whose errors were asked for
    LatentScatter* m_scatter = nullptr;
    QComboBox *m_kind = nullptr, *m_coloring = nullptr, *m_which = nullptr;
    QSpinBox *m_x = nullptr, *m_y = nullptr;
    QLabel *m_legend = nullptr, *m_note = nullptr;
    PictureView *m_preview = nullptr, *m_mean = nullptr, *m_spread = nullptr;
    QPushButton *m_keep = nullptr, *m_takeMean = nullptr;
    QComboBox *m_from = nullptr, *m_to = nullptr;
    QComboBox *m_a = nullptr, *m_b = nullptr, *m_c = nullptr;
};

}  // namespace elbo
