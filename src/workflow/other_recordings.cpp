// Reading for a model that there is: the readers are those of training (data/readers/), the settings those of
// the run, and what the model knows decides where a file could be read in two ways (LoadOptions::model).
#include "workflow/other_recordings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "data/intake.h"
#include "data/table_part.h"
#include "data/text_pieces.h"
#include "workflow/alike_notes.h"

namespace mote {

namespace {

// Of one example: [window, channels], or [height, width, channels] of an image.
Shape example_shape(const AnyModel &model) {
  if (const auto *m = std::get_if<Model>(&model)) return m->graph.input;
  const auto &program = std::get<IntegerProgram>(model);
  std::vector<int> dims = program.tensor(program.inputs[0]).shape.dims();
  dims.erase(dims.begin());
  return Shape(dims);
}

void check_size(const AnyModel &model, const Recordings &recordings, const std::string &path) {
  const Preprocessing p = preprocessing_of(model);
  const Shape shape = example_shape(model);
  if (recordings.image_height == 0 && p.window > 0 && recordings.window() != p.window)
    throw Error(ErrorCode::kDataFormat, path,
                fmt::format("has examples of {} values per channel, the model takes {}", recordings.window(),
                            p.window));
  const bool is_of_image =
      shape.rank() == 3 && p.steps.size() < 2;  // else a block of features makes its shape
  const bool is_other_image = recordings.image_height > 0 && is_of_image &&
                              p.window == recordings.image_height * recordings.image_width &&
                              (shape[0] != recordings.image_height || shape[1] != recordings.image_width);
  if (recordings.image_height > 0 &&
      (p.window != recordings.image_height * recordings.image_width || is_other_image))
    throw Error(
        ErrorCode::kDataFormat, path,
        fmt::format("has {} x {} pixels, the model takes {}", recordings.image_width, recordings.image_height,
                    is_of_image ? fmt::format("{} x {}", shape[1], shape[0]) : fmt::format("{}", p.window)),
        "scale it to that size");
}

// With data.join one file stands for all of its recording: those beside it with another of the words in their
// name.
std::vector<std::string> joined_files(const std::string &path, const std::vector<std::string> &words) {
  const fs::path file(path), folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
  const std::string name = without_join_word(file.stem().string(), words);
  std::vector<std::string> files;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(folder, code)) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() == file.extension() && !join_word_of(stem, words).empty() &&
        without_join_word(stem, words) == name)
      files.push_back((file.parent_path() / entry.path().filename()).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// How a file is read: in parts, whole with marks, or, where both are nullptr, as recordings with a class
// each.
struct ReadAs {
  TablePart *part = nullptr;
  StreamMarks *marks = nullptr;
};
Recordings read_for_model(const std::string &path, const LoadOptions &options, const ReadAs &as) {
  if (as.part) return load_part(path, options, *as.part);
  if (as.marks) return load_stream(path, options, *as.marks);
  std::error_code code;
  const bool is_part = !options.join.empty() && fs::is_regular_file(path, code) &&
                       !join_word_of(fs::path(path).stem().string(), options.join).empty();
  if (!is_part) return load_recordings(path, options);
  const FileSource source{
      joined_files(path, options.join), {}, [](const std::string &p) { return read_file(p); }};
  return load_recordings(fs::path(path).parent_path().string(), options, source);
}

}  // namespace

Preprocessing preprocessing_of(const AnyModel &model) {
  if (const auto *m = std::get_if<Model>(&model)) return m->preprocessing;
  const auto &program = std::get<IntegerProgram>(model);
  if (!program.front_end.is_set())
    throw Error(ErrorCode::kUnsupported, program.name,
                "has no preprocessing, as a .tflite: how sensor values become its inputs is not known",
                "give the run or its .mote; `mote run` takes inputs as they are");
  Preprocessing p = program.front_end;
  if (!program.states.empty()) p.window = 0;  // it takes row by row
  return p;
}

const std::vector<std::string> &labels_of(const AnyModel &model) {
  return std::visit([](const auto &m) -> const std::vector<std::string> & { return m.labels; }, model);
}

LoadOptions options_for(const Project *project) {
  LoadOptions options;
  if (project) options = project->load;
  // these are of data.path
  options.labels.clear();
  options.files.clear();
  options.exclude.clear();
  return options;
}

namespace {

LoadOptions options_of(const AnyModel &model, LoadOptions options, bool uses_labels) {
  const Preprocessing p = preprocessing_of(model);
  if (p.window > 0) options.window = p.window;
  if (options.stride == 0) options.stride = options.window;
  if (p.channels == 1 || p.channels == 3) options.image_channels = p.channels;
  options.image = p.image;
  if (options.image.fit == ImageFit::kNone) options.image.fit = ImageFit::kCrop;  // as the exported C does
  options.model = ForModel{p.window, p.channels, labels_of(model), uses_labels, p.channel_names};
  return options;
}

Recordings adapted(const AnyModel &model, LoadOptions &options, const std::string &path, const ReadAs &as,
                   TrainingComparison &comparison, std::vector<std::string> &notes) {
  TablePart *const part = as.part;
  const Preprocessing p = preprocessing_of(model);
  TablePart again;
  if (part && part->is_first) again = *part;
  Recordings recordings = read_for_model(path, options, as);
  if (lacks_channels_of(p, recordings) && options.channels.empty()) {
    // A channel may look like a clock in few recordings; the model's word overrules.
    options.channels = p.channel_names;
    if (part) *part = std::move(again);
    try {
      recordings = read_for_model(path, options, as);
    } catch (const Error &) {
      take_channels_of(p, recordings, path, notes);  // refuses, and says what is there instead
      throw;
    }
  }
  if (recordings.items.empty()) return recordings;
  take_channels_of(p, recordings, path, notes);
  check_size(model, recordings, path);
  check_finite(recordings);
  comparison.add(recordings);
  return recordings;
}

void add_findings(const Recordings &recordings, std::vector<std::string> &notes) {
  for (const Finding &f : recordings.findings)
    if (f.severity != Severity::kNote) notes.push_back(fmt::format("{}: {}", f.where, f.message));
}

}  // namespace

static Recordings load_whole(const AnyModel &model, const LoadOptions &given, const std::string &path,
                             const ReadAs &as, std::vector<std::string> &notes) {
  LoadOptions options = given;
  TrainingComparison comparison;
  Recordings recordings = adapted(model, options, path, as, comparison, notes);
  for (std::string &note : comparison.sentences(preprocessing_of(model))) notes.push_back(std::move(note));
  add_findings(recordings, notes);
  return recordings;
}

Recordings load_for_model(const AnyModel &model, LoadOptions options, const std::string &path,
                          bool uses_labels, std::vector<std::string> &notes) {
  return load_whole(model, options_of(model, std::move(options), uses_labels), path, {}, notes);
}

Recordings load_stream_for_model(const AnyModel &model, LoadOptions options, const std::string &path,
                                 StreamMarks &marks, std::vector<std::string> &notes) {
  options.intervals.clear();  // of data.path, as the names of its files
  options.file_names.clear();
  options.rows_per_recording = 0;
  return load_whole(model, options_of(model, std::move(options), true), path, {nullptr, &marks}, notes);
}

struct ModelRecordings::Reading {
  const AnyModel &model;
  LoadOptions options;
  std::string path;
  size_t part_bytes;
  std::optional<TextPieces> pieces;  // nullopt: the file is read as a whole
  TablePart part;
  bool is_last = false;
  TrainingComparison comparison;
  AlikeNotes adapting, findings;
};

ModelRecordings::ModelRecordings(const AnyModel &model, const LoadOptions &options, const std::string &path,
                                 size_t part_bytes)
    : reading_(std::make_unique<Reading>(
          Reading{model, options_of(model, options, false), path, part_bytes, {}, {}, false, {}, {}, {}})) {
  if (has_parts(path, reading_->options)) reading_->pieces = TextPieces::of(path, part_bytes);
}
ModelRecordings::~ModelRecordings() = default;

std::optional<Recordings> ModelRecordings::next() {
  Reading &r = *reading_;
  if (r.is_last) return {};
  TablePart *part = nullptr;
  if (r.pieces) {
    part = &r.part;
    part->stretch.lines_before = r.pieces->lines_before();
    part->bytes = r.pieces->next();
  }
  r.is_last = !r.pieces || r.pieces->is_at_end();
  std::vector<std::string> notes, findings;
  Recordings recordings = adapted(r.model, r.options, r.path, {part, nullptr}, r.comparison, notes);
  add_findings(recordings, findings);
  r.adapting.add(notes);
  r.findings.add(findings);
  return recordings;
}

bool ModelRecordings::goes_on() const { return reading_->part.goes_on; }
bool ModelRecordings::is_last() const { return reading_->is_last; }

std::vector<std::string> ModelRecordings::notes() const {
  std::vector<std::string> notes = reading_->adapting.list();
  for (std::string &note : reading_->comparison.sentences(preprocessing_of(reading_->model)))
    notes.push_back(std::move(note));
  for (std::string &note : reading_->findings.list()) notes.push_back(std::move(note));
  return notes;
}

}  // namespace mote
