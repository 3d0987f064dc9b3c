// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process_group.h"
#include "core/base/progress.h"
#include "core/base/settings.h"
#include "core/data/image_source.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace elbo {
struct Dataset;
struct Failure;
class MpiGroup;
}  // namespace elbo

namespace elbo::cli {

/// What every command shares: how it talks, when it stops, what it can read.
class Session {
public:
    Session();
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    bool quiet = false;  ///< --quiet: no progress; errors are still said
    bool json = false;   ///< --json: one object (or one a line) on standard output and nothing else there

    [[nodiscard]] const DataReaders& readers() const { return m_readers; }
    /// Stops on Ctrl-C (SIGINT) and SIGTERM; a second one ends the process at once.
    [[nodiscard]] std::stop_token stop() const;

    /// A bar on a terminal, plain lines each tenth otherwise; standard error. Safe to pass where it outlives
    /// nothing.
    [[nodiscard]] ProgressFunction progress();
    /// A line on standard error that does not tear the bar.
    void say(std::string_view line);

    /// What both programs share. Of a damaged file it is said, once, that defaults are used instead.
    [[nodiscard]] const Settings& settings();

    /// Joins the processes that mpirun or srun started with this one; nothing when there are none. From then
    /// on only the first one prints.
    /// @throws Error(Unsupported) when this build knows no MPI
    void joinGroup();
    /// All processes that train together; this one alone before joinGroup() and without a launcher.
    [[nodiscard]] ProcessGroup& group();
    /// Waits for the others, when all went well. Calling it again, or without a group, does nothing.
    void leaveGroup();
    /// The command has failed, or was stopped (no failure): the others of the group are told.
    /// @return whether this process is the one that says so
    [[nodiscard]] bool announceEnding(const Failure* failure);
    /// Ends the others too when the command ended without leaveGroup(); does not return then.
    void endGroup(int status);

    /// loadDataset with progress and problems shown.
    [[nodiscard]] std::shared_ptr<const Dataset> load(const DataConfig& config);

private:
    void showProgress(const Progress& progress);
    void endBar();

    [[nodiscard]] std::shared_ptr<const Dataset> loadHere(const DataConfig& config);

    DataReaders m_readers;
    std::unique_ptr<MpiGroup> m_mpi;
    bool m_silent = false;  ///< another process of the group speaks
    bool m_terminal = false;
    bool m_barShown = false;
    std::optional<Settings> m_settings;
    std::string m_lastWhat;
    int m_lastTenth = -1;
};

/// Makes SIGINT and SIGTERM request the stop of every Session's token. Called once, before any thread starts.
void catchInterrupts();

}  // namespace elbo::cli
