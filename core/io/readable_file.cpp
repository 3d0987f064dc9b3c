// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/readable_file.h"

#include "core/base/error.h"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

void requireReadableFile(const fs::path& file)
{
    std::error_code ignored;  // opening says why nothing is seen
    if (fs::is_directory(file, ignored))
        throw fileError(EISDIR, "read", file.string());
    errno = 0;
    if (!std::ifstream(file, std::ios::binary))
        throw fileError(errno, "read", file.string());
    if (fs::file_size(file, ignored) == 0)
        throw Error(ErrorCode::BadFile, file.string() + " is empty: download or copy it again.");
}

}  // namespace elbo
