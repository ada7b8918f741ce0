// Where classes have their names from: files, their folders or the first folders, and what of these only
// numbers recordings.
//
// Columns that hold classes are columns.cpp's.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "data/column_names.h"
#include "data/intake.h"
#include "data/readers/readers.h"

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

// "unit 4 left" without its number: digits between separators, wherever they stand.
std::string without_numbers(const std::string &name) {
  std::string rest;
  for (size_t i = 0; i < name.size();) {
    const size_t end = std::min(name.find_first_of("_- ", i), name.size());
    if (!std::all_of(name.begin() + i, name.begin() + end, is_digit)) rest += name.substr(i, end - i) + " ";
    i = end + 1;
  }
  return rest;
}

// "unit 0 left", "unit 1 left": recordings sooner than classes, where folders have names.
bool are_numbered(const std::set<std::string> &stems) {
  std::set<std::string> words;
  for (const std::string &stem : stems) words.insert(without_numbers(class_of_stem(stem)));
  return stems.size() > 1 && words.size() == 1;
}

}  // namespace

bool tell_apart(const std::set<std::string> &names) {
  std::set<std::string> words;
  for (const std::string &name : names) words.insert(word_of(name));
  return words.size() > 1 && std::any_of(words.begin(), words.end(), may_be_class);
}

namespace {

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
      is_flat |= f.folder.empty() && f.part.empty();
      std::set<std::string> &in_folders = folders_of[class_of_stem(f.stem)];
      in_folders.insert(f.folder);
      is_stem_repeated |= in_folders.size() > 1 && may_be_class(f.stem);
      is_folder_repeated |= tops_of[f.folder].insert(f.top_folder).second && tops_of[f.folder].size() > 1;
    }
    is_flat |= folders == std::set<std::string>{""};
  }

  LabelFrom choose(LabelFrom &other) const {
    other = LabelFrom::kAuto;
    if (is_flat) return LabelFrom::kStem;
    const bool stems_may = tell_apart(stems);
    // one folder above all files is as if it were given itself
    if (folders.size() == 1) return stems_may ? LabelFrom::kStem : LabelFrom::kFolder;
    const bool folders_may = tell_apart(folders);
    if (is_stem_repeated && stems_may && folders_may && are_numbered(stems)) {
      other = LabelFrom::kStem;
      return LabelFrom::kFolder;
    }
    if (is_stem_repeated && stems_may) {  // a folder for each person, or for each class
      if (folders_may) other = LabelFrom::kFolder;
      return LabelFrom::kStem;
    }
    if (tops == folders || !tell_apart(tops)) return LabelFrom::kFolder;
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

std::string Intake::label_of(const FoundFile &f) const {
  if (const FileLabels *given = label_book().find(f.path); given && given->label) return *given->label;
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
  // words said lie in a folder each, whoever said them
  const bool are_sounds =
      std::all_of(files.begin(), files.end(), [](const FoundFile &f) { return is_sound(f.path); });
  if (from_ == LabelFrom::kAuto && are_sounds && sources.folders.size() > 1) from_ = LabelFrom::kFolder;
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
  if (other == LabelFrom::kAuto) {
    if (set_.options.label_from == LabelFrom::kAuto && !set_.options.model)
      ask_for_numbered(classes, files.size());
    return;
  }
  const LabelPlace other_place = place_of(other);
  std::set<std::string> others = other == LabelFrom::kTopFolder ? sources.tops : folders;
  if (other == LabelFrom::kStem) {
    others.clear();
    for (const std::string &stem : sources.stems) others.insert(class_of_stem(stem));
  }
  labels_unclear_ = fmt::format(
      "are the classes {} (the {}, as taken) or {} (the {})? Set data.label_from = \"{}\" or \"{}\"",
      few(classes), place.names, few(others), other_place.names, place.setting, other_place.setting);
}

// rec1, rec2 and s1, s2 are names of recordings, persons or sessions sooner than of classes.
void Intake::ask_for_numbered(const std::set<std::string> &classes, size_t files) {
  static const std::set<std::string> kPersons = {"p",    "s",           "subject",   "subj",    "person",
                                                 "user", "participant", "volunteer", "patient", "session"};
  if (classes.size() < 2 || tell_apart(classes)) return;
  // class1_1, class1_2, class2_1 number recordings of classes
  if (files > classes.size() && may_be_class(*classes.begin()) &&
      kPersons.count(word_of(*classes.begin())) == 0)
    return;
  const LabelPlace place = place_of(from_);
  labels_unclear_ = fmt::format(
      "the {} differ in what numbers them only ({}): is each a class, as taken? Then set data.label_from = "
      "\"{}\"; if they "
      "are recordings, persons or sessions, name the class in a column (data.label_column) or in the names, "
      "CLASS_NUMBER",
      place.names, few(classes), place.setting);
}

void Intake::say_labels(const std::string &where) {
  if (!labels_said_.empty()) say(labels_said_);
  if (!labels_unclear_.empty()) ask(where, labels_unclear_);
  labels_unclear_.clear();
}

}  // namespace mote
