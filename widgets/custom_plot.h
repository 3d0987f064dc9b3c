// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// QCustomPlot's header needs Qt's keywords, which the rest of Elbo is built without (they break LibTorch's
// headers): they are lent to it here and taken back.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#define emit Q_EMIT
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
#undef emit
