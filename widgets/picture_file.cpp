// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/picture_file.h"

#include "core/base/error.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>
#include <QtGui/QImageWriter>

namespace elbo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("PictureFile", text);
}

}  // namespace

QString pictureFilter()
{
    return tr("Pictures (*.png *.jpg *.bmp)");
}

QString pictureFileName(const QString& name)
{
    auto file = name;
    for (const auto sign : {'/', '\\', ':', '*', '?', '"', '<', '>', '|'}) {
        file.replace(QLatin1Char(sign), QLatin1Char('_'));
    }
    return (file.isEmpty() ? QStringLiteral("picture") : file) + QStringLiteral(".png");
}

QString writePicture(const QImage& picture, QString file)
{
    if (QFileInfo(file).suffix().isEmpty()) {
        file += QStringLiteral(".png");
    }
    const auto refuse = [&file](ErrorCode code, const QString& reason) {
        const auto sentence = tr("Could not save the picture as %1: %2. Choose another place.");
        throw Error(code, sentence.arg(file, reason).toStdString());
    };
    QSaveFile saved(file);
    if (!saved.open(QIODevice::WriteOnly)) {
        refuse(ErrorCode::NoPermission, saved.errorString());
    }
    QImageWriter writer(&saved, QFileInfo(file).suffix().toLatin1());
    if (!writer.write(picture)) {
        refuse(ErrorCode::BadFile, writer.errorString());
    }
    if (!saved.commit()) {
        refuse(ErrorCode::DiskFull, saved.errorString());
    }
    return file;
}

}  // namespace elbo
