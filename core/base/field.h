// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace elbo {

enum class FieldKind { Integer, Real, Boolean, Choice, Text, Path };

using FieldValue = std::variant<bool, std::int64_t, double, std::string>;

/// One setting, described once: JSON, --set and the forms of the window are made from tables of these.
struct Field {
    std::string name = {};   ///< in files and on the command line, snake_case or kebab-case; never renamed,
                             ///< never translated
    std::string label = {};  ///< "Learning rate"; English, the window translates it
    std::string help = {};   ///< one or two sentences for the tool tip and `list fields`
    std::string unit = {};   ///< "images", "nats", "pixels"; may be empty
    FieldKind kind = FieldKind::Integer;
    FieldValue defaultValue = std::int64_t{0};
    double minimum = 0.0;  ///< of Integer and Real, inclusive
    double maximum = 0.0;
    bool minimumExclusive = false;               ///< (minimum, maximum] as for learning rates
    bool logarithmic = false;                    ///< the form steps by factors
    double step = 1.0;                           ///< of the form's arrows
    std::vector<std::string> choices = {};       ///< of Choice, values as in files; of Path, the names that a
                                                 ///< file may have ("*.mat"), or empty for a folder
    std::vector<std::string> choiceLabels = {};  ///< same length, or empty: choices are shown as they are
    bool advanced = false;                       ///< folded away in the form
};

/// Values by field name. Holds only what was set; what is missing has the field's default.
class FieldValues {
public:
    void set(const std::string& name, FieldValue value) { m_values[name] = std::move(value); }
    void erase(const std::string& name) { m_values.erase(name); }
    [[nodiscard]] bool has(const std::string& name) const { return m_values.contains(name); }
    [[nodiscard]] const std::map<std::string, FieldValue>& all() const { return m_values; }

    /// The value set, or the default of the field of that name in `table`.
    /// @throws Error(Internal) when the table has no such field or the value has another type
    [[nodiscard]] std::int64_t integer(std::span<const Field> table, std::string_view name) const;
    [[nodiscard]] double real(std::span<const Field> table, std::string_view name) const;
    [[nodiscard]] bool boolean(std::span<const Field> table, std::string_view name) const;
    [[nodiscard]] std::string text(std::span<const Field> table,
                                   std::string_view name) const;  ///< Choice, Text, Path

    bool operator==(const FieldValues&) const = default;

private:
    std::map<std::string, FieldValue> m_values;
};

[[nodiscard]] const Field* findField(std::span<const Field> table, std::string_view name);

/// Text as typed on the command line or in a form, as a value of that field's kind.
/// @throws Error(BadSetting): "learning_rate must be a number above 0 and at most 1, not \"fast\"."
[[nodiscard]] FieldValue parseFieldValue(const Field& field, std::string_view text);
/// The value as text that parseFieldValue reads back to the same value (reals in shortest round-trip form).
[[nodiscard]] std::string fieldValueText(const FieldValue& value);

/// The sentence that says why this value cannot be used; empty when it can (kind, range, choice).
[[nodiscard]] std::string fieldProblem(const Field& field, const FieldValue& value);
/// A sentence for each value that cannot be used and for each name the table lacks.
[[nodiscard]] std::vector<std::string> fieldProblems(std::span<const Field> table, const FieldValues& values);

/// JSON object of all fields of the table, defaults written out.
[[nodiscard]] nlohmann::json fieldValuesToJson(std::span<const Field> table, const FieldValues& values);
/// @throws Error(BadSetting) for unknown names, wrong types, values out of range
[[nodiscard]] FieldValues fieldValuesFromJson(std::span<const Field> table, const nlohmann::json& json);

}  // namespace elbo
