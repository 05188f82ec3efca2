#include "trestle/examples/library/sqlite.h"

#include <sqlite3.h>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "trestle/examples/library/error.h"

namespace library {
namespace {

// The time to wait for a lock of another program before giving up.
constexpr int kBusyTimeoutMs = 250;

struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
  int operator()(absl::string_view text) const {
    return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(Blob blob) const {
    return sqlite3_bind_blob64(statement, index, blob.bytes.empty() ? "" : blob.bytes.data(),
                               blob.bytes.size(), SQLITE_STATIC);
  }
};

int Bind(sqlite3_stmt* statement, std::initializer_list<SqlValue> values) {
  int index = 0;
  for (const SqlValue& value : values) {
    const int code = absl::visit(Binder{statement, ++index}, value);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

}  // namespace

absl::string_view Row::Bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return absl::string_view(static_cast<const char*>(bytes), static_cast<size_t>(size));
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& file) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open(file.c_str(), &connection);
  auto database = absl::WrapUnique(new Database(connection));
  if (code != SQLITE_OK) {
    return absl::FailedPreconditionError(
        absl::StrCat("database \"", file, "\": ", sqlite3_errmsg(connection)));
  }
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  if (absl::Status status = database->Run("PRAGMA foreign_keys = ON"); !status.ok()) return status;
  return database;
}

Database::~Database() {
  for (const auto& statement : statements_) sqlite3_finalize(statement.second);
  sqlite3_close(connection_);
}

absl::StatusOr<sqlite3_stmt*> Database::Prepare(absl::string_view sql) {
  auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return Error(code);
  statements_.emplace(sql, statement);
  return statement;
}

absl::Status Database::Run(absl::string_view sql, std::initializer_list<SqlValue> values,
                           absl::FunctionRef<void(const Row&)> each) {
  absl::StatusOr<sqlite3_stmt*> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  // A statement that is not reset would keep its lock on the database.
  absl::Cleanup reset = [&statement] { sqlite3_reset(*statement); };
  int code = Bind(*statement, values);
  if (code != SQLITE_OK) return Error(code);
  while ((code = sqlite3_step(*statement)) == SQLITE_ROW) each(Row(*statement));
  return code == SQLITE_DONE ? absl::OkStatus() : Error(code);
}

absl::Status Database::Run(absl::string_view sql, std::initializer_list<SqlValue> values) {
  return Run(sql, values, [](const Row&) {});
}

absl::Status Database::Atomically(absl::FunctionRef<absl::Status()> work) {
  // IMMEDIATE acquires the write lock now, so that no later statement can fail because of it.
  if (absl::Status status = Run("BEGIN IMMEDIATE"); !status.ok()) return status;
  absl::Status status = work();
  if (status.ok()) status = Run("COMMIT");
  if (!status.ok()) Run("ROLLBACK").IgnoreError();
  return status;
}

absl::Status Database::Error(int code) const {
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return DatabaseLocked();
  return absl::InternalError(absl::StrCat("the library's database: ", sqlite3_errmsg(connection_)));
}

}  // namespace library
