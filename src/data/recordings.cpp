// Reading a folder of files into Recordings: which files, and which of their recordings and classes.
#include "mote/recordings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "data/find_files.h"
#include "data/given_parts.h"
#include "data/intake.h"
#include "data/label_files.h"
#include "data/name_pattern.h"
#include "data/readers/readers.h"
#include "data/readers/text_examples.h"

namespace mote {

namespace {

// On one line: a table, a message and a file of labels have it on a line of its own.
bool is_plain_name(const std::string &name) {
  return is_utf8(name) && std::none_of(name.begin(), name.end(), [](char c) { return byte_of(c) < ' '; });
}

bool contains(const std::vector<std::string> &list, const std::string &text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_table(const fs::path &path) { return reader_of(path) == ReadFile(read_delimited); }

// Its class may be in its file's name.
bool is_named_after_class(const FoundFile &f) {
  return is_table(f.path) || is_sound(f.path) || is_acquisition(f.path);
}

class Loader {
 public:
  Loader(const std::string &path, const LoadOptions &options, bool keep_going, const FileSource *source,
         TablePart *part = nullptr, StreamMarks *stream = nullptr)
      : root_(path), source_(source), intake_(options, keep_going, source, part), set_(intake_.set()) {
    intake_.keep_whole(stream);
  }

  Recordings load() {
    check_options();
    std::vector<FoundFile> files = list_files();
    if (intake_.stream()) {
      take_stream_labels(intake_, root_);
    } else {
      for (const FoundFile &f : files) intake_.label_book().know(f.path);
      take_intervals(files);
      take_label_files(files);
    }
    find_labels(files);
    for (const FoundFile &f : files) read_file(f);
    intake_.throw_bad_files(files.size());
    intake_.mix_sounds();
    join_tables(intake_);
    cut_tables(intake_, root_.string());
    intake_.throw_bad_files(files.size());
    const bool has_named = std::any_of(files.begin(), files.end(), [](const FoundFile &f) {
      return is_sound(f.path) || is_acquisition(f.path);
    });
    if (has_named && !intake_.stream()) intake_.say_labels(root_.string());
    intake_.sum_up();
    intake_.finish_alike();
    sort_by_file();
    take_names(intake_, names_);
    take_parts();
    finish();
    return std::move(set_);
  }

 private:
  // What a file that is refused in its middle has given is taken back.
  void read_file(const FoundFile &f) {
    IntakeState before = intake_.state();
    try {
      reader_of(f.path)(intake_, f);
    } catch (const Error &e) {
      intake_.restore(std::move(before));
      intake_.take_error(e, f.path.string());
    }
  }

  void check_options() {
    std::set<std::string> seen;
    for (const std::string &label : set_.options.labels)
      if (!seen.insert(label).second)
        Intake::fail("data.labels", fmt::format("'{}' is given twice", label),
                     "each class once; their order is that of the outputs");
    seen.clear();
    for (const std::string &name : set_.options.class_names)
      if (!seen.insert(name).second)
        Intake::fail("data.class_names", fmt::format("'{}' is given twice", name));
  }

  std::vector<FoundFile> list_files() {
    std::vector<fs::path> paths;
    if (source_) {
      paths.assign(source_->recordings.begin(), source_->recordings.end());
      companions_.assign(source_->companions.begin(), source_->companions.end());
    } else {
      FoundFiles found = find_files(root_, set_.options);
      paths = std::move(found.recordings);
      companions_ = std::move(found.companions);
      set_.findings = std::move(found.notes);
    }
    find_label_files(paths);
    std::vector<FoundFile> files;
    for (const fs::path &path : paths) {
      const fs::path below = path.lexically_relative(root_);
      const bool is_deep = below.has_parent_path() && *below.begin() != "." && *below.begin() != "..";
      files.push_back({path, path.parent_path() == root_ ? "" : path.parent_path().filename().string(),
                       is_deep ? below.begin()->string() : "", stem_of(path)});
    }
    if (files.empty()) Intake::fail(root_.string(), "holds no recordings", what_is_there());
    find_parts(files, root_);
    names_ = read_file_names(intake_, files, root_);
    for (const FoundFile &f : files)
      if (!f.part.empty()) part_of_file_[f.path.string()] = f.part;
    return files;
  }

  // Edge Impulse numbers files behind the first dot of their names, by letters too.
  std::string stem_of(const fs::path &path) const {
    const std::string name = path.filename().string();
    if (is_acquisition(path)) return name.substr(0, name.find('.', 1));
    return without_join_word(path.stem().string(), set_.options.join);
  }

  // A run that is read again has them among its files.
  void find_label_files(std::vector<fs::path> &paths) {
    FilesAround around = files_on_disk();
    if (source_) {
      const std::set<fs::path> known(paths.begin(), paths.end());
      around.has = [known](const fs::path &path) { return known.count(path) > 0; };
      around.head = [this](const fs::path &path) {
        return source_->read(path.string()).substr(0, kHeadBytes);
      };
    }
    for (const fs::path &path : companions_)
      if (const LabelFormat *format = label_format_of(path, around)) label_files_.emplace_back(path, format);
    if (!source_) return;
    std::erase_if(paths, [&](const fs::path &path) {
      const LabelFormat *format = label_format_of(path, around);
      if (format) label_files_.emplace_back(path, format);
      return format != nullptr;
    });
    std::sort(label_files_.begin(), label_files_.end());
  }

  // Classes and parts that label files give. A device that is asked does not know them.
  void take_label_files(std::vector<FoundFile> &files) {
    if (set_.options.model && !set_.options.model->uses_labels) return;
    std::map<std::string, std::vector<std::string>> names_of;  // of each format
    for (const auto &[path, format] : label_files_) {
      std::vector<Finding> findings;
      format->parse(intake_.read(path), path.string(), intake_.label_book(), findings);
      for (const Finding &f : findings) intake_.add(f.severity, f.where, f.message);
      names_of[format->name].push_back(path.filename().string());
    }
    for (const auto &[format, names] : names_of)
      intake_.say(fmt::format("classes come from {} {}{}: {}",
                              names.size() == 1 ? "the" : std::to_string(names.size()), format,
                              names.size() == 1 ? "" : "s", few_of(names)));
    if (label_files_.empty()) return;
    for (FoundFile &f : files) {
      const std::map<std::string, std::string> parts = intake_.label_book().parts_of(f.path);
      if (parts.empty()) continue;
      if (parts.size() > 1)
        Intake::fail(
            f.path.string(),
            fmt::format("is for testing by {}, for training by {}", parts.at("test"), parts.at("train")),
            "correct one of them, or leave one of them out with data.exclude");
      part_of_file_[f.path.string()] = f.part = parts.begin()->first;
    }
  }

  // Classes in the names of files, where nothing else gives them.
  void find_labels(const std::vector<FoundFile> &files) {
    if (!intake_.label_book().is_empty() || intake_.stream()) return;
    if (have_labels(set_.options.file_names)) {
      intake_.say("classes come from the names of files, by data.file_names");
      return;
    }
    std::vector<FoundFile> named;
    for (const FoundFile &f : files)
      if (is_named_after_class(f) && labels_beside(intake_, f).empty()) named.push_back(f);
    if (!named.empty()) intake_.find_labels(named);
  }

  // Of the files that cannot be read, the first of each ending, and what to do with them.
  std::string what_is_there() const {
    std::map<std::string, std::string> whys;
    for (const Finding &f : set_.findings)
      if (const fs::path path = f.where; !extension_of(path).empty())
        whys.try_emplace(extension_of(path),
                         fmt::format("{} is {}", path.filename().string(), why_not_read(path)));
    std::vector<std::string> list;
    for (const auto &[ending, why] : whys)
      if (list.size() < 3 && why.find(readable_files()) == why.npos) list.push_back(why);
    list.push_back("expected " + readable_files());
    return fmt::format("{}", fmt::join(list, "; "));
  }

  // The table of data.intervals is no recording. Other recordings of a model need not have one.
  void take_intervals(std::vector<FoundFile> &files) {
    const LoadOptions &o = set_.options;
    if (o.intervals.empty()) return;
    const auto is_table = [&](const FoundFile &f) { return is_named(f.path.string(), {o.intervals}); };
    const auto found = std::find_if(files.begin(), files.end(), is_table);
    if (found != files.end()) {
      if (!o.model || o.model->uses_labels) intake_.take_intervals(found->path);
      std::erase_if(files, is_table);
      if (!files.empty()) return;
      Intake::fail(root_.string(), "holds no recordings beside the table of data.intervals");
    }
    const bool is_label_file = std::any_of(label_files_.begin(), label_files_.end(), [&](const auto &f) {
      return is_named(f.first.string(), {o.intervals});
    });
    if (!o.model && !is_label_file)
      Intake::fail(root_.string(), fmt::format("has no file '{}' (data.intervals)", printable(o.intervals)));
  }

  // What names say of parts; an array that holds several has said it itself.
  void take_parts() {
    std::map<std::string, size_t> counts;
    for (Recording &r : set_.items) {
      if (const auto it = part_of_file_.find(r.file); it != part_of_file_.end()) r.part = it->second;
      ++counts[r.part];
    }
    if (counts.count("test") == 0 && counts.count("val") == 0) return;
    std::vector<std::string> all;
    for (const char *part : {"train", "val", "test", ""})
      if (counts.count(part) > 0)
        all.push_back(fmt::format("{} {}", counts[part], *part == 0 ? "in none" : part));
    std::string settings;
    for (const char *part : {"test", "val"})
      if (counts.count(part) > 0)
        settings += fmt::format("{}split.{}_groups = [\"{}\"]", settings.empty() ? "" : ", ", part, part);
    intake_.say(
        fmt::format("names divide the recordings: {} ({} keeps them so)", fmt::join(all, ", "), settings));
  }

  // In the order in which their files were read: tables are cut when all files are known.
  void sort_by_file() {
    std::map<std::string, size_t> place;
    for (const SourceFile &f : set_.files) place.try_emplace(f.path, place.size());
    std::stable_sort(set_.items.begin(), set_.items.end(), [&](const Recording &a, const Recording &b) {
      return place.at(a.file) < place.at(b.file);
    });
  }

  // What the finding of a recording calls it, its file and line, is what data.exclude takes.
  void leave_out() {
    const std::vector<std::string> &names = set_.options.exclude;
    if (names.empty()) return;
    check_excluded(names);
    const size_t left_out = std::erase_if(
        set_.items, [&](const Recording &r) { return is_named(at_line(r.file, r.first_line), names); });
    if (left_out > 0) intake_.say(fmt::format("{} recordings are left out by data.exclude", left_out));
  }

  // One that is misspelt leaves nothing out. Other recordings of a model need not have it.
  void check_excluded(const std::vector<std::string> &names) {
    if (set_.options.model || source_) return;
    for (const std::string &name : names) {
      const bool is_file = std::any_of(set_.findings.begin(), set_.findings.end(), [&](const Finding &f) {
        return f.severity == Severity::kNote && is_named(f.where, {name});
      });
      const bool is_recording = std::any_of(set_.items.begin(), set_.items.end(), [&](const Recording &r) {
        return is_named(at_line(r.file, r.first_line), {name});
      });
      if (!is_file && !is_recording)
        intake_.add(
            Severity::kWarning, "data.exclude",
            fmt::format("'{}' leaves nothing out: no file is named so, and no recording by its file and line",
                        printable(name)));
    }
  }

  // A name that is not text could be neither stored nor shown.
  void check_names() {
    for (const Recording &r : set_.items) {
      const bool is_class = !is_plain_name(r.label);
      if (!is_class && is_plain_name(r.group)) continue;
      const Error error(
          ErrorCode::kDataFormat, r.file,
          fmt::format("its {} has a name that is not UTF-8 text{}", is_class ? "class" : "group",
                      is_utf8(is_class ? r.label : r.group) ? " of one line" : ""),
          "rename the file or folder, in plain letters, or save a table that has the name in it as UTF-8");
      if (!intake_.keeps_going()) throw error;
      intake_.add(Severity::kError, error.where(), error.message());
      return;
    }
    for (const std::string &name : set_.channels)
      if (!is_utf8(name)) Intake::fail(root_.string(), "a column has a name that is not UTF-8 text");
  }

  // Names for classes that are integers: those of the training, else of 0, 1, 2, ... by value, else in their
  // order.
  void name_classes() {
    LoadOptions &o = set_.options;
    if (o.class_names.empty()) return;
    const bool is_known = o.class_labels.size() == o.class_names.size();
    if (!is_known) o.class_labels = labels_to_name();
    std::set<std::string> said;
    for (Recording &r : set_.items) {
      const size_t n = place_of_label(r.label);
      if (n == o.class_labels.size()) continue;  // a name of its own, or none
      if (said.insert(r.label).second)
        intake_.say(fmt::format("class {} is '{}' (data.class_names)", r.label, o.class_names[n]));
      r.label = o.class_names[n];
    }
  }

  size_t place_of_label(const std::string &label) const {
    const std::vector<std::string> &labels = set_.options.class_labels;
    const auto value = parse_number(label);
    return std::find_if(
               labels.begin(), labels.end(),
               [&](const std::string &l) { return l == label || (value && parse_number(l) == value); }) -
           labels.begin();
  }

  // Empty: the files have classes of their own.
  std::vector<std::string> labels_to_name() {
    const size_t names = set_.options.class_names.size();
    std::map<double, std::string> seen;
    for (const Recording &r : set_.items) {
      const auto value = parse_number(r.label);
      if (!value && set_.options.model) continue;
      if (!value)
        Intake::fail(r.file, fmt::format("its class '{}' is no number, so data.class_names does not apply",
                                         printable(r.label)));
      seen[*value] = r.label;
    }
    std::vector<std::string> labels;
    if (seen.empty()) return labels;
    const bool is_by_value = seen.begin()->first >= 0 && seen.rbegin()->first < names;
    if (!is_by_value && seen.size() != names && set_.options.model) return labels;
    if (!is_by_value && seen.size() != names)
      Intake::fail("data.class_names",
                   fmt::format("{} names for the classes {:g} to {:g}", names, seen.begin()->first,
                               seen.rbegin()->first),
                   "give one for each of 0, 1, 2, ...");
    if (is_by_value)
      for (size_t n = 0; n < names; ++n) labels.push_back(std::to_string(n));
    else
      for (const auto &[value, label] : seen) labels.push_back(label);
    return labels;
  }

  // Of other recordings of a model those without a class stay so.
  void join_anomalies() {
    const LoadOptions &o = set_.options;
    if (o.normal.empty() || set_.items.empty()) return;
    const std::string &normal = detector_labels()[0], &anomaly = detector_labels()[1];
    if (contains(o.normal, anomaly) ||
        (!o.model && contains(set_.labels, normal) && !contains(o.normal, normal)))
      Intake::fail("anomaly.normal",
                   contains(o.normal, anomaly)
                       ? "names 'anomaly', which is what a detector calls all that is not normal"
                       : "leaves out the class 'normal', which is what a detector calls what it knows",
                   "give that class another name, or change the list");
    for (const std::string &name : o.normal)
      if (!o.model && !contains(set_.labels, name))
        Intake::fail(root_.string(), fmt::format("has no recordings of class '{}' (anomaly.normal)", name),
                     fmt::format("its classes are {}; a detector learns from the normal ones",
                                 fmt::join(set_.labels, ", ")));
    std::set<std::string> others;
    for (Recording &r : set_.items) {
      if (r.label.empty()) continue;
      const std::string &kind = detector_class(o.normal, r.label);
      if (kind == anomaly && r.label != anomaly) others.insert(r.label);
      r.label = kind;
    }
    if (!others.empty()) intake_.say(fmt::format("anomalies are {}", few_of({others.begin(), others.end()})));
    set_.labels = detector_labels();
  }

  void finish() {
    LoadOptions &o = set_.options;
    if (set_.image_height > 0) o.window = o.stride = set_.image_height * set_.image_width;
    if (set_.is_features && !set_.items.empty()) {
      const int features = set_.items[0].rows;
      if (o.window != 0 && o.window != features)
        Intake::fail("data.window", fmt::format("is {}, but an example has {} features", o.window, features),
                     "leave data.window out");
      o.window = features;
      o.stride = features;
    }
    set_.measured_rate_hz = set_.rate_hz;
    if (o.rate_hz > 0) set_.rate_hz = o.rate_hz;
    leave_out();
    check_names();
    name_classes();
    std::set<std::string> seen;
    for (const Recording &r : set_.items) seen.insert(r.label);
    if (!o.labels.empty()) {
      for (const std::string &label : o.labels)
        if (!seen.count(label))
          Intake::fail(root_.string(), fmt::format("has no recordings of class '{}'", label),
                       fmt::format("its classes are {}", fmt::join(seen, ", ")));
      std::erase_if(set_.items, [&](const Recording &r) { return !contains(o.labels, r.label); });
      set_.labels = o.labels;
    } else if (!o.class_names.empty() &&
               std::all_of(seen.begin(), seen.end(), [&](auto &l) { return contains(o.class_names, l); })) {
      for (const std::string &name : o.class_names)
        if (seen.count(name)) set_.labels.push_back(name);
    } else {
      set_.labels.assign(seen.begin(), seen.end());
      const bool is_numeric = std::all_of(seen.begin(), seen.end(),
                                          [](const std::string &s) { return parse_number(s).has_value(); });
      if (is_numeric)
        std::sort(set_.labels.begin(), set_.labels.end(),
                  [](auto &a, auto &b) { return *parse_number(a) < *parse_number(b); });
    }
    join_anomalies();
    const bool may_be_empty = intake_.keeps_going() || (intake_.part() && !intake_.part()->is_first);
    if (set_.items.empty() && !may_be_empty) Intake::fail(root_.string(), "holds no complete recording");
  }

  fs::path root_;
  std::map<std::string, std::string> part_of_file_;
  FileNames names_;
  std::vector<fs::path> companions_;
  std::vector<std::pair<fs::path, const LabelFormat *>> label_files_;
  const FileSource *source_;
  Intake intake_;
  Recordings &set_;
};

}  // namespace

const std::vector<std::string> &detector_labels() {
  static const std::vector<std::string> kLabels = {"normal", "anomaly"};
  return kLabels;
}

const std::string &detector_class(const std::vector<std::string> &normal, const std::string &label) {
  const bool is_normal =
      label == detector_labels()[0] || std::find(normal.begin(), normal.end(), label) != normal.end();
  return detector_labels()[is_normal ? 0 : 1];
}

Shape Recordings::input_shape() const {
  return image_height > 0 ? Shape{image_height, image_width, channel_count()}
                          : Shape{window(), channel_count()};
}

Recordings load_recordings(const std::string &path, const LoadOptions &options, bool keep_going) {
  return Loader(path, options, keep_going, nullptr).load();
}

Recordings load_part(const std::string &path, const LoadOptions &options, TablePart &part) {
  Recordings set = Loader(path, options, false, nullptr, &part).load();
  part.is_first = false;
  return set;
}

Recordings load_stream(const std::string &path, const LoadOptions &options, StreamMarks &marks) {
  marks.list.clear();
  marks.unknown.clear();
  marks.is_labelled = marks.is_named = false;
  return Loader(path, options, false, nullptr, nullptr, &marks).load();
}

bool has_parts(const std::string &path, const LoadOptions &options) {
  // intervals and numbers of rows are counted from the beginning, and what is resampled has neighbours
  const bool is_counted = options.rows_per_recording > 0 || options.is_resampled || !options.join.empty() ||
                          !options.intervals.empty();
  std::error_code code;
  return !is_counted && fs::is_regular_file(path, code) && is_table(path);
}

Recordings load_recordings(const std::string &path, const LoadOptions &options, const FileSource &source) {
  return Loader(path, options, false, &source).load();
}

}  // namespace mote
