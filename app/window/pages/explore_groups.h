// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_map_session.h"

#include <QtWidgets/QScrollArea>

#include <optional>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace elbo {

class PictureView;

/// Beside the map of codes: the image under the pointer, what a selected group looks like, what two groups
/// differ in, and arithmetic with their mean codes.
class ExploreGroups : public QScrollArea {
    Q_OBJECT

public:
    /// @param session, map  outlive the panel
    ExploreGroups(LatentSession& session, LatentMapSession& map, QWidget* parent = nullptr);

    /// The image of a row of the space; nothing takes it away.
    void preview(std::optional<std::size_t> row);

private:
    void addGroupPart(QVBoxLayout& layout);
    void addAttributePart(QVBoxLayout& layout);
    void addArithmeticPart(QVBoxLayout& layout);
    void showGroup();
    void showGroups();
    [[nodiscard]] LatentCode operand(const QComboBox& box) const;
    void combine();

    LatentSession& m_session;
    LatentMapSession& m_map;
    PictureView *m_preview = nullptr, *m_mean = nullptr, *m_spread = nullptr;
    QLabel* m_note = nullptr;
    QPushButton *m_keep = nullptr, *m_takeMean = nullptr;
    QComboBox *m_from = nullptr, *m_to = nullptr;
    QComboBox *m_a = nullptr, *m_b = nullptr, *m_c = nullptr;
};

}  // namespace elbo
