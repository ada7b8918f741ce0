// Which label file says where the events of a stream are. What it says: intervals.cpp, label_track.cpp.
#include <fmt/format.h>

#include "data/intake.h"
#include "data/label_files.h"
#include "data/layout.h"
#include "data/readers/readers.h"

namespace mote {

void take_stream_labels(Intake &intake, const fs::path &stream) {
  StreamMarks &marks = *intake.stream();
  LabelBook &book = intake.label_book();
  const bool is_given = !marks.labels_file.empty();
  const fs::path path = is_given ? fs::path(marks.labels_file) : fs::path(stream).replace_extension(".txt");
  const FilesAround around = files_on_disk();
  if (!is_given && (path == stream || !around.has(path) || !label_format_of(path, around))) return;
  const bool is_table = extension_of(path) == ".csv" || extension_of(path) == ".tsv";
  const std::string name = fs::path(stream).replace_extension().string();
  if (!is_table && looks_like_label_track(around.head(path), false)) {
    if (is_given && !marks.is_only_stream)
      Intake::fail(path.string(),
                   "is a label track, which is of one recording, and there are several streams",
                   "give a table with the columns file, start, end and label");
    std::vector<Finding> findings;
    parse_label_track(intake.read(path), path.string(), book, findings);
    book.add_alias(name, fs::path(path).replace_extension().string());
    intake.say(fmt::format("events come from the label track {}", path.filename().string()));
  } else {
    intake.take_intervals(path, marks.is_only_stream ? name : "");
  }
  marks.is_labelled = true;
  book.find(stream);
  for (const LabelBook::Told &told : book.unknown()) marks.unknown.push_back(told.name);
}

}  // namespace mote
