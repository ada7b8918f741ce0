// Projects: a folder with a mote.toml, as `mote init` makes one. What is done with one: mote/workflow.h.
//
// Errors: kNotFound, kDataFormat with file and line; an unknown key names the nearest known one.
// Ownership/Threads: values.
//
// Example:
//   mote::Project project = mote::read_project("wave", {"train.epochs=3"});
//   const mote::Recordings recordings = project.recordings();
//   std::cout << mote::summarize(project.build_model(recordings)).text();
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mote/compress.h"
#include "mote/decision_rule.h"
#include "mote/detector.h"
#include "mote/device.h"
#include "mote/layer.h"
#include "mote/quantize.h"
#include "mote/recordings.h"
#include "mote/train.h"

namespace mote {

// What the model is for. 0: as the board has it, or no limit.
struct TargetBudget {
  std::string board, boards;  // a name, and a file with boards of one's own, beside the project
  size_t flash_bytes = 0, ram_bytes = 0;
  double ms = 0;  // per inference
  bool is_set() const { return !board.empty() || flash_bytes > 0 || ram_bytes > 0 || ms > 0; }
};

struct Project {
  std::string folder, name;
  std::string data_given = "data", data_path;  // as written, and resolved against the folder
  std::string background_given;                // the same of train.augment.sound.background
  std::string data_source, data_license;       // what somebody said of the recordings, for the report
  LoadOptions load;
  SplitOptions split;
  TrainOptions train;
  std::vector<Layer> layers;
  std::string preset;  // instead of layers
  double preset_width = 0;
  std::string tflite;              // model.tflite, as written: a model that others trained, instead of layers
  bool is_streaming = false;       // push() shares the columns of layers over time among windows
  DetectorSettings detector = {};  // kNone: a classifier, or what train.target says
  std::vector<std::string> normal = {"normal"};  // of a detector: the classes that are
  // What its models answer with: that of train.target, or the classes of a detector.
  ModelTarget target_of_answers() const { return detector.is_set() ? ModelTarget::kClasses : train.target; }
  std::string initializer;  // of layers that say none; "": as each layer has it
  QuantizeSettings quantize;
  TuneSettings tune;                    // quantize.qat
  Teaching tune_teaching{.weight = 0};  // quantize.qat.distill and temperature; weight 0: none
  CompressSettings compress = {};
  std::vector<std::string> teachers = {};  // compress.distill: names of runs, or "parent"
  DecisionSettings decision = {};
  // decision.false_accepts_per_hour: what is told of a stream is chosen so that there are no more, and then
  // for recall; kChosen: by events found, less what is told wrongly
  double false_accepts_per_hour = DecisionSettings::kChosen;
  Arithmetic arithmetic = Arithmetic::kAuto;  // of the blocks of train.features, which have the chosen one
  bool has_checkpoints = false;               // train.checkpoints: best.mote and last.mote under checkpoints/
  TargetBudget target = {};
  std::string toml;                      // the text it was read from
  std::vector<std::string> assignments;  // "key=value", in place of what the text says

  // Those of data.path, as [data] has them read. Errors: as load_recordings(); kUnsupported with
  // model.tflite, of which there is nothing to train.
  Recordings recordings() const;
  // The layers over the data's windows; `units = "classes"` becomes the number of classes.
  Model build_model(const Recordings &recordings) const;
};

// `assignments`: "train.epochs=3", "model.layers[0].filters=16", as --set has them: in place of what
// mote.toml says.
Project read_project(const std::string &folder, const std::vector<std::string> &assignments = {});
Project parse_project(const std::string &toml, const std::string &where, const std::string &folder,
                      const std::vector<std::string> &assignments = {});

// The board of [target]; nullopt: none is named. Errors: kNotFound, kDataFormat (target.boards).
std::optional<Board> target_board(const Project &project);
// mote.toml and notes for a new project. template: "gesture", "conv1d" (small 1-D CNN) or "dense".
std::vector<std::string> project_templates();
std::string project_toml(const std::string &template_name, const std::string &name);
// All that a new project has, by file: mote.toml, notes, and capture/, an Arduino sketch that records for it.
std::map<std::string, std::string> project_files(const std::string &template_name, const std::string &name);

// A mote.toml for files as they lie on a disk: what they seem to be, with the reasons, and what only their
// owner knows.
struct Proposal {
  std::string toml;                    // reads as a project
  std::vector<std::string> decisions;  // in words, as in its comments
  std::vector<std::string> questions;  // what the files do not say
  LoadOptions load;
  std::string data_path;
  // What is read with it.
  size_t recordings = 0;
  std::vector<std::string> labels, channels;
  double rate_hz = 0;
};

// Looks at files and folders where they are; copies nothing. Errors: kNotFound; kDataFormat when nothing is
// read.
Proposal propose_project(const std::vector<std::string> &files, const std::string &name);

}  // namespace mote
