// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/pickle_machine.h"

#include <algorithm>
#include <limits>
#include <utility>

// What the known globals mean when a pickle calls them. Source: torch/_utils.py and torch/serialization.py of
// PyTorch 2.13, whose functions these stand for.

namespace elbo {
namespace {

constexpr std::size_t kMostDimensions = 16;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 16;  ///< bytes fit 64 bits too

}  // namespace

PickleValue PickleMachine::argument(const std::vector<PickleValue>& arguments, std::size_t index,
                                    Kind kind) const
{
    if (index >= arguments.size() || arguments[index].kind != kind) {
        damaged("its pickle describes a tensor wrongly");
    }
    return arguments[index];
}

PickleGlobal PickleMachine::global(PickleValue value) const
{
    if (value.kind != Kind::Global) {
        damaged("its pickle calls what cannot be called");
    }
    return m_objects.globals[static_cast<std::size_t>(value.number)];
}

std::vector<std::int64_t> PickleMachine::integers(PickleValue tuple) const
{
    const auto& items = m_objects.items(tuple);
    if (items.size() > kMostDimensions) {
        damaged("its pickle describes a tensor of too many dimensions");
    }
    std::vector<std::int64_t> numbers;
    numbers.reserve(items.size());
    for (const PickleValue item : items) {
        if (item.kind != Kind::Integer || item.number < 0) {
            damaged("its pickle describes a tensor wrongly");
        }
        numbers.push_back(item.number);
    }
    return numbers;
}

PickleValue PickleMachine::call(PickleGlobal function, const std::vector<PickleValue>& arguments)
{
    using Global = PickleGlobal::Kind;
    switch (function.kind) {
        case Global::OrderedDict: {
            // Filled by later instructions; Python 2 gave it a list of pairs, which no file of PyTorch has.
            if (!arguments.empty()) {
                damaged("its pickle makes a dictionary in an unknown way");
            }
            return newItems(Kind::Dictionary, {});
        }
        case Global::Size:
            return argument(arguments, 0, Kind::Tuple);
        case Global::Counter:
        case Global::Device:
            return {.kind = Kind::Other};
        case Global::RebuildTensor:
        case Global::RebuildTensor2:
        case Global::RebuildTensor3:
            return rebuildTensor(function, arguments);
        case Global::RebuildParameter:
            return argument(arguments, 0, Kind::Tensor);
        case Global::RebuildFromType: {
            const PickleGlobal inner = global(argument(arguments, 0, Kind::Global));
            const PickleGlobal type = global(argument(arguments, 1, Kind::Global));
            if (inner.kind == Global::RebuildFromType ||
                (type.kind != Global::TensorClass && type.kind != Global::ParameterClass)) {
                damaged("its pickle describes a tensor wrongly");
            }
            // A copy: the call may add to the lists.
            const auto innerArguments = m_objects.items(argument(arguments, 2, Kind::Tuple));
            return call(inner, innerArguments);
        }
        case Global::TensorClass:
        case Global::ParameterClass:
        case Global::Storage:
        case Global::UntypedStorage:
        case Global::Type:
            break;
    }
    damaged("its pickle calls what cannot be called");
}

/// ("storage", type, key, device, elements[, view]): the numbers themselves lie elsewhere in the file.
void PickleMachine::persistentLoad()
{
    const PickleValue id = pop();
    if (id.kind != Kind::Tuple) {
        damaged("its pickle describes a storage wrongly");
    }
    const auto& parts = m_objects.items(id);
    if (m_objects.text(argument(parts, 0, Kind::Text)) == "module") {
        refuse("it holds a whole module with its source code");
    }
    const PickleGlobal type = global(argument(parts, 1, Kind::Global));
    if (m_objects.text(parts[0]) != "storage" ||
        (type.kind != PickleGlobal::Kind::Storage && type.kind != PickleGlobal::Kind::UntypedStorage)) {
        damaged("its pickle describes a storage wrongly");
    }
    PickleStorage storage{.key = m_objects.text(argument(parts, 2, Kind::Text)),
                          .type = type.type,
                          .untyped = type.kind == PickleGlobal::Kind::UntypedStorage,
                          .elements = argument(parts, 4, Kind::Integer).number};
    if (storage.untyped) {
        storage.type = at::kByte;
    }
    if (storage.elements < 0 || storage.elements > kMost) {
        damaged("its pickle describes a storage of an impossible size");
    }
    storage.end = storage.elements;
    if (parts.size() > 5 && parts[5].kind != Kind::None) {  // (key, offset, elements) of a view
        const auto& view = m_objects.items(argument(parts, 5, Kind::Tuple));
        const std::int64_t begin = argument(view, 1, Kind::Integer).number;
        const std::int64_t elements = argument(view, 2, Kind::Integer).number;
        if (begin < 0 || begin > storage.elements || elements < 0 || elements > storage.elements - begin) {
            damaged("its pickle describes a storage of an impossible size");
        }
        storage.begin = begin;
        storage.end = begin + elements;
    }
    expectRoom(m_objects.storages.size());
    m_objects.storages.push_back(storage);
    push({.kind = Kind::Storage, .number = static_cast<std::int64_t>(m_objects.storages.size() - 1)});
}

PickleValue PickleMachine::rebuildTensor(PickleGlobal function, const std::vector<PickleValue>& arguments)
{
    PickleTensor tensor;
    tensor.storage = static_cast<std::size_t>(argument(arguments, 0, Kind::Storage).number);
    const PickleStorage& storage = m_objects.storages[tensor.storage];
    tensor.type = storage.type;
    if (function.kind == PickleGlobal::Kind::RebuildTensor3) {
        const PickleGlobal type = global(argument(arguments, 6, Kind::Global));
        if (type.kind != PickleGlobal::Kind::Type) {
            damaged("its pickle describes a tensor wrongly");
        }
        tensor.type = type.type;
    }
    if (!storage.untyped && tensor.type != storage.type) {
        damaged("its pickle describes a tensor of another type than its storage");
    }
    tensor.offset = argument(arguments, 1, Kind::Integer).number;
    tensor.shape = integers(argument(arguments, 2, Kind::Tuple));
    tensor.strides = integers(argument(arguments, 3, Kind::Tuple));
    checkInside(tensor);
    tensor.offset += storage.begin;  // of untyped storages, which have no views, this is 0
    expectRoom(m_objects.tensors.size());
    m_objects.tensors.push_back(std::move(tensor));
    return {.kind = Kind::Tensor, .number = static_cast<std::int64_t>(m_objects.tensors.size() - 1)};
}

/// No element may lie outside of the storage, and no product of sizes may overflow.
void PickleMachine::checkInside(const PickleTensor& tensor) const
{
    const PickleStorage& storage = m_objects.storages[tensor.storage];
    std::int64_t elements = storage.end - storage.begin;
    if (storage.untyped) {
        if (storage.begin != 0 || storage.end != storage.elements) {
            damaged("its pickle describes a storage wrongly");
        }
        elements /= static_cast<std::int64_t>(c10::elementSize(tensor.type));
    }
    if (tensor.shape.size() != tensor.strides.size() || tensor.offset < 0 || tensor.offset > elements) {
        damaged("its pickle describes a tensor outside of its storage");
    }
    std::int64_t count = 1;  // zeros count as one: what they multiply would overflow all the same
    std::int64_t last = tensor.offset;
    bool empty = false;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        const std::int64_t size = tensor.shape[i];
        const std::int64_t stride = tensor.strides[i];
        if (size > 1 && (count > kMost / size || stride > (kMost - last) / (size - 1))) {
            damaged("its pickle describes a tensor larger than any memory");
        }
        count *= std::max<std::int64_t>(size, 1);
        last += size > 1 ? (size - 1) * stride : 0;
        empty = empty || size == 0;
    }
    if (!empty && last >= elements) {
        damaged("its pickle describes a tensor outside of its storage");
    }
}

}  // namespace elbo
