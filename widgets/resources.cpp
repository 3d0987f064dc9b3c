// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/resources.h"

#include <QtCore/QtGlobal>

// Outside the namespace: Q_INIT_RESOURCE declares a function of the global one.
static void initAppResources()
{
    Q_INIT_RESOURCE(app);
}

namespace elbo {

void loadResources()
{
    initAppResources();
}

}  // namespace elbo
