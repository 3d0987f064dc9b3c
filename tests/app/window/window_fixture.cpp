// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/window/window_fixture.h"

#include "app/window/session/text.h"
#include "core/base/settings.h"
#include "widgets/log_drawer.h"
#include "widgets/message_bar.h"
#include "widgets/resources.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QAbstractButton>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace elbo::tests {

namespace {

/// The helper process is the elbo-cli beside the running program: beside a test, that is a link.
void linkHelper()
{
    const auto beside = toPath(QCoreApplication::applicationDirPath()) / "elbo-cli";
    std::error_code exists;  // another test that runs at the same time may have made it
    std::filesystem::create_symlink(std::filesystem::path(ELBO_PROGRAMS) / "elbo-cli", beside, exists);
}

}  // namespace

WindowFixture::WindowFixture(const std::shared_ptr<QTemporaryDir>& home, const StartOptions& options)
    : m_home(home ? home : std::make_shared<QTemporaryDir>()), m_answers(std::make_shared<Answers>())
{
    loadResources();
    linkHelper();
    const auto base = m_home->path();
    qputenv("XDG_CONFIG_HOME", (base + QStringLiteral("/config")).toLocal8Bit());
    qputenv("XDG_CACHE_HOME", (base + QStringLiteral("/cache")).toLocal8Bit());
    qputenv("XDG_DATA_HOME", (base + QStringLiteral("/data")).toLocal8Bit());
    Settings settings = defaultSettings();
    settings.runsFolder = toPath(base) / "runs";
    saveSettings(settings);

    Dialogs dialogs;
    dialogs.chooseFiles = [answers = m_answers](QWidget*, const QString&, const QString&) {
        ++answers->asked;
        return answers->files;
    };
    dialogs.chooseFolder = [answers = m_answers](QWidget*, const QString&) {
        ++answers->asked;
        return answers->folder;
    };
    dialogs.chooseSaveFile = [answers = m_answers](QWidget*, const QString&, const QString&, const QString&) {
        ++answers->asked;
        return answers->saveFile;
    };
    dialogs.closeDuringRun = [answers = m_answers](QWidget* parent, const QString& run) {
        ++answers->asked;
        return answers->realClosing ? realDialogs().closeDuringRun(parent, run) : answers->closeDuringRun;
    };
    m_workspace = std::make_unique<Workspace>();
    m_window = std::make_unique<MainWindow>(*m_workspace, dialogs, options);
    m_window->show();
}

WindowFixture::~WindowFixture()
{
    m_window.reset();
}

std::filesystem::path WindowFixture::path(const QString& name) const
{
    return toPath(m_home->filePath(name));
}

void WindowFixture::click(const QString& button) const
{
    auto* found = find<QAbstractButton>(button);
    QVERIFY2(found != nullptr, qPrintable(button));
    QVERIFY2(found->isVisible(), qPrintable(button + QStringLiteral(" is not visible")));
    QVERIFY2(found->isEnabled(), qPrintable(button + QStringLiteral(" is not enabled")));
    QTest::mouseClick(found, Qt::LeftButton);
}

QString WindowFixture::error() const
{
    const auto* bar = find<MessageBar>(QStringLiteral("messageBar"));
    return bar->isVisible() ? bar->sentence() : QString();
}

DataConfig WindowFixture::smallRooms()
{
    DataConfig config;
    config.key = "rooms";
    config.fields.set("count", std::int64_t{24});
    config.fields.set("size", std::string("32"));
    config.fields.set("test", 0.25);
    return config;
}

DataConfig WindowFixture::smallDigits(const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    const auto write = [&](const char* name, const std::vector<std::uint32_t>& sizes, std::uint32_t values) {
        std::ofstream file(folder / name, std::ios::binary);
        const auto put = [&](std::uint32_t number) {
            for (const int shift : {24, 16, 8, 0}) {
                file.put(static_cast<char>((number >> shift) & 0xFFU));
            }
        };
        put(0x0800U + static_cast<std::uint32_t>(sizes.size()));
        for (const auto size : sizes) {
            put(size);
        }
        for (std::uint32_t n = 0; n < values; ++n) {
            file.put(static_cast<char>(sizes.size() == 1 ? n % 10 : n * 7 % 251));
        }
    };
    write("train-images-idx3-ubyte", {30, 28, 28}, 30 * 28 * 28);
    write("train-labels-idx1-ubyte", {30}, 30);
    write("t10k-images-idx3-ubyte", {10, 28, 28}, 10 * 28 * 28);
    write("t10k-labels-idx1-ubyte", {10}, 10);
    DataConfig config;
    config.key = "mnist";
    config.fields.set("path", folder.string());
    return config;
}

QString WindowFixture::log() const
{
    auto* drawer = find<LogDrawer>(QStringLiteral("log"));
    drawer->flush();
    return drawer->text();
}

void WindowFixture::loadRooms()
{
    m_workspace->loadData(smallRooms());
}

RunConfig WindowFixture::smallRun(int epochs)
{
    RunConfig config;
    config.data = smallRooms();
    config.model.key = "fc-vae";
    config.training.fields.set("epochs", std::int64_t{epochs});
    config.training.fields.set("batch_size", std::int64_t{6});
    config.training.fields.set("precision", std::string("float32"));
    config.training.fields.set("device", std::string("cpu"));
    config.training.fields.set("log_every_steps", std::int64_t{1});
    return config;
}

std::filesystem::path WindowFixture::train(const RunConfig& config)
{
    m_workspace->closeRun();
    m_workspace->startTraining(config);
    if (!QTest::qWaitFor(
            [this] { return m_workspace->run() && m_workspace->run()->state == RunState::Completed; },
            60000)) {
        qWarning("the run did not end: %s", qPrintable(error() + log()));
    }
    return m_workspace->runFolder();
}

}  // namespace elbo::tests
