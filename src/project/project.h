// A project: a folder with a mote.toml.
#pragma once

#include <string>
#include <vector>

#include "data/recordings.h"
#include "nn/presets.h"
#include "train/quantize_settings.h"
#include "train/train.h"

namespace mote {

struct Project {
  std::string folder, name;
  std::string data_path;  // resolved against the folder
  LoadOptions load;
  SplitOptions split;
  TrainOptions train;
  std::vector<Layer> layers;
  std::string preset;  // instead of layers
  double preset_width = 0;
  QuantizeSettings quantize;
  TuneSettings tune;             // quantize.qat
  bool has_checkpoints = false;  // train.checkpoints: best.mote and last.mote under checkpoints/
  std::string toml;              // the text it was read from

  // The layers over the data's windows; `units = "classes"` becomes the number of classes.
  Model build_model(const Recordings &recordings) const;
};

// Errors: kNotFound, kDataFormat with line; an unknown key names the nearest known one.
Project read_project(const std::string &folder);
Project parse_project(const std::string &toml, const std::string &where, const std::string &folder);

// mote.toml and notes for a new project. template: "gesture", "conv1d" (small 1-D CNN) or "dense".
std::vector<std::string> project_templates();
std::string project_toml(const std::string &template_name, const std::string &name);

}  // namespace mote
