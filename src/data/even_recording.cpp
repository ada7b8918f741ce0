// From a file's samples to recordings with their classes.
//
// Reading is sound.cpp's and acquisition.cpp's; what label files say, label_files.cpp's.
#include "data/even_recording.h"

#include <algorithm>

#include "data/place_marks.h"

namespace mote {

namespace {

RowsInTime rows_of(const FoundFile &file, const EvenRecording &whole, const FileLabels &labels) {
  RowsInTime rows;
  rows.path = file.path.string();
  rows.rows = whole.values.size() / whole.channels.size();
  rows.rate_hz = whole.rate_hz;
  rows.is_even = true;
  if (labels.unit == MarkUnit::kRows) rows.scale = whole.rate_hz / whole.file_rate_hz;
  return rows;
}

void add_marked(Intake &intake, const FoundFile &file, const EvenRecording &whole, const FileLabels &labels) {
  const size_t width = whole.channels.size();
  const RowsInTime rows = rows_of(file, whole, labels);
  std::vector<bool> is_covered(rows.rows);
  for (const RowStretch &s : place_marks(intake, labels, rows)) {
    Recording r{s.mark->label, rows.path, labels.has_groups ? s.mark->group : file.folder, 0, 0, {},
                file.part};
    r.first_line = static_cast<long>(s.from) + 1;
    r.rows = static_cast<int>(s.to - s.from);
    r.values.assign(whole.values.begin() + static_cast<ptrdiff_t>(s.from * width),
                    whole.values.begin() + static_cast<ptrdiff_t>(s.to * width));
    intake.add_recording(std::move(r));
    std::fill(is_covered.begin() + static_cast<ptrdiff_t>(s.from),
              is_covered.begin() + static_cast<ptrdiff_t>(s.to), true);
  }
  const auto unmarked = std::count(is_covered.begin(), is_covered.end(), false);
  intake.count_unmarked(static_cast<double>(rows.rows) / whole.rate_hz,
                        static_cast<double>(unmarked) / whole.rate_hz);
}

// The marks of a label file go with it.
void add_whole(Intake &intake, const FoundFile &file, EvenRecording whole) {
  StreamMarks &marks = *intake.stream();
  intake.check_channels(whole.channels, whole.has_names, file.path.string());
  intake.count_rate(whole.file_rate_hz, file.path.string());
  Recording r{"", file.path.string(), file.folder, 0, 0, {}, file.part};
  r.rows = static_cast<int>(whole.values.size() / whole.channels.size());
  if (const FileLabels *labels = intake.label_book().find(file.path)) {
    const RowsInTime rows = rows_of(file, whole, *labels);
    for (const RowStretch &s : place_marks(intake, *labels, rows))
      marks.list.push_back({intake.set().items.size(), static_cast<long>(s.from), static_cast<long>(s.to),
                            s.mark->label, s.mark->line});
  }
  r.values = std::move(whole.values);
  intake.add_recording(std::move(r));
}

}  // namespace

void add_even(Intake &intake, const FoundFile &file, EvenRecording whole) {
  const std::string path = file.path.string();
  if (intake.stream()) return add_whole(intake, file, std::move(whole));
  intake.check_channels(whole.channels, whole.has_names, path);
  intake.count_rate(whole.file_rate_hz, path);
  if (!intake.label_book().is_empty()) {
    const FileLabels *labels = intake.labels_of(file.path);
    if (!labels) return;
    if (!labels->marks.empty()) return add_marked(intake, file, whole, *labels);
  }
  Recording r{intake.label_of(file), path, file.folder, 0, 0, {}, file.part};
  r.rows = static_cast<int>(whole.values.size() / whole.channels.size());
  r.values = std::move(whole.values);
  intake.add_recording(std::move(r));
}

}  // namespace mote
