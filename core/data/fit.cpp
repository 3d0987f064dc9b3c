// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/fit.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

/// A strip of a panorama is not blown up without end.
constexpr double kMostStretched = 8.0;

int rounded(double value)
{
    return std::max(1, static_cast<int>(std::lround(value)));
}

double aspectOf(const ImageSize& size)
{
    return static_cast<double>(size.width) / static_cast<double>(size.height);
}

}  // namespace

std::string_view fitName(Fit fit)
{
    switch (fit) {
        case Fit::Crop:
            return "crop";
        case Fit::Pad:
            return "pad";
        case Fit::Stretch:
            break;
    }
    return "stretch";
}

Fit parseFit(std::string_view name)
{
    for (const auto fit : {Fit::Stretch, Fit::Crop, Fit::Pad}) {
        if (fitName(fit) == name)
            return fit;
    }
    throw Error(ErrorCode::BadSetting,
                "There is no fit \"" + std::string(name) + "\": use stretch, crop or pad.");
}

FitUndo undoOf(Fit fit, const ImageSize& given, const ImageSize& network)
{
    // How much wider the picture is than the network's.
    const double wider = aspectOf(given) / aspectOf(network);
    FitUndo undo{.left = 0, .top = 0, .part = network, .shown = network};
    switch (fit) {
        case Fit::Crop:
            break;  // what was cut off, the network has not seen
        case Fit::Pad:
            if (wider > 1.0)
                undo.part.height = rounded(network.height / wider);
            else
                undo.part.width = rounded(network.width * wider);
            undo.left = (network.width - undo.part.width) / 2;
            undo.top = (network.height - undo.part.height) / 2;
            undo.shown = undo.part;
            break;
        case Fit::Stretch:
            // Never smaller than the network's picture: nothing of it is lost.
            if (wider > 1.0)
                undo.shown.width = rounded(network.width * std::min(wider, kMostStretched));
            else
                undo.shown.height = rounded(network.height * std::min(1.0 / wider, kMostStretched));
            break;
    }
    return undo;
}

}  // namespace elbo
