// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace elbo::cli {

TemporaryFolder::TemporaryFolder()
{
    auto pattern = (std::filesystem::temp_directory_path() / "elbo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
    m_path = pattern;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;  // what cannot be removed from there is the system's to clean
    std::filesystem::remove_all(m_path, ignored);
}

}  // namespace elbo::cli
