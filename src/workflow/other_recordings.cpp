// Reading for a model that there is: the readers are those of training (data/readers/), the settings those of
// the run, and what the model knows decides where a file could be read in two ways (LoadOptions::model).
#include "workflow/other_recordings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "data/intake.h"

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
  const bool is_other_image = recordings.image_height > 0 && shape.rank() == 3 &&
                              p.window == recordings.image_height * recordings.image_width &&
                              (shape[0] != recordings.image_height || shape[1] != recordings.image_width);
  if (recordings.image_height > 0 &&
      (p.window != recordings.image_height * recordings.image_width || is_other_image))
    throw Error(
        ErrorCode::kDataFormat, path,
        fmt::format(
            "has {} x {} pixels, the model takes {}", recordings.image_width, recordings.image_height,
            shape.rank() == 3 ? fmt::format("{} x {}", shape[1], shape[0]) : fmt::format("{}", p.window)),
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

Recordings read_for_model(const std::string &path, const LoadOptions &options) {
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

Recordings load_for_model(const AnyModel &model, LoadOptions options, const std::string &path,
                          bool uses_labels, std::vector<std::string> &notes) {
  const Preprocessing p = preprocessing_of(model);
  if (p.window > 0) options.window = p.window;
  if (options.stride == 0) options.stride = options.window;
  if (p.channels == 1 || p.channels == 3) options.image_channels = p.channels;
  options.model = ForModel{p.window, p.channels, labels_of(model), uses_labels};
  Recordings recordings = read_for_model(path, options);
  if (lacks_channels_of(p, recordings) && options.channels.empty()) {
    // A channel may look like a clock in few recordings; the model's word overrules.
    options.channels = p.channel_names;
    try {
      recordings = read_for_model(path, options);
    } catch (const Error &) {
      take_channels_of(p, recordings, path, notes);  // refuses, and says what is there instead
      throw;
    }
  }
  take_channels_of(p, recordings, path, notes);
  check_size(model, recordings, path);
  check_finite(recordings);
  compare_with_training(p, recordings, notes);
  for (const Finding &f : recordings.findings)
    if (f.severity != Severity::kNote) notes.push_back(fmt::format("{}: {}", f.where, f.message));
  for (const std::string &said : recordings.reading)
    if (uses_labels && said.find("data.class_names") != std::string::npos) notes.push_back(said);
  return recordings;
}

}  // namespace mote
