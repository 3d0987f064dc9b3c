// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/data/image_source.h"

#include <ATen/core/Tensor.h>

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// What all images of a prepared file share.
struct PreparedLayout {
    std::int64_t colorChannels = 3;
    std::int64_t height = 0;
    std::int64_t width = 0;
    bool hasDepth = true;
    bool operator==(const PreparedLayout&) const = default;
};

/// What is known when the last image is written.
struct PreparedEnding {
    std::vector<std::string> names;    ///< plainLine of each
    std::vector<std::int64_t> labels;  ///< -1 unknown; empty: no labels
    std::vector<std::uint8_t> sides;
    std::vector<std::optional<std::array<double, 4>>> intrinsics;  ///< written when every image has them
    std::vector<ImageProblem> problems;
};

/// Writes a prepared file while its images come: the pixels go to disk at once (depth into the file, colour
/// into an unnamed one that is appended), so that memory holds a few dozen bytes an image. Nothing is left
/// behind without finish(). Every method throws Error as AtomicFile does.
class PreparedWriter {
public:
    PreparedWriter(const std::filesystem::path& target, const PreparedLayout& layout,
                   const WriteObserver& observer);
    ~PreparedWriter();
    PreparedWriter(const PreparedWriter&) = delete;
    PreparedWriter& operator=(const PreparedWriter&) = delete;

    /// @param color uint8 [C,H,W]; @param depth uint16 [1,H,W], undefined without; @param ranges float32
    /// [C+D,2]
    void add(const at::Tensor& color, const at::Tensor& depth, const at::Tensor& ranges);
    [[nodiscard]] const PreparedLayout& layout() const;
    [[nodiscard]] std::int64_t count() const;
    /// @param info JSON object written as it is
    void finish(const PreparedEnding& ending, const nlohmann::json& info);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace elbo
