// Words by which people name the parts of a set. A name alone decides nothing: only a second one
// that differs shows that they divide the set, and those of files must do so for all files.
#include "data/given_parts.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "data/column_names.h"
#include "data/intake.h"

namespace mote {

namespace {

std::string part_of_word(const std::string &word) {
  static const std::map<std::string, std::string> kWords = {
      {"train", "train"},  {"training", "train"}, {"trainset", "train"}, {"val", "val"},
      {"valid", "val"},    {"validation", "val"}, {"valset", "val"},     {"test", "test"},
      {"testing", "test"}, {"testset", "test"},   {"t10k", "test"}};
  const auto found = kWords.find(lower(word));
  return found == kWords.end() ? "" : found->second;
}

constexpr const char *kBetweenWords = "_-. ";

std::vector<std::string> pieces_of(const std::string &name) {
  std::vector<std::string> pieces(1);
  for (const char c : name) {
    if (std::string_view(kBetweenWords).find(c) == std::string_view::npos)
      pieces.back() += c;
    else
      pieces.emplace_back();
  }
  return pieces;
}

// Without the number at its end: "walk_test" of "walk_test_3".
std::string without_last_number(const std::string &stem) {
  const size_t end = stem.find_last_not_of("0123456789");
  return end != stem.npos && end + 1 < stem.size() && end > 0 &&
                 std::string_view(kBetweenWords).find(stem[end]) != std::string_view::npos
             ? stem.substr(0, end)
             : stem;
}

}  // namespace

std::string part_of_folder(const std::string &name) {
  static const std::set<std::string> kBeside = {"",      "set",     "data",       "part", "dataset",
                                                "files", "samples", "recordings", "csv",  "raw"};
  std::string part;
  for (const std::string &word : pieces_of(name)) {
    const std::string found = part_of_word(word);
    if (found.empty() ? kBeside.count(lower(word)) == 0 : !part.empty()) return "";
    if (!found.empty()) part = found;
  }
  return part;
}

std::string part_of_stem(const std::string &stem) {
  const std::vector<std::string> pieces = pieces_of(without_last_number(stem));
  const std::string last = part_of_word(pieces.back());
  return last.empty() ? part_of_word(pieces.front()) : last;
}

std::string without_part(const std::string &stem) {
  if (!part_of_word(stem).empty()) return "";
  const std::string named = without_last_number(stem);
  if (const size_t end = named.find_last_of(kBetweenWords);
      end != named.npos && !part_of_word(named.substr(end + 1)).empty())
    return stem.substr(0, end) + stem.substr(named.size());
  const size_t start = stem.find_first_of(kBetweenWords);
  return start != stem.npos && !part_of_word(stem.substr(0, start)).empty() ? stem.substr(start + 1) : stem;
}

namespace {

// One of training and another: what only a single name says may be a class.
bool divide(const std::set<std::string> &parts) {
  return parts.count("train") > 0 && (parts.count("val") > 0 || parts.count("test") > 0);
}

struct Folders {
  std::vector<std::string> names;  // below the root, without those that name a part
  std::string part;                // that of the outermost
};

Folders folders_of(const FoundFile &file, const fs::path &root) {
  Folders folders;
  for (const fs::path &piece : file.path.lexically_relative(root).parent_path()) {
    const std::string name = piece.string(), part = part_of_folder(name);
    if (name == "." || name == "..") continue;
    if (part.empty() || !folders.part.empty())  // below a part it may be a class that is called so
      folders.names.push_back(name);
    else
      folders.part = part;
  }
  return folders;
}

// A folder "test" that holds only classes that are outside of it too is no class, though nothing is named
// "train".
bool repeat_the_rest(const std::vector<FoundFile> &files, const std::vector<Folders> &folders) {
  std::set<std::string> inside, outside;
  for (size_t i = 0; i < files.size(); ++i) {
    const Folders &f = folders[i];
    if (f.part == "train") return false;
    (f.part.empty() ? outside : inside)
        .insert(f.names.empty() ? class_of_stem(files[i].stem) : f.names.back());
  }
  return !inside.empty() && inside.count("") == 0 &&
         std::includes(outside.begin(), outside.end(), inside.begin(), inside.end());
}

// Folders "train" and "test" beside others that are classes, of files that name none: they are classes too.
bool are_classes(const std::vector<FoundFile> &files, const std::vector<Folders> &folders) {
  bool has_others = false, has_nameless = false;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string name = class_of_stem(files[i].stem);
    has_others |= folders[i].part.empty() && !folders[i].names.empty();
    has_nameless |= !folders[i].part.empty() && folders[i].names.empty() &&
                    std::all_of(name.begin(), name.end(), [](unsigned char c) { return !std::isalpha(c); });
  }
  return has_others && has_nameless;
}

}  // namespace

void find_parts(std::vector<FoundFile> &files, const fs::path &root) {
  std::vector<Folders> folders;
  std::set<std::string> by_folder, by_stem;
  for (const FoundFile &f : files) {
    folders.push_back(folders_of(f, root));
    by_folder.insert(folders.back().part);
    by_stem.insert(part_of_stem(f.stem));
  }
  if ((divide(by_folder) && !are_classes(files, folders)) || repeat_the_rest(files, folders))
    for (size_t i = 0; i < files.size(); ++i) {
      const std::vector<std::string> &names = folders[i].names;
      files[i].part = folders[i].part;
      files[i].folder = names.empty() ? "" : names.back();
      files[i].top_folder = names.empty() ? "" : names.front();
    }
  else if (divide(by_stem) && by_stem.count("") == 0)
    for (FoundFile &f : files) {
      f.part = part_of_stem(f.stem);
      f.stem = without_part(f.stem);
    }
}

}  // namespace mote
