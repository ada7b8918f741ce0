// What two words in the names of files could mean: "7_jackson_32", where each of the first words comes with
// each of the second ones, is of a class and of a person, and not of as many classes as there are pairs.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "data/csv.h"
#include "data/find_files.h"
#include "project/propose.h"

namespace mote {

namespace {

bool is_of_digits(const std::string &text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// "7_jackson_32" without its number, cut at the first sign.
struct TwoWords {
  std::string first, second;
};
std::optional<TwoWords> two_words_of(const std::string &stem, char sign) {
  const size_t one = stem.find(sign), two = one == stem.npos ? one : stem.find(sign, one + 1);
  if (two == stem.npos || one == 0 || two == one + 1 || !is_of_digits(stem.substr(two + 1))) return {};
  return TwoWords{stem.substr(0, one), stem.substr(one + 1, two - one - 1)};
}

}  // namespace

std::string propose_file_names(Proposal &proposal) {
  LoadOptions &load = proposal.load;
  if (!load.join.empty() || !load.intervals.empty()) return "";
  const std::vector<fs::path> files = find_files(proposal.data_path, load).recordings;
  constexpr size_t kLeast = 3;  // of either: left_up, left_down, right_up and right_down may be four classes
  for (const char sign : {'_', '-'}) {
    std::set<std::string> first, second, pairs;
    const auto is_named_so = [&](const fs::path &path) {
      const std::optional<TwoWords> words = two_words_of(path.stem().string(), sign);
      if (!words || path.parent_path() != files[0].parent_path()) return false;
      first.insert(words->first);
      second.insert(words->second);
      pairs.insert(words->first + sign + words->second);
      return true;
    };
    if (files.empty() || !std::all_of(files.begin(), files.end(), is_named_so)) continue;
    const bool is_dated = std::all_of(second.begin(), second.end(), is_of_digits);
    if (first.size() < kLeast || second.size() < kLeast || is_dated ||
        pairs.size() != first.size() * second.size())
      continue;
    load.file_names = {fmt::format("{{label}}{0}{{group}}{0}*", sign)};
    return fmt::format(
        "are the classes {} and the second words persons or devices ({}), as taken? Else set data.file_names "
        "= "
        "[\"{{group}}{}{{label}}{}*\"], or take it out where each pair of words is a class",
        few_of({first.begin(), first.end()}), few_of({second.begin(), second.end()}), sign, sign);
  }
  return "";
}

}  // namespace mote
