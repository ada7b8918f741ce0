// From a table of TOML to a project: mote/settings.h has the settings, reader.h reads them. Here is
// what concerns several of them.
#include "mote/project.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "base/toml.h"
#include "features/fixed_arithmetic.h"
#include "features/preprocessing.h"
#include "mote/presets.h"
#include "nn/layer.h"
#include "project/reader.h"

namespace mote {

static void check_detector(const Project &p, const SettingsReader &reader) {
  if (!p.detector.is_set()) return;
  if (p.normal.empty()) reader.refuse("anomaly.normal", {"names no class", "write normal = [\"normal\"]"});
  if (p.decision.policy == WantedPolicy::kTrigger)
    reader.refuse("decision.policy",
                  {"a detector has no events to learn an onset of", "set it to \"stream\""});
  if (p.false_accepts_per_hour != DecisionSettings::kChosen)
    reader.refuse(
        "decision.false_accepts_per_hour",
        {"a detector knows no anomaly when it is trained, so there is no rule to choose by it",
         "anomaly.false_alarms limits the share of windows; `mote evaluate --stream --tune` chooses a "
         "rule on recordings with labels"});
}

// What follows from a detector for reading and training.
static void resolve_detector(Project &p) {
  if (!p.detector.is_set()) return;
  p.load.normal = p.normal;
  p.load.needs_classes = false;
  p.train.target = ModelTarget::kInput;
  if (p.train.loss.type == LossType::kCategoricalCrossentropy) p.train.loss.type = LossType::kMse;
}

// A model that others trained takes the place of all that describes one.
static void check_imported(const Project &p, const SettingsReader &reader) {
  if (p.tflite.empty()) return;
  const char *other = !p.layers.empty()     ? "model.layers"
                      : !p.preset.empty()   ? "model.preset"
                      : p.detector.is_set() ? "model.detector"
                      : p.is_streaming      ? "model.streaming"
                                            : nullptr;
  if (other != nullptr)
    reader.refuse(other, {"does not go together with model.tflite, a model that others trained",
                          "leave one of them out"});
}

static void check_together(const Project &p, const SettingsReader &reader, const std::string &where) {
  const SplitOptions &o = p.split;
  if (std::fabs(o.train + o.val + o.test - 1) > 1e-6)
    reader.refuse("split.train",
                  {fmt::format("train {}, val {} and test {} must add up to 1", o.train, o.val, o.test)});
  const auto check = [&](const std::string &name, auto call) {
    try {
      call();
    } catch (const Error &e) {
      reader.refuse(name, {e.message(), e.hint()});
    }
  };
  check_detector(p, reader);
  check_imported(p, reader);
  const bool has_network = !p.detector.is_set() || p.detector.kind == DetectorKind::kAutoencoder;
  if (!has_network) {
    for (const Setting &s : all_settings())
      if (s.name.starts_with("augment.") && s.get(p) != s.get({}))
        reader.refuse(
            s.name,
            {fmt::format("is not for model.detector = \"{}\", which is fitted to the windows as they are",
                         detector_names().name_of(p.detector.kind)),
             "leave it out, or set model.detector = \"autoencoder\""});
    if (!p.layers.empty() || !p.preset.empty())
      reader.refuse(p.layers.empty() ? "model.preset" : "model.layers",
                    {fmt::format("does not go together with model.detector = \"{}\", which has no network",
                                 detector_names().name_of(p.detector.kind)),
                     "leave it out, or set model.detector = \"autoencoder\""});
  } else if (!p.preset.empty()) {
    if (!p.layers.empty()) reader.refuse("model.preset", {"does not go together with layers"});
    check("model.preset", [&] { preset(p.preset, {.width = p.preset_width}); });
  } else if (p.preset_width != 0) {
    reader.refuse("model.width", {"belongs to a preset"});
  } else if (p.layers.empty() && p.tflite.empty()) {
    throw Error(
        ErrorCode::kInvalidArgument, where, "describes no model",
        "add [model] with layers = [ { type = \"flatten\" }, { type = \"dense\", units = \"classes\" } ]");
  }
  if (p.load.is_resampled && p.load.rate_hz == 0)
    reader.refuse("data.resample", {"needs data.rate_hz, the rate to bring the rows to"});
  if (!p.target.board.empty() && p.target.boards.empty())  // those of a file are looked up when they are used
    check("target.board", [&] { board_by_name(known_boards(), p.target.board); });
  if (p.target.ms > 0 && p.target.board.empty())
    reader.refuse("target.ms",
                  {"needs a board, whose time it is", "add target.board; `mote boards` lists them"});
}

std::optional<Board> target_board(const Project &project) {
  const TargetBudget &t = project.target;
  if (t.board.empty()) return {};
  const std::string own =
      t.boards.empty() ? "" : (fs::path(project.folder) / t.boards).lexically_normal().string();
  return board_by_name(boards_with(own), t.board);
}

// Cores with an FPU gain nothing by integers.
static bool wants_integers(const Project &p) {
  try {
    const std::optional<Board> board = target_board(p);
    return board && !has_fpu(board->core);
  } catch (const Error &) {  // said where the board is used
    return false;
  }
}

static void choose_arithmetic(Project &p, const SettingsReader &reader) {
  std::vector<PreprocessingStep> &steps = p.train.features;
  const std::string why_not = why_not_fixed(steps);
  if (p.arithmetic == Arithmetic::kFixed && !why_not.empty())
    reader.refuse("features.arithmetic",
                  {"is fixed, and " + why_not, "set it to float, or leave that block out"});
  const bool is_fixed = p.arithmetic == Arithmetic::kFixed ||
                        (p.arithmetic == Arithmetic::kAuto && why_not.empty() && wants_integers(p));
  for (PreprocessingStep &step : steps) step.arithmetic = is_fixed ? Arithmetic::kFixed : Arithmetic::kFloat;
}

static Project read(const SettingsReader &reader, const std::string &where, const std::string &folder) {
  const auto beside = [&](const std::string &path) {
    return fs::path(path).is_absolute() ? path : (fs::path(folder) / path).lexically_normal().string();
  };
  Project p;
  p.folder = folder;
  p.name = name_of_path(folder);
  if (!is_utf8(p.name))
    for (char &c : p.name)
      if (byte_of(c) >= 128) c = '_';
  if (p.name.empty()) p.name = "model";
  reader.read(p);
  p.data_path = beside(p.data_given);
  if (!p.background_given.empty()) p.train.augment.sound.background = beside(p.background_given);
  check_together(p, reader, where);
  resolve_detector(p);
  choose_arithmetic(p, reader);
  return p;
}

Project parse_project(const std::string &text, const std::string &where, const std::string &folder,
                      const std::vector<std::string> &assignments) {
  SettingsReader reader(parse_toml(text, where), where);
  for (const std::string &assignment : assignments) reader.set(assignment);
  Project p = read(reader, where, folder);
  p.toml = text;
  p.assignments = assignments;
  return p;
}

Project project_from_settings(const nlohmann::json &settings, const std::string &where,
                              const std::string &folder) {
  return read(SettingsReader(table_of(settings), where), where, folder);
}

Project read_project(const std::string &folder, const std::vector<std::string> &assignments) {
  const fs::path path = fs::is_directory(folder) ? fs::path(folder) / "mote.toml" : fs::path(folder);
  if (!fs::exists(path))
    throw Error(ErrorCode::kNotFound, path.string(), "no such file", "`mote init DIR` makes a new project");
  constexpr size_t kLargest = 1 << 20;
  std::string text = read_file(path, kLargest);
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.erase(0, 3);
  return parse_project(text, path.string(), path.parent_path().empty() ? "." : path.parent_path().string(),
                       assignments);
}

static void check_trainable(const Project &project) {
  if (!project.tflite.empty())
    throw Error(ErrorCode::kUnsupported, "model.tflite",
                "is a model that others trained, with nothing to train",
                "`mote import` takes it; model.layers or model.preset are trained");
}

Recordings Project::recordings() const {
  check_trainable(*this);
  return load_recordings(data_path, load);
}

Model Project::build_model(const Recordings &recordings) const {
  check_trainable(*this);
  std::vector<Layer> resolved = layers;
  const Shape input =
      train.features.empty()
          ? recordings.input_shape()
          : feature_shape(train.features, {recordings.window(), recordings.channel_count()},
                          recordings.rate_hz, {recordings.image_height, recordings.image_width, {}});
  if (detector.is_set() && detector.kind != DetectorKind::kAutoencoder) {
    const bool is_list = recordings.is_features && train.features.empty();
    return unfitted_detector(name, is_list ? Shape{recordings.window()} : input, detector);
  }
  if (!preset.empty()) {
    PresetOptions options{0, input, preset_width, is_streaming};
    if (train.target == ModelTarget::kClasses) options.classes = recordings.labels.size();
    resolved = mote::preset(preset, options).layers;
  }
  for (Layer &layer : resolved) {
    const auto units = layer.attrs.find("units");
    if (units == layer.attrs.end() || !std::holds_alternative<std::string>(units->second)) continue;
    const bool is_inputs = std::get<std::string>(units->second) == "inputs";
    units->second = static_cast<int64_t>(is_inputs ? input.elements() : recordings.labels.size());
  }
  if (!initializer.empty())
    for (Layer &layer : resolved)
      if (has_initializer(layer)) layer.attrs.emplace("initializer", initializer);
  // a list of features needs no layer that makes it flat
  const bool is_flat = recordings.is_features && !resolved.empty() && takes_lists(resolved[0]);
  return sequential(name, is_flat && train.features.empty() ? Shape{recordings.window()} : input, resolved);
}

}  // namespace mote
