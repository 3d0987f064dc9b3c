// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_export.h"

#include "core/base/atomic_file.h"
#include "widgets/custom_plot.h"
#include "widgets/picture_file.h"
#include "widgets/theme.h"

#include <QtCore/QBuffer>
#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtSvg/QSvgGenerator>

namespace elbo {

void stylePlot(QCustomPlot& plot, const QPalette& palette)
{
    plot.setBackground(palette.color(QPalette::Base));
    const auto text = palette.color(QPalette::Text);
    for (auto* axis : {plot.xAxis, plot.yAxis}) {
        axis->setBasePen(QPen(theme::separator(palette)));
        axis->setTickPen(Qt::NoPen);
        axis->setSubTicks(false);
        axis->setTickLabelColor(theme::noteText(palette));
        axis->setTickLabelFont(theme::figureFont(theme::noteFont(plot.font())));
        axis->setLabelColor(text);
        axis->setLabelFont(plot.font());
        axis->grid()->setPen(QPen(theme::gridLine(palette)));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    plot.legend->setBrush(QBrush(palette.color(QPalette::Base)));
    plot.legend->setBorderPen(Qt::NoPen);
    plot.legend->setTextColor(text);
    plot.legend->setFont(theme::noteFont(plot.font()));
}

QImage plotPicture(QCustomPlot& plot)
{
    return plot.toPixmap(plot.width(), plot.height(), 2.0).toImage();
}

QByteArray plotSvg(QCustomPlot& plot)
{
    QBuffer buffer;
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setTitle(QStringLiteral("Elbo"));
    svg.setSize(plot.size());
    svg.setViewBox(QRect(QPoint(), plot.size()));
    QCPPainter painter(&svg);
    plot.toPainter(&painter, plot.width(), plot.height());
    painter.end();
    return buffer.data();
}

QString drawingFilter()
{
    return QCoreApplication::translate("elbo", "Drawing (*.svg);;") + pictureFilter();
}

QString writeDrawing(const QImage& picture, const QByteArray& svg, QString file)
{
    if (QFileInfo(file).suffix().compare(QLatin1String("svg"), Qt::CaseInsensitive) != 0) {
        return writePicture(picture, std::move(file));
    }
    writeTextFile(file.toStdString(),
                  std::string_view(svg.constData(), static_cast<std::size_t>(svg.size())));
    return file;
}

}  // namespace elbo
