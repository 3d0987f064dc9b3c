// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QList>
#include <QtCore/QMimeData>
#include <QtCore/QString>
#include <QtCore/QUrl>
#include <QtWidgets/QWidget>

#include <functional>

namespace elbo {

/// Lies over a window while something is dragged over it and says what a drop will do. Takes the drags of the
/// window it is given (an event filter; the window need not do anything).
class DropOverlay : public QWidget {
    Q_OBJECT

public:
    /// What dropping these files would do, in one sentence; empty: they are refused.
    using Describe = std::function<QString(const QList<QUrl>& urls)>;

    explicit DropOverlay(QWidget* window);

    void setDescribe(Describe describe);
    /// Said over files that are refused; without it they are refused in silence.
    void setRefusal(const QString& sentence);
    [[nodiscard]] QString sentence() const { return m_sentence; }
    [[nodiscard]] bool accepts() const { return m_accepts; }

Q_SIGNALS:
    void dropped(const QList<QUrl>& urls);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    Describe m_describe;
    QString m_refusal;
    QString m_sentence;
    bool m_accepts = false;
};

}  // namespace elbo
