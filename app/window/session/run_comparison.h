// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"
#include "core/base/job_queue.h"
#include "core/training/history.h"
#include "core/training/run_folder.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace elbo {

/// A run of the list as the page Compare shows it; plain values.
struct ListedRun {
    RunInfo info;
    std::uint64_t bytes = 0;                 ///< on disk
    std::shared_ptr<const History> history;  ///< not null; empty when it cannot be read
    std::int64_t latentSize = 0;             ///< 0 of a network without a latent code
    std::int64_t values = 0;                 ///< of an image; 0 before the first weights
    double seconds = 0;                      ///< of training
    std::string problem;                     ///< sentence about what of it cannot be read; empty
};

/// Reads runs again and again: each time only what was appended to their histories. One worker at a time.
class RunListing {
public:
    RunListing();
    ~RunListing();
    RunListing(const RunListing&) = delete;
    RunListing& operator=(const RunListing&) = delete;

    /// Newest first. @param problems  of folders that cannot be read as runs, each told once @throws
    /// Cancelled
    [[nodiscard]] std::vector<ListedRun> read(const std::filesystem::path& runsFolder,
                                              std::vector<std::string>& problems, const JobContext& context);

private:
    struct Known;
    std::map<std::filesystem::path, std::unique_ptr<Known>> m_known;
    std::vector<std::string> m_told;
};

/// What a model does on images that it did not see.
struct JudgedModel {
    std::filesystem::path folder;  ///< of the run; empty for a baseline
    std::string name, key;
    std::string data;  ///< title of the set that it was judged on
    std::int64_t parameters = 0, latentSize = 0, epochs = 0, values = 0;
    double seconds = 0;
    bool density = true;  ///< false: its likelihood is no density
    /// kl, log_likelihood, elbo, mse, mse_mean, psnr, ssim, active_units, images
    std::map<std::string, double> figures;
};
struct Judgement {
    std::vector<JudgedModel> models;    ///< runs first, then principal components
    std::size_t sets = 0;               ///< different ones that they were judged on
    std::vector<std::string> problems;  ///< why a run was not judged, by its name
};
/// The last weights of each run on its own test images; those that cannot be judged are left out and named.
/// For a worker. @throws Error when none can be; Cancelled
[[nodiscard]] Judgement judgeRuns(const std::vector<std::filesystem::path>& folders,
                                  const JobContext& context);

/// The same images through several models.
struct ComparedPictures {
    struct Row {
        std::filesystem::path folder;  ///< empty: the truth
        std::string name;
        std::vector<Image8> color;
        std::vector<ImageF> depth;                   ///< empty without depth
        std::vector<ImageF> colorError, depthError;  ///< absolute, means over the colours; empty of the truth
        std::vector<double> mse, psnr;               ///< empty of the truth
    };
    std::vector<std::string> names;  ///< of the images
    std::int64_t testImages = 0;     ///< that could have been asked for
    bool metric = false;
    std::vector<Row> rows;              ///< the truth first
    std::vector<std::string> problems;  ///< why a run has no row
};
/// Reconstructs test images of the first run's set with the last weights of each run. Runs whose images are
/// of another size, or that cannot be opened, are left out and named. For a worker.
/// @param places  in the list of test images; those beyond its end are left out
/// @throws Error when the first run or its set cannot be used; Cancelled
[[nodiscard]] ComparedPictures comparePictures(const std::vector<std::filesystem::path>& folders,
                                               const std::vector<std::int64_t>& places,
                                               const JobContext& context);

}  // namespace elbo
