// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/opencv_version.h"

#include <opencv2/core/utility.hpp>

namespace elbo {

std::string openCvVersion()
{
    return cv::getVersionString();
}

}  // namespace elbo
