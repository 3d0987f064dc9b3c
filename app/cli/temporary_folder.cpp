// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/temporary_folder.h"

#include <ftw.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace elbo::cli {

namespace {

/// What cannot be removed is the system's to clean, like everything in its place for temporary files.
int removeEntry(const char* path, const struct stat* /*status*/, int /*kind*/, struct FTW* /*place*/)
{
    static_cast<void>(std::remove(path));
    return 0;
}

}  // namespace

TemporaryFolder::TemporaryFolder()
{
    auto pattern = (std::filesystem::temp_directory_path() / "elbo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
    m_path = pattern;
}

TemporaryFolder::~TemporaryFolder()
{
    // Not std::filesystem::remove_all: LibTorch's wheels for CUDA export one of their own compiler's, and a
    // program that found it there crashed.
    ::nftw(m_path.c_str(), removeEntry, /*descriptors=*/16, FTW_DEPTH | FTW_PHYS);
}

}  // namespace elbo::cli
