// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace elbo {

/// A name of Python that a pickle of tensors may speak of. None of them is ever looked up or run: each has a
/// meaning of its own here.
struct PickleGlobal {
    enum class Kind : std::uint8_t {
        OrderedDict,
        Counter,
        Size,
        Device,
        TensorClass,
        ParameterClass,
        Storage,         ///< of elements of `type`
        UntypedStorage,  ///< of bytes
        Type,            ///< a dtype
        RebuildTensor,   ///< storage, offset, shape, strides
        RebuildTensor2,  ///< and whether it needs a gradient, hooks
        RebuildTensor3,  ///< and its dtype, of an untyped storage
        RebuildParameter,
        RebuildFromType,  ///< one of the functions above with its arguments, for tensors with attributes
    };
    Kind kind;
    at::ScalarType type = at::kFloat;
};

/// The one list of names that are known; nothing for every other.
[[nodiscard]] std::optional<PickleGlobal> findPickleGlobal(std::string_view module, std::string_view name);

}  // namespace elbo
