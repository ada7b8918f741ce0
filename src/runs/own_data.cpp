// A file is looked for under its recorded name first. Only if its bytes are others, or there is none, are the
// files of its size in the data folder tried by their SHA-256.
#include "mote/runs.h"
#include "runs/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/digest.h"
#include "base/error.h"
#include "data/find_files.h"
#include "data/readers/readers.h"
#include "data/readers/text_examples.h"
#include "runs/made_how.h"

namespace mote {

using nlohmann::json;

namespace {

struct Recorded {
  std::string path, sha256;  // path: whole
  uint64_t bytes;
  bool is_companion;
  Parts parts;
};

Parts parts_of(const json &entry) {
  if (entry.contains("parts")) return entry.at("parts");
  const std::string part = entry.value("part", "");
  const char letter = part == "train" ? 't' : part == "val" ? 'v' : part == "test" ? 'x' : '-';
  return Parts(entry.at("recordings").get<size_t>(), letter);
}

// y_train.txt is a companion where it lies beside X_train.txt and holds no recording itself.
void name_text_companions(std::vector<Recorded> &files) {
  std::set<fs::path> paths;
  for (const Recorded &f : files) paths.insert(f.path);
  for (Recorded &f : files)
    for (const fs::path &examples : examples_beside(f.path))
      f.is_companion |= f.parts.empty() && paths.count(examples) > 0;
}

std::vector<Recorded> recorded_files(const Run &run) {
  return run.reading(run_file::kRecord, [&](const json &record) {
    constexpr size_t kMost = 100'000'000;
    std::vector<Recorded> files;
    size_t recordings = 0;
    for (const json &r : record.at("recordings")) {
      recordings += r.at("recordings").get<size_t>();
      if (recordings > kMost)
        throw Error(ErrorCode::kDataFormat, run.file(run_file::kRecord).string(),
                    fmt::format("is damaged: it counts more than {} recordings", kMost), "restore it");
      const std::string path =
          (fs::path(run.folder().project) / r.at("path").get<std::string>()).lexically_normal().string();
      if (!is_companion(path) && !reader_of(path))
        throw Error(
            ErrorCode::kDataFormat, run.file(run_file::kRecord).string(),
            fmt::format("is damaged: it names the recording {}, which is not {}", path, readable_files()),
            "restore it");
      files.push_back({path, r.at("sha256"), r.at("bytes"), is_companion(path), parts_of(r)});
    }
    name_text_companions(files);
    return files;
  });
}

// Files of the data folder by size, and the digests of those that had to be read.
class Search {
 public:
  explicit Search(const Run &run) : run_(run), files_(recorded_files(run)) {
    for (const Recorded &f : files_) by_path_[f.path] = &f;
    std::vector<std::string> roots = {run.project().data_path};
    try {  // where the project has its data now, if it was told to look elsewhere
      const std::string now = read_project(run.folder().project).data_path;
      if (now != roots[0]) roots.push_back(now);
    } catch (const Error &) {
    }
    for (const std::string &root : roots) {
      std::error_code code;
      if (!fs::exists(root, code)) continue;
      each_file(find_files(root), [&](const std::string &path) {
        const auto size = fs::file_size(path, code);
        if (!code && have_size_.insert(path).second) by_size_[size].push_back(path);
      });
      each_file(find_files(root, run.project().load), [&](const std::string &path) { wanted_.insert(path); });
    }
  }

  const std::vector<Recorded> &files() const { return files_; }

  // Before anything is read: what must be missing or changed, because nothing has its size.
  void check_sizes() const {
    std::vector<std::string> lost;
    for (const Recorded &f : files_) {
      std::error_code code;
      const bool is_there = fs::is_regular_file(f.path, code) && fs::file_size(f.path, code) == f.bytes;
      if (!is_there && !by_size_.count(f.bytes)) lost.push_back(f.path);
    }
    if (!lost.empty()) throw_lost(lost);
  }

  std::string read(const std::string &path) {
    const Recorded *file = by_path_.at(path);
    std::error_code code;
    if (fs::is_regular_file(path, code) && fs::file_size(path, code) == file->bytes)
      if (std::string bytes = read_file(path); is(bytes, path, file->sha256)) return bytes;
    const auto same_size = by_size_.find(file->bytes);
    if (same_size != by_size_.end())
      for (const std::string &other : same_size->second) {
        if (other == path || (digests_.count(other) && digests_[other] != file->sha256)) continue;
        if (std::string bytes = read_file(other); is(bytes, other, file->sha256)) {
          const std::string note = fmt::format("{} is now {}", shown(path), shown(other));
          if (std::find(moved_.begin(), moved_.end(), note) == moved_.end()) moved_.push_back(note);
          return bytes;
        }
      }
    throw_lost({path});
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> fresh, notes;
    for (const std::string &path : wanted_)
      if (!used_.count(path)) fresh.push_back(shown(path));
    if (!fresh.empty())
      notes.push_back(fmt::format("{} {} not of this run and {} left out: {}", count_of(fresh.size()),
                                  fresh.size() == 1 ? "is" : "are", fresh.size() == 1 ? "is" : "are",
                                  some_of(fresh)));
    if (!moved_.empty()) notes.push_back("renamed since: " + some_of(moved_));
    return notes;
  }

 private:
  template <class Take>
  static void each_file(const FoundFiles &found, Take take) {
    for (const auto *list : {&found.recordings, &found.companions})
      for (const fs::path &path : *list) take(path.string());
  }
  bool is(const std::string &bytes, const std::string &path, const std::string &digest) {
    const std::string own = sha256(bytes);
    digests_[path] = own;
    if (own == digest) used_.insert(path);
    return own == digest;
  }
  std::string shown(const std::string &path) const { return path_within(run_.folder().project, path); }
  static std::string count_of(size_t n) { return fmt::format("{} file{}", n, n == 1 ? "" : "s"); }
  static std::string some_of(const std::vector<std::string> &names) {
    constexpr size_t kShown = 5;
    std::vector<std::string> first(names.begin(), names.begin() + std::min(kShown, names.size()));
    return fmt::format("{}{}", fmt::join(first, ", "),
                       names.size() > kShown ? fmt::format(" and {} more", names.size() - kShown) : "");
  }

  [[noreturn]] void throw_lost(const std::vector<std::string> &paths) const {
    std::error_code code;
    const bool has_changed = fs::exists(paths[0], code);
    throw Error(ErrorCode::kDataFormat, paths[0],
                fmt::format("{} since the run was trained{}",
                            has_changed ? "has changed" : "is missing: it was removed",
                            paths.size() > 1 ? fmt::format(" (and {} more)", paths.size() - 1) : ""),
                "restore it, judge on other recordings (--data DIR), or on a new split of what is there now "
                "(--resplit)");
  }

  const Run &run_;
  std::vector<Recorded> files_;
  std::map<std::string, const Recorded *> by_path_;
  std::set<std::string> have_size_, wanted_, used_;
  std::map<uint64_t, std::vector<std::string>> by_size_;
  std::map<std::string, std::string> digests_;
  std::vector<std::string> moved_;
};

}  // namespace

RunData load_own_data(const Run &run) {
  Search search(run);
  search.check_sizes();
  FileSource source;
  Parts parts;
  for (const Recorded &f : search.files()) {
    (f.is_companion ? source.companions : source.recordings).push_back(f.path);
    parts += f.parts;
  }
  source.read = [&](const std::string &path) { return search.read(path); };
  RunData data;
  data.recordings = load_recordings(run.project().data_path, run.project().load, source);
  data.recordings.take_off_running_mean(run.project().detector.adapt);
  if (parts.size() != data.recordings.items.size())
    throw Error(ErrorCode::kDataFormat, run.path(),
                fmt::format("was trained on {} recordings, and this mote finds {} in the same files",
                            parts.size(), data.recordings.items.size()),
                "judge on other recordings (--data DIR) or on a new split (--resplit)");
  for (Recording &r : data.recordings.items) r.file = path_within(fs::current_path(), r.file);
  data.splits = data.recordings.parted(parts);
  data.digest = run.data_digest();
  data.notes = search.notes();
  return data;
}

}  // namespace mote
