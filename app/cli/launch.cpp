// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/launch.h"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace elbo::cli {

namespace {

std::optional<int> numberIn(const char* variable)
{
    const char* const text = std::getenv(variable);
    if (text == nullptr)
        return std::nullopt;
    const std::string_view digits(text);
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const auto whole = error == std::errc{} && end == digits.data() + digits.size();
    return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

Launch currentLaunch()
{
    struct Names {
        const char* rank;
        const char* size;
    };
    // Open MPI's mpirun; MPICH's and Slurm's PMI; Slurm's PMIx, which names the size elsewhere.
    for (const auto& names : {Names{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                              Names{"PMI_RANK", "PMI_SIZE"}, Names{"PMIX_RANK", "SLURM_NTASKS"}}) {
        const auto rank = numberIn(names.rank);
        const auto size = numberIn(names.size);
        if (rank && size && *rank >= 0 && *rank < *size)
            return {*rank, *size};
    }
    return {};
}

}  // namespace elbo::cli
