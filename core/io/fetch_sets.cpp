// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/fetch.h"

namespace elbo {

const std::vector<FetchSet>& fetchSets()
{
    // The training images come last: a folder that has them has the others too (data_config.h,
    // makePathsWhole).
    static const std::vector<FetchSet> sets{
        {"mnist",
         {"https://ossci-datasets.s3.amazonaws.com/mnist/",
          "https://storage.googleapis.com/cvdf-datasets/mnist/"},
         {{"t10k-labels-idx1-ubyte.gz", 4'542,
           "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
          {"train-labels-idx1-ubyte.gz", 28'881,
           "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
          {"t10k-images-idx3-ubyte.gz", 1'648'877,
           "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
          {"train-images-idx3-ubyte.gz", 9'912'422,
           "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"}}},
        {"fashion-mnist",
         {"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
          "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"},
         {{"t10k-labels-idx1-ubyte.gz", 5'148,
           "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
          {"train-labels-idx1-ubyte.gz", 29'515,
           "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
          {"t10k-images-idx3-ubyte.gz", 4'422'102,
           "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
          {"train-images-idx3-ubyte.gz", 26'421'880,
           "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"}}},
    };
    return sets;
}

const FetchSet& findFetchSet(std::string_view key)
{
    std::string keys;
    for (const auto& set : fetchSets()) {
        if (set.key == key)
            return set;
        keys += (keys.empty() ? "" : ", ") + set.key;
    }
    throw Error(ErrorCode::BadSetting,
                "There is nothing to fetch for \"" + std::string(key) + "\": use one of " + keys + ".");
}

}  // namespace elbo
