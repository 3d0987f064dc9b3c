// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/plain_line.h"
#include "core/store/pickle_machine.h"
#include "core/store/torch_error.h"

#include <string>
#include <string_view>

// The instructions that a pickle of tensors is made of, one group a function.

namespace elbo {
namespace {

constexpr std::size_t kMostMarks = 10'000;

/// Python's instructions (Lib/pickletools.py), those that are known here.
enum Code : std::uint8_t {
    kMark = '(',
    kStop = '.',
    kPop = '0',
    kPopMark = '1',
    kBinFloat = 'G',
    kBinInt = 'J',
    kBinInt1 = 'K',
    kBinInt2 = 'M',
    kNone = 'N',
    kBinPersonId = 'Q',
    kReduce = 'R',
    kShortBinString = 'U',
    kBinString = 'T',
    kBinUnicode = 'X',
    kAppend = 'a',
    kBuild = 'b',
    kGlobal = 'c',
    kAppends = 'e',
    kBinGet = 'h',
    kLongBinGet = 'j',
    kBinPut = 'q',
    kLongBinPut = 'r',
    kSetItem = 's',
    kTuple = 't',
    kEmptyTuple = ')',
    kSetItems = 'u',
    kEmptyDict = '}',
    kEmptyList = ']',
    kProtocol = 0x80,
    kTuple1 = 0x85,
    kTuple2 = 0x86,
    kTuple3 = 0x87,
    kNewTrue = 0x88,
    kNewFalse = 0x89,
    kLong1 = 0x8a,
    kLong4 = 0x8b,
    kBinBytes = 'B',
    kShortBinBytes = 'C',
    kShortBinUnicode = 0x8c,
    kBinUnicode8 = 0x8d,
    kBinBytes8 = 0x8e,
    kEmptySet = 0x8f,
    kAddItems = 0x90,
    kStackGlobal = 0x93,
    kMemoize = 0x94,
    kFrame = 0x95,
};

/// A name from the file as it can stand in a sentence.
std::string shown(std::string_view name)
{
    constexpr std::size_t kLongest = 80;
    return plainLine(name.substr(0, kLongest)) + (name.size() > kLongest ? "..." : "");
}

}  // namespace

bool PickleMachine::step()
{
    const auto code = takeNumber<std::uint8_t>();
    if (code == kStop) {
        return false;
    }
    if (!stepConstant(code) && !stepText(code) && !stepContainer(code) && !stepMemo(code) &&
        !stepObject(code)) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        damaged(std::string("its pickle has an instruction that state dicts have no use for, 0x") +
                kDigits[code >> 4U] + kDigits[code & 15U]);
    }
    return true;
}

bool PickleMachine::stepConstant(std::uint8_t code)
{
    switch (code) {
        case kProtocol:
            if (const auto version = takeNumber<std::uint8_t>(); version < 2 || version > 5) {
                damaged("its pickle has the unknown protocol " + std::to_string(version));
            }
            return true;
        case kFrame:  // says how much belongs together; reading byte after byte needs no such hint
            static_cast<void>(take(sizeof(std::uint64_t)));
            return true;
        case kNone:
            push({});
            return true;
        case kNewTrue:
            push({.kind = Kind::Boolean, .number = 1});
            return true;
        case kNewFalse:
            push({.kind = Kind::Boolean, .number = 0});
            return true;
        case kBinInt:
            push({.kind = Kind::Integer, .number = takeNumber<std::int32_t>()});
            return true;
        case kBinInt1:
            push({.kind = Kind::Integer, .number = takeNumber<std::uint8_t>()});
            return true;
        case kBinInt2:
            push({.kind = Kind::Integer, .number = takeNumber<std::uint16_t>()});
            return true;
        case kLong1:
            push(takeLong(takeNumber<std::uint8_t>()));
            return true;
        case kLong4:
            push(takeLong(takeNumber<std::uint32_t>()));
            return true;
        case kBinFloat:
            static_cast<void>(take(sizeof(double)));
            push({.kind = Kind::Other});
            return true;
        default:
            return false;
    }
}

bool PickleMachine::stepText(std::uint8_t code)
{
    const auto pushBytes = [this](std::uint64_t bytes) {
        static_cast<void>(take(bytes));
        push({.kind = Kind::Other});
    };
    switch (code) {
        case kShortBinUnicode:
        case kShortBinString:  // Python 2's text
            pushText(take(takeNumber<std::uint8_t>()));
            return true;
        case kBinUnicode:
        case kBinString:
            pushText(take(takeNumber<std::uint32_t>()));
            return true;
        case kBinUnicode8:
            pushText(take(takeNumber<std::uint64_t>()));
            return true;
        case kShortBinBytes:
            pushBytes(takeNumber<std::uint8_t>());
            return true;
        case kBinBytes:
            pushBytes(takeNumber<std::uint32_t>());
            return true;
        case kBinBytes8:
            pushBytes(takeNumber<std::uint64_t>());
            return true;
        default:
            return false;
    }
}

bool PickleMachine::stepContainer(std::uint8_t code)
{
    const auto addTo = [this](Kind kind, const std::vector<PickleValue>& items) {
        const PickleValue container = top();
        if (container.kind != kind || (kind == Kind::Dictionary && items.size() % 2 != 0)) {
            damaged("its pickle adds values to what is no container of such");
        }
        append(container, items);
    };
    switch (code) {
        case kMark:
            if (m_marks.size() == kMostMarks) {
                damaged("its pickle is nested too deeply");
            }
            m_marks.push_back(m_stack.size());
            return true;
        case kPop:
            static_cast<void>(pop());
            return true;
        case kPopMark:
            static_cast<void>(popToMark());
            return true;
        case kEmptyTuple:
            pushItems(Kind::Tuple, {});
            return true;
        case kEmptyList:
            pushItems(Kind::List, {});
            return true;
        case kEmptyDict:
            pushItems(Kind::Dictionary, {});
            return true;
        case kEmptySet:
            push({.kind = Kind::Other});
            return true;
        case kTuple:
            pushItems(Kind::Tuple, popToMark());
            return true;
        case kTuple1:
            pushTuple(1);
            return true;
        case kTuple2:
            pushTuple(2);
            return true;
        case kTuple3:
            pushTuple(3);
            return true;
        case kAppend: {
            const PickleValue item = pop();
            addTo(Kind::List, {item});
            return true;
        }
        case kAppends: {
            const auto items = popToMark();
            addTo(Kind::List, items);
            return true;
        }
        case kAddItems: {
            static_cast<void>(popToMark());
            if (top().kind != Kind::Other) {
                damaged("its pickle adds values to what is no container of such");
            }
            return true;
        }
        case kSetItem: {
            const PickleValue value = pop();
            const PickleValue key = pop();
            addTo(Kind::Dictionary, {key, value});
            return true;
        }
        case kSetItems: {
            const auto items = popToMark();
            addTo(Kind::Dictionary, items);
            return true;
        }
        default:
            return false;
    }
}

void PickleMachine::remember(std::uint64_t index)
{
    expectRoom(m_memo.size());
    m_memo[index] = top();
}

void PickleMachine::recall(std::uint64_t index)
{
    const auto found = m_memo.find(index);
    if (found == m_memo.end()) {
        damaged("its pickle takes values that are not there");
    }
    push(found->second);
}

bool PickleMachine::stepMemo(std::uint8_t code)
{
    switch (code) {
        case kBinPut:
            remember(takeNumber<std::uint8_t>());
            return true;
        case kLongBinPut:
            remember(takeNumber<std::uint32_t>());
            return true;
        case kMemoize:
            remember(m_memo.size());
            return true;
        case kBinGet:
            recall(takeNumber<std::uint8_t>());
            return true;
        case kLongBinGet:
            recall(takeNumber<std::uint32_t>());
            return true;
        default:
            return false;
    }
}

bool PickleMachine::stepObject(std::uint8_t code)
{
    switch (code) {
        case kGlobal: {
            const auto module = takeLine();
            const auto name = takeLine();
            pushGlobal(module, name);
            return true;
        }
        case kStackGlobal: {
            const PickleValue name = pop();
            const PickleValue module = pop();
            if (name.kind != Kind::Text || module.kind != Kind::Text) {
                damaged("its pickle names something that is no text");
            }
            pushGlobal(m_objects.text(module), m_objects.text(name));
            return true;
        }
        case kReduce: {
            const PickleValue arguments = pop();
            const PickleValue function = pop();
            if (arguments.kind != Kind::Tuple) {
                damaged("its pickle calls something without arguments");
            }
            push(call(global(function), m_objects.items(arguments)));
            return true;
        }
        case kBinPersonId:
            persistentLoad();
            return true;
        case kBuild:
            build();
            return true;
        default:
            return false;
    }
}

void PickleMachine::pushGlobal(std::string_view module, std::string_view name)
{
    const auto known = findPickleGlobal(module, name);
    if (!known) {
        const std::string title = shown(std::string(module) + "." + std::string(name));
        refuse(module.starts_with("__torch__") ? "it is a TorchScript program, \"" + title + "\""
                                               : "besides tensors it asks for \"" + title + "\"");
    }
    expectRoom(m_objects.globals.size());
    m_objects.globals.push_back(*known);
    push({.kind = Kind::Global, .number = static_cast<std::int64_t>(m_objects.globals.size() - 1)});
}

/// The attributes of a state dict ("_metadata": versions of layers) are of no interest.
void PickleMachine::build()
{
    static_cast<void>(pop());
    if (const Kind kind = top().kind; kind != Kind::Dictionary && kind != Kind::Tensor) {
        refuse("it gives attributes to what is no state dict");
    }
}

}  // namespace elbo
