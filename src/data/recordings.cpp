// Reading a folder of files into Recordings: which files, which class, which columns, where a recording ends.
#include "mote/recordings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/find_files.h"
#include "data/image.h"
#include "data/npy.h"

namespace mote {

namespace {

struct Found {
  fs::path path;
  std::string folder, stem;
};

// "punch_01" and "punch.3" are recordings of "punch".
std::string class_of_stem(std::string stem) {
  stem = stem.substr(0, stem.find('.', 1));
  size_t end = stem.size();
  while (end > 0 && stem[end - 1] >= '0' && stem[end - 1] <= '9') --end;
  if (end < stem.size() && end > 1 && std::string("_- ").find(stem[end - 1]) != std::string::npos)
    return stem.substr(0, end - 1);
  return stem;
}

class Loader {
 public:
  Loader(const std::string &path, const LoadOptions &options, bool keep_going, const FileSource *source)
      : root_(path), keep_going_(keep_going), source_(source) {
    set_.options = options;
  }

  Recordings load() {
    const std::vector<Found> files = list_files();
    const bool from_stem = label_from_stem(files);
    for (const Found &f : files) {
      try {
        if (is_kind(f.path, FileKind::kNumpy))
          load_numpy(f);
        else if (is_kind(f.path, FileKind::kImage))
          load_image(f);
        else if (is_idx(f.path))
          load_idx(f.path);
        else
          load_csv(f, from_stem ? class_of_stem(f.stem) : f.folder);
      } catch (const Error &e) {
        if (!keep_going_) throw;
        add(Severity::kError, e.where(), e.message());
      }
    }
    finish();
    return std::move(set_);
  }

 private:
  void add(Severity severity, const std::string &where, const std::string &message) {
    set_.findings.push_back({severity, where, message});
  }

  [[noreturn]] static void fail(const std::string &where, const std::string &message,
                                const std::string &hint = "") {
    throw Error(ErrorCode::kDataFormat, where, message, hint);
  }

  std::vector<Found> list_files() {
    std::vector<fs::path> paths;
    if (source_) {
      paths.assign(source_->recordings.begin(), source_->recordings.end());
    } else {
      FoundFiles found = find_files(root_);
      paths = std::move(found.recordings), set_.findings = std::move(found.notes);
    }
    std::vector<Found> files;
    for (const fs::path &path : paths)
      files.push_back({path, path.parent_path() == root_ ? "" : path.parent_path().filename().string(),
                       path.stem().string()});
    if (files.empty())
      fail(root_.string(), "holds no recordings", fmt::format("expected {}", readable_files()));
    return files;
  }

  // Every byte of data comes through here, and is noted.
  std::string read(const fs::path &path) {
    std::string bytes = source_ ? source_->read(path.string()) : read_file(path);
    if (have_read_.insert(path.string()).second)
      set_.files.push_back({path.string(), bytes.size(), sha256(bytes)});
    return bytes;
  }
  bool has_companion(const fs::path &path) const {
    if (!source_) return fs::exists(path);
    return std::count(source_->companions.begin(), source_->companions.end(), path.string()) > 0;
  }

  // A file at the top, or the same names in several folders (one folder per person): the name is the class.
  bool label_from_stem(const std::vector<Found> &files) const {
    if (set_.options.label_from != LabelFrom::kAuto) return set_.options.label_from == LabelFrom::kStem;
    std::map<std::string, std::set<std::string>> folders_of;
    for (const Found &f : files) {
      if (f.folder.empty()) return true;
      folders_of[class_of_stem(f.stem)].insert(f.folder);
    }
    return std::any_of(folders_of.begin(), folders_of.end(),
                       [](auto &e) { return e.second.size() > 1 && !e.first.empty(); }) &&
           !numbered_only(folders_of);
  }
  static bool numbered_only(const std::map<std::string, std::set<std::string>> &folders_of) {
    return std::all_of(folders_of.begin(), folders_of.end(), [](auto &e) {
      return parse_number(e.first).has_value() || e.first == "recording" || e.first == "rec";
    });
  }

  struct Columns {
    std::vector<size_t> channels;
    int time = -1, group = -1;
    double time_unit_s = 1;
  };

  Columns choose_columns(const Table &table, const std::string &path) {
    Columns chosen;
    const LoadOptions &o = set_.options;
    const auto index_of = [&](const std::string &name) {
      const auto it = std::find(table.columns.begin(), table.columns.end(), name);
      if (it == table.columns.end())
        fail(path, fmt::format("has no column '{}'", name),
             fmt::format("its columns are {}", fmt::join(table.columns, ", ")));
      return static_cast<int>(it - table.columns.begin());
    };
    if (!o.time_column.empty()) chosen.time = index_of(o.time_column);
    if (!o.group_column.empty()) chosen.group = index_of(o.group_column);
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const std::string name = lower(table.columns[i]);
      const bool is_time = name == "t" || name == "time" || name.starts_with("timestamp") ||
                           name.starts_with("time_") || name.starts_with("time(") ||
                           name.starts_with("time [");
      if (chosen.time < 0 && is_time && table.has_header) chosen.time = static_cast<int>(i);
    }
    if (chosen.time >= 0) {
      const std::string name = lower(table.columns[static_cast<size_t>(chosen.time)]);
      if (name.find("us") != std::string::npos || name.find("micro") != std::string::npos)
        chosen.time_unit_s = 1e-6;
      else if (name.find("ms") != std::string::npos || name.find("milli") != std::string::npos ||
               name == "timestamp")
        chosen.time_unit_s = 1e-3;
    }
    if (o.channels.empty()) {
      for (size_t i = 0; i < table.columns.size(); ++i)
        if (static_cast<int>(i) != chosen.time && static_cast<int>(i) != chosen.group)
          chosen.channels.push_back(i);
    } else {
      for (const std::string &name : o.channels)
        chosen.channels.push_back(static_cast<size_t>(index_of(name)));
    }
    if (chosen.channels.empty()) fail(path, "has no channel columns");
    return chosen;
  }

  void check_channels(const std::vector<std::string> &names, bool has_header, const std::string &path) {
    if (set_.channels.empty()) {
      set_.channels = names;
      first_file_ = path;
      is_named_ = has_header;
      return;
    }
    if (names.size() != set_.channels.size())
      fail(path, fmt::format("has {} channels, {} has {}", names.size(), first_file_, set_.channels.size()),
           "all files must have the same columns; select some with data.channels");
    if (has_header && is_named_ && names != set_.channels)
      fail(path,
           fmt::format("has the columns {}, {} has {}", fmt::join(names, ", "), first_file_,
                       fmt::join(set_.channels, ", ")),
           "all files must have the same columns in the same order");
    if (has_header && !is_named_) set_.channels = names, is_named_ = true;
  }

  void load_csv(const Found &f, const std::string &label) {
    const std::string path = f.path.string();
    std::vector<Finding> problems;
    std::vector<std::string> text_columns;
    if (!set_.options.group_column.empty()) text_columns.push_back(set_.options.group_column);
    const Table table = parse_csv(read(f.path), path, text_columns, problems);
    report(problems, table.rows.empty());
    if (table.rows.empty()) return;
    if (label.empty())
      fail(path, "gives no class: it lies in no folder",
           "name the file after its class or put it into a folder of that name");
    const Columns columns = choose_columns(table, path);
    std::vector<std::string> names;
    for (size_t c : columns.channels) names.push_back(table.columns[c]);
    if (set_.image_height > 0) fail(path, "is a table, the files before it are images");
    check_channels(names, table.has_header, path);
    std::vector<double> times;
    for (size_t start = 0; start < table.rows.size();) {
      size_t end = start + 1;
      const auto group_at = [&](size_t i) {
        return columns.group >= 0 ? table.rows[i].texts[static_cast<size_t>(columns.group)] : f.folder;
      };
      while (end < table.rows.size() && !table.rows[end].starts_recording && group_at(end) == group_at(start))
        ++end;
      const size_t step = set_.options.rows_per_recording > 0
                              ? static_cast<size_t>(set_.options.rows_per_recording)
                              : end - start;
      for (size_t from = start; from < end; from += step) {
        const size_t to = std::min(end, from + step);
        if (to - from < step) {
          add(Severity::kWarning, at_line(path, table.rows[from].line),
              fmt::format("an incomplete recording of {} rows was skipped; {} were expected", to - from,
                          step));
          break;
        }
        Recording r{label, path, group_at(from), table.rows[from].line, static_cast<int>(to - from), {}};
        for (size_t i = from; i < to; ++i) {
          for (size_t c : columns.channels) r.values.push_back(static_cast<float>(table.rows[i].values[c]));
          if (columns.time >= 0 && i > from)
            times.push_back((table.rows[i].values[static_cast<size_t>(columns.time)] -
                             table.rows[i - 1].values[static_cast<size_t>(columns.time)]) *
                            columns.time_unit_s);
        }
        set_.items.push_back(std::move(r));
      }
      start = end;
    }
    check_rate(times, path);
  }

  void report(const std::vector<Finding> &problems, bool is_fatal) {
    const bool is_skipping = set_.options.skip_bad_rows && !is_fatal;
    if (problems.empty()) return;
    if (!keep_going_ && !is_skipping) {
      const Finding &first = problems.front();
      fail(first.where, first.message,
           problems.size() > 1
               ? fmt::format("and {} more such lines; `mote data` lists them", problems.size() - 1)
               : "");
    }
    for (const Finding &p : problems)
      add(is_skipping ? Severity::kWarning : Severity::kError, p.where,
          p.message + (is_fatal ? "" : "; the row was skipped"));
  }

  void check_rate(std::vector<double> &steps, const std::string &path) {
    if (steps.empty()) return;
    std::nth_element(steps.begin(), steps.begin() + static_cast<long>(steps.size() / 2), steps.end());
    const double median = steps[steps.size() / 2];
    if (!(median > 0)) {
      add(Severity::kWarning, path, "the time column does not increase");
      return;
    }
    const double rate = 1.0 / median;
    if (set_.rate_hz == 0)
      set_.rate_hz = rate;
    else if (std::fabs(rate / set_.rate_hz - 1) > 0.05)
      add(Severity::kWarning, path,
          fmt::format("is sampled at {:.1f} Hz, the files before at {:.1f} Hz", rate, set_.rate_hz));
  }

  void load_numpy(const Found &f) {
    const std::string path = f.path.string();
    NpyArray x, y, groups;
    if (lower(f.path.extension().string()) == ".npz") {
      auto arrays = parse_npz(read(f.path), path);
      const auto take = [&](std::initializer_list<const char *> names) {
        for (const char *n : names)
          if (arrays.count(n)) return arrays[n];
        return NpyArray{};
      };
      x = take({"X", "x", "x_train", "data"}), y = take({"y", "Y", "y_train", "labels"}),
      groups = take({"groups", "subjects"});
      if (x.shape.empty())
        fail(path, "has no array named X", "expected X [examples, rows, channels] and y [examples]");
    } else {
      x = parse_npy(read(f.path), path);
      const fs::path label_path = f.path.parent_path() / "y.npy",
                     group_path = f.path.parent_path() / "groups.npy";
      if (has_companion(label_path)) y = parse_npy(read(label_path), label_path.string());
      if (has_companion(group_path)) groups = parse_npy(read(group_path), group_path.string());
    }
    if (x.shape.size() != 2 && x.shape.size() != 3)
      fail(path, fmt::format("X has {} dimensions", x.shape.size()),
           "expected [examples, rows, channels] or [examples, features]");
    if (y.values.size() != x.rows())
      fail(path, fmt::format("y has {} labels for {} examples", y.values.size(), x.rows()),
           "put y.npy with one label per example beside it");
    if (!groups.values.empty() && groups.values.size() != x.rows())
      fail(path, fmt::format("groups has {} entries for {} examples", groups.values.size(), x.rows()));
    const size_t rows = x.shape[1], channels = x.shape.size() == 3 ? x.shape[2] : 1;
    if (rows == 0 || channels == 0 || x.rows() == 0) fail(path, "X is empty");
    if (rows > 1u << 24 || channels > 1u << 16) fail(path, "X has examples too large to train on");
    std::vector<std::string> names;
    for (size_t c = 0; c < channels; ++c) names.push_back(fmt::format("c{}", c));
    if (set_.image_height > 0) fail(path, "is an array, the files before it are images");
    check_channels(names, false, path);
    for (size_t i = 0; i < x.rows(); ++i) {
      const double label = y.values[i];
      if (label != std::floor(label)) fail(path, fmt::format("y[{}] = {} is not an integer", i, label));
      Recording r{fmt::format("{:.0f}", label),
                  path,
                  groups.values.empty() ? f.folder : fmt::format("{:g}", groups.values[i]),
                  static_cast<long>(i) + 1,
                  static_cast<int>(rows),
                  {}};
      const auto from = x.values.begin() + static_cast<long>(i * rows * channels);
      r.values.assign(from, from + static_cast<long>(rows * channels));
      set_.items.push_back(std::move(r));
    }
  }

  // All images must have one size and one number of channels.
  void add_image(const std::string &label, const std::string &path, const std::string &folder, long line,
                 const Image &image) {
    const std::string where = at_line(path, line);
    if (!set_.items.empty() && set_.image_height == 0)
      fail(where, "is an image, the files before it are not");
    if (set_.items.empty()) {
      set_.image_height = image.height, set_.image_width = image.width;
      set_.channels = image.channels == 1 ? std::vector<std::string>{"grey"}
                                          : std::vector<std::string>{"red", "green", "blue"};
      first_file_ = path;
    }
    if (image.height != set_.image_height || image.width != set_.image_width)
      fail(where,
           fmt::format("has {} x {} pixels, {} has {} x {}", image.width, image.height, first_file_,
                       set_.image_width, set_.image_height),
           "all images must have one size");
    if (image.channels != set_.channel_count())
      fail(where,
           fmt::format("has {} channels, {} has {}", image.channels, first_file_, set_.channel_count()),
           "set image_channels to 1 or 3");
    Recording r{label, path, folder, line, image.height * image.width, {}};
    r.values.assign(image.pixels.begin(), image.pixels.end());
    set_.items.push_back(std::move(r));
  }

  void load_image(const Found &f) {
    const bool by_stem = set_.options.label_from == LabelFrom::kStem ||
                         (set_.options.label_from == LabelFrom::kAuto && f.folder.empty());
    const std::string path = f.path.string();
    add_image(by_stem ? class_of_stem(f.stem) : f.folder, path, f.folder, 0,
              parse_image(read(f.path), path, set_.options.image_channels));
  }

  void load_idx(const fs::path &path) {
    std::string name = path.filename().string();
    for (const auto &[from, to] : {std::pair("images", "labels"), std::pair("idx3", "idx1")})
      if (const size_t at = name.find(from); at != std::string::npos)
        name.replace(at, std::string(from).size(), to);
    const fs::path label_path = path.parent_path() / name;
    const IdxArray images = parse_idx(read(path), path.string());
    if (images.shape.size() != 3)
      fail(path.string(), fmt::format("has {} dimensions, expected 3 of images", images.shape.size()));
    if (!has_companion(label_path))
      fail(path.string(), "has no labels beside it", fmt::format("expected {}", label_path.string()));
    const IdxArray labels = parse_idx(read(label_path), label_path.string());
    if (labels.shape.size() != 1 || labels.shape[0] != images.shape[0])
      fail(label_path.string(),
           fmt::format("has {} labels for {} images", labels.values.size(), images.shape[0]));
    const size_t pixels = images.shape[1] * images.shape[2];
    for (size_t i = 0; i < images.shape[0]; ++i) {
      Image image{static_cast<int>(images.shape[1]), static_cast<int>(images.shape[2]), 1, {}};
      const auto from = images.values.begin() + static_cast<long>(i * pixels);
      image.pixels.assign(from, from + static_cast<long>(pixels));
      add_image(std::to_string(labels.values[i]), path.string(), "", static_cast<long>(i) + 1, image);
    }
  }

  void finish() {
    LoadOptions &o = set_.options;
    if (set_.image_height > 0) o.window = o.stride = set_.image_height * set_.image_width;
    if (o.rate_hz > 0) set_.rate_hz = o.rate_hz;
    std::set<std::string> seen;
    for (const Recording &r : set_.items) seen.insert(r.label);
    if (!o.labels.empty()) {
      for (const std::string &label : o.labels)
        if (!seen.count(label))
          fail(root_.string(), fmt::format("has no recordings of class '{}'", label),
               fmt::format("its classes are {}", fmt::join(seen, ", ")));
      std::erase_if(set_.items, [&](const Recording &r) {
        return std::find(o.labels.begin(), o.labels.end(), r.label) == o.labels.end();
      });
      set_.labels = o.labels;
    } else {
      set_.labels.assign(seen.begin(), seen.end());
      const bool is_numeric = std::all_of(seen.begin(), seen.end(),
                                          [](const std::string &s) { return parse_number(s).has_value(); });
      if (is_numeric)
        std::sort(set_.labels.begin(), set_.labels.end(),
                  [](auto &a, auto &b) { return *parse_number(a) < *parse_number(b); });
    }
    if (set_.items.empty() && !keep_going_) fail(root_.string(), "holds no complete recording");
  }

  fs::path root_;
  bool keep_going_;
  const FileSource *source_;
  Recordings set_;
  std::string first_file_;
  bool is_named_ = false;
  std::set<std::string> have_read_;
};

}  // namespace

Shape Recordings::input_shape() const {
  return image_height > 0 ? Shape{image_height, image_width, channel_count()}
                          : Shape{window(), channel_count()};
}

Recordings load_recordings(const std::string &path, const LoadOptions &options, bool keep_going) {
  return Loader(path, options, keep_going, nullptr).load();
}

Recordings load_recordings(const std::string &path, const LoadOptions &options, const FileSource &source) {
  return Loader(path, options, false, &source).load();
}

}  // namespace mote
