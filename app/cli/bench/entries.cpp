// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"

namespace elbo::bench {

const std::vector<Entry>& entries()
{
    static const std::vector<Entry> table{
        {"train-step", "a training step of rgbd-vae against the plain form", benchTrainStep},
        {"train-step-parallel", "a training step of rgbd-vae that the processes of mpirun share",
         benchParallelStep, true},
        {"fc-epoch", "an epoch of fc-vae on 60,000 images of 28x28", benchFcEpoch},
        {"step-profile", "where the time of a training step of rgbd-vae goes", benchStepProfile, false, true},
        {"run", "the report's training of rgbd-vae: 200 epochs of 795 images (hours on a CPU)", benchRun,
         false, true},
        {"decode", "one code to a picture of 4x128x128, as for a slider", benchDecode},
        {"bts", "depth of a picture of 640x480 by BTS, against the plain form, and by METER", benchBts},
        {"bts-all", "the same by BTS with each of its seven encoders (minutes)", benchAllBts, false, true},
        {"bts-training", "BTS on synthetic rooms with three seeds: its error on other rooms (minutes)",
         benchDepthTraining, false, true},
        {"prepare", "the preparation of pairs of 640x480 to 128x128", benchPrepare},
        {"rooms", "500 synthetic rooms of 128x128", benchRooms},
        {"stream", "training from a file that memory does not hold, made here (minutes, 5 GB)", benchStream,
         false, true},
#ifdef ELBO_WITH_IO
        {"mat", "a full-size nyu_depth_v2_labeled.mat, made here (minutes, 8 GB)", benchMat, false, true},
#endif
    };
    return table;
}

}  // namespace elbo::bench
