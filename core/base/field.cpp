// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/field.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace elbo {

namespace {

std::string realText(double value)
{
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

const Field& fieldOf(std::span<const Field> table, std::string_view name)
{
    if (const auto* field = findField(table, name))
        return *field;
    throw Error(ErrorCode::Internal, "There is no setting named " + std::string(name) + ": report this.");
}

template <class T>
T valueOf(std::span<const Field> table, const std::map<std::string, FieldValue>& values,
          std::string_view name)
{
    const auto& field = fieldOf(table, name);
    const auto found = values.find(std::string(name));
    const auto& value = found == values.end() ? field.defaultValue : found->second;
    if (const auto* held = std::get_if<T>(&value))
        return *held;
    throw Error(ErrorCode::Internal,
                "The setting " + std::string(name) + " holds a value of another kind: report this.");
}

std::string rangeText(const Field& field)
{
    const auto number = [&field](double value) {
        return field.kind == FieldKind::Integer ? std::to_string(static_cast<std::int64_t>(value))
                                                : realText(value);
    };
    if (field.minimumExclusive)
        return "above " + number(field.minimum) + " and at most " + number(field.maximum);
    return "from " + number(field.minimum) + " to " + number(field.maximum);
}

std::string choicesText(const Field& field)
{
    std::string text;
    for (std::size_t i = 0; i < field.choices.size(); ++i)
        text += (i == 0 ? "" : i + 1 == field.choices.size() ? " or " : ", ") + field.choices[i];
    return text;
}

/// "learning_rate must be a number above 0 and at most 1", without the part that quotes the value.
std::string expectation(const Field& field)
{
    switch (field.kind) {
        case FieldKind::Integer:
            return field.name + " must be a whole number " + rangeText(field);
        case FieldKind::Real:
            return field.name + " must be a number " + rangeText(field);
        case FieldKind::Boolean:
            return field.name + " must be true or false";
        case FieldKind::Choice:
            return field.name + " must be " + choicesText(field);
        case FieldKind::Text:
        case FieldKind::Path:
            return field.name + " must be text";
    }
    return field.name;
}

std::string unknownName(std::span<const Field> table, const std::string& name)
{
    std::vector<std::string> names;
    for (const auto& field : table)
        names.push_back(field.name);
    return "There is no setting named \"" + name + "\" here" + nearestHint(name, names) +
           "; `list fields` shows those there are.";
}

std::string mismatch(const Field& field, std::string_view got)
{
    return expectation(field) + ", not \"" + std::string(got) + "\".";
}

bool inRange(const Field& field, double value)
{
    const bool aboveMinimum = field.minimumExclusive ? value > field.minimum : value >= field.minimum;
    return std::isfinite(value) && aboveMinimum && value <= field.maximum;
}

template <class T>
std::optional<T> wholeNumber(std::string_view text)
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<FieldValue> valueFromText(const Field& field, std::string_view text)
{
    switch (field.kind) {
        case FieldKind::Integer:
            if (const auto value = wholeNumber<std::int64_t>(text))
                return FieldValue(*value);
            return std::nullopt;
        case FieldKind::Real:
            if (const auto value = wholeNumber<double>(text))
                return FieldValue(*value);
            return std::nullopt;
        case FieldKind::Boolean:
            if (text == "true" || text == "1" || text == "yes" || text == "on")
                return FieldValue(true);
            if (text == "false" || text == "0" || text == "no" || text == "off")
                return FieldValue(false);
            return std::nullopt;
        case FieldKind::Choice:
        case FieldKind::Text:
        case FieldKind::Path:
            return FieldValue(std::string(text));
    }
    return std::nullopt;
}

std::optional<FieldValue> valueFromJson(const Field& field, const nlohmann::json& json)
{
    switch (field.kind) {
        case FieldKind::Integer:
            if (json.is_number_unsigned() &&
                json.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
                return std::nullopt;
            return json.is_number_integer() ? std::optional<FieldValue>(json.get<std::int64_t>())
                                            : std::nullopt;
        case FieldKind::Real:
            return json.is_number() ? std::optional<FieldValue>(json.get<double>()) : std::nullopt;
        case FieldKind::Boolean:
            return json.is_boolean() ? std::optional<FieldValue>(json.get<bool>()) : std::nullopt;
        case FieldKind::Choice:
        case FieldKind::Text:
        case FieldKind::Path:
            return json.is_string() ? std::optional<FieldValue>(json.get<std::string>()) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::int64_t FieldValues::integer(std::span<const Field> table, std::string_view name) const
{
    return valueOf<std::int64_t>(table, m_values, name);
}

double FieldValues::real(std::span<const Field> table, std::string_view name) const
{
    return valueOf<double>(table, m_values, name);
}

bool FieldValues::boolean(std::span<const Field> table, std::string_view name) const
{
    return valueOf<bool>(table, m_values, name);
}

std::string FieldValues::text(std::span<const Field> table, std::string_view name) const
{
    return valueOf<std::string>(table, m_values, name);
}

const Field* findField(std::span<const Field> table, std::string_view name)
{
    const auto found =
        std::find_if(table.begin(), table.end(), [name](const Field& field) { return field.name == name; });
    return found == table.end() ? nullptr : &*found;
}

FieldValue parseFieldValue(const Field& field, std::string_view text)
{
    const auto value = valueFromText(field, text);
    if (!value)
        throw Error(ErrorCode::BadSetting, mismatch(field, text));
    if (!fieldProblem(field, *value).empty())
        throw Error(ErrorCode::BadSetting, mismatch(field, text));  // with the number as it was written
    return *value;
}

std::string fieldValueText(const FieldValue& value)
{
    if (const auto* boolean = std::get_if<bool>(&value))
        return *boolean ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&value))
        return realText(*real);
    return std::get<std::string>(value);
}

std::string fieldProblem(const Field& field, const FieldValue& value)
{
    bool usable = false;
    switch (field.kind) {
        case FieldKind::Integer:
            if (const auto* integer = std::get_if<std::int64_t>(&value))
                usable = inRange(field, static_cast<double>(*integer));
            break;
        case FieldKind::Real:
            if (const auto* real = std::get_if<double>(&value))
                usable = inRange(field, *real);
            break;
        case FieldKind::Boolean:
            usable = std::holds_alternative<bool>(value);
            break;
        case FieldKind::Choice:
            if (const auto* text = std::get_if<std::string>(&value))
                usable = std::find(field.choices.begin(), field.choices.end(), *text) != field.choices.end();
            break;
        case FieldKind::Text:
        case FieldKind::Path:
            usable = std::holds_alternative<std::string>(value);
            break;
    }
    return usable ? std::string() : mismatch(field, fieldValueText(value));
}

std::vector<std::string> fieldProblems(std::span<const Field> table, const FieldValues& values)
{
    std::vector<std::string> sentences;
    for (const auto& [name, value] : values.all()) {
        const auto* field = findField(table, name);
        const auto sentence = field ? fieldProblem(*field, value) : unknownName(table, name);
        if (!sentence.empty())
            sentences.push_back(sentence);
    }
    return sentences;
}

nlohmann::json fieldValuesToJson(std::span<const Field> table, const FieldValues& values)
{
    auto json = nlohmann::json::object();
    for (const auto& field : table) {
        const auto found = values.all().find(field.name);
        const auto& value = found == values.all().end() ? field.defaultValue : found->second;
        std::visit([&](const auto& held) { json[field.name] = held; }, value);
    }
    return json;
}

FieldValues fieldValuesFromJson(std::span<const Field> table, const nlohmann::json& json)
{
    if (!json.is_object())
        throw Error(ErrorCode::BadSetting, "Settings must be a JSON object of names and values.");
    FieldValues values;
    for (const auto& [name, item] : json.items()) {
        const auto* field = findField(table, name);
        if (!field)
            throw Error(ErrorCode::BadSetting, unknownName(table, name));
        const auto value = valueFromJson(*field, item);
        if (!value)
            throw Error(ErrorCode::BadSetting,
                        mismatch(*field, item.is_string() ? item.get<std::string>() : item.dump()));
        if (const auto problem = fieldProblem(*field, *value); !problem.empty())
            throw Error(ErrorCode::BadSetting, problem);
        values.set(name, *value);
    }
    return values;
}

}  // namespace elbo
