// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"
#include "core/geometry/intrinsics.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

namespace elbo {

/// Writes a folder of pairs that the data set `rgbd-folder` reads: NAME.color.png and NAME.depth.png (16-bit
/// millimetres, 0 without depth), and camera-intrinsics.txt when one camera took all of them.
class PairFolder {
public:
    /// Makes the folder. @throws Error(BadSetting) when it holds something already, Error(NoPermission, ...)
    explicit PairFolder(std::filesystem::path folder);

    /// @param name  of the picture; made a file name, and unique by a number
    /// @param depth  metres, of the colour's size; NaN, infinite and values outside 0.001 to 65.534 m are
    /// written as holes
    /// @param intrinsics  of the colour; a guess counts as unknown
    /// @throws Error(BadData) when sizes differ or no pixel has depth, and what writing throws; a pair is
    /// whole or not there
    void add(const std::string& name, const Image8& color, const ImageF& depth,
             const std::optional<Intrinsics>& intrinsics);

    /// May be asked from another thread than the one that adds.
    [[nodiscard]] std::int64_t size() const { return m_size; }
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }

private:
    void tellIntrinsics(const std::optional<Intrinsics>& intrinsics);

    std::filesystem::path m_folder;
    std::set<std::string> m_names;
    std::atomic<std::int64_t> m_size = 0;
    std::optional<Intrinsics> m_intrinsics;  ///< of all pairs so far
};

/// A name that is one file name: path parts become underscores; made unique among `used` by a number.
[[nodiscard]] std::string uniqueFileStem(const std::string& name, std::set<std::string>& used);

}  // namespace elbo
