// SPDX-License-Identifier: GPL-3.0-or-later
// A run that saves after every epoch is killed at 30 moments; each time its folder opens and goes on to the
// same bits.
#include "core/base/error.h"
#include "core/training/run_paths.h"
#include "core/training/trainer.h"
#include "tests/core/training/made_data.h"
#include "tests/core/training/run_comparison.h"

#include <QtTest/QtTest>

#include <atomic>
#include <csignal>
#include <cstdlib>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT: POSIX names it

using namespace elbo;
using namespace elbo::tests;

namespace {

constexpr std::int64_t kEpochs = 5;
constexpr int kPiecesBeforeKill = 5;  ///< length, header and three tensors: the smallest file has eight

RunConfig killedConfig()
{
    auto config = madeConfig(kEpochs);
    config.training.fields.set("keep_weights_every", std::int64_t{2});
    return config;
}

/// When the run is to be killed, as the words that the test gives to its own program.
struct Moment {
    std::string kind;  ///< "bytes", "data", "rename": at the first bytes, in the middle of the tensors, and
                       ///< at the end of a file; "step", "epoch": in between
    std::string file;  ///< name of the file, for the first three
    std::int64_t number = 0;  ///< of the write of that file, of the step or epoch
};

[[noreturn]] void killMyself()
{
    ::kill(::getpid(), SIGKILL);
    std::abort();  // never comes here
}

/// The run that is to be killed.
int killedRun(const std::filesystem::path& folder, const Moment& moment)
{
    Recording recording;
    TrainingControl control;
    TrainingOptions options;
    std::atomic<std::int64_t> seen{0};
    // Every piece of a file is told with the bytes so far, its end before the rename: length and header are
    // the first two, then comes at least a piece for each tensor.
    std::atomic<int> pieces{0};
    options.writeObserver = [&](const std::filesystem::path& target, std::uint64_t bytes, bool finished) {
        if (target.filename() != moment.file)
            return;
        if (pieces++ == 0)
            ++seen;
        const auto isMoment = seen == moment.number && bytes > 0;
        if (isMoment && (moment.kind == "bytes" || (moment.kind == "data" && pieces == kPiecesBeforeKill) ||
                         (moment.kind == "rename" && finished)))
            killMyself();
        if (finished)
            pieces = 0;
    };
    recording.step = [&](const StepRecord& record) {
        if (moment.kind == "step" && record.step >= moment.number)
            killMyself();
    };
    recording.epoch = [&](const EpochRecord& record) {
        if (moment.kind == "epoch" && record.epoch == moment.number)
            killMyself();
    };
    static_cast<void>(trainRun(killedConfig(), madeData(), folder, recording, control, options));
    return 0;
}

std::vector<Moment> moments()
{
    std::vector<Moment> all;
    for (const std::int64_t number : {1, 2, 4}) {
        for (const auto* file : {"resume.safetensors", "best-next.safetensors", "last.safetensors"}) {
            all.push_back({"bytes", file, number});
            all.push_back({"data", file, number});
            all.push_back({"rename", file, number});
        }
    }
    all.push_back({"bytes", "run.json", 1});
    all.push_back({"rename", "run.json", 3});
    all.push_back({"bytes", "epoch-0002.safetensors", 1});
    all.push_back({"data", "epoch-0002.safetensors", 1});
    all.push_back({"data", "epoch-0003.safetensors", 1});
    all.push_back({"rename", "epoch-0002.safetensors", 2});
    all.push_back({"rename", "epoch-0004.safetensors", 1});
    for (const std::int64_t step : {3, 9, 12, 18})
        all.push_back({"step", "", step});
    for (std::int64_t epoch = 1; epoch <= 3; ++epoch)
        all.push_back({"epoch", "", epoch});
    return all;
}

/// Starts this program again as the run and waits for its end. @return the signal that ended it, 0 for none
int runAndWait(const std::filesystem::path& folder, const Moment& moment)
{
    std::vector<std::string> words{"/proc/self/exe", "--killed-run", folder.string(),
                                   moment.kind,      moment.file,    std::to_string(moment.number)};
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t process = 0;
    if (::posix_spawn(&process, words[0].c_str(), nullptr, nullptr, arguments.data(), environ) != 0)
        qFatal("the test program could not be started again");
    int status = 0;
    ::waitpid(process, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

class KilledRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path m_unbroken;

    [[nodiscard]] std::filesystem::path newRun() const
    {
        return createRunFolder(std::filesystem::path(m_folder.path().toStdString()), killedConfig());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_unbroken = newRun();
        Recording recording;
        TrainingControl control;
        trainRun(killedConfig(), madeData(), m_unbroken, recording, control);
        QVERIFY(moments().size() >= 30);
    }

    void goesOnToTheSameBits_data()
    {
        QTest::addColumn<int>("index");
        const auto all = moments();
        for (std::size_t i = 0; i < all.size(); ++i)
            QTest::addRow("%s %s %d", all[i].kind.c_str(), all[i].file.c_str(),
                          static_cast<int>(all[i].number))
                << static_cast<int>(i);
    }
    void goesOnToTheSameBits()
    {
        QFETCH(int, index);
        const auto moment = moments().at(static_cast<std::size_t>(index));
        const auto folder = newRun();
        QCOMPARE(runAndWait(folder, moment), SIGKILL);
        Recording recording;
        TrainingControl control;
        const auto begun = std::filesystem::exists(RunPaths{folder}.info());
        if (!begun) {  // killed before the run existed: there is nothing to open, and nothing was lost
            QCOMPARE(moment.file, std::string("run.json"));
            QVERIFY(trainRun(killedConfig(), madeData(), folder, recording, control) ==
                    TrainingEnd::Completed);
        } else {
            QVERIFY(readRunInfo(folder).state == RunState::Interrupted);
            QVERIFY(resumeRun(folder, madeData(), std::nullopt, recording, control) ==
                    TrainingEnd::Completed);
        }
        QCOMPARE(runDifference(m_unbroken, folder), QString());
        const auto history = readHistory(RunPaths{folder}.history());
        QCOMPARE(history.epochs.size(), static_cast<std::size_t>(kEpochs));
        for (std::size_t i = 0; i < history.epochs.size(); ++i)
            QCOMPARE(history.epochs[i].epoch, static_cast<std::int64_t>(i + 1));
    }
};

int main(int argc, char** argv)
{
    if (argc == 6 && std::string_view(argv[1]) == "--killed-run")
        return killedRun(argv[2], {argv[3], argv[4], std::atoll(argv[5])});
    QCoreApplication application(argc, argv);
    KilledRunTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_killed_run.moc"
