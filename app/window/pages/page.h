// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/model_session.h"
#include "app/window/session/workspace.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <filesystem>
#include <functional>
#include <string>

class QImage;
class QSplitter;
class QToolButton;

namespace elbo {

struct Dialogs;

/// One page of the window: a main area, an inspector at the right with a remembered splitter, and a chip that
/// names the run or data set in use.
class Page : public QWidget {
    Q_OBJECT

public:
    /// What the chip of a page names and lists.
    enum class Chip { Data, Run };

    Page(Workspace& workspace, const Dialogs& dialogs, QString id, QString title, Chip chip, QWidget* parent);

    [[nodiscard]] const QString& id() const { return m_id; }
    [[nodiscard]] const QString& title() const { return m_title; }
    [[nodiscard]] Chip chip() const { return m_chip; }
    [[nodiscard]] bool isInspectorShown() const;
    /// Folds the inspector away or shows it again; remembered.
    void setInspectorShown(bool shown);
    /// Remembers splitters; called before the window closes.
    virtual void saveState();

protected:
    /// Puts the two parts side by side; the inspector scrolls and is 300 to 420 px wide.
    void setParts(QWidget* main, QWidget* inspector);
    [[nodiscard]] Workspace& workspace() const { return m_workspace; }
    [[nodiscard]] const Dialogs& dialogs() const { return m_dialogs; }
    /// Splitters of the page itself: restored now, remembered by saveState().
    void rememberSplitter(QSplitter* splitter, const QString& name);
    /// Ask for a run folder, or for a weights file, and hand it to `then` unless nothing was chosen.
    using WithPath = std::function<void(const std::filesystem::path&)>;
    void askForRun(const QString& title, const WithPath& then);
    void askForWeights(const QString& title, const WithPath& then);
    /// Opens a run or weights on the second compute thread, shown in the status bar. Connect to its
    /// failed() before control goes back to the event loop. @param which  "last", "best" or "epoch:N"
    Job* startOpening(const std::filesystem::path& path, const std::string& which,
                      std::function<void(OpenedModel)> done);
    /// Whether the set in use has images of the model's kind and size.
    [[nodiscard]] bool currentDataFits(const OpenedModel& model) const;
    /// Asks for a name and writes the picture; what goes wrong becomes a complaint.
    /// @param name  of what it shows, to make a file name of
    void savePicture(const QImage& picture, const QString& name);
    /// The same for what is drawn: as SVG when the name ends so.
    void saveDrawing(const QImage& picture, const QByteArray& svg, const QString& name);

private:
    QWidget* makeFold();
    [[nodiscard]] QString foldKey() const;

    Workspace& m_workspace;
    const Dialogs& m_dialogs;
    QString m_id;
    QString m_title;
    Chip m_chip;
    QWidget* m_inspector = nullptr;
    QToolButton* m_fold = nullptr;
    std::vector<std::pair<QString, QSplitter*>> m_splitters;
};

}  // namespace elbo
