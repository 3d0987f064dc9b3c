// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/settings.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace elbo;

class SettingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("HOME", m_home->path().toUtf8());
        qputenv("XDG_CONFIG_HOME", (m_home->path() + QStringLiteral("/config")).toUtf8());
        qunsetenv("XDG_CACHE_HOME");
    }

    void foldersFollowTheirVariables()
    {
        QCOMPARE(configFolder(), home() / "config" / "elbo");
        QCOMPARE(cacheFolder(), home() / ".cache" / "elbo");
        qputenv("XDG_CACHE_HOME", "relative");
        QCOMPARE(cacheFolder(), home() / ".cache" / "elbo");
    }

    void documentsComeFromUserDirs()
    {
        QCOMPARE(documentsFolder(), home());
        std::filesystem::create_directories(home() / "Documents");
        QCOMPARE(documentsFolder(), home() / "Documents");
        std::filesystem::create_directories(home() / "config");
        writeTextFile(home() / "config" / "user-dirs.dirs",
                      "# comment\nXDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n");
        QCOMPARE(documentsFolder(), home() / "Dokumente");
        QCOMPARE(defaultSettings().runsFolder, home() / "Dokumente" / "Elbo" / "runs");
    }

    void savedSettingsComeBack()
    {
        QCOMPARE(loadSettings(), defaultSettings());
        const Settings settings{.runsFolder = home() / "here", .cacheBytes = 7};
        saveSettings(settings);
        QCOMPARE(loadSettings(), settings);
    }

    void aFolderThatNoSettingsCanHoldIsRefused()
    {
        saveSettings({.runsFolder = home() / "here", .cacheBytes = 7});
        try {
            saveSettings({.runsFolder = home() / "caf\xE9", .cacheBytes = 7});
            QFAIL("another folder was saved");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadSetting);
            QVERIFY(std::string_view(error.what()).find("caf\\xE9") != std::string_view::npos);
        }
        QCOMPARE(loadSettings().runsFolder, home() / "here");
    }

    void damagedSettingsAreToldAndReplacedByDefaults()
    {
        std::filesystem::create_directories(configFolder());
        writeTextFile(configFolder() / "settings.json", "{\"runs_folder\": 3}");
        std::string problem;
        QCOMPARE(loadSettings(&problem), defaultSettings());
        QVERIFY(problem.find("settings.json") != std::string::npos);
    }

private:
    [[nodiscard]] std::filesystem::path home() const { return m_home->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_GUILESS_MAIN(SettingsTest)
#include "tst_settings.moc"
