#include "trestle/server/admin/text_table.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace trestle {
namespace {

std::string CellText(const std::string& cell) {
  return cell.empty() ? "-" : absl::Utf8SafeCEscape(cell);
}

}  // namespace

std::string TextTable(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(rows.empty() ? 0 : rows[0].size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], CellText(row[i]).size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string cell = CellText(row[i]);
      const bool is_last = i + 1 == row.size();
      absl::StrAppend(&text, cell, is_last ? "\n" : std::string(widths[i] + 2 - cell.size(), ' '));
    }
  }
  return text;
}

}  // namespace trestle
