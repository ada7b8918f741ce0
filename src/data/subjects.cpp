// Groups of recordings for intervals and for what the lint says of a split. Which folder or column is a group
// is decided where files are read (intake.cpp, columns.cpp).
#include "data/subjects.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "data/csv.h"
#include "data/given_parts.h"

namespace mote {

namespace {

// Numbers for names, in the order they come.
class NameNumbers {
 public:
  explicit NameNumbers(Subjects &subjects) : subjects_(subjects) {}
  int of(const std::string &name) {
    const auto [it, is_new] = numbers_.try_emplace(name, static_cast<int>(subjects_.names.size()));
    if (is_new) subjects_.names.push_back(name);
    return it->second;
  }

 private:
  Subjects &subjects_;
  std::unordered_map<std::string, int> numbers_;
};

// A class with at least two of them: else they are other words for the classes.
bool divide_a_class(const Recordings &set, const std::vector<int> &of) {
  std::unordered_map<std::string_view, int> first;
  for (size_t i = 0; i < set.items.size(); ++i) {
    if (of[i] < 0) continue;
    const auto [it, is_new] = first.try_emplace(set.items[i].label, of[i]);
    if (!is_new && it->second != of[i]) return true;
  }
  return false;
}

Subjects by_group(const Recordings &set) {
  Subjects s{"group", {}, {}};
  NameNumbers numbers(s);
  // a person may be called 5, and a class too; a folder that holds that class alone is the class
  std::set<std::string_view> says_more;
  for (const Recording &r : set.items)
    if (r.group != r.label && (r.part.empty() || r.group != r.part)) says_more.insert(r.group);
  for (const Recording &r : set.items)
    s.of.push_back(says_more.count(r.group) == 0 ? -1
                                                 : numbers.of(r.group.empty() ? "(top folder)" : r.group));
  if (s.count() < 2 || !divide_a_class(set, s.of)) return {"", {}, std::vector<int>(set.items.size(), -1)};
  return s;
}

std::string stem_of(const std::string &path) {
  const size_t slash = path.rfind('/');
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const size_t dot = name.find('.');  // "a.wav.wav"
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

// Of Speech Commands: eight hexadecimal digits before "_nohash_".
std::string speaker_in(const std::string &stem) {
  constexpr size_t kDigits = 8;
  const size_t at = stem.find("_nohash_");
  if (at == std::string::npos || at < kDigits) return "";
  const std::string hash = stem.substr(at - kDigits, kDigits);
  return hash.find_first_not_of("0123456789abcdef") == std::string::npos ? hash : "";
}

Subjects by_speaker(const Recordings &set) {
  Subjects s{"speaker", {}, {}};
  NameNumbers numbers(s);
  size_t unknown = 0;
  for (const Recording &r : set.items) {
    const std::string hash = speaker_in(stem_of(r.file));
    unknown += hash.empty();
    s.of.push_back(hash.empty() ? -1 : numbers.of(hash));
  }
  if (s.count() < 2 || unknown * 2 > set.items.size())
    return {"", {}, std::vector<int>(set.items.size(), -1)};
  return s;
}

std::vector<std::string> words_in(const std::string &stem) {
  std::vector<std::string> words(1);
  for (const char c : stem)
    if (c == '_' || c == '-' || c == ' ' || c == '.')
      words.emplace_back();
    else
      words.back() += c;
  return words;
}

bool is_number_text(const std::string &word) {
  return word.find_first_not_of("0123456789") == std::string::npos;
}

// One place in all names as the person: it must say less than the file, and not what the class says.
bool may_be_subject(const Recordings &set, const Subjects &s) {
  constexpr size_t kFewestEach = 4;
  if (s.count() < 2 || s.count() * kFewestEach > set.items.size()) return false;
  std::vector<std::set<std::string_view>> classes(s.count());
  for (size_t i = 0; i < set.items.size(); ++i)
    if (s.of[i] >= 0) classes[static_cast<size_t>(s.of[i])].insert(set.items[i].label);
  return std::all_of(classes.begin(), classes.end(), [](const auto &c) { return c.size() > 1; });
}

}  // namespace

Subjects subjects_of(const Recordings &set) {
  Subjects s = by_group(set);
  return s.kind.empty() ? by_speaker(set) : s;
}

Subjects guessed_subjects(const Recordings &set) {
  const Subjects none{"", {}, std::vector<int>(set.items.size(), -1)};
  if (set.items.empty()) return none;
  std::vector<std::vector<std::string>> words;
  for (const Recording &r : set.items) {
    words.push_back(words_in(stem_of(r.file)));
    if (words.back().size() != words[0].size()) return none;
  }
  for (size_t place = 0; place < words[0].size(); ++place) {
    Subjects s{"name", {}, {}};
    NameNumbers numbers(s);
    bool are_words = true;
    for (const auto &w : words) {
      are_words &= !w[place].empty() && !is_number_text(w[place]) && !without_part(w[place]).empty();
      s.of.push_back(numbers.of(w[place]));
    }
    if (are_words && may_be_subject(set, s)) return s;
  }
  return none;
}

RecordingGroups::RecordingGroups(const Recordings &set)
    : set_(set), subjects_(subjects_of(set)), number_of_(subjects_.count(), -1) {}

void RecordingGroups::add(WindowGroups &groups, size_t recording) {
  if (recording != last_) {
    last_ = recording;
    const Recording &r = set_.items[recording];
    const int subject = subjects_.of[recording];
    int *known = subject < 0 ? nullptr : &number_of_[static_cast<size_t>(subject)];
    last_number_ = known ? *known : -1;
    if (last_number_ < 0) {
      last_number_ = static_cast<int>(groups.names.size());
      groups.names.push_back(known ? subjects_.names[static_cast<size_t>(subject)]
                                   : at_line(r.file, r.first_line));
      if (known) *known = last_number_;
    }
    if (groups.kind.empty()) groups.kind = subjects_.kind.empty() ? "recording" : subjects_.kind;
  }
  groups.of.push_back(last_number_);
}

}  // namespace mote
