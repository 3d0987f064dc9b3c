// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/plain_line.h"
#include "core/geometry/ply.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace elbo {

namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{4} << 30;
constexpr std::size_t kLongestHeader = 1 << 16;
constexpr std::size_t kMostProperties = 64;

enum class Type { Int8, UInt8, Int16, UInt16, Int32, UInt32, Float, Double };
enum class Format { Ascii, Little, Big };

struct Property {
    std::string name;
    Type type = Type::Float;
    bool list = false;
};
struct Element {
    std::string name;
    std::uint64_t count = 0;
    std::vector<Property> properties;
};
struct Header {
    Format format = Format::Ascii;
    std::vector<Element> elements;  ///< up to the vertices
    bool metric = true;
    std::size_t size = 0;  ///< bytes
};

std::size_t sizeOf(Type type)
{
    switch (type) {
        case Type::Int8:
        case Type::UInt8:
            return 1;
        case Type::Int16:
        case Type::UInt16:
            return 2;
        case Type::Int32:
        case Type::UInt32:
        case Type::Float:
            return 4;
        case Type::Double:
            break;
    }
    return 8;
}

std::optional<Type> typeOf(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, Type>, 16> kTypes{{{"char", Type::Int8},
                                                                        {"int8", Type::Int8},
                                                                        {"uchar", Type::UInt8},
                                                                        {"uint8", Type::UInt8},
                                                                        {"short", Type::Int16},
                                                                        {"int16", Type::Int16},
                                                                        {"ushort", Type::UInt16},
                                                                        {"uint16", Type::UInt16},
                                                                        {"int", Type::Int32},
                                                                        {"int32", Type::Int32},
                                                                        {"uint", Type::UInt32},
                                                                        {"uint32", Type::UInt32},
                                                                        {"float", Type::Float},
                                                                        {"float32", Type::Float},
                                                                        {"double", Type::Double},
                                                                        {"float64", Type::Double}}};
    const auto found = std::ranges::find(kTypes, name, &std::pair<std::string_view, Type>::first);
    return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

class Reader {
public:
    Reader(std::string_view bytes, std::string name) : m_bytes(bytes), m_name(std::move(name)) {}

    PointCloud read()
    {
        readHeader();
        for (std::size_t i = 0; i + 1 < m_header.elements.size(); ++i)
            skip(m_header.elements[i]);
        return vertices(m_header.elements.back());
    }

private:
    [[noreturn]] void fail(const std::string& why) const
    {
        throw Error(ErrorCode::BadFile, m_name + " is no PLY file that can be read: " + why + ".");
    }

    std::string_view line()
    {
        const auto end = m_bytes.find('\n', m_at);
        if (end == std::string_view::npos || end > kLongestHeader)
            fail("its header does not end");
        auto text = m_bytes.substr(m_at, end - m_at);
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        m_at = end + 1;
        return text;
    }

    static std::vector<std::string_view> words(std::string_view text)
    {
        std::vector<std::string_view> result;
        while (true) {
            const auto begin = text.find_first_not_of(" \t");
            if (begin == std::string_view::npos)
                return result;
            text.remove_prefix(begin);
            const auto end = std::min(text.find_first_of(" \t"), text.size());
            result.push_back(text.substr(0, end));
            text.remove_prefix(end);
        }
    }

    void readHeader()
    {
        if (line() != "ply")
            fail("it does not begin with ply");
        bool formatKnown = false, vertexSeen = false, afterVertex = false;
        while (true) {
            const auto parts = words(line());
            if (parts.empty() || parts[0] == "obj_info")
                continue;
            if (parts[0] == "end_header")
                break;
            if (parts[0] == "comment") {
                if (parts.size() == 3 && parts[1] == "unit" && parts[2] == "relative")
                    m_header.metric = false;
            } else if (parts[0] == "format" && parts.size() == 3) {
                readFormat(parts[1]);
                formatKnown = true;
            } else if (parts[0] == "element" && parts.size() == 3) {
                afterVertex = vertexSeen;
                if (!afterVertex)
                    addElement(parts);
                vertexSeen = vertexSeen || parts[1] == "vertex";
            } else if (parts[0] == "property") {
                if (!afterVertex)
                    addProperty(parts);
            } else {
                fail("its header has the line \"" + plainLine(parts[0]) + "\"");
            }
        }
        if (!formatKnown || !vertexSeen)
            fail(formatKnown ? "it has no vertices" : "its header tells no format");
        m_header.size = m_at;
    }

    void readFormat(std::string_view name)
    {
        if (name == "ascii")
            m_header.format = Format::Ascii;
        else if (name == "binary_little_endian")
            m_header.format = Format::Little;
        else if (name == "binary_big_endian")
            m_header.format = Format::Big;
        else
            fail("its format " + plainLine(name) + " is unknown");
    }

    void addElement(const std::vector<std::string_view>& parts)
    {
        Element element;
        element.name = parts[1];
        const auto text = parts[2];
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), element.count);
        if (problem != std::errc{} || end != text.data() + text.size())
            fail("the number of its " + plainLine(parts[1]) + " elements cannot be read");
        m_header.elements.push_back(std::move(element));
    }

    void addProperty(const std::vector<std::string_view>& parts)
    {
        if (m_header.elements.empty())
            fail("a property stands before any element");
        auto& properties = m_header.elements.back().properties;
        if (properties.size() >= kMostProperties)
            fail("it has more than 64 properties");
        const bool list = parts.size() == 5 && parts[1] == "list";
        const auto type = parts.size() == 3 ? typeOf(parts[1]) : std::nullopt;
        if (!list && !type)
            fail("a property of its header cannot be read");
        properties.push_back({std::string(parts.back()), type.value_or(Type::Float), list});
    }

    static std::size_t recordSize(const Element& element)
    {
        std::size_t size = 0;
        for (const auto& property : element.properties)
            size += sizeOf(property.type);
        return size;
    }

    void requireFixed(const Element& element) const
    {
        if (std::ranges::any_of(element.properties, &Property::list))
            fail("its " + plainLine(element.name) + " elements hold lists");
    }

    /// Refuses counts that the rest of the file cannot hold, before anything is allocated for them.
    void requireRoom(const Element& element) const
    {
        const auto left = m_bytes.size() - m_at;
        const std::size_t least = m_header.format == Format::Ascii
                                      ? std::max<std::size_t>(1, 2 * element.properties.size() - 1)
                                      : std::max<std::size_t>(1, recordSize(element));
        if (element.count > left / least + 1 ||
            (m_header.format != Format::Ascii && element.count > left / least))
            fail("it claims " + std::to_string(element.count) + " " + plainLine(element.name) +
                 " elements and is too short for them");
    }

    void skip(const Element& element)
    {
        requireFixed(element);
        requireRoom(element);
        if (m_header.format == Format::Ascii) {
            for (std::uint64_t i = 0; i < element.count * element.properties.size(); ++i)
                (void)number();
        } else {
            m_at += static_cast<std::size_t>(element.count) * recordSize(element);
        }
    }

    /// The next number of an ASCII file.
    double number()
    {
        const auto begin = m_bytes.find_first_not_of(" \t\r\n", m_at);
        if (begin == std::string_view::npos)
            fail("it ends in the middle of its elements");
        double value = 0;
        const auto [end, problem] =
            std::from_chars(m_bytes.data() + begin, m_bytes.data() + m_bytes.size(), value);
        if (problem != std::errc{})
            fail("a number of it cannot be read");
        m_at = static_cast<std::size_t>(end - m_bytes.data());
        if (m_at < m_bytes.size() &&
            std::string_view(" \t\r\n").find(m_bytes[m_at]) == std::string_view::npos)
            fail("a number of it cannot be read");
        return value;
    }

    /// The next number of a binary file; requireRoom() was asked before.
    double binary(Type type)
    {
        const auto size = sizeOf(type);
        std::uint64_t bits = 0;
        for (std::size_t byte = 0; byte < size; ++byte) {
            const auto place = m_header.format == Format::Little ? size - 1 - byte : byte;
            bits = bits << 8 | static_cast<std::uint8_t>(m_bytes[m_at + place]);
        }
        m_at += size;
        switch (type) {
            case Type::Int8:
                return static_cast<std::int8_t>(bits);
            case Type::Int16:
                return static_cast<std::int16_t>(bits);
            case Type::Int32:
                return static_cast<std::int32_t>(bits);
            case Type::Float:
                return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
            case Type::Double:
                return std::bit_cast<double>(bits);
            case Type::UInt8:
            case Type::UInt16:
            case Type::UInt32:
                break;
        }
        return static_cast<double>(bits);
    }

    /// Places of three properties; nothing when one is missing.
    static std::optional<std::array<std::size_t, 3>> placesOf(const Element& element,
                                                              const std::array<std::string_view, 3>& names)
    {
        std::array<std::size_t, 3> places{};
        for (std::size_t i = 0; i < 3; ++i) {
            const auto found = std::ranges::find(element.properties, names.at(i), &Property::name);
            if (found == element.properties.end())
                return std::nullopt;
            places.at(i) = static_cast<std::size_t>(found - element.properties.begin());
        }
        return places;
    }

    static std::uint8_t colorOf(double value, Type type)
    {
        const bool unit = type == Type::Float || type == Type::Double;
        const double scaled = std::round(unit ? value * 255 : value);
        return static_cast<std::uint8_t>(scaled >= 0 && scaled <= 255 ? scaled : (scaled > 255 ? 255 : 0));
    }

    PointCloud vertices(const Element& element)
    {
        requireFixed(element);
        requireRoom(element);
        const auto position = placesOf(element, {"x", "y", "z"});
        if (!position)
            fail("its vertices have no x, y and z");
        const auto normal = placesOf(element, {"nx", "ny", "nz"});
        const auto color = placesOf(element, {"red", "green", "blue"});
        PointCloud cloud;
        cloud.metric = m_header.metric;
        const auto count = static_cast<std::size_t>(element.count);
        cloud.positions.reserve(3 * count);
        cloud.normals.reserve(normal ? 3 * count : 0);
        cloud.colors.reserve(color ? 3 * count : 0);
        std::vector<double> record(element.properties.size());
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = 0; j < record.size(); ++j)
                record[j] = m_header.format == Format::Ascii ? number() : binary(element.properties[j].type);
            for (const auto place : *position) {
                const auto value = static_cast<float>(record[place]);
                if (!std::isfinite(value))
                    fail("a position of it is no number");
                cloud.positions.push_back(value);
            }
            if (normal)
                for (const auto place : *normal)
                    cloud.normals.push_back(static_cast<float>(record[place]));
            if (color)
                for (const auto place : *color)
                    cloud.colors.push_back(colorOf(record[place], element.properties[place].type));
        }
        return cloud;
    }

    std::string_view m_bytes;
    std::string m_name;
    std::size_t m_at = 0;
    Header m_header;
};

}  // namespace

PointCloud parsePly(std::span<const std::byte> bytes, const std::string& name)
{
    return Reader({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name).read();
}

PointCloud readPly(const std::filesystem::path& file)
{
    const auto bytes = readTextFile(file, kLargestFile);
    return Reader(bytes, file.string()).read();
}

}  // namespace elbo
