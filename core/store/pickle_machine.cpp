// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/pickle_machine.h"

#include "core/store/torch_error.h"

#include <bit>
#include <utility>

namespace elbo {
namespace {

/// Far above what the largest checkpoints need, far below what would hurt.
constexpr std::size_t kMostValues = 8'000'000;
constexpr std::size_t kMostObjects = 1'000'000;
constexpr std::size_t kDeepestStack = 1'000'000;

}  // namespace

void PickleMachine::damaged(const std::string& reason) const
{
    throw torchFileError(m_path, reason + " (byte " + std::to_string(m_position) + " of its pickle)");
}

void PickleMachine::refuse(const std::string& what) const
{
    throw torchRefusal(m_path, what);
}

std::string_view PickleMachine::take(std::uint64_t bytes)
{
    if (bytes > m_bytes.size() - m_position) {
        damaged("its pickle is cut short");
    }
    const std::string_view taken = m_bytes.substr(m_position, bytes);
    m_position += bytes;
    return taken;
}

std::string_view PickleMachine::takeLine()
{
    const std::size_t end = m_bytes.find('\n', m_position);
    if (end == std::string_view::npos) {
        damaged("its pickle is cut short");
    }
    const std::string_view line = m_bytes.substr(m_position, end - m_position);
    m_position = end + 1;
    return line;
}

/// Two's complement of that many bytes; one that needs more than 64 bits is of no interest to tensors.
PickleValue PickleMachine::takeLong(std::uint64_t bytes)
{
    const std::string_view digits = take(bytes);
    if (bytes > sizeof(std::int64_t)) {
        return {.kind = Kind::Other};
    }
    const bool negative = !digits.empty() && (static_cast<std::uint8_t>(digits.back()) & 0x80U) != 0;
    std::uint64_t number = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = digits.size(); i > 0; --i) {
        number = (number << 8U) | static_cast<std::uint8_t>(digits[i - 1]);
    }
    return {.kind = Kind::Integer, .number = std::bit_cast<std::int64_t>(number)};
}

void PickleMachine::push(PickleValue value)
{
    if (m_stack.size() == kDeepestStack || m_pushed == kMostValues) {
        damaged("its pickle holds more values than any state dict");
    }
    ++m_pushed;
    m_stack.push_back(value);
}

PickleValue& PickleMachine::top()
{
    if (m_stack.size() <= (m_marks.empty() ? 0 : m_marks.back())) {
        damaged("its pickle takes values that are not there");
    }
    return m_stack.back();
}

PickleValue PickleMachine::pop()
{
    const PickleValue value = top();
    m_stack.pop_back();
    return value;
}

std::vector<PickleValue> PickleMachine::popToMark()
{
    if (m_marks.empty()) {
        damaged("its pickle takes values that are not there");
    }
    const auto begin = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    std::vector<PickleValue> items(begin, m_stack.end());
    m_stack.erase(begin, m_stack.end());
    m_marks.pop_back();
    return items;
}

void PickleMachine::pushText(std::string_view text)
{
    m_objects.texts.push_back(text);
    push({.kind = Kind::Text, .number = static_cast<std::int64_t>(m_objects.texts.size() - 1)});
}

void PickleMachine::pushItems(Kind kind, std::vector<PickleValue> items)
{
    push(newItems(kind, std::move(items)));
}

PickleValue PickleMachine::newItems(Kind kind, std::vector<PickleValue> items)
{
    expectRoom(m_objects.lists.size());
    m_objects.lists.push_back(std::move(items));
    return {.kind = kind, .number = static_cast<std::int64_t>(m_objects.lists.size() - 1)};
}

void PickleMachine::expectRoom(std::size_t objects) const
{
    if (objects >= kMostObjects) {
        damaged("its pickle holds more objects than any state dict");
    }
}

void PickleMachine::pushTuple(std::size_t items)
{
    std::vector<PickleValue> values(items);
    for (std::size_t i = items; i > 0; --i) {
        values[i - 1] = pop();
    }
    pushItems(Kind::Tuple, std::move(values));
}

void PickleMachine::append(PickleValue container, const std::vector<PickleValue>& items)
{
    auto& list = m_objects.lists[static_cast<std::size_t>(container.number)];
    list.insert(list.end(), items.begin(), items.end());
}

PickleValue PickleMachine::run()
{
    m_stack.clear();
    m_marks.clear();
    m_memo.clear();
    while (step()) {
    }
    return pop();
}

}  // namespace elbo
