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

FileLabels &LabelBook::entry(const std::string &given) {
  const std::string name = with_slashes(given);
  for (const std::string &known : {name, without_ending(name)})  // "a" and "a.wav" are one
    if (const auto found = known == name ? named(name) : Entries::const_iterator(entries_.find(known));
        found != entries_.end())
      return entries_.at(found->first);
  add_alias(without_ending(name), name);
  const auto [of_file, is_first] = names_of_file_.try_emplace(fs::path(name).filename().string(), name);
  if (!is_first) of_file->second = "";
  return entries_[name];
}

void LabelBook::know(const fs::path &recording) { ++recordings_of_name_[recording.filename().string()]; }

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
  if (alias != name) aliases_.try_emplace(with_slashes(alias), name);
}

LabelBook::Entries::const_iterator LabelBook::named(const std::string &name) const {
  if (const auto found = entries_.find(name); found != entries_.end()) return found;
  const auto alias = aliases_.find(name);
  return alias == aliases_.end() ? entries_.end() : entries_.find(alias->second);
}

LabelBook::Entries::const_iterator LabelBook::by_path(const fs::path &recording) const {
  const std::string whole = recording.lexically_normal().generic_string();
  for (size_t start = 0;; ++start) {
    const std::string end_of_path = whole.substr(start);
    for (const std::string &name : {end_of_path, without_ending(end_of_path)})
      if (const auto found = named(name); found != entries_.end()) return found;
    start = whole.find('/', start);
    if (start == whole.npos) break;
  }
  // where folders were renamed, and no other recording could be meant
  const auto known = recordings_of_name_.find(recording.filename().string());
  if (known != recordings_of_name_.end() && known->second > 1) return entries_.end();
  const auto of_file = names_of_file_.find(recording.filename().string());
  return of_file == names_of_file_.end() || of_file->second.empty() ? entries_.end()
                                                                    : entries_.find(of_file->second);
}

LabelBook::Entries::const_iterator LabelBook::by_numbers(const fs::path &recording) const {
  std::vector<std::string> numbers = numbers_in(without_ending(recording.filename().string()));
  if (numbers_ == 0 || numbers.size() < numbers_) return entries_.end();
  numbers.resize(numbers_);
  return entries_.find(fmt::format("{}", fmt::join(numbers, "/")));
}

const FileLabels *LabelBook::find(const fs::path &recording) const {
  auto found = by_path(recording);
  if (found == entries_.end()) found = by_numbers(recording);
  if (found == entries_.end()) return nullptr;
  was_found_[found->first].insert(recording.string());
  return &found->second;
}

std::vector<std::string> LabelBook::unknown() const {
  std::vector<std::string> names;
  for (const auto &[name, labels] : entries_)
    if (!was_found_.count(name) && (labels.also.empty() || !was_found_.count(labels.also)))
      names.push_back(name);
  return names;
}

}  // namespace mote
