// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/data_title.h"

#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/data/registry.h"

#include <QtCore/QStringList>

namespace elbo {

QString dataTitle(const DataConfig& config)
{
    const auto& entry = findDataSet(config.key);
    if (entry.needsPath) {
        const auto path = config.fields.text(entry.fields, "path");
        return path.empty() ? toQt(entry.title) : fileTitle(std::filesystem::path(path));
    }
    return toQt(entry.title);
}

QString specTitle(const QString& spec)
{
    try {
        const auto config = parseDataSpec(spec.toStdString());
        QStringList options;
        for (const auto& [name, value] : config.fields.all()) {
            if (name != "path") {
                options << toQt(name + " " + fieldValueText(value));
            }
        }
        const auto title = dataTitle(config);
        return options.isEmpty() ? title
                                 : QStringLiteral("%1 (%2)").arg(title, options.join(QStringLiteral(", ")));
    } catch (const Error&) {
        return spec;
    }
}

}  // namespace elbo
