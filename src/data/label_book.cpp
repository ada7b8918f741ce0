// Names of recordings as people and programs write them, looked up by the paths that there are.
//
// The files that fill the book: label_files.cpp, intervals.cpp. Marks become rows in place_marks.cpp.
#include "data/label_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "data/readers/readers.h"

namespace mote {

namespace {

std::string with_slashes(std::string name) {
  std::replace(name.begin(), name.end(), '\\', '/');
  return name;
}

// "walk.csv" -> "walk", but "speed_0.5" and "exp.1" have no ending.
std::string without_ending(const std::string &name) {
  const fs::path path(name);
  return reader_of(path) ? (path.parent_path() / path.stem()).string() : name;
}

// "exp07_user02" has 7 and 2.
std::vector<std::string> numbers_in(const std::string &name) {
  std::vector<std::string> numbers;
  bool is_inside = false;
  for (const char c : name) {
    const bool is_digit = std::isdigit(c & 0xFF) != 0;
    if (is_digit && !is_inside) numbers.emplace_back();
    if (is_digit) numbers.back() += c;
    is_inside = is_digit;
  }
  for (std::string &n : numbers) n.erase(0, std::min(n.find_first_not_of('0'), n.size() - 1));
  return numbers;
}

}  // namespace

bool says_something(const FileLabels &labels) {
  return !labels.marks.empty() || labels.label.value_or("") != "";
}

bool say_the_same(const FileLabels &a, const FileLabels &b) {
  const auto is_same = [](const Mark &x, const Mark &y) {
    return x.from == y.from && x.to == y.to && x.label == y.label && x.group == y.group;
  };
  const bool is_same_unit = a.marks.empty() || (a.unit == b.unit && a.base == b.base);
  return a.label.value_or("") == b.label.value_or("") && is_same_unit &&
         std::equal(a.marks.begin(), a.marks.end(), b.marks.begin(), b.marks.end(), is_same);
}

FileLabels &LabelBook::entry(const std::string &given, const std::string &label_path) {
  const auto of_file = [&](std::map<std::string, FileLabels> &files) -> FileLabels & {
    FileLabels &labels = files[label_path];
    labels.path = label_path;
    return labels;
  };
  meant_.clear();
  const std::string name = with_slashes(given), file_name = fs::path(name).filename().string();
  for (const std::string &known : {name, without_ending(name)})  // "a" and "a.wav" are one
    if (const auto found = known == name ? named(name) : Entries::const_iterator(entries_.find(known));
        found != entries_.end())
      return of_file(entries_.at(found->first));
  add_alias(without_ending(name), name);
  names_of_file_[file_name].push_back({name, label_path});
  return of_file(entries_[name]);
}

void LabelBook::know(const fs::path &recording) {
  meant_.clear();
  recordings_of_name_[recording.filename().string()].push_back({recording.string(), ""});
}

std::map<std::string, std::vector<std::string>> LabelBook::ambiguous() const {
  std::map<std::string, std::vector<std::string>> names;
  for (const auto &[name, recordings] : was_found_) {
    std::set<std::string> folders;
    for (const std::string &r : recordings) folders.insert(fs::path(r).parent_path().string());
    const bool is_of_file = fs::path(name).stem() == fs::path(*recordings.begin()).stem();
    if (folders.size() > 1 && is_of_file) names[name] = {recordings.begin(), recordings.end()};
  }
  return names;
}

void LabelBook::add_alias(const std::string &alias, const std::string &name) {
  meant_.clear();
  if (alias != name) aliases_.try_emplace(with_slashes(alias), name);
}

LabelBook::Entries::const_iterator LabelBook::named(const std::string &name) const {
  if (const auto found = entries_.find(name); found != entries_.end()) return found;
  const auto alias = aliases_.find(name);
  return alias == aliases_.end() ? entries_.end() : entries_.find(alias->second);
}

LabelBook::Places LabelBook::all_of(const fs::path &recording) const {
  Places places;
  const auto add = [&](Entries::const_iterator entry) {
    if (entry != entries_.end() && std::find(places.begin(), places.end(), entry) == places.end())
      places.push_back(entry);
  };
  const std::string whole = recording.lexically_normal().generic_string(), bare = without_ending(whole);
  for (size_t start = 0;; ++start) {
    add(named(whole.substr(start)));
    if (start < bare.size()) add(named(bare.substr(start)));
    start = whole.find('/', start);
    if (start == whole.npos) break;
  }
  add_by_file_name(recording, places);
  add(by_numbers(recording));
  return places;
}

// Where folders were renamed, and no other recording could be meant.
void LabelBook::add_by_file_name(const fs::path &recording, Places &places) const {
  const std::string file_name = recording.filename().string();
  const auto known = recordings_of_name_.find(file_name);
  const auto names = names_of_file_.find(file_name);
  if (names == names_of_file_.end() || (known != recordings_of_name_.end() && known->second.size() > 1))
    return;
  std::map<std::string, size_t> names_of;  // of each label file
  for (const Told &told : names->second) ++names_of[told.label_path];
  for (const Told &told : names->second) {
    const auto entry = entries_.find(told.name);
    if (names_of[told.label_path] == 1 && std::find(places.begin(), places.end(), entry) == places.end())
      places.push_back(entry);
  }
}

LabelBook::Entries::const_iterator LabelBook::by_numbers(const fs::path &recording) const {
  std::vector<std::string> numbers = numbers_in(without_ending(recording.filename().string()));
  if (numbers_ == 0 || numbers.size() < numbers_) return entries_.end();
  numbers.resize(numbers_);
  return entries_.find(fmt::format("{}", fmt::join(numbers, "/")));
}

const FileLabels *LabelBook::find(const fs::path &recording) const {
  const Places places = all_of(recording);
  if (places.empty()) return nullptr;
  auto taken = places.front();
  const FileLabels *labels = &taken->second.begin()->second;
  for (const auto &entry : places)
    for (const auto &[path, own] : entry->second)
      if (!says_something(*labels) && says_something(own)) {
        taken = entry;
        labels = &own;
      }
  was_found_[taken->first].insert(recording.string());
  note_unused(places, taken, *labels);
  return labels;
}

void LabelBook::note_unused(const Places &places, Entries::const_iterator taken,
                            const FileLabels &labels) const {
  for (const auto &entry : places) {
    if (entry == taken || entry->first == labels.also) continue;
    const bool is_other = std::any_of(entry->second.begin(), entry->second.end(), [&](const auto &file) {
      return says_something(file.second) && !say_the_same(file.second, labels);
    });
    if (is_other) was_unused_.insert(entry->first);
  }
}

// One name may be that of several recordings, of which a longer name says more. Recordings of one file name
// are looked at once: there may be 100,000 of them, a folder each.
bool LabelBook::can_only_mean(Entries::const_iterator entry, const fs::path &recording) const {
  const std::string file_name = recording.filename().string();
  const auto known = recordings_of_name_.find(file_name);
  if (known == recordings_of_name_.end()) return true;
  const auto [counts, is_new] = meant_.try_emplace(file_name);
  if (is_new)
    for (const Told &r : known->second)
      for (const auto &place : all_of(r.name)) {
        Meant &meant = counts->second[place->first];
        if (meant.recording.empty()) meant.recording = r.name;
        meant.is_several |= meant.recording != r.name;
      }
  const auto meant = counts->second.find(entry->first);
  return meant == counts->second.end() ||
         (!meant->second.is_several && meant->second.recording == recording.string());
}

const FileLabels *LabelBook::against(const fs::path &recording, const FileLabels &labels) const {
  for (const auto &entry : all_of(recording))
    for (const auto &[path, own] : entry->second)
      if (path != labels.path && says_something(own) && !say_the_same(own, labels) &&
          can_only_mean(entry, recording))
        return &own;
  return nullptr;
}

std::map<std::string, std::string> LabelBook::parts_of(const fs::path &recording) const {
  std::map<std::string, std::string> parts;
  for (const auto &entry : all_of(recording))
    for (const auto &[path, own] : entry->second)
      if (!own.part.empty()) parts.try_emplace(own.part, path);
  return parts;
}

std::vector<LabelBook::Told> LabelBook::unknown() const {
  std::set<std::string> known;
  for (const auto &[name, recordings] : was_found_) known.insert(name);
  if (known.size() == entries_.size()) return {};
  for (const auto &[name, recordings] : recordings_of_name_)
    for (const Told &r : recordings)
      for (const auto &entry : all_of(r.name)) known.insert(entry->first);
  std::vector<Told> names;
  for (const auto &[name, files] : entries_)
    for (const auto &[path, labels] : files)
      if (!known.count(name) && (labels.also.empty() || !known.count(labels.also)))
        names.push_back({name, path});
  return names;
}

std::vector<LabelBook::Told> LabelBook::unused() const {
  std::vector<Told> names;
  for (const std::string &name : was_unused_)
    if (!was_found_.count(name)) names.push_back({name, label_path_of(name)});
  return names;
}

}  // namespace mote
