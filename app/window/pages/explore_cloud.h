// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_session.h"

#include <QtWidgets/QWidget>

class QLabel;

namespace elbo {

class PointCloudView;

/// The tab "3-D" of the page Explore: the decoded depth as points in the decoded colours, which follow the
/// code as it is bent and morph along a way.
class ExploreCloud : public QWidget {
    Q_OBJECT

public:
    /// @param session  outlives the view
    explicit ExploreCloud(LatentSession& session, QWidget* parent = nullptr);

    void setDepthMap(const QString& key);
    [[nodiscard]] PointCloudView* view() const { return m_view; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showDecoded();

    LatentSession& m_session;
    PointCloudView* m_view = nullptr;
    QLabel* m_note = nullptr;
};

}  // namespace elbo
