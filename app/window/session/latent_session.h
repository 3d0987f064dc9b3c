// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/decode_queue.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <memory>
#include <vector>

namespace elbo {

class Job;

/// The code that a person bends, its past, and what the model makes of it. Lives in the GUI thread.
class LatentSession : public QObject {
    Q_OBJECT

public:
    explicit LatentSession(QObject* parent = nullptr);
    ~LatentSession() override;

    /// Encodes images of the set, so that the space is known. @param data  that fits the model
    void setModel(std::shared_ptr<const OpenedModel> model, std::shared_ptr<const DatasetView> data);
    void clear();
    [[nodiscard]] const std::shared_ptr<const OpenedModel>& model() const { return m_model; }
    /// The set whose images are encoded; null without a space.
    [[nodiscard]] const std::shared_ptr<const DatasetView>& data() const { return m_data; }
    /// Encodes more or fewer images of the same set.
    void setEncodedImages(EncodedImages which);
    [[nodiscard]] EncodedImages encodedImages() const { return m_which; }
    /// The one thread that may use the model.
    [[nodiscard]] JobQueue& queue() { return m_decode.queue(); }
    /// The code of a picture that a person gave becomes the present one.
    void startFromPicture(const PicturePair& pair);
    /// Null until it is known.
    [[nodiscard]] const std::shared_ptr<const LatentSpace>& space() const { return m_space; }

    [[nodiscard]] const LatentCode& code() const { return m_code; }
    /// The present code becomes the past that undo() brings back, unless it equals it.
    void rememberCode();
    /// Without remembering: while a slider moves.
    void moveTo(LatentCode code);
    /// Remembers the present one first.
    void setCode(LatentCode code);
    void undo();
    void redo();
    [[nodiscard]] bool canUndo() const { return !m_past.empty(); }
    [[nodiscard]] bool canRedo() const { return !m_future.empty(); }
    [[nodiscard]] int shownClass() const { return m_class; }
    void setShownClass(int shownClass);
    /// Null before the first code is decoded.
    [[nodiscard]] const std::shared_ptr<const DecodedCode>& decoded() const { return m_decoded; }

    // A way between codes.
    [[nodiscard]] const std::vector<LatentCode>& wayPoints() const { return m_points; }
    void setWayPoints(std::vector<LatentCode> points);
    void setPath(LatentPath path);
    [[nodiscard]] LatentPath path() const { return m_path; }
    /// Pictures of the way, evenly spaced; empty with fewer than two points or before they are decoded.
    [[nodiscard]] const std::vector<ShownImage>& way() const { return m_way; }
    /// The code at a part of the way, 0 to 1. @pre two points at least
    [[nodiscard]] LatentCode codeOnWay(double t) const;

    // What single dimensions do to the present code.
    /// Whether the grid is looked at: only then it follows the code.
    void setGridWanted(bool wanted);
    /// Null before the first one is decoded.
    [[nodiscard]] const std::shared_ptr<const LatentGrid>& grid() const { return m_grid; }

Q_SIGNALS:
    void spaceChanged();
    void codeChanged();
    void decodedChanged();
    /// The code of that picture has become the present one.
    void startedFromPicture(const QString& name);
    void wayChanged();
    void gridChanged();
    /// A job that takes long enough to be shown.
    void jobStarted(elbo::Job* job);
    void failed(const elbo::Failure& failure);

private:
    void decodeWay();
    void decodeGrid();
    void spaceCame(LatentSpace space);

    std::shared_ptr<const OpenedModel> m_model;
    std::shared_ptr<const DatasetView> m_data;
    std::shared_ptr<const OpenedModel> m_comingModel;  ///< whose images are being encoded
    std::shared_ptr<const DatasetView> m_comingData;
    EncodedImages m_which = EncodedImages::SomeTest;
    std::shared_ptr<const LatentSpace> m_space;
    LatentCode m_code;
    std::vector<LatentCode> m_past, m_future;
    int m_class = 0;
    std::shared_ptr<const DecodedCode> m_decoded;
    std::vector<LatentCode> m_points;
    LatentPath m_path = LatentPath::Linear;
    std::vector<ShownImage> m_way;
    std::shared_ptr<const LatentGrid> m_grid;
    bool m_gridWanted = false, m_gridStale = true;
    QPointer<Job> m_encoding, m_wayJob, m_gridJob;
    DecodeQueue m_decode;
};

}  // namespace elbo
