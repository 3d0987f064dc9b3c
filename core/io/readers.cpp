// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/readers.h"

#include "core/io/depth_filling.h"
#include "core/io/frames_h5.h"
#include "core/io/mnist.h"
#include "core/io/nyu_mat.h"
#include "core/io/rgbd_folder.h"

namespace elbo {

void addIoReaders(DataReaders& readers)
{
    readers["mnist"] = mnistReader({"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
    readers["fashion-mnist"] = mnistReader({"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal",
                                            "Shirt", "Sneaker", "Bag", "Ankle boot"});
    readers["rgbd-folder"] = rgbdFolderReader();
    readers["nyu-mat"] = nyuMatReader();
    readers["frames-h5"] = framesH5Reader();
    readers["official-splits"] = officialSplitsReader();
    addDepthFillers(readers);
}

}  // namespace elbo
