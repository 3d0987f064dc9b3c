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
    [[nodiscard]] QString sentence() const { return m_sentence; }

Q_SIGNALS:
    void dropped(const QList<QUrl>& urls);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    Describe m_describe;
    QString m_sentence;
};

}  // namespace elbo
