// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/shared_folder.h"

namespace elbo::tests {

std::optional<std::filesystem::path> sharedFolder()
{
    const std::filesystem::path folder = ELBO_SHARED_FOLDER;
    std::error_code ignored;  // absent and unreadable are the same here: the test is skipped and says so
    if (!std::filesystem::is_directory(folder / "golden", ignored)) {
        return std::nullopt;
    }
    return std::filesystem::canonical(folder);
}

}  // namespace elbo::tests
