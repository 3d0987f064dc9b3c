// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/frame/dialogs.h"
#include "app/window/main_window.h"
#include "app/window/session/workspace.h"
#include "core/training/run_config.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <QtWidgets/QWidget>

#include <filesystem>
#include <memory>

namespace elbo::tests {

/// Answers that a test gives instead of dialogs.
struct Answers {
    QStringList files;
    QString folder;
    QString saveFile;
    ClosingChoice closeDuringRun = ClosingChoice::StopAndClose;
    bool realClosing = false;  ///< the real dialog asks instead, and the test clicks its buttons
    int asked = 0;             ///< how often any dialog was wanted
};

/// The real window with a home of its own: settings, cache and runs live in a temporary folder.
class WindowFixture {
public:
    /// @param home  reused when it is given, so that a second start finds what the first one kept
    explicit WindowFixture(const std::shared_ptr<QTemporaryDir>& home = nullptr,
                           const StartOptions& options = {});
    ~WindowFixture();

    [[nodiscard]] MainWindow& window() { return *m_window; }
    [[nodiscard]] Workspace& workspace() { return *m_workspace; }
    [[nodiscard]] Answers& answers() { return *m_answers; }
    [[nodiscard]] const std::shared_ptr<QTemporaryDir>& home() const { return m_home; }
    [[nodiscard]] std::filesystem::path path(const QString& name) const;

    /// The one widget of that name; fails the test's next use of it when there is none.
    template <typename Widget>
    [[nodiscard]] Widget* find(const QString& name) const
    {
        return m_window->findChild<Widget*>(name);
    }
    void click(const QString& button) const;
    /// Text of the error bar; empty while it is hidden.
    [[nodiscard]] QString error() const;

    /// A few small rooms, loaded by the helper process: 24 images of 32x32.
    [[nodiscard]] static DataConfig smallRooms();
    /// Loads them and waits; the caller checks with QTRY_VERIFY(workspace().data()).
    void loadRooms();
    /// Forty grey digits of 28x28 in the four files of MNIST, written into a folder.
    [[nodiscard]] static DataConfig smallDigits(const std::filesystem::path& folder);
    /// Lines of the log so far.
    [[nodiscard]] QString log() const;
    /// Three epochs of the smallest network on the rooms.
    [[nodiscard]] static RunConfig smallRun(int epochs = 3);

    /// Trains a run to its end and leaves it in view. @return its folder; a warning tells when it did not end
    std::filesystem::path train(const RunConfig& config = smallRun(2));

private:
    std::shared_ptr<QTemporaryDir> m_home;
    std::shared_ptr<Answers> m_answers;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace elbo::tests

/// Longer than the default five seconds: a loaded machine trains slowly.
#define ELBO_TRY_VERIFY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, 60000)
#define ELBO_TRY_COMPARE(value, expected) QTRY_COMPARE_WITH_TIMEOUT(value, expected, 60000)
