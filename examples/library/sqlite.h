// A C++ interface for the parts of SQLite that the store needs.

#ifndef TRESTLE_EXAMPLES_LIBRARY_SQLITE_H_
#define TRESTLE_EXAMPLES_LIBRARY_SQLITE_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/variant.h"

struct sqlite3;
struct sqlite3_stmt;

namespace library {

// Bytes. SQLite distinguishes them from text and never finds one equal to the other.
struct Blob {
  absl::string_view bytes;
};

using SqlValue = absl::variant<int64_t, absl::string_view, Blob>;

// A row of a result. Returned values are valid until the callback returns.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  // Returns the text or bytes of a column, counted from 0.
  absl::string_view Bytes(int column) const;

 private:
  sqlite3_stmt* statement_;
};

// One connection to a database. Used by one thread at a time.
class Database {
 public:
  // Opens `file`, which is created if it does not exist; ":memory:" is a new database in memory.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs one statement with `values` for its "?", and calls `each` for every row. `sql` is prepared
  // once and cached. Fails with Unavailable while another program has locked the database, and with
  // Internal for other errors.
  absl::Status Run(absl::string_view sql, std::initializer_list<SqlValue> values,
                   absl::FunctionRef<void(const Row&)> each);
  absl::Status Run(absl::string_view sql, std::initializer_list<SqlValue> values = {});

  // Runs `work` atomically: if it fails, its changes are rolled back.
  absl::Status Atomically(absl::FunctionRef<absl::Status()> work);

 private:
  explicit Database(sqlite3* connection) : connection_(connection) {}
  absl::StatusOr<sqlite3_stmt*> Prepare(absl::string_view sql);
  absl::Status Error(int code) const;

  sqlite3* connection_;
  absl::flat_hash_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace library

#endif  // TRESTLE_EXAMPLES_LIBRARY_SQLITE_H_
