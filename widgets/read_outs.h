// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

class QGridLayout;
class QLabel;

namespace elbo {

enum class GoodDirection { None, Up, Down };

struct ReadOutRow {
    QString key;
    QString name;                              ///< translated
    QString unit;                              ///< translated; may be empty
    GoodDirection good = GoodDirection::None;  ///< colours the arrow of the last change
    QString toolTip;
};

/// Rows of name, value and unit in figures of one width, with an arrow of the last change. Values can be
/// selected and copied; the context menu copies all rows as a table. Values are labels named "value-KEY".
class ReadOuts : public QWidget {
    Q_OBJECT

public:
    explicit ReadOuts(QWidget* parent = nullptr);

    void setRows(std::vector<ReadOutRow> rows);
    /// A new number; the arrow shows whether it rose or fell against the last one. Empty shows a dash.
    void setNumber(const QString& key, std::optional<double> value, int digits = 5);
    /// Words or ready-made numbers, without an arrow.
    void setText(const QString& key, const QString& text);
    void clearValues();
    [[nodiscard]] QString valueText(const QString& key) const;
    /// All rows, a line each: name, tab, value, tab, unit.
    [[nodiscard]] QString table() const;

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Row {
        ReadOutRow row;
        QLabel* name = nullptr;
        QLabel* value = nullptr;
        QLabel* arrow = nullptr;
        QLabel* unit = nullptr;
        std::optional<double> number;
        int change = 0;  ///< -1 fell, 0 unknown or same, 1 rose
    };
    Row* find(const QString& key);
    void showArrow(Row& row) const;
    void applyTheme();

    QGridLayout* m_layout = nullptr;
    std::vector<Row> m_rows;
};

}  // namespace elbo
