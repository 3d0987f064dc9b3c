// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/pickle_globals.h"

#include <c10/core/ScalarType.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace elbo {

/// A value that a pickle made: a number, or the place of an object among those of its kind. Nothing points
/// to anything, so values that hold each other cost no more than others.
struct PickleValue {
    enum class Kind : std::uint8_t {
        None,
        Boolean,
        Integer,
        Text,
        Tuple,
        List,
        Dictionary,
        Global,
        Storage,
        Tensor,
        Other,  ///< known and of no interest: real numbers, bytes, devices, sets
    };
    Kind kind = Kind::None;
    std::int64_t number = 0;  ///< of Boolean and Integer; else an index
};

/// Where the numbers of some tensors lie.
struct PickleStorage {
    std::string_view key;  ///< its name in the file
    at::ScalarType type = at::kFloat;
    bool untyped = false;       ///< bytes, of which each tensor tells the type
    std::int64_t elements = 0;  ///< of the whole storage; bytes when untyped
    std::int64_t begin = 0;     ///< a view of a storage (old legacy files): its first element
    std::int64_t end = 0;       ///< and the one behind its last
};

struct PickleTensor {
    std::size_t storage = 0;
    at::ScalarType type = at::kFloat;
    std::int64_t offset = 0;  ///< of its first element in the storage, in elements of `type`
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;  ///< in elements; checked: no element lies outside of the storage
};

/// Everything that one pickle made. Texts are views into its bytes.
struct PickleObjects {
    std::vector<std::string_view> texts;
    std::vector<std::vector<PickleValue>> lists;  ///< tuples, lists; dictionaries as key, value, key, value
    std::vector<PickleGlobal> globals;
    std::vector<PickleStorage> storages;
    std::vector<PickleTensor> tensors;

    [[nodiscard]] std::string_view text(PickleValue value) const
    {
        return texts[static_cast<std::size_t>(value.number)];
    }
    [[nodiscard]] const std::vector<PickleValue>& items(PickleValue value) const
    {
        return lists[static_cast<std::size_t>(value.number)];
    }
};

}  // namespace elbo
