// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// One line of history.jsonl. Terms by key, per image.
struct StepRecord {
    std::int64_t step = 0;     ///< from the start of the run, 1-based
    std::int64_t epoch = 0;    ///< 1-based
    double epochFraction = 0;  ///< step as a fractional epoch, for the x axis
    double learningRate = 0;
    double beta = 1;  ///< weight of the KL term
    std::map<std::string, double> train;
    bool operator==(const StepRecord&) const = default;
};
struct EpochRecord {
    std::int64_t epoch = 0;
    std::int64_t step = 0;
    double learningRate = 0;              ///< of its last step
    double beta = 1;                      ///< of its last step
    double seconds = 0;                   ///< training time of this epoch, without the test set
    std::map<std::string, double> train;  ///< running means over the epoch
    std::map<std::string, double>
        test;  ///< z sampled; "mse_mean" from the posterior mean; empty without test images
    std::map<std::string, double> validation;  ///< empty without validation images
    bool best = false;
    bool operator==(const EpochRecord&) const = default;
};
struct History {
    std::vector<StepRecord> steps;
    std::vector<EpochRecord> epochs;
};

/// A torn last line is ignored; any other damaged line is an Error(BadFile) that names its number.
[[nodiscard]] History readHistory(const std::filesystem::path& file);

/// Reads what was appended since the last call: live views of runs that another process writes.
class HistoryReader {
public:
    explicit HistoryReader(std::filesystem::path file);
    /// New records since the last call; `restarted` when the file was cut back (a resume): forget what was
    /// read.
    [[nodiscard]] History readNew(bool& restarted);

private:
    std::filesystem::path m_file;
    std::uint64_t m_offset = 0;
    std::uint64_t m_inode = 0;
};

}  // namespace elbo
