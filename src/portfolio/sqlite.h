// SQLite behind two values: a data base and a statement of it, freed with their scope.
//
// Ownership/Threads: a statement must not outlive its data base; one thread at a time.
// Errors: SqliteError, which only the index sees: nothing but time depends on it.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

namespace mote {

struct SqliteError {
  int code;
  std::string text;
};

class Database {
 public:
  // ":memory:" has no file.
  explicit Database(const std::string &path);
  void run(const char *sql) const;
  void copy_to(Database &other) const;
  sqlite3 *get() const { return db_.get(); }

 private:
  std::unique_ptr<sqlite3, int (*)(sqlite3 *)> db_;
};

class Statement {
 public:
  Statement(const Database &db, const char *sql);
  Statement &bind(int place, long long value);
  Statement &bind(int place, double value);
  Statement &bind(int place, std::string_view text);
  bool step();  // whether there is a row
  void reset();

  int type(int column) const { return sqlite3_column_type(s_.get(), column); }
  long long integer(int column) const { return sqlite3_column_int64(s_.get(), column); }
  double real(int column) const { return sqlite3_column_double(s_.get(), column); }
  std::string text(int column) const;

 private:
  void check(int code) const;
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt *)> s_;
};

}  // namespace mote
