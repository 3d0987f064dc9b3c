// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/history_file.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace elbo {

namespace {

constexpr std::uint64_t kLargestHistory = 4ull << 30;

/// Whether a line's record lies at or before the saved position; a damaged line does not.
bool isBefore(std::string_view line, std::int64_t step, std::int64_t epoch)
{
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return false;
    const auto kind = json.value("kind", std::string());
    if (kind == "step")
        return json.value("step", step + 1) <= step;
    return kind == "epoch" && json.value("epoch", epoch + 1) <= epoch;
}

}  // namespace

std::string historyLine(const StepRecord& record)
{
    const nlohmann::ordered_json json{{"kind", "step"},
                                      {"step", record.step},
                                      {"epoch", record.epoch},
                                      {"epoch_fraction", record.epochFraction},
                                      {"learning_rate", record.learningRate},
                                      {"beta", record.beta},
                                      {"train", record.train}};
    return json.dump() + "\n";
}

std::string historyLine(const EpochRecord& record)
{
    const nlohmann::ordered_json json{{"kind", "epoch"},
                                      {"epoch", record.epoch},
                                      {"step", record.step},
                                      {"learning_rate", record.learningRate},
                                      {"beta", record.beta},
                                      {"seconds", record.seconds},
                                      {"train", record.train},
                                      {"test", record.test},
                                      {"validation", record.validation},
                                      {"best", record.best}};
    return json.dump() + "\n";
}

HistoryWriter::HistoryWriter(std::filesystem::path file)
    : m_file(std::move(file)),
      m_descriptor(::open(m_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644))
{
    if (m_descriptor < 0)
        throw fileError(errno, "write", m_file.string());
}

HistoryWriter::~HistoryWriter()
{
    ::close(m_descriptor);
}

void HistoryWriter::append(const std::string& lines)
{
    struct stat before{};
    if (::fstat(m_descriptor, &before) != 0)
        throw fileError(errno, "write", m_file.string());
    std::size_t done = 0;
    while (done < lines.size()) {
        const auto written = ::write(m_descriptor, lines.data() + done, lines.size() - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            const auto reason = written < 0 ? errno : ENOSPC;
            // Whole lines only: half a line would damage the next one. When even that fails, the reader and
            // the next resume ignore the torn line.
            static_cast<void>(::ftruncate(m_descriptor, before.st_size));
            throw fileError(reason, "write", m_file.string());
        }
        done += static_cast<std::size_t>(written);
    }
}

void HistoryWriter::flush()
{
    if (::fsync(m_descriptor) != 0)
        throw fileError(errno, "write", m_file.string());
}

void cutHistory(const std::filesystem::path& file, std::int64_t step, std::int64_t epoch)
{
    if (!std::filesystem::exists(file))
        return;
    const auto text = readTextFile(file, kLargestHistory);
    std::string kept;
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        if (isBefore(std::string_view(text).substr(begin, end - begin), step, epoch))
            kept.append(text, begin, end + 1 - begin);
        begin = end + 1;
    }
    if (kept.size() != text.size())
        writeTextFile(file, kept);
}

}  // namespace elbo
