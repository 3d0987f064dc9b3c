// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_drawing.h"

#include "app/window/report/report_plot.h"
#include "app/window/session/text.h"
#include "widgets/custom_plot.h"
#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtCore/QBuffer>
#include <QtSvg/QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr int kWidth = 1120;
constexpr int kMargin = 16;
constexpr int kLabelWidth = 144;
constexpr int kGap = 4;
constexpr int kPairGap = 10;  ///< before the next truth
constexpr int kCell = 113;    ///< width of a picture, so that eight fill the width
constexpr int kTitleHeight = 30;
constexpr int kPanelGap = 24;
constexpr int kPlotHeight = 272;
constexpr int kPlotGap = 16;
constexpr int kLegendHeight = 22;
constexpr int kLegendLine = 24;
constexpr int kRatio = 2;  ///< pixels of the PNG a device-independent pixel

QFont bodyFont()
{
    auto font = theme::figureFont(QFont());
    font.setPixelSize(13);
    return font;
}

bool beginsPair(const ReportRow& row)
{
    return row.label == "truth" || row.label == "true depth";
}

/// Goes through a figure from above: with a painter it draws, without one it only measures.
class Layout {
public:
    Layout(QCPPainter* painter, bool vectors) : m_painter(painter), m_vectors(vectors) {}

    /// @return the whole height
    int lay(const ReportFigure& figure)
    {
        m_top = kMargin;
        for (const auto& panel : figure.panels) {
            if (m_top > kMargin) {
                m_top += kPanelGap;
            }
            layTitle(panel.title);
            if (!panel.plots.empty()) {
                layLegend(panel.plots.front());
                layPlots(panel.plots);
            }
            for (std::size_t row = 0; row < panel.rows.size(); ++row) {
                if (row > 0) {
                    m_top += beginsPair(panel.rows[row]) ? kPairGap : kGap;
                }
                layRow(panel.rows[row]);
            }
        }
        return m_top + kMargin;
    }

private:
    void drawText(const QRect& place, const QString& text, const QColor& color, bool bold = false)
    {
        if (m_painter == nullptr) {
            return;
        }
        auto font = bodyFont();
        font.setBold(bold);
        m_painter->setFont(font);
        m_painter->setPen(color);
        m_painter->drawText(place, int(Qt::AlignLeft | Qt::AlignVCenter),
                            QFontMetrics(font).elidedText(text, Qt::ElideMiddle, place.width()));
    }

    void layTitle(const std::string& title)
    {
        drawText(QRect(kMargin, m_top, kWidth - 2 * kMargin, kTitleHeight - 6), toQt(title),
                 m_palette.color(QPalette::Text), true);
        m_top += kTitleHeight;
    }

    void layRow(const ReportRow& row)
    {
        int height = 0;
        int left = kMargin + kLabelWidth;
        for (const auto& picture : row.pictures) {
            const int tall = static_cast<int>(
                std::lround(static_cast<double>(kCell) * picture.height / std::max(1, picture.width)));
            height = std::max(height, tall);
            drawPictureAt(QRect(left, m_top, kCell, tall), picture);
            left += kCell + kGap;
        }
        drawText(QRect(kMargin, m_top, kLabelWidth - kGap, height), toQt(row.label),
                 theme::noteText(m_palette));
        m_top += height;
    }

    void drawPictureAt(const QRect& place, const Image8& picture)
    {
        if (m_painter == nullptr) {
            return;
        }
        auto image = toQImage(picture);
        // Viewers of SVG smooth what they magnify; small pictures have pixels to be seen.
        const int times = image.width() > 0 ? place.width() / image.width() : 0;
        if (m_vectors && times >= 3) {
            image = image.scaled(image.size() * times, Qt::IgnoreAspectRatio, Qt::FastTransformation);
        }
        if (m_vectors) {
            m_painter->drawImage(place, image);
        } else {
            drawPicture(*m_painter, place, image);
        }
    }

    void layLegend(const ReportPlot& plot)
    {
        int left = kMargin;
        const auto runs = plot.curves.size();
        const auto add = [&](const QPen& pen, const QString& text) {
            const int wide = std::min(QFontMetrics(bodyFont()).horizontalAdvance(text) * 6 / 5,
                                      kWidth - 2 * kMargin - kLegendLine - kGap);
            if (left > kMargin && left + kLegendLine + kGap + wide > kWidth - kMargin) {
                left = kMargin;
                m_top += kLegendHeight;
            }
            if (m_painter != nullptr) {
                m_painter->setPen(pen);
                const int middle = m_top + kLegendHeight / 2;
                m_painter->drawLine(QLineF(left, middle, left + kLegendLine - kGap, middle));
            }
            drawText(QRect(left + kLegendLine, m_top, wide, kLegendHeight), text,
                     m_palette.color(QPalette::Text));
            left += kLegendLine + wide + kMargin;
        };
        for (std::size_t run = 0; run < runs; ++run) {
            const auto pens = curvePens(run, runs);
            const auto name = toQt(plot.curves[run].run);
            if (runs == 1) {
                add(pens.train, QStringLiteral("training"));
            }
            add(pens.test, runs == 1 ? QStringLiteral("test") : name);
        }
        m_top += kLegendHeight + kGap;
    }

    void layPlots(const std::vector<ReportPlot>& plots)
    {
        constexpr int kPlotWidth = (kWidth - 2 * kMargin - kPlotGap) / 2;
        for (std::size_t i = 0; i < plots.size(); ++i) {
            if (i > 0 && i % 2 == 0) {
                m_top += kPlotHeight + kPlotGap;
            }
            if (m_painter != nullptr) {
                const int left = kMargin + (i % 2 == 0 ? 0 : kPlotWidth + kPlotGap);
                m_painter->setFont(bodyFont());
                drawReportPlot(*m_painter, QRect(left, m_top, kPlotWidth, kPlotHeight), plots[i]);
            }
        }
        m_top += kPlotHeight;
    }

    QCPPainter* m_painter;
    bool m_vectors;
    QPalette m_palette = theme::lightPalette();
    int m_top = 0;
};

QSize sizeOf(const ReportFigure& figure)
{
    return {kWidth, Layout(nullptr, false).lay(figure)};
}

}  // namespace

QImage figurePicture(const ReportFigure& figure)
{
    if (figure.panels.empty()) {
        return {};
    }
    QImage image(sizeOf(figure) * kRatio, QImage::Format_RGB32);
    image.setDevicePixelRatio(kRatio);
    image.fill(Qt::white);
    QCPPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    Layout(&painter, false).lay(figure);
    return image;
}

QByteArray figureSvg(const ReportFigure& figure)
{
    if (figure.panels.empty()) {
        return {};
    }
    const auto size = sizeOf(figure);
    QBuffer buffer;
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setTitle(QStringLiteral("Figure %1").arg(figure.number));
    svg.setSize(size);
    svg.setViewBox(QRect(QPoint(), size));
    svg.setResolution(96);
    QCPPainter painter(&svg);
    painter.fillRect(QRect(QPoint(), size), Qt::white);
    Layout(&painter, true).lay(figure);
    painter.end();
    // Where that font is not installed, one without serifs stands in.
    const auto family = QStringLiteral("font-family=\"%1").arg(QFont().family().toHtmlEscaped()).toUtf8();
    auto drawing = buffer.data();
    return drawing.replace(family + '"', family + ", sans-serif\"");
}

}  // namespace elbo
