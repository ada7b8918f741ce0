// Keras' spellings of the settings of layers. Names of layers are LayerDef::aliases.
#pragma once

#include <string>
#include <vector>

#include "mote/attrs.h"

namespace mote {

// What Keras calls a setting, and ours. Several of ours: a number is for all of them, of a list each entry
// for as many as there are to it: padding = [1, 2] stands for top and bottom 1, left and right 2.
struct KerasName {
  std::string keras;
  std::vector<std::string> ours;
};
const std::vector<KerasName> &keras_names();

// `given` under our names, for a layer with these settings. Errors: kInvalidArgument for one that is given
// under both names, or a list that does not fit. `where` opens every message.
Attrs keras_attrs(const std::string &where, const std::vector<AttrSpec> &specs, const Attrs &given);

}  // namespace mote
