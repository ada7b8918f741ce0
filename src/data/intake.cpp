// What readers hand over, gathered: names of files and folders turned into classes, groups and parts,
// companions known, limits kept.
//
// Readers know formats and not sets; sets are checked afterwards (lint.cpp).
#include "data/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/digest.h"
#include "base/error.h"
#include "base/lists.h"
#include "base/text.h"
#include "data/column_names.h"

namespace mote {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_separator_sign(char c) { return c == '_' || c == '-' || c == ' '; }

// "punch_01" without what numbers it; "punch2" and "speed_0.5" stay.
std::string without_number(const std::string &stem) {
  size_t end = stem.size();
  while (end > 0 && is_digit(stem[end - 1])) --end;
  if (end < stem.size() && end > 1 && is_separator_sign(stem[end - 1])) return stem.substr(0, end - 1);
  return stem;
}

// What follows a dot numbers the recording ("3", "1a2b", "2024-05-01") or is part of the name ("left",
// "left2").
bool is_identifier(const std::string &piece) {
  static const std::set<std::string> kEndings = {"cbor", "json", "csv", "wav",
                                                 "txt"};  // of the file it was made from
  if (kEndings.count(lower(piece)) || piece.starts_with("ingestion-")) return true;  // Edge Impulse
  const auto digit = std::find_if(piece.begin(), piece.end(), is_digit);
  if (digit == piece.end()) return false;
  // letters and then nothing but digits: a word with a number
  return digit == piece.begin() ||
         (!is_separator_sign(*(digit - 1)) && !std::all_of(digit, piece.end(), is_digit));
}

// "0.5" at the end of "speed_0.5", but not "1.2" of "wave.1.2": `dot` parts the digits of one number.
bool is_decimal_point(const std::string &stem, size_t dot) {
  if (dot + 1 >= stem.size() || !is_digit(stem[dot - 1]) || !is_digit(stem[dot + 1])) return false;
  size_t start = dot;
  while (start > 0 && is_digit(stem[start - 1])) --start;
  return start == 0 || stem[start - 1] != '.';
}

// What names have in common that are numbered in any way: "rec" of "rec07" and "rec_2"; "" of a number or a
// date.
std::string word_of(const std::string &name) {
  std::string word = lower(class_of_stem(name));
  while (!word.empty() && (is_digit(word.back()) || is_separator_sign(word.back()) || word.back() == '.'))
    word.pop_back();
  return word;
}

// "rec07" says nothing, "walk_07" may be a class.
bool may_be_class(const std::string &name) {
  static const std::set<std::string> kOfAny = {"",        "rec",   "recording", "sample",
                                               "data",    "trial", "file",      "session",
                                               "capture", "log",   "take",      "measurement"};
  return kOfAny.count(word_of(name)) == 0;
}

// Names of one word that only numbers tell apart are no classes.
bool tell_apart(const std::set<std::string> &names) {
  std::set<std::string> words;
  for (const std::string &name : names) words.insert(word_of(name));
  return words.size() > 1 && std::any_of(words.begin(), words.end(), may_be_class);
}

// Parts of a set as its authors divided it.
bool are_parts(const std::set<std::string> &names) {
  static const std::set<std::string> kParts = {"test", "testing", "train",     "training",
                                               "val",  "valid",   "validation"};
  return std::all_of(names.begin(), names.end(),
                     [](const std::string &n) { return kParts.count(lower(n)) > 0; });
}

// Of where classes come from: in a sentence, and as data.label_from.
struct LabelPlace {
  const char *names, *setting;
};
LabelPlace place_of(LabelFrom from) {
  switch (from) {
    case LabelFrom::kStem:
      return {"file names", "stem"};
    case LabelFrom::kTopFolder:
      return {"first folders", "top"};
    case LabelFrom::kName:
      return {"whole file names", "name"};
    default:
      return {"folders", "folder"};
  }
}

// What the names of files, of their folders and of the first folders say: what only numbers the recordings
// says nothing. Where two of them could be the classes, one is taken, and a finding asks.
struct LabelSources {
  std::set<std::string> folders, tops, stems;
  bool is_flat = false;             // a file at the top
  bool is_stem_repeated = false;    // in several folders
  bool is_folder_repeated = false;  // below several first folders

  explicit LabelSources(const std::vector<FoundFile> &files) {
    std::map<std::string, std::set<std::string>> folders_of, tops_of;
    for (const FoundFile &f : files) {
      folders.insert(f.folder);
      tops.insert(f.top_folder);
      stems.insert(f.stem);
      is_flat |= f.folder.empty();
      std::set<std::string> &in_folders = folders_of[class_of_stem(f.stem)];
      in_folders.insert(f.folder);
      is_stem_repeated |= in_folders.size() > 1 && may_be_class(f.stem);
      is_folder_repeated |= tops_of[f.folder].insert(f.top_folder).second && tops_of[f.folder].size() > 1;
    }
  }

  LabelFrom choose(LabelFrom &other) const {
    other = LabelFrom::kAuto;
    if (is_flat) return LabelFrom::kStem;
    const bool stems_may = tell_apart(stems);
    // one folder above all files is as if it were given itself
    if (folders.size() == 1) return stems_may ? LabelFrom::kStem : LabelFrom::kFolder;
    const bool folders_may = tell_apart(folders);
    if (is_stem_repeated && stems_may) {  // a folder for each person, or for each class
      if (folders_may && !are_parts(folders)) other = LabelFrom::kFolder;
      return LabelFrom::kStem;
    }
    if (tops == folders || !tell_apart(tops) || are_parts(tops)) return LabelFrom::kFolder;
    if (!folders_may) return LabelFrom::kTopFolder;  // walk/s1, run/s2
    if (is_folder_repeated) other = LabelFrom::kTopFolder;
    return LabelFrom::kFolder;
  }
};

std::string few(const std::set<std::string> &names) {
  std::vector<std::string> list;
  for (const std::string &n : names) list.push_back(printable(n));
  return few_of(list);
}

}  // namespace

std::string class_of_stem(const std::string &given) {
  std::string stem = given;
  // "punch (2)": the second of that name in a folder of downloads
  if (const size_t open = stem.rfind(" ("); open != std::string::npos && open > 0 && stem.back() == ')' &&
                                            open + 3 < stem.size() &&
                                            std::all_of(stem.begin() + open + 2, stem.end() - 1, is_digit))
    stem.resize(open);
  // only from the end: of "hand.left.0" the last piece is the number, "left" is a name
  stem = without_number(stem);
  for (size_t dot = stem.rfind('.'); dot != std::string::npos && dot > 0; dot = stem.rfind('.')) {
    if (!is_identifier(stem.substr(dot + 1)) || is_decimal_point(stem, dot)) break;
    stem.resize(dot);
  }
  return stem;
}

std::string part_of(const FoundFile &file) {
  const std::string stem = lower(file.stem);
  for (const char *part : {"train", "test"})
    if (stem.ends_with(std::string("_") + part)) return part;
  return file.folder;
}

std::string Intake::read(const fs::path &path) {
  if (part_) {
    if (have_read_.insert(path.string()).second) set_.files.push_back({path.string(), 0, ""});
    return std::move(part_->bytes);
  }
  std::string bytes = source_ ? source_->read(path.string()) : read_file(path);
  if (have_read_.insert(path.string()).second)
    set_.files.push_back({path.string(), bytes.size(), sha256(bytes)});
  return bytes;
}

void Intake::read_intervals(const fs::path &path) {
  std::vector<Finding> problems;
  Table table = parse_table(read(path), path.string(), {}, problems);
  if (!problems.empty()) fail(problems[0].where, problems[0].message);
  TableFile file = compact(std::move(table));
  file.path = path.string();
  intervals_.emplace(file);
  say(fmt::format("classes come from {}: {} intervals, {} (data.intervals)", path.filename().string(),
                  intervals_->size(), intervals_->columns()));
}

bool Intake::has_companion(const fs::path &path) const {
  if (!source_) return fs::exists(path);
  return std::count(source_->companions.begin(), source_->companions.end(), path.string()) > 0;
}

void Intake::say(const std::string &how) {
  std::vector<std::string> &said = set_.reading;
  if (std::find(said.begin(), said.end(), how) == said.end()) said.push_back(how);
}

void Intake::add_alike(const std::string &cause, const std::string &where, const std::string &message,
                       Severity severity) {
  alike_[cause].push_back({severity, where, message});
}

void Intake::finish_alike() {
  constexpr size_t kEach = 3;
  for (auto &[cause, list] : alike_) {
    if (list.size() > kEach) {
      list[0].message +=
          fmt::format("; and so in {} more files, {} the last", list.size() - 1, list.back().where);
      list.resize(1);
    }
    set_.findings.insert(set_.findings.end(), list.begin(), list.end());
  }
  alike_.clear();
}

void Intake::fail(const std::string &where, const std::string &message, const std::string &hint) {
  throw Error(ErrorCode::kDataFormat, where, message, hint);
}

void Intake::report(const std::vector<Finding> &problems, bool is_fatal) {
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
    add_alike("rows: " + without_digits(p.message), p.where,
              p.message + (is_fatal ? "" : "; the row was skipped"),
              is_skipping ? Severity::kWarning : Severity::kError);
}

void Intake::check_channels(const std::vector<std::string> &names, bool has_names, const std::string &path) {
  if (set_.channels.empty()) {
    set_.channels = names;
    first_file_ = path;
    is_named_ = has_names;
    return;
  }
  if (names.size() != set_.channels.size())
    fail(path, fmt::format("has {} channels, {} has {}", names.size(), first_file_, set_.channels.size()),
         "all files must have the same columns; select some with data.channels");
  if (has_names && is_named_ && names != set_.channels)
    fail(path,
         fmt::format("has the columns {}, {} has {}", few_of(names), first_file_, few_of(set_.channels)),
         "all files must have the same columns; select some with data.channels");
  if (has_names && !is_named_) {
    set_.channels = names;
    is_named_ = true;
  }
}

void Intake::check_columns(std::vector<std::string> names, std::vector<size_t> &columns, bool has_names,
                           const std::string &path) {
  const std::vector<std::string> &want = set_.channels;
  if (has_names && is_named_ && names != want &&
      std::is_permutation(names.begin(), names.end(), want.begin(), want.end())) {
    add_alike("order", path,
              fmt::format("has its columns in another order ({}); they are taken by name", few_of(names)),
              Severity::kNote);
    std::vector<size_t> in_order;
    for (const std::string &name : want) {
      in_order.push_back(columns[place_in(names, name)]);
    }
    columns = std::move(in_order);
    names = want;
  }
  check_channels(names, has_names, path);
}

void Intake::add_image(const std::string &label, const std::string &path, const std::string &folder,
                       long line, const Image &image) {
  const std::string where = at_line(path, line);
  if ((!set_.items.empty() || !tables_.empty()) && set_.image_height == 0)
    fail(where, "is an image, the files before it are not");
  if (set_.items.empty()) {
    set_.image_height = image.height;
    set_.image_width = image.width;
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
    fail(where, fmt::format("has {} channels, {} has {}", image.channels, first_file_, set_.channel_count()),
         "set image_channels to 1 or 3");
  Recording r{label, path, folder, line, image.height * image.width, {}};
  r.values.assign(image.pixels.begin(), image.pixels.end());
  set_.items.push_back(std::move(r));
}

void Intake::check_rate(double rate, const std::string &path) {
  if (set_.rate_hz == 0)
    set_.rate_hz = rate;
  else if (std::fabs(rate / set_.rate_hz - 1) > 0.05)
    add_alike("rate", path,
              fmt::format("is sampled at {:.1f} Hz, the files before at {:.1f} Hz", rate, set_.rate_hz));
}

std::string Intake::label_of(const FoundFile &f) const {
  switch (from_) {
    case LabelFrom::kStem:
      return class_of_stem(f.stem);
    case LabelFrom::kTopFolder:
      return f.top_folder;
    case LabelFrom::kName:
      return f.stem;
    default:
      return f.folder;
  }
}

void Intake::find_labels(const std::vector<FoundFile> &files) {
  from_ = set_.options.label_from;
  const LabelSources sources(files);
  if (from_ == LabelFrom::kAuto && set_.options.model) {  // where most names are classes of the model
    std::map<LabelFrom, size_t> known;
    for (const FoundFile &f : files)
      for (const LabelFrom from :
           {LabelFrom::kStem, LabelFrom::kFolder, LabelFrom::kTopFolder, LabelFrom::kName}) {
        from_ = from;
        const std::vector<std::string> &classes = set_.options.model->labels;
        known[from] += std::find(classes.begin(), classes.end(), label_of(f)) != classes.end();
      }
    from_ = files.size() == 1 ? LabelFrom::kStem : LabelFrom::kAuto;
    size_t most = 0;
    for (const auto &[from, count] : known)
      if (count > most) {
        from_ = from;
        most = count;
      }
  }
  LabelFrom other = LabelFrom::kAuto;
  if (from_ == LabelFrom::kAuto) from_ = sources.choose(other);
  std::set<std::string> classes, folders = sources.folders;
  for (const FoundFile &f : files) classes.insert(label_of(f));
  const bool is_stem = from_ == LabelFrom::kStem, is_top = from_ == LabelFrom::kTopFolder;
  const LabelPlace place = place_of(from_);
  std::string text = fmt::format("classes come from the {} ({}); data.label_from = \"{}\"", place.names,
                                 few(classes), place.setting);
  folders.erase("");
  const bool is_name = from_ == LabelFrom::kName;
  if ((is_stem || is_name || is_top) && !folders.empty())
    text += fmt::format(", \"folder\" would give {}", few(folders));
  if (!is_stem && !is_name && !is_top && sources.tops != folders)
    text += fmt::format(", \"top\" would give {}", few(sources.tops));
  if (is_stem && classes.size() < sources.stems.size())
    text += "; what numbers a file is not part of its class (\"name\" keeps it)";
  labels_said_ = text;
  if (other == LabelFrom::kAuto) return;
  const LabelPlace other_place = place_of(other);
  labels_unclear_ = fmt::format(
      "are the classes {} (the {}, as taken) or {} (the {})? Set data.label_from = \"{}\" or \"{}\"",
      few(classes), place.names, few(other == LabelFrom::kTopFolder ? sources.tops : folders),
      other_place.names, place.setting, other_place.setting);
}

void Intake::say_labels(const std::string &where) {
  if (!labels_said_.empty()) say(labels_said_);
  if (!labels_unclear_.empty()) ask(where, labels_unclear_);
  labels_unclear_.clear();
}

}  // namespace mote
