// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/pickle_globals.h"

#include <algorithm>
#include <array>

namespace elbo {
namespace {

using Kind = PickleGlobal::Kind;

struct Known {
    std::string_view module;
    std::string_view name;
    Kind kind;
};

constexpr std::array kKnown{
    Known{"collections", "OrderedDict", Kind::OrderedDict},
    Known{"collections", "Counter", Kind::Counter},
    Known{"torch", "Size", Kind::Size},
    Known{"torch", "device", Kind::Device},
    Known{"torch", "Tensor", Kind::TensorClass},
    Known{"torch.nn.parameter", "Parameter", Kind::ParameterClass},
    Known{"torch.storage", "UntypedStorage", Kind::UntypedStorage},
    Known{"torch", "UntypedStorage", Kind::UntypedStorage},
    Known{"torch._utils", "_rebuild_tensor", Kind::RebuildTensor},
    Known{"torch._utils", "_rebuild_tensor_v2", Kind::RebuildTensor2},
    Known{"torch._utils", "_rebuild_tensor_v3", Kind::RebuildTensor3},
    Known{"torch._utils", "_rebuild_parameter", Kind::RebuildParameter},
    Known{"torch._utils", "_rebuild_parameter_with_state", Kind::RebuildParameter},
    Known{"torch._tensor", "_rebuild_from_type_v2", Kind::RebuildFromType},
};

struct TypeNames {
    std::string_view storage;
    std::string_view type;
    at::ScalarType value;
};
constexpr std::array kTypes{
    TypeNames{"DoubleStorage", "float64", at::kDouble},
    TypeNames{"FloatStorage", "float32", at::kFloat},
    TypeNames{"HalfStorage", "float16", at::kHalf},
    TypeNames{"BFloat16Storage", "bfloat16", at::kBFloat16},
    TypeNames{"LongStorage", "int64", at::kLong},
    TypeNames{"IntStorage", "int32", at::kInt},
    TypeNames{"ShortStorage", "int16", at::kShort},
    TypeNames{"CharStorage", "int8", at::kChar},
    TypeNames{"ByteStorage", "uint8", at::kByte},
    TypeNames{"BoolStorage", "bool", at::kBool},
    TypeNames{"", "uint16", at::kUInt16},  // has no storage of its own
};

}  // namespace

std::optional<PickleGlobal> findPickleGlobal(std::string_view module, std::string_view name)
{
    const auto known = std::ranges::find_if(
        kKnown, [&](const Known& each) { return each.module == module && each.name == name; });
    if (known != kKnown.end()) {
        return PickleGlobal{.kind = known->kind};
    }
    const bool isTorch = module == "torch";
    if ((!isTorch && module != "torch.cuda") || name.empty()) {
        return std::nullopt;
    }
    for (const TypeNames& names : kTypes) {
        if (name == names.storage) {
            return PickleGlobal{.kind = Kind::Storage, .type = names.value};
        }
        if (isTorch && name == names.type) {
            return PickleGlobal{.kind = Kind::Type, .type = names.value};
        }
    }
    return std::nullopt;
}

}  // namespace elbo
