// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/depth_live.h"
#include "app/window/session/depth_session.h"
#include "app/window/session/job.h"
#include "app/window/session/text.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/pair_folder.h"

#include <set>
#include <system_error>

namespace elbo {

namespace {

struct Batch {
    int pictures = 0;
    QStringList problems;
};

/// Every picture through the pipeline; one that fails is told and does not keep the others.
Batch forEachScene(const std::vector<DepthInput>& inputs, const OpenedEstimator& estimator,
                   const OpenedModel* model, const DepthOptions& options, const JobContext& context,
                   const std::function<void(const DepthScene&)>& use)
{
    Batch batch;
    std::int64_t done = 0;
    for (const auto& input : inputs) {
        throwIfStopped(context.stop);
        try {
            use(depthScene(input, estimator, model, options, context.stop));
            ++batch.pictures;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::DiskFull || error.code() == ErrorCode::NoPermission) {
                throw;  // it would be the same for all that follow
            }
            batch.problems << toQt(input.name) + QStringLiteral(": ") + QString::fromUtf8(error.what());
        }
        context.progress({"Estimating depth", ++done, static_cast<std::int64_t>(inputs.size())});
    }
    return batch;
}

}  // namespace

void DepthSession::saveAll(const std::filesystem::path& folder)
{
    watch(runJob(
        m_queue, tr("Saving depth and clouds"), this,
        [inputs = m_inputs, slot = m_opened, choice = m_choice, model = m_model, options = m_options,
         folder](JobContext& context) {
            std::error_code problem;
            std::filesystem::create_directories(folder, problem);
            if (problem) {
                throw fileError(problem.value(), "create", folder.string());
            }
            const auto estimator = estimatorOf(slot, choice);
            auto table = sceneTableHeading();
            std::set<std::string> used;
            auto batch =
                forEachScene(inputs, *estimator, model.get(), options, context, [&](const DepthScene& scene) {
                    const auto stem = std::filesystem::path(scene.input.name).stem().string();
                    saveScene(scene, folder, uniqueFileStem(stem, used));
                    table += sceneTableLine(scene);
                });
            writeTextFile(folder / "table.csv", table);
            return batch;
        },
        [this, folder](const Batch& batch) { Q_EMIT saved(toQt(folder), batch.pictures, batch.problems); }));
}

void DepthSession::writePairs(const std::filesystem::path& folder)
{
    watch(runJob(
        m_queue, tr("Writing pairs of colour and depth"), this,
        [inputs = m_inputs, slot = m_opened, choice = m_choice, options = m_options,
         folder](JobContext& context) {
            PairFolder pairs(folder);
            const auto estimator = estimatorOf(slot, choice);
            const auto batch =
                forEachScene(inputs, *estimator, nullptr, options, context, [&](const DepthScene& scene) {
                    const bool truth = options.cloudOfTruth && !scene.truth.empty();
                    pairs.add(std::filesystem::path(scene.input.name).stem().string(), scene.color,
                              truth ? scene.truth : scene.estimated, scene.intrinsics);
                });
            if (pairs.size() == 0) {
                throw Error(ErrorCode::BadData,
                            "No picture made a pair: " + (batch.problems.isEmpty()
                                                              ? std::string("there are none.")
                                                              : batch.problems.front().toStdString()));
            }
            return std::pair(pairs.size(), batch.problems);
        },
        [this, folder](const std::pair<std::int64_t, QStringList>& written) {
            for (const auto& problem : written.second) {
                Q_EMIT said(problem);
            }
            Q_EMIT pairsWritten(toQt(folder), written.first);
        }));
}

bool DepthSession::canJoin() const
{
    int frames = 0;
    for (const auto& input : m_inputs) {
        frames += !input.depth.empty() && !input.pose.empty() ? 1 : 0;
    }
    return frames >= 2;
}

void DepthSession::joinFrames()
{
    struct Joined {
        std::shared_ptr<const PointCloud> cloud;
        int frames = 0;
        double share = 0;
    };
    watch(runJob(
        m_queue, tr("Joining frames"), this,
        [inputs = m_inputs, options = m_options](JobContext& context) {
            Joined result;
            result.cloud =
                std::make_shared<const PointCloud>(joinedFrames(inputs, options, result.share, context));
            for (const auto& input : inputs) {
                result.frames += !input.depth.empty() && !input.pose.empty() ? 1 : 0;
            }
            return result;
        },
        [this](const Joined& result) { Q_EMIT joined(result.cloud, result.frames, result.share); }));
}

}  // namespace elbo
