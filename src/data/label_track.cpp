// Label tracks as Audacity exports them: beginning, end and text of each label between tabs, in seconds; a
// line that begins with a backslash has the frequencies of the label before it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/label_files.h"
#include "data/layout.h"
#include "data/text_lines.h"

namespace mote {

namespace {

std::optional<Mark> track_mark(const TextLine &line) {
  const size_t first = line.text.find('\t');
  if (first == std::string_view::npos) return {};
  const size_t second = line.text.find('\t', first + 1);
  const CellNumber from = read_number(trim(line.text.substr(0, first)), true),
                   to = read_number(trim(line.text.substr(first + 1, second - first - 1)), true);
  if (!from.is_number || !to.is_number || !std::isfinite(from.value) || !std::isfinite(to.value)) return {};
  const std::string_view text = second == std::string_view::npos ? "" : trim(line.text.substr(second + 1));
  return Mark{from.value, to.value, std::string(text), "", line.number};
}

bool is_frequency_line(const TextLine &line) { return line.text.front() == '\\'; }

}  // namespace

bool looks_like_label_track(const std::string &head, bool needs_words) {
  TextLines lines = text_lines(head);
  if (!lines.refusal.empty()) return false;
  if (head.size() >= kHeadBytes && !lines.lines.empty()) lines.lines.pop_back();  // it may be cut
  bool has_word = false;
  for (const TextLine &line : lines.lines) {
    if (is_frequency_line(line)) continue;
    const std::optional<Mark> mark = track_mark(line);
    if (!mark) return false;
    has_word |= !mark->label.empty() && !parse_number(mark->label);
  }
  return has_word || !needs_words;
}

void parse_label_track(const std::string &bytes, const std::string &path, LabelBook &book,
                       std::vector<Finding> &) {
  const TextLines lines = text_lines(bytes);
  if (!lines.refusal.empty()) throw Error(ErrorCode::kDataFormat, path, lines.refusal);
  const fs::path file(path);
  FileLabels &labels = book.entry((file.parent_path() / file.stem()).string(), path);
  labels.unit = MarkUnit::kSeconds;
  for (const TextLine &line : lines.lines) {
    if (is_frequency_line(line)) continue;
    std::optional<Mark> mark = track_mark(line);
    if (!mark || mark->to < mark->from)
      throw Error(ErrorCode::kDataFormat, at_line(path, line.number),
                  fmt::format("'{}' is no label of a track", printable(line.text)),
                  "expected where it begins and ends, in seconds, and its text, with tabs between");
    labels.marks.push_back(std::move(*mark));
  }
}

}  // namespace mote
