// A mote.toml for files as they are: what readers find in them, turned into settings with the reason
// beside each, and questions where the files do not say.
//
// It decides nothing that a person could not edit afterwards, and copies no data. Readers: data/readers;
// who calls it: mote init --from.
#include "project/propose.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.h"
#include "base/escape.h"
#include "base/files.h"
#include "base/text.h"
#include "data/find_files.h"
#include "data/intake.h"
#include "data/readers/text_examples.h"
#include "mote/project.h"

namespace mote {

namespace {

constexpr size_t kMostLooks = 400;  // files that are read one by one to compare their channels

class Proposer {
 public:
  Proposer(const std::vector<std::string> &files, std::string name) : name_(std::move(name)) {
    find_path(files);
  }

  Proposal propose() {
    find_intervals();
    find_text_examples();
    find_pairs();
    look();
    if (!have_mixed_files(set_))  // columns that say the classes do not give way to names
      if (const std::string question = propose_file_names(out_); !question.empty()) {
        ask(question);
        look();
      }
    for (std::string how; !(how = bring_together(out_.load, set_)).empty(); look()) decide(how);
    name_classes();
    compare_channels();
    find_label_column();
    find_seams();
    drop_odd_files();
    choose_window();
    find_parts();
    ask_for_classes();
    out_.toml = proposed_toml(out_, set_, name_, is_autoencoder_);
    out_.recordings = set_.items.size();
    out_.labels = set_.labels;
    out_.channels = set_.channels;
    out_.rate_hz = set_.rate_hz;
    return std::move(out_);
  }

 private:
  void decide(const std::string &text) { out_.decisions.push_back(text); }
  void ask(const std::string &text) { out_.questions.push_back(text); }

  void find_path(const std::vector<std::string> &files) {
    std::vector<fs::path> paths;
    for (const std::string &f : files) {
      if (!fs::exists(f)) throw Error(ErrorCode::kNotFound, f, "no such file or folder");
      paths.push_back(fs::canonical(f));
    }
    fs::path common = paths.at(0);
    for (const fs::path &p : paths)
      while (p != common &&
             (p.lexically_relative(common).empty() || *p.lexically_relative(common).begin() == ".."))
        common = common.parent_path();
    if (paths.size() > 1)
      for (const fs::path &p : paths)
        if (p != common) out_.load.files.push_back(p.lexically_relative(common).string());
    out_.data_path = common.string();
  }

  inline static const std::vector<std::string> kSensors = {
      "acc", "accel",        "accelerometer", "gyro",    "gyr",  "gyroscope",
      "mag", "magnetometer", "linacc",        "gravity", "baro", "barometer"};

  // A table that says which rows are of which class, and one that names these classes.
  void find_intervals() {
    const std::vector<fs::path> files = find_files(out_.data_path, out_.load).recordings;
    const fs::path table = intervals_among(files, kSensors);
    if (table.empty()) return;
    out_.load.intervals = table.lexically_relative(out_.data_path).string();
    decide(fmt::format("intervals {}: it says which rows of the other files are of which class",
                       out_.load.intervals));
    for (const fs::path &path : files)
      if (path != table && find_class_names(path)) {
        out_.load.exclude.push_back(named_by_);
        decide(fmt::format("exclude {}: it holds names of classes", named_by_));
      }
  }
  bool find_class_names(const fs::path &path) {
    if (!names_.empty()) return false;
    names_ = class_names_in(path);
    if (names_.empty()) return false;
    named_by_ = path.lexically_relative(out_.data_path).string();
    return true;
  }

  // X_train.txt with y_train.txt beside it says what the set is; what else lies there is about it, or the
  // same examples in another form.
  void find_text_examples() {
    const FoundFiles found = find_files(out_.data_path, out_.load);
    std::vector<std::string> examples, others;
    for (const fs::path &path : found.recordings) {
      const bool is_one =
          std::any_of(found.companions.begin(), found.companions.end(), [&](const fs::path &c) {
            const std::vector<fs::path> of = examples_beside(c);
            return std::find(of.begin(), of.end(), path) != of.end();
          });
      (is_one ? examples : others).push_back(path.lexically_relative(out_.data_path).string());
    }
    if (examples.empty()) return;
    out_.load.files = examples;
    decide(fmt::format("files {}: tables of examples with their classes beside them", few_of(examples)));
    for (const std::string &other : others) find_class_names(fs::path(out_.data_path) / other);
    std::erase(others, named_by_);
    if (!others.empty())
      ask(fmt::format("is it right that these files are left out: {}? (data.files)", few_of(others)));
  }

  // The parts that the set's authors made stay what they are.
  void find_parts() {
    std::map<std::string, size_t> counts;
    for (const Recording &r : set_.items) ++counts[r.part];
    std::vector<std::string> given;
    for (const char *part : {"train", "val", "test"})
      if (counts.count(part) > 0) given.push_back(fmt::format("{} {}", counts[part], part));
    if (counts.count("test") == 0 && counts.count("val") == 0) return;
    decide(fmt::format("split as the names of files and folders have it: {}{}", fmt::join(given, ", "),
                       counts.count("test") == 0  ? "; there is no test part, so a share of train is the test"
                       : counts.count("val") == 0 ? "; a share of train is the validation"
                                                  : ""));
    if (const size_t none = counts[""]; none > 0)
      ask(fmt::format(
          "{} recordings are in none of these parts, and are divided with those of train: is that right? "
          "(data.exclude)",
          none));
  }
  bool is_intervals(const fs::path &path) const {
    return !out_.load.intervals.empty() && is_named(path.string(), {out_.load.intervals});
  }

  void name_classes() {
    std::vector<std::string> names;
    for (const std::string &label : set_.labels) {
      const auto value = parse_number(label);
      const auto found = value ? names_.find(*value) : names_.end();
      if (found == names_.end()) return;
      names.push_back(found->second);
    }
    out_.load.class_names = names;
    decide(fmt::format("class_names: as {} has them", named_by_));
    look();
  }

  // acc_1.txt and gyro_1.txt: files of one recording. Only words for sensors are thought to tell them apart,
  // since punch_1.csv and flex_1.csv are recordings of two classes.
  void find_pairs() {
    std::map<std::string, std::set<std::string>> words_of;  // of each recording
    std::set<std::string> words;
    std::vector<fs::path> others;
    for (const fs::path &path : find_files(out_.data_path, out_.load).recordings) {
      if (is_intervals(path)) continue;
      const std::string stem = path.stem().string(), word = join_word_of(stem, kSensors);
      if (word.empty()) {
        others.push_back(path);
        continue;
      }
      words.insert(word);
      words_of[(path.parent_path() / without_join_word(stem, kSensors)).string()].insert(word);
    }
    const bool are_pairs =
        words.size() >= 2 && others.size() <= words_of.size() &&
        std::all_of(words_of.begin(), words_of.end(), [&](auto &r) { return r.second == words; });
    if (!are_pairs) return;
    const LoadOptions before = out_.load;
    out_.load.join.assign(words.begin(), words.end());
    for (const fs::path &path : others)
      out_.load.exclude.push_back(path.lexically_relative(out_.data_path).string());
    const Recordings set = load_recordings(out_.data_path, out_.load, true);
    if (set.items.empty()) {
      out_.load = before;
      return ask(
          fmt::format("files are named after the sensors {}, but have different numbers of rows: how do they "
                      "belong together?",
                      fmt::join(words, ", ")));
    }
    decide(fmt::format("join {}: the files of one recording, side by side", fmt::join(words, ", ")));
    for (const fs::path &path : others)
      decide(fmt::format("exclude {}: it belongs to no pair of files", path.filename().string()));
  }

  // A column that a finding calls a likely label: taken where the files give one class only, and asked about.
  void find_label_column() {
    static const std::string kHint = "data.label_column = \"";
    std::set<std::string> names;
    for (const Finding &f : set_.findings)
      if (const size_t at = f.message.find(kHint); at != std::string::npos && !f.is_question) {
        const size_t start = at + kHint.size();
        names.insert(f.message.substr(start, f.message.find('"', start) - start));
      }
    if (names.empty()) return;
    const std::string name = *names.begin();
    if (names.size() == 1 && set_.labels.size() == 1) {
      const LoadOptions before = out_.load;
      Recordings kept = set_;
      out_.load.label_column = name;
      look();
      if (set_.labels.size() >= 2) {
        decide(fmt::format(
            "label_column {}: it holds few integers that stay for many rows, and the files' names give "
            "one class only",
            name));
        return ask(
            fmt::format("is column '{}' the class of a row? If it is a sensor, take label_column out", name));
      }
      out_.load = before;
      set_ = std::move(kept);
    }
    ask(fmt::format("do{} column{} '{}' hold the classes? (data.label_column; else data.drop_columns)",
                    names.size() == 1 ? "es" : "", names.size() == 1 ? "" : "s", fmt::join(names, "', '")));
  }

  // As data and train refuse it: neither mote.toml nor a model could hold the name.
  void refuse_names() const {
    for (const Finding &f : set_.findings)
      if (f.severity == Severity::kError &&
          f.message.find("has a name that is not UTF-8 text") != std::string::npos)
        throw Error(
            ErrorCode::kDataFormat, f.where, f.message,
            "rename the file or folder, in plain letters, or save a table that has the name in it as UTF-8");
  }

  void look() {
    set_ = load_recordings(out_.data_path, out_.load, true);
    refuse_names();
    if (set_.items.empty()) {
      std::string why = "nothing in it could be read";
      for (const Finding &f : set_.findings)
        if (f.severity == Severity::kError) {
          why = fmt::format("nothing in it could be read: {}: {}", f.where, f.message);
          break;
        }
      throw Error(ErrorCode::kDataFormat, out_.data_path, why);
    }
  }

  bool has_misfit() const {
    return std::any_of(set_.findings.begin(), set_.findings.end(), [](const Finding &f) {
      return f.severity == Severity::kError && (f.message.find(" channels, ") != std::string::npos ||
                                                f.message.find("has the columns ") != std::string::npos);
    });
  }

  // Where files have different channels, those that all have.
  void compare_channels() {
    if (!has_misfit() || set_.image_height > 0) return;
    std::set<std::string> files;
    for (const Recording &r : set_.items) files.insert(r.file);
    for (const Finding &f : set_.findings)
      if (f.severity == Severity::kError && fs::is_regular_file(f.where)) files.insert(f.where);
    if (files.size() > kMostLooks)
      return ask("the files have different columns: which ones are meant? (data.channels, data.exclude)");
    std::vector<std::string> common;
    size_t widest = 0;
    bool is_first = true;
    for (const std::string &file : files) {
      const std::vector<std::string> channels = load_recordings(file, {}, true).channels;
      if (channels.empty()) continue;
      widest = std::max(widest, channels.size());
      if (is_first) {
        common = channels;
        is_first = false;
      } else
        std::erase_if(common, [&](auto &c) {
          return std::find(channels.begin(), channels.end(), c) == channels.end();
        });
    }
    if (common.empty())
      return ask("the files have no column in common: which of them belong together? (data.exclude)");
    out_.load.channels = common;
    decide(fmt::format("channels {}: the only ones that all {} files have", fmt::join(common, ", "),
                       files.size()));
    if (common.size() * 2 < widest)
      ask(fmt::format(
          "do all {} files hold recordings? They share {} of {} columns; leave out those that do not "
          "(data.files, data.exclude)",
          files.size(), common.size(), widest));
    look();
  }

  void find_seams() {
    if (set_.image_height > 0 || set_.is_features) return;
    std::map<std::string, int> per_file;
    for (const Recording &r : set_.items) ++per_file[r.file];
    // a file with separators says itself where its recordings end; the others must agree on a length
    Recordings whole = set_;
    std::erase_if(whole.items, [&](const Recording &r) { return per_file[r.file] > 1; });
    if (whole.items.empty()) return;
    std::vector<int> marked;
    for (const Recording &r : set_.items)
      if (per_file[r.file] > 1) marked.push_back(r.rows);
    // a clock that runs on tells of no seam
    const Seams seams = set_.measured_rate_hz > 0 ? Seams{} : seams_of(whole);
    int length = seams.length;
    const bool are_halves =
        length > 0 && marked.empty() &&
        std::all_of(whole.items.begin(), whole.items.end(), [&](auto &r) { return r.rows == 2 * length; });
    if (are_halves)
      return ask(
          fmt::format("is each file one recording of {} rows, as taken, or two of {}, between which the "
                      "values jump? (data.rows_per_recording)",
                      2 * length, length));
    const bool all_alike =
        !marked.empty() && std::all_of(marked.begin(), marked.end(), [&](int n) { return n == marked[0]; });
    if (all_alike &&
        std::all_of(whole.items.begin(), whole.items.end(),
                    [&](const Recording &r) { return r.rows % marked[0] == 0; }) &&
        std::any_of(whole.items.begin(), whole.items.end(),
                    [&](const Recording &r) { return r.rows > marked[0]; })) {
      length = marked[0];
      decide(fmt::format("rows_per_recording {}: as long as the recordings of the files that separate them",
                         length));
    } else if (length > 0 && marked.empty()) {
      decide(fmt::format(
          "rows_per_recording {}: the values jump every {} rows, and each file is a multiple of it", length,
          length));
    } else {
      return;
    }
    if (std::all_of(whole.items.begin(), whole.items.end(),
                    [&](const Recording &r) { return r.rows == length; })) {
      out_.decisions.pop_back();
      return;
    }
    if (length == seams.length && seams.other > 0)
      ask(
          fmt::format("has a recording {} rows, or {}? The values jump at multiples of both "
                      "(data.rows_per_recording)",
                      length, seams.other));
    out_.load.rows_per_recording = length;
    look();
  }

  // Recordings that are shorter than all others by far are leftovers.
  void drop_odd_files() {
    for (const Finding &f : set_.findings) {
      if (f.severity != Severity::kError || !fs::is_regular_file(f.where)) continue;
      if (f.message == "is empty" || f.message.find("header but no rows") != std::string::npos) {
        out_.load.exclude.push_back(fs::path(f.where).lexically_relative(out_.data_path).string());
        decide(fmt::format("exclude {}: {}", out_.load.exclude.back(), f.message));
      }
    }
    const bool has_bad_rows = std::any_of(set_.findings.begin(), set_.findings.end(), [](const Finding &f) {
      return f.severity == Severity::kError && f.message.find("the row was skipped") != std::string::npos;
    });
    if (has_bad_rows) {
      out_.load.skip_bad_rows = true;
      decide("skip_bad_rows: some rows cannot be read (`mote data` names them)");
    }
    if (!out_.load.exclude.empty() || has_bad_rows) look();
  }

  // Clips of about one length are windows; of others a window has a second.
  void choose_window_of_sounds(const std::vector<int> &lengths) {
    constexpr double kMost = 0.8, kAlike = 0.25;
    const int median = lengths[lengths.size() / 2];
    const auto alike = std::count_if(lengths.begin(), lengths.end(),
                                     [&](int n) { return std::abs(n - median) <= kAlike * median; });
    const bool is_clips = static_cast<double>(alike) >= kMost * static_cast<double>(lengths.size());
    LoadOptions &o = out_.load;
    o.window = is_clips ? median : static_cast<int>(std::lround(set_.rate_hz));
    o.stride = is_clips ? o.window : std::max(1, o.window / 2);
    o.short_recordings = ShortRecordings::kZero;
    decide(fmt::format("window {}: {}; what is shorter is filled up with silence", o.window,
                       is_clips ? "most clips have about so many samples"
                                : "a second, as the clips are of many lengths; windows overlap by half"));
    decide("features: mel energies (`mfe`), as samples of sound are too many for a small network");
  }

  void choose_window() {
    if (set_.image_height > 0 || set_.is_features) return;
    std::vector<int> lengths;
    for (const Recording &r : set_.items) lengths.push_back(r.rows);
    std::sort(lengths.begin(), lengths.end());
    const int shortest = lengths.front(), longest = lengths.back(), median = lengths[lengths.size() / 2];
    LoadOptions &o = out_.load;
    constexpr int kLongest = 4096;
    if (are_sounds(set_)) {
      choose_window_of_sounds(lengths);
    } else if (shortest == longest && longest <= kLongest && set_.items.size() > set_.labels.size()) {
      o.window = o.stride = shortest;
      decide(fmt::format("window {}: all {} recordings have so many rows", shortest, lengths.size()));
    } else if (median >= 400) {
      const double seconds = 2;
      o.window = set_.rate_hz > 0 ? std::clamp(static_cast<int>(std::lround(seconds * set_.rate_hz)), 16,
                                               std::min(median / 2, kLongest))
                                  : 128;
      o.stride = std::max(1, o.window / 2);
      decide(fmt::format("window {}: recordings are long ({} to {} rows), so windows{} overlap by half",
                         o.window, shortest, longest, set_.rate_hz > 0 ? " of two seconds" : ""));
    } else {
      o.window = o.stride = median;
      o.short_recordings = ShortRecordings::kEdge;
      decide(fmt::format(
          "window {}: the median of {} to {} rows; shorter ones are filled up with their last row", median,
          shortest, longest));
      constexpr int kFewRows = 3;
      if (median <= kFewRows && set_.channels.size() > 1 && set_.image_height == 0)
        ask("is each row an example by itself? Recordings of so few rows are none of a sensor (data.rows = "
            "\"examples\")");
    }
    if (set_.rate_hz > 0)
      decide(fmt::format("rate {:.6g} Hz: from the files", set_.rate_hz));
    else
      ask("how many rows a second? Nothing in the files says so (data.rate_hz; it matters for times only)");
  }

  void ask_for_classes() {
    for (const Finding &f : set_.findings)
      if (f.is_question) ask(f.message);
    for (const std::string &question : class_questions(set_, out_.load)) ask(question);
    is_autoencoder_ = set_.labels.size() == 1;
  }

  std::string name_;
  Proposal out_;
  Recordings set_;
  std::map<double, std::string> names_;  // of classes that are numbers, as a file has them
  std::string named_by_;
  bool is_autoencoder_ = false;
};

}  // namespace

Proposal propose_project(const std::vector<std::string> &files, const std::string &name) {
  return Proposer(files, name).propose();
}

}  // namespace mote
