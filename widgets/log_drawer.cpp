// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/log_drawer.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QMouseEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace elbo {

namespace {

constexpr int kFlushMs = 100;
constexpr int kDrawerHeight = 140;

}  // namespace

LogDrawer::LogDrawer(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* header = new QHBoxLayout;
    header->setContentsMargins(theme::kControlGap, 0, theme::kControlGap, 0);
    header->setSpacing(theme::kControlGap);
    m_fold = new QToolButton(this);
    m_fold->setObjectName(QStringLiteral("log-fold"));
    m_fold->setText(tr("Log"));
    m_fold->setToolTip(tr("Show or hide the log"));
    m_fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_fold->setCheckable(true);
    m_fold->setAutoRaise(true);
    m_last = new QLabel(this);
    m_last->setObjectName(QStringLiteral("log-last"));
    m_last->setTextFormat(Qt::PlainText);
    m_last->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_count = new QLabel(this);
    m_count->setObjectName(QStringLiteral("log-errors"));
    header->addWidget(m_fold);
    header->addWidget(m_last, 1);
    header->addWidget(m_count);
    layout->addLayout(header);
    m_view = new QPlainTextEdit(this);
    m_view->setObjectName(QStringLiteral("log-view"));
    m_view->setReadOnly(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setFixedHeight(kDrawerHeight);
    m_view->setMaximumBlockCount(m_maximumLines);
    m_view->setAccessibleName(tr("Log"));
    m_view->hide();
    layout->addWidget(m_view);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(m_fold, &QToolButton::toggled, this, &LogDrawer::setOpen);
    m_timer.setInterval(kFlushMs);
    connect(&m_timer, &QTimer::timeout, this, &LogDrawer::flush);
    m_timer.start();
    applyTheme();
    setOpen(false);
}

void LogDrawer::append(LogLevel level, const QString& text)
{
    const std::lock_guard lock(m_mutex);
    m_gathered.push_back({QDateTime::currentDateTime(), level, text});
}

void LogDrawer::flush()
{
    std::vector<Line> lines;
    {
        const std::lock_guard lock(m_mutex);
        lines.swap(m_gathered);
    }
    if (lines.empty()) {
        return;
    }
    const auto before = m_unread;
    for (const auto& line : lines) {
        m_unread += line.level == LogLevel::Error && !isOpen() ? 1 : 0;
        showLine(line);
    }
    m_lines.insert(m_lines.end(), std::make_move_iterator(lines.begin()),
                   std::make_move_iterator(lines.end()));
    if (m_lines.size() > static_cast<std::size_t>(m_maximumLines)) {
        m_lines.erase(m_lines.begin(), m_lines.end() - m_maximumLines);
    }
    updateHeader();
    if (m_unread != before) {
        Q_EMIT unreadErrorsChanged(m_unread);
    }
}

void LogDrawer::showLine(const Line& line)
{
    const auto time = line.time.toString(QStringLiteral("HH:mm:ss"));
    QColor color = palette().color(QPalette::Text);
    switch (line.level) {
        case LogLevel::Info:
            break;
        case LogLevel::Warning:
            color = theme::warningText(palette());
            break;
        case LogLevel::Error:
            color = theme::errorText(palette());
            break;
    }
    m_view->appendHtml(
        QStringLiteral(
            "<span style='color:%1'>%2</span>&nbsp; <span style='color:%3; white-space:pre-wrap'>%4</span>")
            .arg(theme::noteText(palette()).name(), time, color.name(), line.text.toHtmlEscaped()));
}

QString LogDrawer::text() const
{
    return m_view->toPlainText();
}

void LogDrawer::setMaximumLines(int lines)
{
    m_maximumLines = lines;
    m_view->setMaximumBlockCount(lines);
}

bool LogDrawer::isOpen() const
{
    return m_fold->isChecked();
}

void LogDrawer::setOpen(bool open)
{
    m_fold->setIcon(theme::icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    m_view->setVisible(open);
    if (m_fold->isChecked() != open) {
        // Comes back here through toggled().
        m_fold->setChecked(open);
        return;
    }
    if (open && m_unread > 0) {
        m_unread = 0;
        Q_EMIT unreadErrorsChanged(0);
    }
    updateHeader();
    Q_EMIT openChanged(open);
}

void LogDrawer::updateHeader()
{
    m_count->setVisible(m_unread > 0);
    m_count->setText(m_unread == 1 ? tr("1 unread error") : tr("%1 unread errors").arg(m_unread));
    const auto last = m_lines.empty() ? QString() : m_lines.back().text;
    // Until it was read the newest error stays in the line, whatever came after it.
    const auto error = std::find_if(m_lines.rbegin(), m_lines.rend(),
                                    [](const Line& line) { return line.level == LogLevel::Error; });
    const bool keep = m_unread > 0 && error != m_lines.rend();
    m_last->setText(isOpen() ? QString() : (keep ? error->text : last).section(QLatin1Char('\n'), 0, 0));
    m_last->setToolTip(m_last->text());
    auto colors = palette();
    colors.setColor(QPalette::WindowText, keep ? theme::errorText(palette()) : theme::noteText(palette()));
    m_last->setPalette(colors);
    colors.setColor(QPalette::WindowText, theme::errorText(palette()));
    m_count->setPalette(colors);
}

void LogDrawer::applyTheme()
{
    const auto note = theme::noteFont(font());
    m_last->setFont(note);
    m_count->setFont(note);
    m_fold->setFont(note);
    m_view->setFont(note);
    m_view->clear();
    for (const auto& line : m_lines) {
        showLine(line);
    }
    updateHeader();
}

void LogDrawer::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        applyTheme();
    }
}

}  // namespace elbo
