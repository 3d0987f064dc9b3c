// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/history.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace elbo {

namespace {

std::map<std::string, double> termsFromJson(const nlohmann::json& json)
{
    return json.get<std::map<std::string, double>>();
}

/// Adds the record of one line. @throws nlohmann::json::exception when it is none
void addRecord(History& history, std::string_view line)
{
    const auto json = nlohmann::json::parse(line);
    const auto kind = json.at("kind").get<std::string>();
    if (kind == "step") {
        StepRecord record;
        record.step = json.at("step").get<std::int64_t>();
        record.epoch = json.at("epoch").get<std::int64_t>();
        record.epochFraction = json.at("epoch_fraction").get<double>();
        record.learningRate = json.at("learning_rate").get<double>();
        record.beta = json.value("beta", 1.0);  // files of before there were schedules lack it
        record.train = termsFromJson(json.at("train"));
        history.steps.push_back(std::move(record));
    } else if (kind == "epoch") {
        EpochRecord record;
        record.epoch = json.at("epoch").get<std::int64_t>();
        record.step = json.at("step").get<std::int64_t>();
        record.learningRate = json.at("learning_rate").get<double>();
        record.beta = json.value("beta", 1.0);
        record.seconds = json.at("seconds").get<double>();
        record.train = termsFromJson(json.at("train"));
        record.test = termsFromJson(json.at("test"));
        record.validation = termsFromJson(json.at("validation"));
        record.best = json.at("best").get<bool>();
        history.epochs.push_back(std::move(record));
    }
    // Any other kind is of a newer version: a reader of today does without it.
}

/// Adds the whole lines of `text`; what follows the last newline is still being written and is left.
/// @return bytes used @throws Error(BadFile) naming the line
std::uint64_t addLines(History& history, std::string_view text, const std::filesystem::path& file)
{
    std::uint64_t used = 0;
    for (std::int64_t number = 1;; ++number) {
        const auto end = text.find('\n', used);
        if (end == std::string_view::npos)
            return used;
        const auto line = text.substr(used, end - used);
        try {
            if (!line.empty())
                addRecord(history, line);
        } catch (const nlohmann::json::exception& exception) {
            throw Error(ErrorCode::BadFile,
                        "Line " + std::to_string(number) + " of " + file.string() +
                            " is damaged: resume the run, which writes its history anew from the last save.",
                        exception.what());
        }
        used = end + 1;
    }
}

/// An open file: its status and its bytes are of one file, whatever is renamed over its name meanwhile.
class OpenFile {
public:
    explicit OpenFile(const std::filesystem::path& file)
        : m_file(file), m_descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC))
    {
    }
    ~OpenFile()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }

    [[nodiscard]] struct stat status() const
    {
        struct stat status{};
        if (::fstat(m_descriptor, &status) != 0)
            throw fileError(errno, "read", m_file.string());
        return status;
    }

    [[nodiscard]] std::string readFrom(std::uint64_t offset) const
    {
        std::string text;
        std::array<char, 65536> buffer{};
        while (true) {
            const auto count =
                ::pread(m_descriptor, buffer.data(), buffer.size(), static_cast<off_t>(offset + text.size()));
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                throw fileError(errno, "read", m_file.string());
            if (count == 0)
                return text;
            text.append(buffer.data(), static_cast<std::size_t>(count));
        }
    }

private:
    const std::filesystem::path& m_file;
    int m_descriptor;
};

}  // namespace

History readHistory(const std::filesystem::path& file)
{
    const OpenFile open(file);
    if (!open.isOpen())
        throw fileError(errno, "read", file.string());
    History history;
    addLines(history, open.readFrom(0), file);
    return history;
}

HistoryReader::HistoryReader(std::filesystem::path file) : m_file(std::move(file)) {}

History HistoryReader::readNew(bool& restarted)
{
    restarted = false;
    const OpenFile open(m_file);
    if (!open.isOpen())
        return {};  // a run that has not written anything yet
    const auto status = open.status();
    const auto inode = static_cast<std::uint64_t>(status.st_ino);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (m_offset > 0 && (inode != m_inode || size < m_offset)) {
        restarted = true;
        m_offset = 0;
    }
    m_inode = inode;
    if (size == m_offset)
        return {};
    History history;
    m_offset += addLines(history, open.readFrom(m_offset), m_file);
    return history;
}

}  // namespace elbo
