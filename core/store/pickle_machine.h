// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/pickle_values.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace elbo {

/// Reads a pickle (Python's protocols 2 to 5) as far as state dicts need it: containers, numbers, text, and
/// the few globals of pickle_globals.h, whose calls describe tensors. Nothing else is known and nothing is
/// ever run; tensors are described, not made. Stack, memo and objects are bounded, and no value costs more
/// than the bytes that made it by more than a small factor.
class PickleMachine {
public:
    /// @param bytes  outlives the machine; the pickle may end before they do  @param path  for the sentences
    PickleMachine(std::string_view bytes, const std::string& path) : m_bytes(bytes), m_path(path) {}

    /// Runs one pickle to its STOP. Afterwards position() is behind it, and the next may be run; the objects
    /// of earlier ones stay. @throws Error(BadFile): damaged, or it holds something that is no tensor
    [[nodiscard]] PickleValue run();
    [[nodiscard]] std::size_t position() const { return m_position; }
    [[nodiscard]] const PickleObjects& objects() const { return m_objects; }

private:
    using Kind = PickleValue::Kind;

    // Reading.
    [[nodiscard]] std::string_view take(std::uint64_t bytes);
    [[nodiscard]] std::string_view takeLine();
    template <typename Number>
    [[nodiscard]] Number takeNumber()
    {
        static_assert(std::endian::native == std::endian::little, "pickles are little-endian");
        Number number{};
        const std::string_view bytes = take(sizeof number);
        std::memcpy(&number, bytes.data(), bytes.size());
        return number;
    }
    [[nodiscard]] PickleValue takeLong(std::uint64_t bytes);

    // The stack.
    void push(PickleValue value);
    [[nodiscard]] PickleValue pop();
    [[nodiscard]] PickleValue& top();
    [[nodiscard]] std::vector<PickleValue> popToMark();
    void pushText(std::string_view text);
    void pushItems(Kind kind, std::vector<PickleValue> items);
    [[nodiscard]] PickleValue newItems(Kind kind, std::vector<PickleValue> items);
    void pushTuple(std::size_t items);
    void expectRoom(std::size_t objects) const;
    void append(PickleValue container, const std::vector<PickleValue>& items);

    // Instructions.
    [[nodiscard]] bool step();  ///< false at STOP
    [[nodiscard]] bool stepConstant(std::uint8_t code);
    [[nodiscard]] bool stepText(std::uint8_t code);
    [[nodiscard]] bool stepContainer(std::uint8_t code);
    [[nodiscard]] bool stepMemo(std::uint8_t code);
    [[nodiscard]] bool stepObject(std::uint8_t code);
    void remember(std::uint64_t index);
    void recall(std::uint64_t index);
    void pushGlobal(std::string_view module, std::string_view name);
    void persistentLoad();
    void build();

    // Calls of the known globals.
    [[nodiscard]] PickleValue call(PickleGlobal function, const std::vector<PickleValue>& arguments);
    [[nodiscard]] PickleValue rebuildTensor(PickleGlobal function, const std::vector<PickleValue>& arguments);
    [[nodiscard]] PickleValue argument(const std::vector<PickleValue>& arguments, std::size_t index,
                                       Kind kind) const;
    [[nodiscard]] std::vector<std::int64_t> integers(PickleValue tuple) const;
    [[nodiscard]] PickleGlobal global(PickleValue value) const;
    void checkInside(const PickleTensor& tensor) const;

    [[noreturn]] void damaged(const std::string& reason) const;
    [[noreturn]] void refuse(const std::string& what) const;

    std::string_view m_bytes;
    std::string m_path;
    std::size_t m_position = 0;
    std::vector<PickleValue> m_stack;
    std::vector<std::size_t> m_marks;
    std::unordered_map<std::uint64_t, PickleValue> m_memo;
    std::size_t m_pushed = 0;  ///< values so far
    PickleObjects m_objects;
};

}  // namespace elbo
