// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/job.h"
#include "app/window/session/latent_map.h"
#include "app/window/session/latent_session.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QString>

#include <memory>
#include <vector>

namespace elbo {

/// A group of images that a person keeps: a class of the set, or a selection.
struct NamedGroup {
    QString name;
    std::vector<std::size_t> rows;  ///< of the space
};
/// What two groups differ in, as a direction of latent space (Larsen et al. 2016): 0 at the mean of all
/// codes, 1 one difference further.
struct AttributeDirection {
    QString name;
    LatentCode direction;
};

/// Where codes lie in a plane, which groups they make, and what groups differ in. Lives in the GUI thread.
class LatentMapSession : public QObject {
    Q_OBJECT

public:
    /// @param session  outlives this one
    explicit LatentMapSession(LatentSession& session, QObject* parent = nullptr);
    ~LatentMapSession() override;

    /// Whether the map is looked at: only then it is made.
    void setWanted(bool wanted);
    void setKind(MapKind kind, std::int64_t x, std::int64_t y);
    [[nodiscard]] MapKind kind() const { return m_kind; }
    /// Null until it is made.
    [[nodiscard]] const std::shared_ptr<const LatentMap>& map() const { return m_map; }
    [[nodiscard]] bool isMapping() const { return m_mapping != nullptr; }
    /// Squared error of each image of the space, once it was asked for; empty before.
    void wantErrors();
    [[nodiscard]] bool isMeasuring() const { return m_measuring != nullptr; }
    [[nodiscard]] const std::vector<float>& errors() const { return m_errors; }

    /// Rows of the space that a person chose; empty: none.
    void select(std::vector<std::size_t> rows);
    /// Of the rows selected last; null until it is computed.
    [[nodiscard]] const std::shared_ptr<const LatentGroup>& group() const { return m_group; }

    /// All images, then classes, then what was kept.
    [[nodiscard]] const std::vector<NamedGroup>& groups() const { return m_groups; }
    /// The selection as one more of them.
    void keepSelection();
    [[nodiscard]] const std::vector<AttributeDirection>& attributes() const { return m_attributes; }
    /// From the mean of one group to that of another. @pre places in groups(), both with images
    void addAttribute(std::size_t from, std::size_t to);

    /// samplesChanged() follows.
    void draw(const DrawSettings& settings);
    [[nodiscard]] const std::shared_ptr<const DrawnSamples>& samples() const { return m_samples; }
    [[nodiscard]] bool isDrawing() const { return m_drawing != nullptr; }

Q_SIGNALS:
    void mapChanged();
    void errorsChanged();
    void groupChanged();
    void groupsChanged();
    void attributesChanged();
    void samplesChanged();
    void jobStarted(elbo::Job* job);
    void failed(const elbo::Failure& failure);

private:
    void spaceChanged();
    void makeMap();

    LatentSession& m_session;
    std::shared_ptr<const LatentSpace> m_space;  ///< that everything below is of
    MapKind m_kind = MapKind::Principal;
    std::int64_t m_x = 0, m_y = 1;
    bool m_wanted = false, m_stale = true, m_errorsWanted = false;
    std::shared_ptr<const LatentMap> m_map;
    std::vector<float> m_errors;
    std::vector<std::size_t> m_selected;
    std::shared_ptr<const LatentGroup> m_group;
    std::vector<NamedGroup> m_groups;
    std::vector<AttributeDirection> m_attributes;
    std::shared_ptr<const DrawnSamples> m_samples;
    QPointer<Job> m_mapping, m_measuring, m_grouping, m_drawing;
    JobQueue m_queue;  ///< last, so that its thread ends before what its jobs report to
};

}  // namespace elbo
