// A row for each fact of each run, by name of the fact, so that a column is read in one sweep. A column has a
// check, the sum of what its rows hash to, and so have the lists of runs and of names: a page that lost a
// bit is seen, and the index is made anew.
//
// Readers need no lock. Writers, and whoever removes a damaged file, hold .mote/runs.lock, so that no journal
// of one file is ever met by another. A killed writer's journal is played back by SQLite.
#include "portfolio/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/error.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/text.h"
#include "base/version.h"
#include "portfolio/facts.h"
#include "portfolio/sqlite.h"
#include "portfolio/stamps.h"
#include "runs/run_folder.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr long long kFormat = 1, kOurs = 0x6d6f7465;  // "mote"

// What the file says is not what was written into it.
struct Damaged {};

uint64_t hash_of(long long run, const json &value) {
  Hash hash;
  hash.add(run);
  if (value.is_string()) return hash.add(value.get_ref<const std::string &>()).value;
  return hash.add(std::bit_cast<long long>(value.get<double>() + 0.0)).value;  // -0 is 0
}

json value_of(const Statement &s, int column) {
  if (s.type(column) == SQLITE_TEXT) return s.text(column);
  if (s.type(column) == SQLITE_FLOAT || s.type(column) == SQLITE_INTEGER) return s.real(column);
  throw Damaged();
}

void bind_value(Statement &s, int place, const json &value) {
  if (value.is_string())
    s.bind(place, std::string_view(value.get_ref<const std::string &>()));
  else
    s.bind(place, value.get<double>() + 0.0);
}

struct KnownRun {
  long long id, stamp;
};
struct Key {
  long long id;
  uint64_t check;
};

void make_tables(const Database &db) {
  db.run(fmt::format(
             "BEGIN IMMEDIATE; PRAGMA application_id = {}; PRAGMA user_version = {};"
             "CREATE TABLE made_by (mote TEXT);"
             "CREATE TABLE runs (id INTEGER PRIMARY KEY, name TEXT UNIQUE, stamp INTEGER);"
             "CREATE TABLE keys (id INTEGER PRIMARY KEY, name TEXT UNIQUE, sum INTEGER);"
             "CREATE TABLE facts (key INTEGER, run INTEGER, value, PRIMARY KEY (key, run)) WITHOUT ROWID;"
             "INSERT INTO keys VALUES (0, '', 0);",
             kOurs, kFormat)
             .c_str());
  Statement(db, "INSERT INTO made_by VALUES (?)").bind(1, std::string_view(kVersion)).step();
  db.run("COMMIT");
}

long long number_of(const Database &db, const char *sql) {
  Statement s(db, sql);
  return s.step() ? s.integer(0) : 0;
}

// Whether there are tables of this format; false: an empty file. Throws Damaged for any other.
bool has_tables(const Database &db) {
  if (number_of(db, "SELECT count(*) FROM sqlite_master") == 0) return false;
  if (number_of(db, "PRAGMA application_id") != kOurs || number_of(db, "PRAGMA user_version") != kFormat)
    throw Damaged();
  Statement s(db, "SELECT mote FROM made_by");
  if (!s.step() || s.text(0) != kVersion) throw Damaged();
  return true;
}

// The tables as they are at one moment.
class Tables {
 public:
  explicit Tables(const Database &db) : db_(db) {
    Statement k(db, "SELECT id, name, sum FROM keys");
    uint64_t sum = 0;
    while (k.step()) {
      const std::string name = k.text(1);
      keys_[name] = {k.integer(0), std::bit_cast<uint64_t>(k.integer(2))};
      if (!name.empty()) sum += hash_of_key(name, k.integer(0));
    }
    if (keys_.count("") == 0) throw Damaged();
    Statement r(db, "SELECT id, name, stamp FROM runs");
    while (r.step()) {
      const KnownRun run{r.integer(0), r.integer(2)};
      sum += hash_of_run(r.text(1), run);
      next_id_ = std::max(next_id_, run.id + 1);
      runs_[r.text(1)] = run;
    }
    if (sum != keys_[""].check) throw Damaged();
  }

  const KnownRun *find(const std::string &name) const {
    const auto found = runs_.find(name);
    return found == runs_.end() ? nullptr : &found->second;
  }
  const std::unordered_map<std::string, KnownRun> &runs() const { return runs_; }
  const std::map<std::string, Key> &keys() const { return keys_; }

  // One column, by the ids of runs.
  template <class Take>
  void each_value(const std::string &key, Take take) const {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return;
    uint64_t sum = 0;
    Statement s(db_, "SELECT run, value FROM facts WHERE key = ?");
    s.bind(1, found->second.id);
    while (s.step()) {
      json value = value_of(s, 1);
      sum += hash_of(s.integer(0), value);
      take(s.integer(0), std::move(value));
    }
    if (sum != found->second.check) throw Damaged();
  }

  void remove(const std::string &name) {
    const auto found = runs_.find(name);
    if (found == runs_.end()) return;
    const long long id = found->second.id;
    Statement get(db_, "SELECT value FROM facts WHERE key = ? AND run = ?"),
        drop(db_, "DELETE FROM facts WHERE key = ? AND run = ?");
    for (auto &[key, k] : keys_) {
      get.bind(1, k.id).bind(2, id);
      if (get.step()) {
        k.check -= hash_of(id, value_of(get, 0));
        drop.bind(1, k.id).bind(2, id).step();
        drop.reset();
      }
      get.reset();
    }
    keys_[""].check -= hash_of_run(name, found->second);
    Statement(db_, "DELETE FROM runs WHERE id = ?").bind(1, id).step();
    runs_.erase(found);
  }

  void add(const StampedRun &seen, const Facts &facts) {
    remove(seen.name);
    const KnownRun run{next_id_++, seen.is_fresh ? 0 : seen.stamp};
    Statement(db_, "INSERT INTO runs VALUES (?, ?, ?)")
        .bind(1, run.id)
        .bind(2, std::string_view(seen.name))
        .bind(3, run.stamp)
        .step();
    runs_[seen.name] = run;
    keys_[""].check += hash_of_run(seen.name, run);
    Statement insert(db_, "INSERT INTO facts VALUES (?, ?, ?)");
    for (const auto &[name, value] : facts) {
      Key &key = key_of(name);
      bind_value(insert.bind(1, key.id).bind(2, run.id), 3, value);
      insert.step();
      insert.reset();
      key.check += hash_of(run.id, value);
    }
  }

  void write_checks() const {
    Statement s(db_, "UPDATE keys SET sum = ? WHERE id = ?");
    for (const auto &[name, key] : keys_) {
      s.bind(1, std::bit_cast<long long>(key.check)).bind(2, key.id).step();
      s.reset();
    }
  }

 private:
  static uint64_t hash_of_run(const std::string &name, const KnownRun &run) {
    return Hash().add(name).add(run.id).add(run.stamp).value;
  }

  static uint64_t hash_of_key(const std::string &name, long long id) {
    return Hash().add(name).add(id).value;
  }

  Key &key_of(const std::string &name) {
    const auto found = keys_.find(name);
    if (found != keys_.end()) return found->second;
    Key key{static_cast<long long>(keys_.size()), 0};
    Statement(db_, "INSERT INTO keys VALUES (?, ?, 0)")
        .bind(1, key.id)
        .bind(2, std::string_view(name))
        .step();
    keys_[""].check += hash_of_key(name, key.id);
    return keys_[name] = key;
  }

  const Database &db_;
  std::unordered_map<std::string, KnownRun> runs_;
  std::map<std::string, Key> keys_;
  long long next_id_ = 1;
};

// Begun here, ended with the scope: committed where it came to its end.
class Transaction {
 public:
  Transaction(const Database &db, const char *begin) : db_(db) { db.run(begin); }
  ~Transaction() {
    if (!is_over_) sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  Transaction(const Transaction &) = delete;
  Transaction &operator=(const Transaction &) = delete;
  void commit() {
    db_.run("COMMIT");
    is_over_ = true;
  }

 private:
  const Database &db_;
  bool is_over_ = false;
};

// One listing: what the folders have, and the index brought up to that.
class Listing {
 public:
  Listing(const std::string &project_folder, const IndexRequest &request)
      : request_(request),
        project_(project_folder),
        home_(fs::path(project_folder) / ".mote"),
        file_((home_ / "runs.sqlite").string()) {
    result_.runs_folder = (fs::path(project_folder) / "runs").lexically_normal().string();
    seen_ = stamped_runs(result_.runs_folder);
  }

  IndexedRuns read() {
    for (const bool is_again : {false, true}) {
      try {
        return read_file_index();
      } catch (const Damaged &) {
        if (is_again || !remove_index()) break;
      } catch (const SqliteError &e) {
        const int code = e.code & 0xff;
        const bool is_damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR ||
                                code == SQLITE_FORMAT || code == SQLITE_SCHEMA || code == SQLITE_CONSTRAINT;
        why_ = e.text;
        if (!is_damaged || is_again || !remove_index()) break;
      } catch (const Error &e) {
        why_ = e.message();
        break;
      }
    }
    return read_in_memory();
  }

 private:
  IndexedRuns read_file_index() {
    std::error_code code;
    if (seen_.empty() && !fs::exists(file_, code)) return read_in_memory();
    make_home();
    const Database db(file_);
    db.run("PRAGMA synchronous = OFF");  // of a cache: a killed process loses nothing by it
    if (!has_tables(db)) {
      const FileLock lock(lock_path());
      if (!has_tables(db)) make_tables(db);
    }
    constexpr size_t kBatch = 256;  // that a killed listing has kept for the next
    for (size_t batches = 0; batches <= seen_.size() / kBatch + 1; ++batches) {
      if (std::optional<IndexedRuns> done = read_current(db)) return *done;
      const auto facts = read_changed(kBatch);
      const FileLock lock(lock_path());
      write(db, facts);
    }
    if (std::optional<IndexedRuns> done = read_current(db)) return *done;
    return read_in_memory();  // somebody changes runs all the time
  }

  // Without a file; what one that cannot be written knows is taken along.
  IndexedRuns read_in_memory() {
    Database db(":memory:");
    std::error_code code;
    bool has_copy = false;
    try {
      if (fs::exists(file_, code)) {
        Database(file_).copy_to(db);
        has_copy = has_tables(db);
        if (has_copy) Tables tables(db);
      }
    } catch (const Damaged &) {
      has_copy = false;
    } catch (const SqliteError &) {
      has_copy = false;
    }
    if (!has_copy) {
      db = Database(":memory:");
      make_tables(db);
    }
    try {
      changed_.clear();
      return update_in_memory(db);
    } catch (const Damaged &) {  // a column of the copy
      db = Database(":memory:");
      make_tables(db);
      changed_.clear();
      return update_in_memory(db);
    }
  }

  IndexedRuns update_in_memory(const Database &db) {
    if (std::optional<IndexedRuns> done = read_current(db)) return *done;
    write(db, read_changed(seen_.size()));
    if (!why_.empty())
      result_.notes.push_back(
          fmt::format("the index of the runs cannot be kept in {} ({}), so it is made in memory each time",
                      home_.string(), why_));
    is_final_ = true;
    return *read_current(db);
  }

  void make_home() const {
    std::error_code code;
    if (fs::exists(home_, code)) return;
    fs::create_directories(home_, code);
    if (code) throw io_error(home_, "make the folder", code.value());
    write_file(home_ / ".gitignore", "*\n");
  }

  std::string lock_path() const { return (home_ / "runs.lock").string(); }

  // Under the lock: nobody writes the file that goes.
  bool remove_index() {
    try {
      const FileLock lock(lock_path());
      std::error_code code;
      for (const char *tail : {"-journal", "-wal", "-shm", ""}) fs::remove(file_ + tail, code);
      return !fs::exists(file_, code);
    } catch (const Error &e) {
      why_ = e.message();
      return false;
    }
  }

  // What is asked for, if the index has all runs as they are; else changed_ says what it lacks.
  std::optional<IndexedRuns> read_current(const Database &db) {
    Transaction t(db, "BEGIN");
    const Tables tables(db);
    changed_.clear();
    std::unordered_map<long long, size_t> place;
    for (size_t i = 0; i < seen_.size(); ++i) {
      const KnownRun *known = tables.find(seen_[i].name);
      const bool is_current =
          known != nullptr && (known->stamp == seen_[i].stamp || read_.count(seen_[i].name) > 0);
      if (!is_current) changed_.push_back(i);
      if (known != nullptr) place[known->id] = i;
    }
    const bool has_more = tables.runs().size() > seen_.size();
    if (!is_final_ && (!changed_.empty() || has_more)) return {};
    result_.names.clear();
    for (const StampedRun &s : seen_) result_.names.push_back(s.name);
    std::vector<std::string> names = request_.names;
    if (request_.has_all) {
      names.clear();
      for (const auto &[name, key] : tables.keys())
        if (!name.empty()) names.push_back(name);
    }
    for (const std::string &name : names) {
      std::vector<json> &column = result_.columns[name];
      column.assign(seen_.size(), nullptr);
      tables.each_value(name, [&](long long run, json value) {
        const auto found = place.find(run);
        if (found != place.end()) column[found->second] = std::move(value);
      });
    }
    t.commit();
    return result_;
  }

  // Of the runs that the index lacks, so many.
  std::vector<std::pair<size_t, Facts>> read_changed(size_t most) {
    const size_t of = read_.size() + changed_.size();
    std::vector<std::pair<size_t, Facts>> facts;
    for (const size_t i : changed_) {
      if (facts.size() == most) break;
      if (request_.on_read) request_.on_read(read_.size(), of);
      const std::string path = (fs::path(result_.runs_folder) / seen_[i].name).string();
      facts.emplace_back(i, facts_of(RunFolder{path, project_, {}}));
      read_.insert(seen_[i].name);
    }
    if (request_.on_read && read_.size() == of) request_.on_read(of, of);
    return facts;
  }

  void write(const Database &db, const std::vector<std::pair<size_t, Facts>> &changed) const {
    Transaction t(db, "BEGIN IMMEDIATE");
    Tables tables(db);
    for (const auto &[i, facts] : changed) tables.add(seen_[i], facts);
    std::vector<std::string> gone;
    std::unordered_map<std::string, bool> is_there;
    for (const StampedRun &s : seen_) is_there[s.name] = true;
    for (const auto &[name, run] : tables.runs())
      if (is_there.count(name) == 0) gone.push_back(name);
    for (const std::string &name : gone) tables.remove(name);
    tables.write_checks();
    t.commit();
  }

  const IndexRequest &request_;
  std::string project_;
  fs::path home_;
  std::string file_, why_;
  std::vector<StampedRun> seen_;
  std::vector<size_t> changed_;
  std::set<std::string> read_;  // by this listing: also those too fresh to be believed the next time
  bool is_final_ = false;
  IndexedRuns result_;
};

}  // namespace

std::string project_of_runs(const std::string &given) {
  const fs::path path = given.empty() ? "." : given;
  std::error_code code;
  if (fs::is_directory(path / "runs", code)) return path.string();
  const fs::path whole = fs::absolute(path).lexically_normal();
  const fs::path name = whole.has_filename() ? whole.filename() : whole.parent_path().filename();
  if (name == "runs" && fs::is_directory(path, code)) {
    const fs::path up = whole.has_filename() ? whole.parent_path() : whole.parent_path().parent_path();
    return path_within(fs::current_path(), up);
  }
  throw Error(ErrorCode::kNotFound, path.string(), "has no folder runs/", "`mote train` makes the first run");
}

IndexedRuns read_index(const std::string &project_folder, const IndexRequest &request) {
  return Listing(project_folder, request).read();
}

}  // namespace mote
