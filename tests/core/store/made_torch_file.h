// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>

#include <cstdint>
#include <cstring>

namespace elbo::tests {

// Pickles put together by hand, instruction by instruction (Lib/pickletools.py of Python).

template <typename Number>
QByteArray rawNumber(Number value)
{
    QByteArray bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}
inline QByteArray pickleText(const QByteArray& text)
{
    return "X" + rawNumber(static_cast<std::uint32_t>(text.size())) + text;
}
inline QByteArray pickleInteger(std::int64_t value)
{
    return "\x8a\x08" + rawNumber(value);
}
inline QByteArray pickleTuple(const QByteArrayList& items)
{
    return "(" + items.join() + "t";
}
inline QByteArray pickleTuple(const QList<std::int64_t>& values)
{
    QByteArrayList items;
    for (const auto value : values)
        items += pickleInteger(value);
    return pickleTuple(items);
}
inline QByteArray pickleGlobal(const QByteArray& module, const QByteArray& name)
{
    return "c" + module + "\n" + name + "\n";
}
/// {key: value, ...}; both are instructions
inline QByteArray pickleDictionary(const QByteArrayList& keysAndValues)
{
    return "}(" + keysAndValues.join() + "u";
}
inline QByteArray pickle(const QByteArray& instructions)
{
    return QByteArray("\x80\x02", 2) + instructions + ".";
}

struct MadeTensor {
    QByteArray key = "k";
    std::int64_t elements = 6;
    std::int64_t offset = 0;
    QList<std::int64_t> shape{2, 3};
    QList<std::int64_t> strides{3, 1};
    QByteArray storage = "FloatStorage";
    QByteArray view = "N";
};
inline QByteArray pickleStorage(const MadeTensor& made)
{
    return pickleTuple(QByteArrayList{pickleText("storage"), pickleGlobal("torch", made.storage),
                                      pickleText(made.key), pickleText("cpu"), pickleInteger(made.elements),
                                      made.view}) +
           "Q";
}
inline QByteArray pickleTensor(const MadeTensor& made)
{
    return pickleGlobal("torch._utils", "_rebuild_tensor_v2") +
           pickleTuple(QByteArrayList{pickleStorage(made), pickleInteger(made.offset),
                                      pickleTuple(made.shape), pickleTuple(made.strides), "\x89",
                                      pickleGlobal("collections", "OrderedDict") + ")R"}) +
           "R";
}

/// A legacy file of that pickle, whose storages are `keys`, each of 6 floats 0..5 unless `numbers` says
/// otherwise.
inline QByteArray legacyFile(const QByteArray& instructions, const QByteArrayList& keys = {"k"},
                             const QByteArray& numbers = {}, const QByteArray& system = "\x88")
{
    QByteArray data = numbers;
    if (data.isEmpty()) {
        for (qsizetype i = 0; i < keys.size(); ++i) {
            data += rawNumber(std::int64_t{6});
            for (int value = 0; value < 6; ++value)
                data += rawNumber(static_cast<float>(value));
        }
    }
    QByteArray list = "](";
    for (const auto& key : keys)
        list += pickleText(key);
    return QByteArray("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15) +
           pickle("M\xe9\x03") + pickle(pickleDictionary({pickleText("little_endian"), system})) +
           pickle(instructions) + pickle(list + "e") + data;
}

}  // namespace elbo::tests
