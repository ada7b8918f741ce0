// Presets: published networks for microcontrollers as lists of layers. docs/layers.md has the table of them.
//
// Shapes: without the batch; `input` is what the published network was made for, another is checked layer by
// layer. Errors: a name that there is not is kInvalidArgument with the nearest one. Ownership/Threads: plain
// values; the table is constant.
//
// Example:
//   const mote::Preset net = mote::preset("ds_cnn", {.classes = 4});
//   const mote::Model model = mote::sequential(net.name, net.input, net.layers);
//   std::cout << net.doc << "\n" << mote::summarize(model).macs << " multiply-adds\n";
#pragma once

#include <string>
#include <vector>

#include "mote/layer.h"

namespace mote {

struct Preset {
  std::string name, doc;  // doc: what it is and where it comes from
  Shape input;
  std::vector<Layer> layers;
  bool has_width = false;  // takes PresetOptions::width
};

struct PresetOptions {
  int classes = 0;   // 0: as published
  Shape input = {};  // empty: as published
  double width = 0;  // of MobileNets, a factor on the channels; 0: as published
  // Without padding along the height, where a network over time has the time: its columns can be shared among
  // windows.
  bool is_streaming = false;
};

std::vector<std::string> preset_names();
// One line per preset for people: name, input, what it is.
std::string preset_table();
// Errors: kInvalidArgument for an unknown name, with the nearest one, or an option that the network does not
// take.
Preset preset(const std::string &name, const PresetOptions &options = {});

}  // namespace mote
