// Thin: each call's code becomes an exception, nothing else is added.
//
// Source: sqlite.org/c3ref. What the index asks for: index.cpp.
#include "portfolio/sqlite.h"

namespace mote {

static SqliteError error_of(sqlite3 *db, int code) {
  return {code, db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code)};
}

Database::Database(const std::string &path) : db_(nullptr, sqlite3_close) {
  sqlite3 *db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) throw error_of(db, code);
  constexpr int kPatienceMs = 5000;  // with another process that writes
  sqlite3_busy_timeout(db, kPatienceMs);
}

void Database::run(const char *sql) const {
  const int code = sqlite3_exec(get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw error_of(get(), code);
}

void Database::copy_to(Database &other) const {
  sqlite3_backup *copy = sqlite3_backup_init(other.get(), "main", get(), "main");
  if (copy == nullptr) throw error_of(other.get(), SQLITE_ERROR);
  sqlite3_backup_step(copy, -1);
  const int code = sqlite3_backup_finish(copy);
  if (code != SQLITE_OK) throw error_of(other.get(), code);
}

Statement::Statement(const Database &db, const char *sql) : s_(nullptr, sqlite3_finalize) {
  sqlite3_stmt *s = nullptr;
  const int code = sqlite3_prepare_v2(db.get(), sql, -1, &s, nullptr);
  s_.reset(s);
  if (code != SQLITE_OK) throw error_of(db.get(), code);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) throw error_of(sqlite3_db_handle(s_.get()), code);
}

Statement &Statement::bind(int place, long long value) {
  check(sqlite3_bind_int64(s_.get(), place, value));
  return *this;
}
Statement &Statement::bind(int place, double value) {
  check(sqlite3_bind_double(s_.get(), place, value));
  return *this;
}
Statement &Statement::bind(int place, std::string_view text) {
  check(sqlite3_bind_text64(s_.get(), place, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(s_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) throw error_of(sqlite3_db_handle(s_.get()), code);
  return false;
}

void Statement::reset() { sqlite3_reset(s_.get()); }

std::string Statement::text(int column) const {
  const unsigned char *text = sqlite3_column_text(s_.get(), column);
  if (text == nullptr) return "";
  return {reinterpret_cast<const char *>(text), static_cast<size_t>(sqlite3_column_bytes(s_.get(), column))};
}

}  // namespace mote
