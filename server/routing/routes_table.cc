#include "trestle/server/routing/routes_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "trestle/transcoding/codec/json_string.h"
#include "trestle/transcoding/codec/output.h"

namespace trestle {
namespace {

// The columns, in their order.
constexpr std::pair<const char*, std::string RouteRow::*> kColumns[] = {
    {"method", &RouteRow::method}, {"path", &RouteRow::path},
    {"rpc", &RouteRow::rpc},       {"backend", &RouteRow::backend},
    {"body", &RouteRow::body},     {"response_body", &RouteRow::response_body},
};
constexpr size_t kCount = std::size(kColumns);
using Cells = std::array<std::string, kCount>;

Cells Headings() {
  Cells cells;
  for (size_t i = 0; i < kCount; ++i) cells[i] = absl::AsciiStrToUpper(kColumns[i].first);
  return cells;
}

Cells CellsOf(const RouteRow& row) {
  Cells cells;
  for (size_t i = 0; i < kCount; ++i) {
    const std::string& value = row.*kColumns[i].second;
    cells[i] = value.empty() ? "-" : absl::Utf8SafeCEscape(value);
  }
  return cells;
}

// Appends a line in which each column but the last has its width.
void AppendLine(const Cells& cells, const std::array<size_t, kCount>& widths, std::string* text) {
  for (size_t i = 0; i + 1 < kCount; ++i) {
    absl::StrAppend(text, cells[i], std::string(widths[i] + 2 - cells[i].size(), ' '));
  }
  absl::StrAppend(text, cells.back(), "\n");
}

void AppendJsonString(absl::string_view value, std::string* json) {
  Output out(json, value.size() + 2);
  if (!WriteJsonString(value, &out)) WriteJsonString(absl::CHexEscape(value), &out);
}

}  // namespace

std::string RoutesAsText(const std::vector<RouteRow>& rows) {
  std::vector<Cells> lines = {Headings()};
  for (const RouteRow& row : rows) lines.push_back(CellsOf(row));
  std::array<size_t, kCount> widths{};
  for (const Cells& cells : lines) {
    for (size_t i = 0; i < kCount; ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const Cells& cells : lines) AppendLine(cells, widths, &text);
  return text;
}

std::string RoutesAsJson(const std::vector<RouteRow>& rows) {
  std::string json = "[";
  const char* separator = "\n";
  for (const RouteRow& row : rows) {
    absl::StrAppend(&json, separator, "{");
    for (size_t i = 0; i < kCount; ++i) {
      absl::StrAppend(&json, i == 0 ? "\"" : ",\"", kColumns[i].first, "\":");
      AppendJsonString(row.*kColumns[i].second, &json);
    }
    json.push_back('}');
    separator = ",\n";
  }
  absl::StrAppend(&json, rows.empty() ? "" : "\n", "]\n");
  return json;
}

}  // namespace trestle
