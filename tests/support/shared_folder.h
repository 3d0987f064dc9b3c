// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTest/QTest>

#include <filesystem>
#include <optional>

namespace elbo::tests {

/// The folder of data sets and golden values beside the repository; empty where it is absent, as in a user's
/// clone.
[[nodiscard]] std::optional<std::filesystem::path> sharedFolder();

}  // namespace elbo::tests

/// In a test function: defines `variable` as the shared folder, or skips the test where there is none.
#define ELBO_SHARED_FOLDER_OR_SKIP(variable)                                        \
    const auto variable##Found = elbo::tests::sharedFolder();                       \
    if (!variable##Found.has_value()) {                                             \
        QSKIP("the folder ../shared with the real data is not beside the sources"); \
    }                                                                               \
    const std::filesystem::path& variable = *variable##Found
