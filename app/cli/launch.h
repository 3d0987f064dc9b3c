// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace elbo::cli {

/// How a launcher of parallel programs (mpirun, srun) started this process.
struct Launch {
    int rank = 0;
    int size = 1;
};

/// From the variables that Open MPI, MPICH and Slurm set; {0, 1} for a process that was started by itself.
[[nodiscard]] Launch currentLaunch();

}  // namespace elbo::cli
