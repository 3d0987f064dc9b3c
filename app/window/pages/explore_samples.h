// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_map_session.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace elbo {

class PictureTable;

/// The tab "Samples" of the page Explore: codes drawn at random, each with the training image that it is most
/// like, so that a copy is seen to be one. A click takes the code.
class ExploreSamples : public QWidget {
    Q_OBJECT

public:
    /// @param session, map  outlive the view
    ExploreSamples(LatentSession& session, LatentMapSession& map, QWidget* parent = nullptr);

Q_SIGNALS:
    void saveWanted(const QImage& picture, const QString& name);

private:
    [[nodiscard]] DrawSettings settings() const;
    void show();
    /// Of the sample that a picture of the table belongs to, drawn or nearest.
    [[nodiscard]] std::size_t sampleAt(int index) const;

    LatentSession& m_session;
    LatentMapSession& m_map;
    QComboBox* m_from = nullptr;
    QDoubleSpinBox* m_temperature = nullptr;
    QSpinBox *m_seed = nullptr, *m_count = nullptr;
    QPushButton *m_draw = nullptr, *m_save = nullptr;
    QLabel* m_note = nullptr;
    PictureTable* m_table = nullptr;
};

}  // namespace elbo
