// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_page.h"

#include "core/base/plain_line.h"

#include <QtCore/QByteArray>

#include <algorithm>
#include <cctype>
#include <span>

namespace elbo {

namespace {

constexpr std::string_view kStyle = R"(
:root{--text:#1b1b1b;--note:#565656;--ground:#fff;--line:#cfcfcf;--band:#f4f4f4;--warn:#fff6dc;--warn-line:#c78500}
@media screen and (prefers-color-scheme:dark){:root{--text:#e8e8e8;--note:#b0b0b0;--ground:#1c1c1e;--line:#48484a;--band:#28282a;--warn:#3a3117;--warn-line:#d9a020}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif}
main{max-width:1168px;margin:0 auto;padding:24px}
h1{font-size:1.7em;line-height:1.25;margin:0 0 8px}
h2{font-size:1.3em;line-height:1.3;margin:48px 0 12px;padding-top:16px;border-top:1px solid var(--line)}
h3{font-size:1em;margin:20px 0 4px}
p,li{max-width:50em}
ul{margin:4px 0;padding-left:1.3em}
figure{margin:0}
figure img{display:block;width:100%;height:auto;background:#fff}
figcaption,.note,caption{color:var(--note);font-size:.9em}
figcaption{margin:8px 0;max-width:56em}
.missing{background:var(--warn);border-left:4px solid var(--warn-line);padding:8px 16px;margin:12px 0}
.missing p{margin:4px 0}
.tables{display:flex;flex-wrap:wrap;gap:16px 32px;align-items:flex-start;margin:12px 0}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.85em;font-variant-numeric:tabular-nums;line-height:1.35}
caption{text-align:left;padding:4px 0;font-weight:600}
th,td{padding:3px 12px 3px 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
th{font-weight:600}
th[scope=row]{font-weight:400}
td.number,th.number{text-align:right;white-space:nowrap}
code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.9em;background:var(--band);padding:1px 4px;overflow-wrap:anywhere}
@page{size:A4;margin:14mm}
@media print{body{font-size:10pt}main{max-width:none;padding:0}h2{margin-top:0;border:0;padding-top:0;break-after:avoid}
section+section{break-before:page}table{font-size:.75em}.tables{gap:8px 20px}h1,h3,caption{break-after:avoid}figure,tr,.missing,li{break-inside:avoid}
figure img{max-height:235mm;width:auto;max-width:100%;margin:0 auto}.scroll{overflow:visible}
.missing{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)";

/// Commands between quotation marks as code.
std::string sentenceHtml(const std::string& sentence)
{
    constexpr std::string_view kMark = "\"elbo-cli ";
    std::string html;
    std::size_t at = 0;
    for (;;) {
        const auto begin = sentence.find(kMark, at);
        const auto end = begin == std::string::npos ? begin : sentence.find('"', begin + 1);
        if (end == std::string::npos) {
            return html + htmlText(std::string_view(sentence).substr(at));
        }
        html += htmlText(std::string_view(sentence).substr(at, begin - at)) + "<code>" +
                htmlText(std::string_view(sentence).substr(begin + 1, end - begin - 1)) + "</code>";
        at = end + 1;
    }
}

/// "16,384", "-0.25", "–", "about 4,300".
bool isNumber(const std::string& cell)
{
    if (cell == "–" || cell.starts_with("about ")) {
        return true;
    }
    const bool digit = std::ranges::any_of(cell, [](unsigned char c) { return std::isdigit(c) != 0; });
    return digit && cell.find_first_not_of("0123456789.,-+e") == std::string::npos;
}

/// Whether a column holds numbers: they are aligned at the right, heading included.
bool isNumberColumn(const ReportTable& table, std::size_t column)
{
    for (std::size_t row = 1; row < table.rows.size(); ++row) {
        const auto& cells = table.rows[row];
        if (column < cells.size() && !isNumber(cells[column]) &&
            !std::isdigit(static_cast<unsigned char>(cells[column].empty() ? 'x' : cells[column][0]))) {
            return false;
        }
    }
    return table.rows.size() > 1;
}

std::string tableHtml(const ReportTable& table)
{
    std::string html = "<div class=\"scroll\"><table><caption>" + htmlText(table.title) + "</caption>\n";
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        html += row == 0 ? "<thead><tr>" : "<tr>";
        for (std::size_t column = 0; column < table.rows[row].size(); ++column) {
            const auto* tag = row == 0 || column == 0 ? "th" : "td";
            const auto* scope = row == 0 ? " scope=\"col\"" : column == 0 ? " scope=\"row\"" : "";
            const auto* kind = column > 0 && isNumberColumn(table, column) ? " class=\"number\"" : "";
            html += std::string("<") + tag + scope + kind + ">" + htmlText(table.rows[row][column]) + "</" +
                    tag + ">";
        }
        html += row == 0 ? "</tr></thead>\n<tbody>" : "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

/// The figure whose table of the same content stands above this one; 0: none.
int figureWith(const ReportTable& table, std::span<const ReportFigure> above)
{
    for (const auto& figure : above) {
        if (std::ranges::any_of(figure.tables, [&table](const ReportTable& other) {
                return other.title == table.title && other.rows == table.rows;
            })) {
            return figure.number;
        }
    }
    return 0;
}

std::string tablesHtml(const ReportFigure& figure, std::span<const ReportFigure> above)
{
    std::string tables, notes;
    for (const auto& table : figure.tables) {
        if (const auto number = figureWith(table, above); number > 0) {
            notes += "<p class=\"note\">" + htmlText(table.title) + ": as under figure " +
                     std::to_string(number) + ".</p>\n";
        } else {
            tables += tableHtml(table);
        }
    }
    return (tables.empty() ? "" : "<div class=\"tables\">\n" + tables + "</div>\n") + notes;
}

std::string figureHtml(const ReportFigure& figure, const std::string& drawing,
                       std::span<const ReportFigure> above)
{
    const auto number = std::to_string(figure.number);
    std::string html = "<section id=\"figure-" + number + "\">\n<h2>Figure " + number + ". " +
                       htmlText(figure.title) + "</h2>\n";
    if (!drawing.empty()) {
        const auto data = QByteArray::fromStdString(drawing).toBase64().toStdString();
        html += "<figure><img alt=\"" + htmlText(figure.title) + "\" src=\"data:image/svg+xml;base64," +
                data + "\"><figcaption>" + htmlText(figure.caption) + "</figcaption></figure>\n";
    }
    if (!figure.missing.empty()) {
        html += "<div class=\"missing\">";
        for (const auto& sentence : figure.missing) {
            html += "<p>" + sentenceHtml(sentence) + "</p>";
        }
        html += "</div>\n";
    }
    html += tablesHtml(figure, above);
    if (!drawing.empty() && !figure.differences.empty()) {
        html += "<h3>Known differences</h3>\n<ul>";
        for (const auto& sentence : figure.differences) {
            html += "<li>" + sentenceHtml(sentence) + "</li>\n";
        }
        html += "</ul>\n";
    }
    return html + "</section>\n";
}

}  // namespace

std::string htmlText(std::string_view text)
{
    std::string safe;
    for (const char c : plainLine(text)) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            case '\'':
                safe += "&#39;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::string reportPage(const Report& report, const std::vector<std::string>& drawings)
{
    std::string runs;
    for (const auto& run : report.runs) {
        runs += (runs.empty() ? "" : ", ") + htmlText(run);
    }
    // The policy makes sure that nothing is loaded, whatever a run is called.
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
        "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Efficient Latent Space Representation "
        "Learning: "
        "figures</title>\n<style>" +
        std::string(kStyle) +
        "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>The figures of “Efficient Latent Space "
        "Representation "
        "Learning”</h1>\n<p>Made from " +
        std::to_string(report.runs.size()) + (report.runs.size() == 1 ? " run" : " runs") + ": " + runs +
        ". “The report” below is that of Arora, Harish, Sahota and Smith (SFU 2020).</p>\n<p "
        "class=\"note\">" +
        htmlText(report.program) + ", " + htmlText(report.created) + "</p>\n</header>\n";
    for (std::size_t i = 0; i < report.figures.size(); ++i) {
        const auto above = std::span(report.figures).first(i);
        html += figureHtml(report.figures[i], i < drawings.size() ? drawings[i] : std::string(), above);
    }
    return html + "</main>\n</body>\n</html>\n";
}

}  // namespace elbo
