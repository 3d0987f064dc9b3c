// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/latent_session.h"

#include "app/window/session/dataset_view.h"
#include "app/window/session/job.h"
#include "app/window/session/latent_map.h"

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

constexpr int kWayPictures = 9;
constexpr std::size_t kMostPast = 200;

}  // namespace

LatentSession::LatentSession(QObject* parent) : QObject(parent)
{
    connect(&m_decode, &DecodeQueue::decoded, this,
            [this](const std::shared_ptr<const DecodedCode>& decoded) {
                m_decoded = decoded;
                Q_EMIT decodedChanged();
            });
    connect(&m_decode, &DecodeQueue::failed, this, &LatentSession::failed);
}

LatentSession::~LatentSession()
{
    // Jobs are children and would die after the queue they refer to.
    qDeleteAll(findChildren<Job*>());
}

void LatentSession::clear()
{
    delete m_encoding;
    delete m_wayJob;
    delete m_gridJob;
    m_grid.reset();
    m_model.reset();
    m_data.reset();
    m_space.reset();
    m_decoded.reset();
    m_decode.setModel(nullptr);
    m_code.clear();
    m_past.clear();
    m_future.clear();
    m_points.clear();
    m_way.clear();
    Q_EMIT spaceChanged();
    Q_EMIT wayChanged();
    Q_EMIT gridChanged();
}

void LatentSession::setModel(std::shared_ptr<const OpenedModel> model,
                             std::shared_ptr<const DatasetView> data)
{
    delete m_encoding;
    m_comingModel = model;
    m_comingData = data;
    m_encoding = runJob(
        m_decode.queue(), tr("Encoding images"), this,
        [model, data, which = m_which](JobContext& context) {
            return latentSpace(*model, *data, which, context.progress, context.stop);
        },
        [this, model, data](LatentSpace space) {
            const bool same =
                m_model && m_model->file == model->file && m_space && m_space->size == space.size;
            if (!same) {
                clear();
            }
            m_model = model;
            m_data = data;
            m_decode.setModel(model);
            spaceCame(std::move(space));
        });
    connect(m_encoding, &Job::failed, this, &LatentSession::failed);
    Q_EMIT jobStarted(m_encoding);
}

void LatentSession::setEncodedImages(EncodedImages which)
{
    if (std::exchange(m_which, which) != which && m_space) {
        setModel(m_encoding != nullptr ? m_comingModel : m_model,
                 m_encoding != nullptr ? m_comingData : m_data);
    }
}

void LatentSession::startFromPicture(const PicturePair& pair)
{
    if (!m_space) {
        return;
    }
    auto* job = runJob(
        m_decode.queue(), tr("Encoding a picture"), this,
        [model = m_model, pair, shown = m_class](JobContext&) { return encodePair(*model, pair, shown); },
        [this, model = m_model, pair](LatentCode code) {
            if (model == m_model) {
                setCode(std::move(code));
                Q_EMIT startedFromPicture(QString::fromStdString(pair.color.filename().string()));
            }
        });
    connect(job, &Job::failed, this, &LatentSession::failed);
}

void LatentSession::spaceCame(LatentSpace space)
{
    // Of the same run that has learned since, the code that the person bent stays.
    m_space = std::make_shared<const LatentSpace>(std::move(space));
    if (m_code.empty()) {
        m_code = m_space->codes.front();
        m_class = std::max(0, m_space->labels.front());
    }
    Q_EMIT spaceChanged();
    Q_EMIT codeChanged();
    m_decode.request(m_code, m_class);
    decodeWay();
    m_gridStale = true;
    decodeGrid();
}

void LatentSession::rememberCode()
{
    if (!m_code.empty() && (m_past.empty() || m_past.back() != m_code)) {
        m_past.push_back(m_code);
        if (m_past.size() > kMostPast) {
            m_past.erase(m_past.begin());
        }
    }
    m_future.clear();
}

void LatentSession::moveTo(LatentCode code)
{
    if (!m_space || code == m_code) {
        return;
    }
    m_code = std::move(code);
    Q_EMIT codeChanged();
    m_decode.request(m_code, m_class);
    m_gridStale = m_gridStale || m_space->size != 2;  // the plane holds every code
    decodeGrid();
}

void LatentSession::setCode(LatentCode code)
{
    if (m_space && code != m_code) {
        rememberCode();
        moveTo(std::move(code));
    }
}

void LatentSession::undo()
{
    if (canUndo()) {
        m_future.push_back(m_code);
        auto before = std::move(m_past.back());
        m_past.pop_back();
        moveTo(std::move(before));
    }
}

void LatentSession::redo()
{
    if (canRedo()) {
        m_past.push_back(m_code);
        auto after = std::move(m_future.back());
        m_future.pop_back();
        moveTo(std::move(after));
    }
}

void LatentSession::setShownClass(int shownClass)
{
    if (std::exchange(m_class, shownClass) != shownClass && m_space) {
        m_decode.request(m_code, m_class);
        decodeWay();
        m_gridStale = true;
        decodeGrid();
    }
}

void LatentSession::setWayPoints(std::vector<LatentCode> points)
{
    m_points = std::move(points);
    decodeWay();
}

void LatentSession::setPath(LatentPath path)
{
    if (std::exchange(m_path, path) != path) {
        decodeWay();
    }
}

LatentCode LatentSession::codeOnWay(double t) const
{
    const auto legs = static_cast<double>(m_points.size() - 1);
    const auto place = std::clamp(t, 0.0, 1.0) * legs;
    const auto leg = std::min(static_cast<std::size_t>(place), m_points.size() - 2);
    return latentBetween(m_points[leg], m_points[leg + 1], place - static_cast<double>(leg), m_path);
}

void LatentSession::setGridWanted(bool wanted)
{
    m_gridWanted = wanted;
    decodeGrid();
}

/// One at a time: while one is decoded, what changes meanwhile is only noted.
void LatentSession::decodeGrid()
{
    if (!m_gridWanted || !m_gridStale || !m_space || m_gridJob != nullptr) {
        return;
    }
    m_gridStale = false;
    m_gridJob = runJob(
        m_decode.queue(), tr("Decoding the grid"), this,
        [model = m_model, space = m_space, code = m_code, shown = m_class](JobContext& context) {
            return latentGrid(*model, *space, code, shown, context.stop);
        },
        [this](LatentGrid grid) {
            m_grid = std::make_shared<const LatentGrid>(std::move(grid));
            Q_EMIT gridChanged();
        });
    connect(m_gridJob, &Job::failed, this, &LatentSession::failed);
    connect(m_gridJob, &Job::ended, this, [this] {
        m_gridJob.clear();
        decodeGrid();
    });
}

void LatentSession::decodeWay()
{
    delete m_wayJob;
    if (m_points.size() < 2 || !m_model) {
        m_way.clear();
        Q_EMIT wayChanged();
        return;
    }
    m_wayJob = runJob(
        m_decode.queue(), tr("Decoding the way"), this,
        [model = m_model, points = m_points, path = m_path, shown = m_class](JobContext& context) {
            return decodeLatent(*model, latentWay(points, kWayPictures, path), shown, context.stop);
        },
        [this](std::vector<ShownImage> way) {
            m_way = std::move(way);
            Q_EMIT wayChanged();
        });
    connect(m_wayJob, &Job::failed, this, &LatentSession::failed);
}

}  // namespace elbo
