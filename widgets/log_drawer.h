// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QDateTime>
#include <QtCore/QString>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <mutex>
#include <vector>

class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace elbo {

enum class LogLevel { Info, Warning, Error };

/// The log under the page: folded to one line, errors stay marked until it was opened. Lines are gathered and
/// shown by a timer, ten times a second; append() may be called from any thread.
class LogDrawer : public QWidget {
    Q_OBJECT

public:
    explicit LogDrawer(QWidget* parent = nullptr);

    void append(LogLevel level, const QString& text);
    void setOpen(bool open);
    [[nodiscard]] bool isOpen() const;
    [[nodiscard]] int unreadErrors() const { return m_unread; }
    [[nodiscard]] QString text() const;  ///< all lines shown
    void setMaximumLines(int lines);     ///< the oldest go; 5,000 at first
    void flush();                        ///< shows now what was gathered

Q_SIGNALS:
    void unreadErrorsChanged(int count);
    void openChanged(bool open);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Line {
        QDateTime time;
        LogLevel level = LogLevel::Info;
        QString text;
    };
    void applyTheme();
    void updateHeader();
    void showLine(const Line& line);

    std::mutex m_mutex;
    std::vector<Line> m_gathered;  ///< guarded by m_mutex
    std::vector<Line> m_lines;
    int m_maximumLines = 5000;
    int m_unread = 0;
    QTimer m_timer;
    QToolButton* m_fold = nullptr;
    QLabel* m_last = nullptr;
    QLabel* m_count = nullptr;
    QPlainTextEdit* m_view = nullptr;
};

}  // namespace elbo
