// Tables whose files hold the columns of one recording each, put side by side: acc_7.txt and gyro_7.txt. They
// are joined row by row; files of different rates are not brought together here.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/csv.h"
#include "data/intake.h"

namespace mote {

namespace {

struct Match {
  size_t start = 0, size = 0;  // of the word with what separates it from the rest
  std::string word;
};

Match match_of(const std::string &stem, const std::vector<std::string> &words) {
  const std::string text = lower(stem);
  const auto separates = [&](size_t i) { return !std::isalnum(byte_of(text[i])); };
  for (const std::string &given : words) {
    const std::string word = lower(given);
    if (word.empty() || text.size() < word.size()) continue;
    if (text == word) return {0, text.size(), given};
    if (text.size() < word.size() + 2) continue;
    const size_t at_end = text.size() - word.size();
    if (text.starts_with(word) && separates(word.size())) return {0, word.size() + 1, given};
    if (text.ends_with(word) && separates(at_end - 1)) return {at_end - 1, word.size() + 1, given};
  }
  return {};
}

// A clock, a count or a text that both files have. Two sensors may be constant, and equal, at rest.
bool same_column(const TableFile &a, size_t i, const TableFile &b, size_t k) {
  if (a.columns[i] != b.columns[k] || a.kinds[i] != b.kinds[k]) return false;
  const bool is_number = a.kinds[i] == CellKind::kNumber;
  if (a.rows.size() != b.rows.size() || (is_number && !(a.at(a.rows.size() - 1, i) > a.at(0, i))))
    return false;
  for (size_t r = 0; r < a.rows.size(); ++r) {
    if (a.text(r, i) != b.text(r, k)) return false;
    if (is_number && r > 0 && a.at(r, i) < a.at(r - 1, i)) return false;
  }
  return true;
}

struct Part {
  TableFile table;
  std::string word;
};

// Columns that the files share, as a clock, are kept once; names that are not unique get the file's word.
TableFile side_by_side(const std::vector<Part> &parts) {
  const TableFile &first = parts[0].table;
  std::map<std::string, int> count;
  for (const Part &p : parts)
    for (const std::string &name : p.table.columns) ++count[name];
  TableFile all;
  all.path = first.path;
  all.folder = first.folder;
  all.label = first.label;
  all.part = first.part;
  all.has_header = true;
  std::vector<std::pair<size_t, size_t>> sources;  // part and column of each column
  for (size_t n = 0; n < parts.size(); ++n) {
    const TableFile &t = parts[n].table;
    for (size_t c = 0; c < t.columns.size(); ++c) {
      const bool is_shared = std::any_of(sources.begin(), sources.end(), [&](const auto &s) {
        return s.first != n && t.has_header && same_column(parts[s.first].table, s.second, t, c);
      });
      if (is_shared) continue;
      const bool is_in_all =
          n == 0 && t.has_header && std::all_of(parts.begin() + 1, parts.end(), [&](const Part &p) {
            for (size_t k = 0; k < p.table.columns.size(); ++k)
              if (same_column(t, c, p.table, k)) return true;
            return false;
          });
      sources.emplace_back(n, c);
      all.columns.push_back(is_in_all || (t.has_header && count[t.columns[c]] == 1)
                                ? t.columns[c]
                                : fmt::format("{}_{}", parts[n].word, t.columns[c]));
      all.kinds.push_back(t.kinds[c]);
      all.words.push_back(c < t.words.size() ? t.words[c] : std::vector<std::string>());
      all.units.push_back(c < t.units.size() ? t.units[c] : "");
    }
  }
  all.rows.reserve(first.rows.size());
  all.values.reserve(first.rows.size() * sources.size());
  for (size_t r = 0; r < first.rows.size(); ++r) {
    TableFile::Row row = first.rows[r];
    for (const Part &p : parts) row.starts_recording |= p.table.rows[r].starts_recording;
    all.rows.push_back(row);
    for (const auto &[n, c] : sources) all.values.push_back(parts[n].table.at(r, c));
  }
  return all;
}

TableFile joined(const std::vector<Part> &parts, const std::vector<std::string> &words) {
  const TableFile &first = parts[0].table;
  for (const std::string &word : words) {
    const auto found =
        std::count_if(parts.begin(), parts.end(), [&](const Part &p) { return p.word == word; });
    if (found != 1)
      Intake::fail(first.path,
                   found == 0 ? fmt::format("has no file of '{}' beside it (data.join)", printable(word))
                              : fmt::format("has {} files of '{}' (data.join)", found, printable(word)),
                   "leave it out with data.exclude");
  }
  for (const Part &p : parts)
    if (p.table.rows.size() != first.rows.size())
      Intake::fail(p.table.path,
                   fmt::format("has {} rows, {} has {}: files that are joined have a row of each moment",
                               p.table.rows.size(), first.path, first.rows.size()),
                   "bring them to one rate, or leave them out with data.exclude");
  return side_by_side(parts);
}

}  // namespace

std::string join_word_of(const std::string &stem, const std::vector<std::string> &words) {
  return match_of(stem, words).word;
}

std::string without_join_word(const std::string &stem, const std::vector<std::string> &words) {
  const Match m = match_of(stem, words);
  return std::string(stem).erase(m.start, m.size);
}

void join_tables(Intake &intake) {
  const std::vector<std::string> &words = intake.options().join;
  if (words.empty()) return;
  std::vector<std::string> order;
  std::map<std::string, std::vector<Part>> sets;
  for (TableFile &t : intake.tables()) {
    const fs::path path(t.path);
    const std::string stem = path.stem().string(), word = join_word_of(stem, words);
    if (word.empty()) {
      const Error error(ErrorCode::kDataFormat, t.path, "has none of the words of data.join in its name",
                        "leave it out with data.exclude");
      intake.take_error(error, t.path);
      continue;
    }
    const std::string key = (path.parent_path() / without_join_word(stem, words)).string();
    std::vector<Part> &parts = sets[key];
    if (parts.empty()) order.push_back(key);
    parts.push_back({std::move(t), word});
  }
  intake.tables().clear();
  for (const std::string &key : order) {
    std::vector<Part> &parts = sets[key];
    try {
      intake.add_table(joined(parts, words));
    } catch (const Error &e) {
      intake.take_error(e, key);
    }
    parts.clear();
  }
  intake.say(fmt::format("files are joined by {}: {} recordings side by side (data.join)", few_of(words),
                         order.size()));
}

}  // namespace mote
