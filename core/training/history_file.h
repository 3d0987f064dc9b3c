// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/history.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace elbo {

/// One line of history.jsonl, with its newline.
[[nodiscard]] std::string historyLine(const StepRecord& record);
[[nodiscard]] std::string historyLine(const EpochRecord& record);

/// Appends lines to history.jsonl; a line is one write, so that a killed process tears at most the last one.
class HistoryWriter {
public:
    /// Opens the file, made when it is not there. @throws Error(NoPermission, DiskFull, NotFound)
    explicit HistoryWriter(std::filesystem::path file);
    ~HistoryWriter();
    HistoryWriter(const HistoryWriter&) = delete;
    HistoryWriter& operator=(const HistoryWriter&) = delete;

    /// @throws Error(DiskFull ...): the file is cut back to whole lines
    void append(const std::string& lines);
    /// To disk; may be called from another thread than append.
    void flush();

private:
    std::filesystem::path m_file;
    int m_descriptor = -1;
};

/// Keeps the records up to a saved position: step lines with step <= `step`, epoch lines with epoch <=
/// `epoch`. The file is replaced atomically, so that live readers see a new file. Missing: nothing to cut.
void cutHistory(const std::filesystem::path& file, std::int64_t step, std::int64_t epoch);

}  // namespace elbo
