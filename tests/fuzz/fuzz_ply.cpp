// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/geometry/ply.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const auto cloud = elbo::parsePly(std::as_bytes(std::span(data, size)), "fuzz");
        const auto fits = [&](std::size_t values) { return values == 0 || values == cloud.positions.size(); };
        if (!fits(cloud.colors.size()) || !fits(cloud.normals.size()) || cloud.positions.size() > 3 * size)
            std::abort();
    } catch (const elbo::Error& error) {
        if (error.code() != elbo::ErrorCode::BadFile)
            std::abort();
    }
    return 0;
}
