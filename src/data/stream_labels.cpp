// Which label file says where the events of a stream are. What it says: intervals.cpp, label_track.cpp.
#include <fmt/format.h>

#include <utility>

#include "data/intake.h"
#include "data/label_files.h"
#include "data/layout.h"
#include "data/readers/readers.h"

namespace mote {

namespace {

bool is_track_file(const fs::path &path, const FilesAround &around) {
  const bool is_table = extension_of(path) == ".csv" || extension_of(path) == ".tsv";
  return !is_table && looks_like_label_track(around.head(path), false);
}

[[noreturn]] void refuse_track(const fs::path &path) {
  Intake::fail(path.string(), "is a label track, which is of one recording, and there are several streams",
               "give a table with the columns file, start, end and label");
}

}  // namespace

StreamLabels read_stream_labels(const std::string &labels_file, const std::vector<std::string> &streams) {
  if (is_track_file(labels_file, files_on_disk())) refuse_track(labels_file);
  StreamMarks marks;
  Intake intake({}, false, nullptr);
  intake.keep_whole(&marks);
  for (const std::string &stream : streams) intake.label_book().know(stream);
  intake.take_intervals(labels_file);
  return {std::make_shared<LabelBook>(std::move(intake.label_book())), intake.set().reading};
}

void take_stream_labels(Intake &intake, const fs::path &stream) {
  StreamMarks &marks = *intake.stream();
  LabelBook &book = intake.label_book();
  if (marks.book) {
    marks.is_labelled = true;
    marks.is_named = book.find(stream) != nullptr;
    return;
  }
  book.know(stream);
  const bool is_given = !marks.labels_file.empty();
  const fs::path path = is_given ? fs::path(marks.labels_file) : fs::path(stream).replace_extension(".txt");
  const FilesAround around = files_on_disk();
  if (!is_given && (path == stream || !around.has(path) || !label_format_of(path, around))) return;
  const std::string name = fs::path(stream).replace_extension().string();
  if (is_track_file(path, around)) {
    if (is_given && !marks.is_only_stream) refuse_track(path);
    std::vector<Finding> findings;
    parse_label_track(intake.read(path), path.string(), book, findings);
    book.add_alias(name, fs::path(path).replace_extension().string());
    intake.say(fmt::format("events come from the label track {}", path.filename().string()));
  } else {
    intake.take_intervals(path, marks.is_only_stream ? name : "");
  }
  marks.is_labelled = true;
  marks.is_named = book.find(stream) != nullptr;
  for (const LabelBook::Told &told : book.unknown()) marks.unknown.push_back(told.name);
}

}  // namespace mote
