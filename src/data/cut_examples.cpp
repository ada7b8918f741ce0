// Tables each row of which is an example, with its class in a column or in the name of the file: which these
// are, and their rows as recordings.
//
// Rows that are moments of a recording are cut_tables.cpp's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"
#include "data/intake.h"

namespace mote {

namespace {

constexpr size_t kFewestExampleColumns = 24;  // of a row that is taken as an example without being told

// The first or last column of a table without header that holds classes, where each row is an example; or -1.
int example_label(const TableFile &f) {
  const size_t n = f.columns.size(), rows = f.rows.size();
  if (f.has_header || n < kFewestExampleColumns || rows < 4) return -1;
  for (const size_t c : {size_t{0}, n - 1}) {
    std::set<double> values;
    size_t changes = 0;
    bool is_integer = true;
    for (size_t r = 0; r < rows && is_integer && values.size() <= 100; ++r) {
      values.insert(f.at(r, c));
      is_integer = f.at(r, c) == std::floor(f.at(r, c)) && std::fabs(f.at(r, c)) < 1e4;
      changes += r > 0 && f.at(r, c) != f.at(r - 1, c);
    }
    const bool is_label =
        is_integer && values.size() >= 2 && values.size() <= 100 && values.size() * 2 <= rows;
    // sorted by class, only a long row is sure to be an example
    if (is_label && (changes * 8 >= rows || n >= 60)) return c;
  }
  return -1;
}

void take_examples(Intake &intake, const TableFile &f, int label) {
  const LoadOptions &o = intake.options();
  std::vector<size_t> features;
  for (size_t c = 0; c < f.columns.size(); ++c) {
    const bool is_dropped =
        std::find(o.drop_columns.begin(), o.drop_columns.end(), f.columns[c]) != o.drop_columns.end();
    const bool is_chosen = o.channels.empty() ||
                           std::find(o.channels.begin(), o.channels.end(), f.columns[c]) != o.channels.end();
    if (!std::cmp_equal(c, label) && f.kinds[c] == CellKind::kNumber && !is_dropped && is_chosen &&
        f.columns[c] != o.group_column && !f.columns[c].empty())
      features.push_back(c);
  }
  if (features.empty()) Intake::fail(f.path, "has no column of features");
  intake.check_channels({"c0"}, false, f.path);
  intake.set().is_features = f.has_header;  // rows of the UCR archive are stretches of time
  const int group = f.place_of(o.group_column);
  for (size_t r = 0; r < f.rows.size(); ++r) {
    size_t length = features.size();
    while (!f.has_header && length > 0 && std::isnan(f.at(r, features[length - 1])))
      --length;  // shorter ones are filled up
    if (length == 0) continue;
    Recording rec{label >= 0 ? f.text(r, label) : f.label,
                  f.path,
                  group >= 0 ? f.text(r, group) : f.part,
                  f.rows[r].line,
                  0,
                  {}};
    rec.rows = length;
    for (size_t k = 0; k < length; ++k) rec.values.push_back(f.at(r, features[k]));
    intake.add_recording(std::move(rec));
  }
}

// 2 where every cell is a class of the model, 1 where every one is an integer, which could be one, else 0.
int class_likeness(const ForModel &model, const TableFile &f, size_t column) {
  bool is_known = true, is_integer = true;
  for (size_t r = 0; r < f.rows.size() && (is_known || is_integer); ++r) {
    const std::string text = f.text(r, column);
    is_known = is_known && std::find(model.labels.begin(), model.labels.end(), text) != model.labels.end();
    is_integer = is_integer && f.at(r, column) == std::floor(f.at(r, column));
  }
  return is_known ? 2 : is_integer ? 1 : 0;
}

// For a model of one channel a table as wide as its window holds examples, with one column more their classes
// too: the first or last, if all in it are integers. Empty where it is no such table.
std::vector<int> labels_of_wide_tables(const ForModel &model, const std::vector<TableFile> &tables) {
  std::vector<int> labels;
  if (model.channels != 1 || model.window < 2) return labels;
  for (const TableFile &f : tables) {
    const size_t n = f.columns.size(), wide = model.window;
    if (f.has_header || (n != wide && n != wide + 1)) return {};
    int label = -1, best = 0;
    for (const size_t c : {size_t{0}, n - 1}) {
      const int likely = n == wide + 1 ? class_likeness(model, f, c) : 0;
      if (likely > best) {
        label = c;
        best = likely;
      }
    }
    if (n > wide && label < 0) return {};
    labels.push_back(label);
  }
  return labels;
}

// The label of each file, where rows are examples by setting or by what any of the files shows; else empty.
std::vector<int> example_labels(const Intake &intake, const std::vector<TableFile> &tables) {
  const LoadOptions &o = intake.options();
  if (o.model && o.rows == RowsAre::kAuto && o.channels.empty())
    if (const std::vector<int> labels = labels_of_wide_tables(*o.model, tables); !labels.empty())
      return labels;
  int shown = -1;
  for (const TableFile &f : tables) shown = std::max(shown, example_label(f));
  const bool is_told = o.rows == RowsAre::kExamples;
  if (!is_told &&
      (o.rows == RowsAre::kSamples || !o.channels.empty() || !o.label_column.empty() || shown < 0))
    return {};
  std::vector<int> labels;
  for (const TableFile &f : tables) {
    // a small file of the same width may hold one class only
    if (!is_told && (f.has_header || f.columns.size() != tables[0].columns.size())) return {};
    const bool may_lack_it = o.model && f.place_of(o.label_column) < 0;
    labels.push_back(o.label_column.empty() ? shown : may_lack_it ? -1 : f.column_named(o.label_column));
  }
  return labels;
}

// So many numbers side by side may be moments of one sensor.
void ask_for_rows(Intake &intake) {
  const LoadOptions &o = intake.options();
  if (o.model || o.rows != RowsAre::kAuto || !o.channels.empty() || !o.label_column.empty()) return;
  for (const TableFile &f : intake.tables()) {
    const size_t n = f.columns.size();
    const bool are_numbers =
        std::all_of(f.kinds.begin(), f.kinds.end(), [](CellKind k) { return k == CellKind::kNumber; });
    if (f.has_header || n < kFewestExampleColumns || !are_numbers) continue;
    intake.ask(f.path,
               fmt::format("is each of its {} rows an example of {} values, or a moment of {} sensors (as "
                           "taken)? Set data.rows = \"examples\" or \"samples\"",
                           f.rows.size(), n, n));
    return;
  }
}

}  // namespace

bool cut_examples(Intake &intake, const std::string &where) {
  TablePart *part = intake.part();
  std::vector<int> labels;
  if (part && part->example_labels)
    labels = *part->example_labels;
  else
    labels = example_labels(intake, intake.tables());
  if (part) part->example_labels = labels;
  if (labels.empty()) {
    ask_for_rows(intake);
    return false;
  }
  if (part) part->goes_on = false;
  for (size_t i = 0; i < labels.size(); ++i) {
    const TableFile &f = intake.tables()[i];
    if (labels[i] >= 0)
      intake.say(fmt::format(
          "each row is an example and its class is in the {} column (data.rows = \"samples\" if not)",
          labels[i] == 0                           ? "first"
          : labels[i] + 1 == std::ssize(f.columns) ? "last"
                                                   : "label"));
    else
      intake.say_labels(where);
    take_examples(intake, f, labels[i]);
  }
  return true;
}

}  // namespace mote
