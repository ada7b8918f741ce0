// Fuzzes the readers of label files and tables of intervals: any bytes give marks that end behind their
// beginning (times of day may do so behind midnight), or an Error; and marks of any kind become rows of a
// recording.
//
// The first byte chooses the format. Seeds: make_seeds.cpp.
#include "base/error.h"
#include "data/intervals.h"
#include "data/label_files.h"
#include "data/place_marks.h"

namespace {

using namespace mote;

void parse(uint8_t kind, const std::string &bytes, LabelBook &book) {
  std::vector<Finding> findings;
  switch (kind % 4) {
    case 0:
      looks_like_label_track(bytes, true);
      return parse_label_track(bytes, "d/a.txt", book, findings);
    case 1:
      return parse_edge_impulse_labels(bytes, "d/info.labels", book, findings);
    case 2:
      looks_like_label_studio(bytes);
      return parse_label_studio(bytes, "d/l.json", book, findings);
    default: {
      Table table = parse_table(bytes, "d/i.csv", {}, findings);
      if (!findings.empty() || table.rows.empty()) return;
      TableFile file = compact(std::move(table));
      file.path = "d/i.csv";
      read_intervals(file, book);
    }
  }
}

void place(const FileLabels &labels) {
  Intake intake({}, false, nullptr);
  const std::vector<double> times = {0, 0.1, 0.2, 0.5};
  const std::vector<size_t> lost = {1, 1, 4};
  for (const bool is_even : {true, false}) {
    RowsInTime rows{"d/a.wav", times.size(), 10, times, 1};
    rows.is_even = is_even;
    rows.has_clock = !is_even;
    rows.lost = lost;
    if (is_even) rows.times = {};
    try {
      for (const RowStretch &s : place_marks(intake, labels, rows))
        if (s.from >= s.to || s.to > rows.rows || s.mark == nullptr) __builtin_trap();
    } catch (const Error &) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  LabelBook book;
  try {
    parse(data[0], std::string(reinterpret_cast<const char *>(data + 1), size - 1), book);
  } catch (const Error &) {
    return 0;
  }
  for (const LabelBook::Told &told : book.unknown()) {
    const FileLabels *labels = book.find(told.name);
    if (labels == nullptr) __builtin_trap();
    for (const Mark &m : labels->marks)
      if (!(m.to >= m.from) && labels->unit != MarkUnit::kClock) __builtin_trap();
    place(*labels);
  }
  return 0;
}
