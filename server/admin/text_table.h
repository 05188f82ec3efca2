// Tables for a terminal.

#ifndef TRESTLE_SERVER_ADMIN_TEXT_TABLE_H_
#define TRESTLE_SERVER_ADMIN_TEXT_TABLE_H_

#include <string>
#include <vector>

namespace trestle {

// Returns a line for each row, with its cells in columns; the first row has the headings. An empty
// cell is "-". Control characters are escaped. All rows have as many cells as the first.
std::string TextTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace trestle

#endif  // TRESTLE_SERVER_ADMIN_TEXT_TABLE_H_
