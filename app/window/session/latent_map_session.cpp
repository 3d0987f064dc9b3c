// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/latent_map_session.h"

#include "app/window/session/dataset_view.h"
#include "app/window/session/job.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace elbo {

LatentMapSession::LatentMapSession(LatentSession& session, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_queue({.threadName = "elbo-map", .lowPriority = true, .computeThreads = 1, .newestFirst = false})
{
    connect(&session, &LatentSession::spaceChanged, this, &LatentMapSession::spaceChanged);
    spaceChanged();
}

LatentMapSession::~LatentMapSession()
{
    qDeleteAll(findChildren<Job*>());  // they would outlive the queues they refer to
}

void LatentMapSession::spaceChanged()
{
    const auto space = m_session.space();
    if (space == m_space && space) {
        return;
    }
    // The same run with more images, or that has learned since, keeps its directions: they are codes.
    const bool sameSize = space && m_space && space->size == m_space->size;
    m_space = space;
    for (auto job : {m_mapping, m_measuring, m_grouping, m_drawing}) {
        delete job;
    }
    m_map.reset();
    m_errors.clear();
    m_selected.clear();
    m_group.reset();
    m_samples.reset();
    m_groups.clear();
    m_stale = true;
    if (space) {
        m_x = std::min(m_x, space->size - 1);
        m_y = std::min(m_y, space->size - 1);
        if (space->size > 1 && space->byKl.size() > 1 && !sameSize) {
            m_x = space->byKl[0];
            m_y = space->byKl[1];
        }
        NamedGroup all{tr("All images"), std::vector<std::size_t>(space->codes.size())};
        std::iota(all.rows.begin(), all.rows.end(), std::size_t{0});
        m_groups.push_back(std::move(all));
        for (std::size_t label = 0; label < space->labelNames.size(); ++label) {
            NamedGroup group{QString::fromStdString(space->labelNames[label]), {}};
            for (std::size_t row = 0; row < space->labels.size(); ++row) {
                if (space->labels[row] == static_cast<int>(label)) {
                    group.rows.push_back(row);
                }
            }
            if (!group.rows.empty()) {
                m_groups.push_back(std::move(group));
            }
        }
    }
    if (!sameSize && !m_attributes.empty()) {
        m_attributes.clear();
        Q_EMIT attributesChanged();
    }
    Q_EMIT groupsChanged();
    Q_EMIT groupChanged();
    Q_EMIT mapChanged();
    Q_EMIT errorsChanged();
    Q_EMIT samplesChanged();
    makeMap();
    if (m_errorsWanted) {
        wantErrors();
    }
}

void LatentMapSession::setWanted(bool wanted)
{
    m_wanted = wanted;
    makeMap();
}

void LatentMapSession::setKind(MapKind kind, std::int64_t x, std::int64_t y)
{
    if (kind == m_kind && x == m_x && y == m_y && (m_map || m_mapping != nullptr || !m_wanted)) {
        return;
    }
    m_kind = kind;
    m_x = x;
    m_y = y;
    m_stale = true;
    makeMap();
}

void LatentMapSession::makeMap()
{
    if (!m_wanted || !m_stale || !m_space) {
        return;
    }
    m_stale = false;
    delete m_mapping;
    m_map.reset();  // one that is cancelled leaves no other in its place
    // Not on the thread that decodes: t-SNE takes long, and needs codes alone.
    m_mapping = runJob(
        m_queue, tr("Placing codes in a plane"), this,
        [space = m_space, kind = m_kind, x = m_x, y = m_y](JobContext& context) {
            return std::make_shared<const LatentMap>(
                latentMap(*space, kind, x, y, context.progress, context.stop));
        },
        [this](std::shared_ptr<const LatentMap> map) { m_map = std::move(map); });
    connect(m_mapping, &Job::failed, this, &LatentMapSession::failed);
    connect(m_mapping, &Job::ended, this, [this] {
        m_mapping.clear();
        Q_EMIT mapChanged();
    });
    if (m_kind == MapKind::Tsne) {
        Q_EMIT jobStarted(m_mapping);
        Q_EMIT mapChanged();  // it takes a while: the view says so
    }
}

void LatentMapSession::wantErrors()
{
    m_errorsWanted = true;
    if (!m_space || m_measuring != nullptr || !m_errors.empty()) {
        return;
    }
    m_measuring = runJob(
        m_session.queue(), tr("Reconstructing images"), this,
        [model = m_session.model(), data = m_session.data(), space = m_space](JobContext& context) {
            return errorsOfSpace(*model, *data, *space, context.progress, context.stop);
        },
        [this](std::vector<float> errors) {
            m_errors = std::move(errors);
            Q_EMIT errorsChanged();
        });
    connect(m_measuring, &Job::failed, this, &LatentMapSession::failed);
    connect(m_measuring, &Job::ended, this, [this] {
        m_measuring.clear();
        m_errorsWanted = m_errorsWanted && !m_errors.empty();  // cancelled: asked for again by the person
        Q_EMIT errorsChanged();
    });
    Q_EMIT jobStarted(m_measuring);
}

void LatentMapSession::select(std::vector<std::size_t> rows)
{
    delete m_grouping;
    m_selected = std::move(rows);
    m_group.reset();
    Q_EMIT groupChanged();
    if (m_selected.empty() || !m_space) {
        return;
    }
    m_grouping = runJob(
        m_session.queue(), tr("Averaging a group"), this,
        [model = m_session.model(), data = m_session.data(), space = m_space,
         rows = m_selected](JobContext& context) {
            return std::make_shared<const LatentGroup>(
                latentGroup(*model, *data, *space, rows, context.stop));
        },
        [this](std::shared_ptr<const LatentGroup> group) {
            m_group = std::move(group);
            Q_EMIT groupChanged();
        });
    connect(m_grouping, &Job::failed, this, &LatentMapSession::failed);
}

void LatentMapSession::keepSelection()
{
    if (m_selected.empty()) {
        return;
    }
    const auto kept = std::ranges::count_if(
        m_groups, [](const NamedGroup& group) { return group.name.startsWith(tr("Group")); });
    m_groups.push_back({tr("Group %1 (%2)").arg(kept + 1).arg(m_selected.size()), m_selected});
    Q_EMIT groupsChanged();
}

void LatentMapSession::addAttribute(std::size_t from, std::size_t to)
{
    const auto a = meanOf(*m_space, m_groups[from].rows), b = meanOf(*m_space, m_groups[to].rows);
    AttributeDirection made{tr("%1 to %2").arg(m_groups[from].name, m_groups[to].name), {}};
    bool differs = false;
    for (std::size_t k = 0; k < a.size(); ++k) {
        made.direction.push_back(b[k] - a[k]);
        differs = differs || a[k] != b[k];
    }
    if (!differs) {
        Q_EMIT failed({ErrorCode::BadSetting,
                       "These groups have the same mean code, so nothing lies between them: choose two that "
                       "differ.",
                       {}});
        return;
    }
    m_attributes.push_back(std::move(made));
    Q_EMIT attributesChanged();
}

void LatentMapSession::draw(const DrawSettings& settings)
{
    if (!m_space) {
        return;
    }
    delete m_drawing;
    m_drawing = runJob(
        m_session.queue(), tr("Drawing samples"), this,
        [model = m_session.model(), data = m_session.data(), settings,
         shown = m_session.shownClass()](JobContext& context) {
            return std::make_shared<const DrawnSamples>(
                drawSamples(*model, *data, settings, shown, context.progress, context.stop));
        },
        [this](std::shared_ptr<const DrawnSamples> samples) { m_samples = std::move(samples); });
    connect(m_drawing, &Job::failed, this, &LatentMapSession::failed);
    connect(m_drawing, &Job::ended, this, [this] {
        m_drawing.clear();
        Q_EMIT samplesChanged();
    });
    Q_EMIT jobStarted(m_drawing);
    Q_EMIT samplesChanged();
}

}  // namespace elbo
