// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/frame/drops.h"

#include <QtCore/QObject>

#include <filesystem>
#include <vector>

namespace elbo {

class DataPage;
class DepthPage;
class ExplorePage;
struct Dialogs;
class ReconstructPage;
class Workspace;

/// Files from outside, dropped or named at the start: finds out what they are and gives them to the page they
/// belong to.
class Opener : public QObject {
    Q_OBJECT

public:
    Opener(Workspace& workspace, DataPage& dataPage, ReconstructPage& reconstructPage,
           ExplorePage& explorePage, DepthPage& depthPage, QObject* parent);

    /// What nobody knows is tried as a data set, whose reader says what is wrong with it.
    void open(const std::vector<std::filesystem::path>& paths);
    void apply(const Drop& drop);
    /// Ask for what to open: a folder, or files.
    void chooseFolder(const Dialogs& dialogs, QWidget* parent);
    void chooseFiles(const Dialogs& dialogs, QWidget* parent);
    /// The run and the data set that were in use when the program ended.
    void reopenLast();

Q_SIGNALS:
    void pageWanted(const QString& id);
    void runWanted(const std::filesystem::path& folder);

private:
    [[nodiscard]] bool isDepthPageInFront() const;
    void openTensors(const std::filesystem::path& file);

    Workspace& m_workspace;
    DataPage& m_dataPage;
    ReconstructPage& m_reconstructPage;
    ExplorePage& m_explorePage;
    DepthPage& m_depthPage;
};

}  // namespace elbo
