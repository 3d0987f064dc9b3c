// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtGui/QImage>

namespace elbo {

/// The kinds of files that writePicture() writes, as QFileDialog takes them.
[[nodiscard]] QString pictureFilter();
/// A file name to offer for a picture of that name ("kitchen/7" -> "kitchen_7.png").
[[nodiscard]] QString pictureFileName(const QString& name);
/// Writes a picture whole or not at all; a name without a suffix becomes a PNG. Any thread.
/// @return the file written  @throws Error that says why it was not possible
QString writePicture(const QImage& picture, QString file);

}  // namespace elbo
