// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QDialog>

class QListWidget;
class QTextBrowser;

namespace elbo {

/// The help pages of resources/help (Markdown), with a list of topics; stays open beside the work.
class HelpViewer : public QDialog {
    Q_OBJECT

public:
    explicit HelpViewer(QWidget* parent = nullptr);

    /// @param topic  name of the page: "data", "train", "reconstruct", "figures"
    void showTopic(const QString& topic);
    [[nodiscard]] QString topic() const;

private:
    void load(const QString& topic);

    QListWidget* m_topics = nullptr;
    QTextBrowser* m_text = nullptr;
};

}  // namespace elbo
