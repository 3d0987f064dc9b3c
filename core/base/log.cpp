// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include "core/base/error.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

namespace elbo {
namespace {

spdlog::level::level_enum spdlogLevel(LogLevel level)
{
    switch (level) {
        case LogLevel::Debug:
            return spdlog::level::debug;
        case LogLevel::Info:
            return spdlog::level::info;
        case LogLevel::Warning:
            return spdlog::level::warn;
        case LogLevel::Error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

/// The one logger of the process; a log belongs to the process as standard error does.
class Log {
public:
    Log() : m_logger("elbo", m_sinks)
    {
        m_sinks->add_sink(std::make_shared<spdlog::sinks::stderr_sink_mt>());
        m_logger.set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
        m_logger.flush_on(spdlog::level::info);
    }

    void setFile(std::shared_ptr<spdlog::sinks::sink> file)
    {
        const std::scoped_lock lock(m_fileMutex);
        file->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
        m_sinks->add_sink(file);
        if (m_file) {
            m_sinks->remove_sink(m_file);
        }
        m_file = std::move(file);
    }

    [[nodiscard]] spdlog::logger& logger() { return m_logger; }

private:
    std::shared_ptr<spdlog::sinks::dist_sink_mt> m_sinks = std::make_shared<spdlog::sinks::dist_sink_mt>();
    spdlog::logger m_logger;
    std::mutex m_fileMutex;
    std::shared_ptr<spdlog::sinks::sink> m_file;
};

Log& theLog()
{
    static Log instance;
    return instance;
}

}  // namespace

void setLogLevel(LogLevel least)
{
    theLog().logger().set_level(spdlogLevel(least));
}

void log(LogLevel level, std::string_view line)
{
    theLog().logger().log(spdlogLevel(level), spdlog::string_view_t(line.data(), line.size()));
}

void setLogFile(const std::filesystem::path& file)
{
    try {
        theLog().setFile(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string()));
    } catch (const spdlog::spdlog_ex& problem) {
        throw Error(
            ErrorCode::NoPermission,
            "The log file " + file.string() + " cannot be opened: choose a folder that you may write to.",
            problem.what());
    }
}

}  // namespace elbo
