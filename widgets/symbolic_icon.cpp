// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QtCore/QFile>
#include <QtGui/QGuiApplication>
#include <QtGui/QIconEngine>
#include <QtGui/QPainter>
#include <QtGui/QPixmapCache>
#include <QtSvg/QSvgRenderer>

#include <optional>

namespace elbo::theme {

namespace {

/// Draws one SVG whose "currentColor" is the palette's text colour at the moment of painting, so that an icon
/// need not be made anew when the theme changes.
class SymbolicIconEngine : public QIconEngine {
public:
    SymbolicIconEngine(QString name, QByteArray svg, std::optional<QColor> color)
        : m_name(std::move(name)), m_svg(std::move(svg)), m_color(color)
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        const auto ratio = painter->device() != nullptr ? painter->device()->devicePixelRatioF() : 1.0;
        auto drawn = pixmap((QSizeF(rect.size()) * ratio).toSize(), mode, state);
        drawn.setDevicePixelRatio(ratio);
        painter->drawPixmap(rect, drawn);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State /*state*/) override
    {
        const auto color = colorFor(mode);
        const auto key = QStringLiteral("elbo-icon/%1/%2/%3x%4")
                             .arg(m_name, color.name(QColor::HexArgb))
                             .arg(size.width())
                             .arg(size.height());
        QPixmap drawn;
        if (QPixmapCache::find(key, &drawn)) {
            return drawn;
        }
        auto svg = m_svg;
        svg.replace("currentColor", color.name().toLatin1());
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        drawn = QPixmap(size);
        drawn.fill(Qt::transparent);
        QPainter painter(&drawn);
        renderer.render(&painter);
        painter.end();
        QPixmapCache::insert(key, drawn);
        return drawn;
    }

    [[nodiscard]] QIconEngine* clone() const override
    {
        return new SymbolicIconEngine(m_name, m_svg, m_color);
    }
    QString key() const override { return QStringLiteral("elbo-symbolic"); }
    bool isNull() override { return m_svg.isEmpty(); }

private:
    [[nodiscard]] QColor colorFor(QIcon::Mode mode) const
    {
        const auto palette = QGuiApplication::palette();
        switch (mode) {
            case QIcon::Disabled:
                return palette.color(QPalette::Disabled, QPalette::WindowText);
            case QIcon::Selected:
                return palette.color(QPalette::Active, QPalette::HighlightedText);
            case QIcon::Normal:
            case QIcon::Active:
                break;
        }
        return m_color.value_or(palette.color(QPalette::Active, QPalette::WindowText));
    }

    QString m_name;
    QByteArray m_svg;
    std::optional<QColor> m_color;
};

QIcon makeIcon(const QString& name, std::optional<QColor> color)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    return QIcon(new SymbolicIconEngine(name, file.readAll(), color));
}

}  // namespace

QIcon icon(const QString& name)
{
    return makeIcon(name, std::nullopt);
}

QIcon icon(const QString& name, const QColor& color)
{
    return makeIcon(name, color);
}

}  // namespace elbo::theme
