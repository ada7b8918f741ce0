// A project: a folder with a mote.toml.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mote/recordings.h"
#include "mote/presets.h"
#include "mote/quantize.h"
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
  LoadOptions load;
  SplitOptions split;
  TrainOptions train;
  std::vector<Layer> layers;
  std::string preset;  // instead of layers
  double preset_width = 0;
  QuantizeSettings quantize;
  TuneSettings tune;             // quantize.qat
  bool has_checkpoints = false;  // train.checkpoints: best.mote and last.mote under checkpoints/
  TargetBudget target = {};
  std::string toml;                      // the text it was read from
  std::vector<std::string> assignments;  // "key=value", in place of what the text says

  // The layers over the data's windows; `units = "classes"` becomes the number of classes.
  Model build_model(const Recordings &recordings) const;
};

// Errors: kNotFound, kDataFormat with line; an unknown key names the nearest known one.
// `assignments`: "train.epochs=3", as --set has them; see SettingsReader::set.
Project read_project(const std::string &folder, const std::vector<std::string> &assignments = {});
Project parse_project(const std::string &toml, const std::string &where, const std::string &folder,
                      const std::vector<std::string> &assignments = {});
// From what settings_json() gave.
Project project_from_settings(const nlohmann::json &settings, const std::string &where,
                              const std::string &folder);

// mote.toml and notes for a new project. template: "gesture", "conv1d" (small 1-D CNN) or "dense".
std::vector<std::string> project_templates();
std::string project_toml(const std::string &template_name, const std::string &name);

}  // namespace mote
